package org.modelledger.examples;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.modelledger.fabric.devpeer.DevIdentity;
import org.modelledger.fabric.devpeer.DevPeer;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.testnet.NodeProcess;
import org.modelledger.testnet.Ports;
import org.modelledger.testnet.TestnetException;

/**
 * Hyperledger Fabric on this machine: a development peer with several organisations in this process, and
 * the registry's chaincode as the process that operators start. All that a member of a real channel has
 * instead is in the member's URI.
 */
final class FabricOnDevPeer implements AutoCloseable {
  /** Where the build leaves the chaincode's jar, with its libraries in {@code lib/} beside it. */
  static final Path DISTRIBUTION = Path.of("chain-fabric", "chaincode", "target");

  private static final String CHANNEL = "models";
  private static final String CHAINCODE = "registry";
  private static final String JAR = "modelledger-chain-fabric-chaincode-";
  private static final String MAIN = "org.modelledger.chain.fabric.chaincode.Main";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * Somebody on the channel, whose certificate and key lie in files.
   *
   * @param name who it is
   * @param mspId the organisation that says so
   * @param uri what {@code ModelLedger.open} takes
   * @param readingUri the same for reading only
   */
  record Member(String name, String mspId, String uri, String readingUri) {}

  private final Path directory;
  private final List<String> organizations;
  private final NodeProcess chaincode;
  private final DevPeer peer;

  private FabricOnDevPeer(Path directory, List<String> organizations, NodeProcess chaincode,
      DevPeer peer) {
    this.directory = directory;
    this.organizations = organizations;
    this.chaincode = chaincode;
    this.peer = peer;
  }

  /**
   * Starts the chaincode and the peer. A transaction is endorsed by more than half of the organisations.
   *
   * @param directory gets the chaincode's log, the members' files and, if wanted, the blocks
   * @param distribution as {@link #DISTRIBUTION}
   * @param organizations their MSP ids
   */
  static FabricOnDevPeer start(Path directory, Path distribution, List<String> organizations) {
    try {
      Files.createDirectories(directory);
      int port = Ports.free(1).getFirst();
      String address = "127.0.0.1:" + port;
      NodeProcess chaincode = NodeProcess.start(command(distribution.toAbsolutePath()),
          Map.of("CORE_CHAINCODE_ID_NAME", CHAINCODE + ":1", "CHAINCODE_SERVER_ADDRESS", address),
          directory, directory.resolve("chaincode.log"));
      boolean started = false;
      try {
        DevPeer.Builder network = DevPeer.builder().channel(CHANNEL).chaincode(CHAINCODE, address);
        organizations.forEach(network::organization);
        if (!chaincode.await(() -> listens(port), PATIENCE, "that the chaincode listens")) {
          throw new TestnetException("the chaincode ended by itself; " + chaincode.describe());
        }
        DevPeer peer = network.start();
        started = true;
        return new FabricOnDevPeer(directory, organizations, chaincode, peer);
      } finally {
        if (!started) {
          chaincode.kill();
        }
      }
    } catch (IOException e) {
      throw new StorageException("set up Fabric in", directory, e);
    }
  }

  /** Its libraries are other versions than ours: a class path of its own. */
  private static List<String> command(Path distribution) throws IOException {
    try (Stream<Path> files = Files.isDirectory(distribution)
        ? Files.list(distribution)
        : Stream.empty()) {
      List<String> jars = files.map(Path::toString)
          .filter(file -> file.contains(JAR) && file.endsWith(".jar"))
          .filter(file -> !file.endsWith("-sources.jar") && !file.endsWith("-javadoc.jar"))
          .toList();
      if (jars.size() != 1 || !Files.isDirectory(distribution.resolve("lib"))) {
        throw new ConfigurationException("the chaincode is not in " + distribution
            + "; expected one " + JAR + "….jar and lib/ there, as ./quickstart builds them");
      }
      return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx256m", "-XX:+UseSerialGC", "-cp",
          jars.getFirst() + File.pathSeparator + distribution.resolve("lib") + File.separator + "*",
          MAIN);
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /** Enrols somebody whose certificate may be used for everything. */
  Member enroll(String mspId, String name) {
    return enroll(mspId, name, Map.of());
  }

  /**
   * Enrols somebody, and writes down certificate and key.
   *
   * @param attributes of the certificate; {@code modelledger.roles} restricts what it may be used for
   */
  Member enroll(String mspId, String name, Map<String, String> attributes) {
    DevIdentity identity = peer.enroll(mspId, name, attributes);
    Path home = directory.resolve(name);
    Path certificate = home.resolve("certificate.pem");
    Path key = home.resolve("key.pem");
    try {
      Files.createDirectories(home);
      Files.writeString(certificate, identity.certificatePem());
      Files.createFile(key, forItsOwner());
      Files.writeString(key, identity.privateKeyPem());
    } catch (IOException e) {
      throw new StorageException("write a certificate and its key to", home, e);
    }
    String reading = "fabric:" + gateways(mspId) + "?channel=" + CHANNEL + "&msp-id=" + mspId
        + "&certificate=" + encode(certificate) + "&key=" + encode(key);
    return new Member(name, mspId, reading + "&outbox=" + encode(home.resolve("client")),
        reading);
  }

  /** One's own organisation's first. */
  private String gateways(String mspId) {
    StringBuilder gateways = new StringBuilder(peer.endpoint(mspId));
    organizations.stream()
        .filter(other -> !other.equals(mspId))
        .forEach(other -> gateways.append(',').append(peer.endpoint(other)));
    return gateways.toString();
  }

  private static FileAttribute<?>[] forItsOwner() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[]{
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
        : new FileAttribute<?>[0];
  }

  /** Absolute, since a visitor may work in another directory. */
  private static String encode(Path path) {
    return URLEncoder.encode(path.toAbsolutePath().toString(), StandardCharsets.UTF_8)
        .replace("+", "%20");
  }

  /**
   * Writes the channel's blocks to files, as {@code peer channel fetch} does.
   *
   * @return how many
   */
  long writeBlocks(Path blocks) {
    try {
      Files.createDirectories(blocks);
      long height = peer.height();
      for (long number = 0; number < height; number++) {
        Files.write(blocks.resolve(String.format(Locale.ROOT, "%06d.block", number)),
            peer.block(number));
      }
      return height;
    } catch (IOException e) {
      throw new StorageException("write the channel's blocks to", blocks, e);
    }
  }

  /** Stops the peer, which forgets everything, and the chaincode. */
  @Override
  public void close() {
    try {
      peer.close();
    } finally {
      chaincode.stop();
    }
  }
}
