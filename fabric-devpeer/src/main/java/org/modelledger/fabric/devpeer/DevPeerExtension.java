package org.modelledger.fabric.devpeer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a development peer to the tests of a class, and the chaincodes that they want to it.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final DevPeerExtension FABRIC = DevPeerExtension
 *     .of(DevPeer.builder().organization("Org1MSP").organization("Org2MSP"))
 *     .chaincode("assets", List.of("java", "-cp", classPath, "com.example.Main"));
 * }</pre>
 */
public final class DevPeerExtension implements BeforeAllCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace
      .create(DevPeerExtension.class);

  private record Wanted(String policy, List<String> command, Map<String, String> environment) {}

  private final DevPeer.Builder options;
  private final Map<String, Wanted> wanted = new LinkedHashMap<>();
  private final Map<String, ChaincodeServer> chaincodes = new LinkedHashMap<>();
  private @Nullable DevPeer peer;

  private DevPeerExtension(DevPeer.Builder options) {
    this.options = options;
  }

  /**
   * Gives a peer to a class.
   *
   * @param options how it is started; not to be used for anything else
   * @return for a static field with {@code @RegisterExtension}
   */
  public static DevPeerExtension of(DevPeer.Builder options) {
    return new DevPeerExtension(Objects.requireNonNull(options, "options"));
  }

  /** Starts a chaincode as well, which a majority of the organisations must endorse. */
  public DevPeerExtension chaincode(String name, List<String> command) {
    return chaincode(name, "MAJORITY", command, Map.of());
  }

  /**
   * Starts a chaincode as well, from its command line. The process finds where to listen in {@code
   * CHAINCODE_SERVER_ADDRESS} and its id in {@code CORE_CHAINCODE_ID_NAME} and {@code CHAINCODE_ID}.
   *
   * @param name its name
   * @param policy who must endorse its transactions, as in {@link DevPeer.Builder#chaincode(String, String, String)}
   * @param command the program and its arguments
   * @param environment added to that of this process
   */
  public DevPeerExtension chaincode(String name, String policy, List<String> command,
      Map<String, String> environment) {
    wanted.put(name, new Wanted(policy, List.copyOf(command), Map.copyOf(environment)));
    return this;
  }

  /**
   * The peer.
   *
   * @throws IllegalStateException outside the class's tests
   */
  public DevPeer peer() {
    DevPeer current = peer;
    if (current == null) {
      throw new IllegalStateException("there is no peer before and after the tests of the class; is"
          + " the extension in a static field with @RegisterExtension?");
    }
    return current;
  }

  /** Where a chaincode's process prints; the file stays when the tests are over. */
  public Path log(String chaincode) {
    return server(chaincode).log();
  }

  /** Kills a chaincode's process, if it runs, and starts another one in its place. */
  public void restart(String chaincode) {
    server(chaincode).start();
  }

  /** Kills a chaincode's process until {@link #restart}. */
  public void kill(String chaincode) {
    server(chaincode).close();
  }

  private ChaincodeServer server(String chaincode) {
    ChaincodeServer server = chaincodes.get(chaincode);
    if (server == null) {
      throw new IllegalArgumentException("this extension has started no chaincode '" + chaincode
          + "'; it has " + chaincodes.keySet());
    }
    return server;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (peer != null) {
      return; // a nested class
    }
    context.getStore(NAMESPACE).put(this, true);
    for (Map.Entry<String, Wanted> each : wanted.entrySet()) {
      ChaincodeServer server = new ChaincodeServer(each.getKey(), each.getValue().command(),
          each.getValue().environment());
      chaincodes.put(each.getKey(), server);
      server.start();
      DevPeer.Builder unused = options.chaincode(each.getKey(), server.endpoint(),
          each.getValue().policy());
    }
    peer = options.start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (context.getStore(NAMESPACE).remove(this) == null) {
      return; // a nested class
    }
    DevPeer current = peer;
    peer = null;
    try {
      if (current != null) {
        current.close();
      }
    } finally {
      new ArrayList<>(chaincodes.values()).forEach(ChaincodeServer::close);
    }
  }
}
