package org.modelledger.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modelledger.testnet.NodeProcess;
import org.modelledger.testnet.fabric.FabricChaincode;
import org.modelledger.testnet.fabric.FabricConnection;
import org.modelledger.testnet.fabric.FabricNetwork;
import org.modelledger.testnet.fabric.FabricOptions;
import org.modelledger.testnet.fabric.FabricUser;

/**
 * A network of Fabric with the registry's chaincode on it, as processes of their own: two organisations,
 * whose majority, both, endorses.
 *
 * @param channel the channel
 * @param peers where the gateways of the identity's organisation listen
 * @param tlsRoot what the peers' certificates are checked by; empty if they do not use TLS
 * @param mspId the identity's organisation
 * @param certificate of the identity, a file in PEM
 * @param privateKey of the identity, a file in PEM
 * @param processes ended in this order
 */
record FabricGround(String channel, List<String> peers, Optional<Path> tlsRoot, String mspId,
    Path certificate, Path privateKey, List<Runnable> processes) implements AutoCloseable {
  static final String CHAINCODE = DevPeerProcess.CHAINCODE;

  private static final Duration READY = Duration.ofMinutes(1);
  private static final String MAIN = "org.modelledger.chain.fabric.chaincode.Main";

  /** Starts a development peer and a chaincode beside it. */
  static FabricGround devPeer(Path directory, int blockTransactions, long blockMillis)
      throws IOException {
    String address = "127.0.0.1:" + freePort();
    NodeProcess chaincode = NodeProcess.start(chaincode().command(),
        Map.of("CORE_CHAINCODE_ID_NAME", CHAINCODE + ":1", "CHAINCODE_SERVER_ADDRESS", address),
        directory, directory.resolve("chaincode.log"));
    NodeProcess peer = NodeProcess.start(
        DevPeerProcess.command(directory, address, blockTransactions, blockMillis), Map.of(),
        directory, directory.resolve("peer.log"));
    Path endpoint = directory.resolve(DevPeerProcess.ENDPOINT);
    List<Runnable> processes = List.of(peer::kill, chaincode::kill);
    if (!peer.await(() -> Files.exists(endpoint), READY, "a development peer that serves")) {
      processes.forEach(Runnable::run);
      throw new IOException("the development peer ended; " + peer.describe());
    }
    return new FabricGround(DevPeerProcess.CHANNEL, List.of(Files.readString(endpoint)),
        Optional.empty(), DevPeerProcess.MSP_ID, directory.resolve(DevPeerProcess.CERTIFICATE),
        directory.resolve(DevPeerProcess.PRIVATE_KEY), processes);
  }

  /** Starts a real network from the programs that the environment variable FABRIC_BIN names. */
  static FabricGround real(Path directory, int blockTransactions, long blockMillis)
      throws IOException, InterruptedException {
    FabricNetwork network = FabricNetwork.start(FabricOptions.builder(chaincode())
        .channel(DevPeerProcess.CHANNEL)
        .maxMessageCount(blockTransactions)
        .batchTimeout(Duration.ofMillis(blockMillis))
        .directory(directory.resolve("network"))
        .build());
    FabricConnection.Organization organization = network.connection()
        .organization(DevPeerProcess.MSP_ID);
    FabricUser user = organization.user("User1");
    return new FabricGround(DevPeerProcess.CHANNEL,
        organization.peers().stream().map(FabricConnection.Endpoint::address).toList(),
        Optional.of(organization.peers().get(0).tlsRoot()), user.mspId(), user.certificate(),
        user.privateKey(), List.of(network::close));
  }

  /** The chaincode's libraries are not ours: the build leaves a list of them beside its classes. */
  private static FabricChaincode chaincode() throws IOException {
    Path target = Path
        .of(System.getProperty("modelledger.chaincode", "chain-fabric/chaincode/target"))
        .toAbsolutePath();
    Path libraries = target.resolve("chaincode.classpath");
    if (!Files.exists(libraries)) {
      throw new IOException("the build has left no " + libraries
          + "; the property modelledger.chaincode names the directory");
    }
    return FabricChaincode.java(CHAINCODE,
        target.resolve("classes") + File.pathSeparator + Files.readString(libraries, UTF_8).strip(),
        MAIN);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    processes.forEach(Runnable::run);
  }
}
