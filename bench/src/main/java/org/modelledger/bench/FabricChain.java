package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.chain.fabric.FabricIdentity;
import org.modelledger.chain.fabric.FabricRegistry;
import org.modelledger.chain.fabric.FabricRegistryOptions;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.Submission;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A new network with the registry's chaincode on it, on which nothing has happened. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls start() before all else
public class FabricChain {
  static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * {@code devpeer} is the development peer, {@code real} a network of the programs that the environment
   * variable FABRIC_BIN names.
   */
  @Param("devpeer")
  public String network = "";

  /** How many transactions fill a block. */
  @Param("500")
  public int blockTransactions;

  /** How long the first transaction of a block waits for others. */
  @Param("200")
  public int blockMillis;

  private FabricGround ground;
  private Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private int registries;

  @Setup(Level.Trial)
  public void start() throws IOException, InterruptedException {
    directory = Workspace.create("fabric");
    ground = switch (network) {
      case "devpeer" -> FabricGround.devPeer(directory, blockTransactions, blockMillis);
      case "real" -> FabricGround.real(directory, blockTransactions, blockMillis);
      default -> throw new IllegalArgumentException(
          "no network '" + network + "'; there are devpeer and real");
    };
  }

  @TearDown(Level.Trial)
  public void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    ground.close();
    Workspace.delete(directory);
  }

  /** Closes something before the network. */
  <T extends AutoCloseable> T closedBeforeNetwork(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  /** Opens Fabric's own client; it is closed with the network. */
  GatewayClient gateway() throws IOException, GeneralSecurityException {
    return closedBeforeNetwork(new GatewayClient(ground));
  }

  /** Opens our client; it is closed with the network. */
  ModelRegistry registry(int batch) throws InterruptedException {
    FabricRegistryOptions options = FabricRegistryOptions.writing(ground.peers(), ground.channel(),
        identity(), directory.resolve("client" + registries++));
    return closedBeforeNetwork(FabricRegistry.open(withTls(options).withBatch(batch)));
  }

  /** Opens a client that only reads, and has read nothing yet. */
  ModelRegistry openReading() throws InterruptedException {
    return FabricRegistry.open(withTls(
        FabricRegistryOptions.reading(ground.peers(), ground.channel(), identity())));
  }

  private FabricIdentity identity() {
    return FabricIdentity.ofFiles(ground.mspId(), ground.certificate(), ground.privateKey());
  }

  private FabricRegistryOptions withTls(FabricRegistryOptions options) {
    FabricRegistryOptions named = options.withChaincode(FabricGround.CHAINCODE);
    return ground.tlsRoot().map(named::withTls).orElse(named);
  }

  /** Submits commands and waits for all of them; returns the last one's block. */
  static long submitAndAwait(ModelRegistry registry, List<Command<ModelTrained>> commands)
      throws InterruptedException {
    List<Submission<ModelTrained>> submissions = new ArrayList<>(commands.size());
    for (Command<ModelTrained> command : commands) {
      submissions.add(registry.submit(command));
    }
    long last = 0;
    for (Submission<ModelTrained> submission : submissions) {
      last = submission.await(LIMIT).header().position().block();
    }
    return last;
  }
}
