package org.modelledger.testnet.fabric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modelledger.testnet.Directories;
import org.modelledger.testnet.NodeProcess;
import org.modelledger.testnet.TestNode;
import org.modelledger.testnet.TestnetException;

/**
 * A network of Hyperledger Fabric that runs on this machine: organisations with their peers, Raft orderers, TLS
 * everywhere, one channel, and on it one chaincode as a service. It belongs to this JVM: it is ended by {@link #close},
 * and at the latest when the JVM ends. Safe for use by many threads.
 *
 * <pre>{@code
 * FabricChaincode chaincode = FabricChaincode.java("registry", classPath, "com.example.Main");
 * try (FabricNetwork network = FabricNetwork.start(FabricOptions.builder(chaincode).orderers(3).build())) {
 *   … network.connection() …
 *   network.leader().orElseThrow().kill();
 * }
 * }</pre>
 */
public final class FabricNetwork implements TestNode {
  private static final int STARTS = 3;
  private static final int TAIL = 2_500;

  private final FabricOptions options;
  private final Launch launch;
  private final Layout layout;
  private final List<FabricNode> nodes;
  private final RaftLeader leader;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<FabricUser> users = new ArrayList<>();
  private boolean keep;
  private boolean closed;

  private FabricNetwork(FabricOptions options, Launch launch) {
    this.options = options;
    this.launch = launch;
    this.layout = launch.layout();
    this.nodes = launch.nodes();
    this.leader = new RaftLeader(options.channel(), launch.operationsPorts());
  }

  /**
   * Starts a network from the programs that {@value FabricBinaries#VARIABLE} names, and returns when each peer's gateway
   * gets transactions endorsed.
   *
   * @param options how
   * @return the network; the caller closes it
   * @throws TestnetException if there are no programs, or one of them fails; with the end of its log
   * @throws InterruptedException if interrupted; nothing is left running
   */
  public static FabricNetwork start(FabricOptions options) throws InterruptedException {
    return start(FabricBinaries.required(), options);
  }

  /**
   * Starts a network from other programs.
   *
   * @param binaries Fabric's programs
   * @param options how
   * @return the network; the caller closes it
   * @throws TestnetException if one of the programs fails; with the end of its log
   * @throws InterruptedException if interrupted; nothing is left running
   */
  public static FabricNetwork start(FabricBinaries binaries, FabricOptions options)
      throws InterruptedException {
    return start(binaries, options, false);
  }

  /** Starts a network that goes on when this JVM ends, until {@link #takeDown}. */
  static FabricNetwork startDetached(FabricBinaries binaries, FabricOptions options)
      throws InterruptedException {
    return start(binaries, options, true);
  }

  private static FabricNetwork start(FabricBinaries binaries, FabricOptions options,
      boolean detached) throws InterruptedException {
    Objects.requireNonNull(binaries, "binaries");
    Objects.requireNonNull(options, "options");
    for (int attempt = 1;; attempt++) {
      Path directory = directory(options);
      Launch launch = new Launch(binaries, options, directory, detached);
      try {
        launch.run();
        FabricNetwork network = new FabricNetwork(options, launch);
        network.certifyUsers();
        network.connection().write(network.layout.connection());
        return network;
      } catch (IOException e) {
        killAll(launch.nodes());
        throw new UncheckedIOException(e);
      } catch (RuntimeException e) {
        killAll(launch.nodes());
        if (attempt < STARTS && portTaken(launch.nodes())) {
          delete(directory);
          continue; // another process took a port that was free a moment ago
        }
        if (e instanceof TestnetException) {
          e.addSuppressed(new TestnetException("the network's files are kept in " + directory
              + "\n" + tails(launch.nodes())));
        }
        throw e;
      } catch (InterruptedException e) {
        killAll(launch.nodes());
        delete(directory);
        throw e;
      }
    }
  }

