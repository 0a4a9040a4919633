package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.modelledger.fabric.devpeer.BlockCutting;
import org.modelledger.fabric.devpeer.DevIdentity;
import org.modelledger.fabric.devpeer.DevPeer;

/**
 * The development peer as a process of its own, so that what it takes is not counted as the client's. Two
 * organisations, both of which endorse. Runs until it is killed.
 */
public final class DevPeerProcess {
  static final String CHANNEL = "bench";
  static final String CHAINCODE = "registry";
  static final String MSP_ID = "Org1MSP";
  static final String ENDPOINT = "endpoint";
  static final String CERTIFICATE = "certificate.pem";
  static final String PRIVATE_KEY = "key.pem";

  private static final int BLOCK_BYTES = 2 * 1024 * 1024;
  private static final Duration CONNECT = Duration.ofMinutes(1);

  private DevPeerProcess() {}

  /**
   * Takes a directory, in which it leaves an identity and, when it serves, the gateway's address; the
   * chaincode's address; the number of transactions and of milliseconds at which a block is cut.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[0]);
    try (DevPeer peer = DevPeer.builder()
        .organization(MSP_ID)
        .organization("Org2MSP")
        .channel(CHANNEL)
        .chaincode(CHAINCODE, arguments[1], "MAJORITY")
        .blockCutting(new BlockCutting(Integer.parseInt(arguments[2]), BLOCK_BYTES,
            Duration.ofMillis(Long.parseLong(arguments[3]))))
        .connectTimeout(CONNECT)
        .start()) {
      DevIdentity identity = peer.enroll(MSP_ID, "bench");
      Files.writeString(directory.resolve(CERTIFICATE), identity.certificatePem());
      Files.writeString(directory.resolve(PRIVATE_KEY), identity.privateKeyPem());
      Path written = Files.writeString(directory.resolve("endpoint.new"), peer.endpoint());
      Files.move(written, directory.resolve(ENDPOINT), StandardCopyOption.ATOMIC_MOVE);
      new CountDownLatch(1).await();
    }
  }

  /** Returns the command that starts it. */
  static List<String> command(Path directory, String chaincode, int transactions, long millis) {
    return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx3g",
        "-cp", System.getProperty("java.class.path"), DevPeerProcess.class.getName(),
        directory.toString(), chaincode, Integer.toString(transactions), Long.toString(millis));
  }
}