  private static Path directory(FabricOptions options) {
    try {
      if (options.directory().isEmpty()) {
        return Files.createTempDirectory("modelledger-fabric-").toRealPath();
      }
      Path wanted = Files.createDirectories(options.directory().get()).toRealPath();
      try (Stream<Path> entries = Files.list(wanted)) {
        if (entries.findAny().isPresent()) {
          throw new TestnetException(
              wanted + " is to hold a new network, and is not empty; is there one already?");
        }
      }
      return wanted;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean portTaken(List<FabricNode> nodes) {
    return nodes.stream()
        .map(node -> NodeProcess.tail(node.log(), TAIL).toLowerCase(Locale.ROOT))
        .anyMatch(log -> log.contains("address already in use"));
  }

  private void certifyUsers() {
    for (String mspId : options.organizations()) {
      users.add(layout.generated(mspId, "Admin"));
      users.add(layout.generated(mspId, "User1"));
    }
    options.users().forEach(user -> {
      FabricUser unused = enroll(user.mspId(), user.name(), user.attributes());
    });
  }

  /**
   * Certifies another user, or the same one again with a new key, as in a renewal.
   *
   * @param mspId an organisation of the network
   * @param name letters, digits, dots and dashes
   * @param attributes what the certificate is to say of the user, for the chaincode
   * @return the user, who may speak to the network at once
   * @throws TestnetException if there is no such organisation
   */
  public FabricUser enroll(String mspId, String name, Map<String, String> attributes) {
    return enroll(mspId, name,
        (certificates, directory) -> certificates.issue(mspId, name, attributes, directory));
  }

  /**
   * Likewise, with a certificate that is valid from one time to another: for tests of what happens when it has expired.
   *
   * @param mspId an organisation of the network
   * @param name letters, digits, dots and dashes
   * @param attributes what the certificate is to say of the user
   * @param notBefore from when on; to the second
   * @param notAfter until when
   * @return the user
   * @throws TestnetException if there is no such organisation
   */
  public FabricUser enroll(String mspId, String name, Map<String, String> attributes,
      Instant notBefore, Instant notAfter) {
    return enroll(mspId, name, (certificates, directory) -> certificates.issue(mspId, name,
        attributes, Date.from(notBefore), Date.from(notAfter), directory));
  }

  private FabricUser enroll(String mspId, String name,
      BiFunction<UserCertificates, Path, FabricUser> issue) {
    requireOrganization(mspId);
    lock.lock();
    try {
      Path directory = layout.directory()
          .resolve("users")
          .resolve(FabricOptions.checkUser(name) + "@" + mspId + "-" + users.size());
      FabricUser user = issue.apply(
          UserCertificates.of(layout.authority(mspId), layout.authorityKey(mspId)), directory);
      users.removeIf(other -> other.mspId().equals(mspId) && other.name().equals(name));
      users.add(user);
      return user;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns what a client needs to know.
   *
   * @return as it is now; users may be added
   */
  public FabricConnection connection() {
    lock.lock();
    try {
      return new FabricConnection(options.channel(), options.chaincode().name(),
          options.organizations().stream().map(this::organization).toList(),
          endpoints(orderers()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns what to show to peers that want a certificate ({@link FabricOptions.Builder#mutualTls}).
   *
   * @param mspId whose TLS authority certified it
   * @return a certificate and its key
   * @throws TestnetException if there is no such organisation
   */
  public TlsClient tlsClient(String mspId) {
    requireOrganization(mspId);
    return layout.tlsClient(mspId, "User1");
  }

  private void requireOrganization(String mspId) {
    if (!options.organizations().contains(mspId)) {
      throw new TestnetException(
          "there is no organisation '" + mspId + "'; there are " + options.organizations());
    }
  }

  private FabricConnection.Organization organization(String mspId) {
    return new FabricConnection.Organization(mspId, endpoints(peers(mspId)),
        users.stream().filter(user -> user.mspId().equals(mspId)).toList());
  }

  private List<FabricConnection.Endpoint> endpoints(List<FabricNode> of) {
    return of.stream()
        .map(node -> new FabricConnection.Endpoint(node.name(), "127.0.0.1", node.port(),
            layout.tlsRoot(node.mspId())))
        .toList();
  }

  /**
   * Puts the chaincode onto the channel under other names as well, for tests that want an empty one: each name has a
   * state of its own, and all are served by the same processes. Returns when each peer's gateway gets transactions of
   * each of them endorsed.
   *
   * @param names as {@link FabricChaincode#name}; none is on the channel yet
   * @throws TestnetException if one is refused; with what Fabric's command printed
   * @throws InterruptedException if interrupted; some may be there then
   */
  public void define(List<String> names) throws InterruptedException {
    launch.define(List.copyOf(names));
  }

  /**
   * Returns all processes of the network.
   *
   * @return peers, orderers and chaincodes
   */
  public List<FabricNode> nodes() {
    return nodes;
  }

  /**
   * Returns the peers of an organisation.
   *
   * @param mspId such as {@code Org1MSP}
   * @return none if there is no such organisation
   */
  public List<FabricNode> peers(String mspId) {
    return nodes.stream()
        .filter(node -> node.kind() == FabricNode.Kind.PEER && node.mspId().equals(mspId))
        .toList();
  }

  /**
   * Returns the chaincode's process for an organisation.
   *
   * @param mspId such as {@code Org1MSP}
   * @return the process
   * @throws TestnetException if there is no such organisation
   */
  public FabricNode chaincode(String mspId) {
    return nodes.stream()
        .filter(node -> node.kind() == FabricNode.Kind.CHAINCODE && node.mspId().equals(mspId))
        .findFirst()
        .orElseThrow(() -> new TestnetException(
            "there is no organisation '" + mspId + "'; there are " + options.organizations()));
  }

  /**
   * Returns the orderers.
   *
   * @return one, or an odd number of them
   */
  public List<FabricNode> orderers() {
    return nodes.stream().filter(node -> node.kind() == FabricNode.Kind.ORDERER).toList();
  }

  /**
   * Asks the orderers which of them leads now.
   *
   * @return empty while they elect one, and if too few of them run
   */
  public Optional<FabricNode> leader() {
    return leader.find();
  }

  /**
   * Returns where the network keeps its files.
   *
   * @return a directory, which is deleted by {@link #close} unless {@link #keep} was called
   */
  public Path directory() {
    return layout.directory();
  }

  /** Says whether all processes run. */
  @Override
  public boolean isRunning() {
    return nodes.stream().allMatch(FabricNode::isRunning);
  }

  @Override
  public void keep() {
    lock.lock();
    try {
      keep = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String logTail() {
    return tails(nodes);
  }

  private static String tails(List<FabricNode> nodes) {
    return nodes.stream()
        .map(node -> "--- " + node + ", " + node.log() + ":\n"
            + NodeProcess.tail(node.log(), TAIL))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      killAll(nodes);
      if (!keep) {
        delete(layout.directory());
      }
    } finally {
      lock.unlock();
    }
  }

  private static void killAll(List<FabricNode> nodes) {
    nodes.forEach(FabricNode::kill);
  }

  private static void delete(Path directory) {
    try {
      Directories.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Takes down what runs in a directory, whoever started it, also if that process is gone. A process that has got the
   * number of one of ours since is left alone.
   *
   * @param directory of a network
   * @param keep whether its files stay
   * @return how many processes were killed
   * @throws TestnetException if there is no network in the directory
   */
  public static int takeDown(Path directory, boolean keep) {
    Path run = directory.resolve("run");
    if (!Files.isDirectory(run)) {
      throw new TestnetException(
          directory + " holds no network of Hyperledger Fabric: there is no " + run);
    }
    try {
      List<ProcessHandle> processes = PidFile.findAll(run);
      processes.forEach(NodeProcess::killTree);
      if (!keep) {
        Directories.delete(directory);
      }
      return processes.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names the directory and the processes. */
  @Override
  public String toString() {
    return "the network of Hyperledger Fabric in " + layout.directory() + " " + nodes;
  }
}
