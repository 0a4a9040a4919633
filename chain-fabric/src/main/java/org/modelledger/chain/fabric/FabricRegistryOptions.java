package org.modelledger.chain.fabric;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.spi.ConfigurationException;

/**
 * Which registry to open, and how. Immutable: each {@code with…} method returns changed options.
 *
 * <p>To read takes peers, a channel and an identity, since Fabric answers members only; to write also a
 * directory, in which commands are durable before they are sent.
 */
public final class FabricRegistryOptions {
  static final String DEFAULT_CHAINCODE = "registry";
  static final int DEFAULT_BATCH = Batch.MAX_SUBMISSIONS;
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private static final Pattern ENDPOINT = Pattern
      .compile("(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}");

  // Set before anyone else sees the object, and not afterwards.
  private final List<String> peers;
  private final String channel;
  private final FabricIdentity identity;
  private String chaincode = DEFAULT_CHAINCODE;
  private boolean writes;
  private @Nullable Path directory;
  private @Nullable Path tlsRoots;
  private @Nullable Path tlsCertificate;
  private @Nullable Path tlsKey;
  private @Nullable String tlsAuthority;
  private List<String> endorsers = List.of();
  private int batch = DEFAULT_BATCH;
  private Duration timeout = DEFAULT_TIMEOUT;

  private FabricRegistryOptions(List<String> peers, String channel, FabricIdentity identity) {
    this.peers = peers;
    this.channel = channel;
    this.identity = identity;
  }

  private FabricRegistryOptions with(Consumer<FabricRegistryOptions> change) {
    FabricRegistryOptions changed = new FabricRegistryOptions(peers, channel, identity);
    changed.chaincode = chaincode;
    changed.writes = writes;
    changed.directory = directory;
    changed.tlsRoots = tlsRoots;
    changed.tlsCertificate = tlsCertificate;
    changed.tlsKey = tlsKey;
    changed.tlsAuthority = tlsAuthority;
    changed.endorsers = endorsers;
    changed.batch = batch;
    changed.timeout = timeout;
    change.accept(changed);
    return changed;
  }

  /**
   * Opens a registry to read.
   *
   * @param peers the gateways of peers that are on the channel, as {@code host:port}: the first one that
   *     answers is used, the next one when it does not any more. Peers of the identity's organisation are
   *     the natural choice
   * @param channel the channel's name
   * @param identity who asks
   * @throws ConfigurationException if there is no peer, or one is not of that form
   */
  public static FabricRegistryOptions reading(List<String> peers, String channel,
      FabricIdentity identity) {
    List<String> copy = List.copyOf(peers);
    if (copy.isEmpty() || channel.isBlank()) {
      throw new ConfigurationException(
          "a registry on Fabric takes the address of a peer and the name of a channel; given are "
              + copy + " and '" + channel + "'");
    }
    for (String peer : copy) {
      if (!ENDPOINT.matcher(peer).matches()) {
        throw new ConfigurationException(
            "the peer '" + peer + "' is no address; expected host:port, such as 127.0.0.1:7051");
      }
    }
    return new FabricRegistryOptions(copy, channel, Objects.requireNonNull(identity, "identity"));
  }

  /**
   * Opens a registry to write, in the name of the identity.
   *
   * @param peers as for {@link #reading}
   * @param channel as for {@link #reading}
   * @param identity who acts
   * @param directory what the client keeps: its outbox and its index of the channel. Created if there is
   *     none. One registry at a time has it open
   * @throws ConfigurationException as for {@link #reading}
   */
  public static FabricRegistryOptions writing(List<String> peers, String channel,
      FabricIdentity identity, Path directory) {
    Objects.requireNonNull(directory, "directory");
    return reading(peers, channel, identity).with(o -> {
      o.directory = directory;
      o.writes = true;
    });
  }

  /**
   * Keeps the index of the channel in a directory, so that the next opening goes on from there. Without
   * one a registry that only reads has it in memory, and reads the channel from its beginning.
   */
  public FabricRegistryOptions withDirectory(Path path) {
    Objects.requireNonNull(path, "path");
    return with(o -> o.directory = path);
  }

  /** Sets the name of the chaincode on the channel. Default: {@code registry}. */
  public FabricRegistryOptions withChaincode(String name) {
    if (name.isBlank()) {
      throw new ConfigurationException("the name of the chaincode is blank");
    }
    return with(o -> o.chaincode = name);
  }

  /**
   * Talks to the peers over TLS. Default: in the clear, for peers on the same machine.
   *
   * @param roots a file with the certificates, in PEM, that the peers' own are checked by
   */
  public FabricRegistryOptions withTls(Path roots) {
    Objects.requireNonNull(roots, "roots");
    return with(o -> o.tlsRoots = roots);
  }

  /**
   * Shows the peers a certificate for TLS, where they ask for one.
   *
   * @param certificate a file in PEM
   * @param key a file with its key in PEM, PKCS#8
   */
  public FabricRegistryOptions withTlsCertificate(Path certificate, Path key) {
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(key, "key");
    return with(o -> {
      o.tlsCertificate = certificate;
      o.tlsKey = key;
    });
  }

  /** Sets the name that the peers' TLS certificates have, where it is not that of their address. */
  public FabricRegistryOptions withTlsAuthority(String name) {
    Objects.requireNonNull(name, "name");
    return with(o -> o.tlsAuthority = name);
  }

  /**
   * Names the organisations whose peers endorse. Default: the gateway finds out which the channel's
   * policy wants.
   *
   * @param mspIds their MSP ids; none for the default
   */
  public FabricRegistryOptions withEndorsers(List<String> mspIds) {
    List<String> copy = List.copyOf(mspIds);
    return with(o -> o.endorsers = copy);
  }

  /**
   * Sets how many commands go into one transaction at most. Default: 1,024. They are fewer while
   * endorsers take long for them.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1,024
   */
  public FabricRegistryOptions withBatch(int commands) {
    if (commands < 1 || commands > Batch.MAX_SUBMISSIONS) {
      throw new IllegalArgumentException("1 to " + Batch.MAX_SUBMISSIONS
          + " commands in a transaction are possible, not " + commands);
    }
    return with(o -> o.batch = commands);
  }

  /**
   * Sets how long to wait for one answer of a peer, and for a transaction that was submitted to be in a
   * block, before another peer is tried. Default: 30 s.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public FabricRegistryOptions withTimeout(Duration answer) {
    if (!answer.isPositive()) {
      throw new IllegalArgumentException("timeout is " + answer + ", wanted more than 0");
    }
    return with(o -> o.timeout = answer);
  }

  List<String> peers() {
    return peers;
  }

  String channel() {
    return channel;
  }

  FabricIdentity identity() {
    return identity;
  }

  String chaincode() {
    return chaincode;
  }

  boolean writes() {
    return writes;
  }

  Optional<Path> directory() {
    return Optional.ofNullable(directory);
  }

  Optional<Path> tlsRoots() {
    return Optional.ofNullable(tlsRoots);
  }

  Optional<Path> tlsCertificate() {
    return Optional.ofNullable(tlsCertificate);
  }

  Optional<Path> tlsKey() {
    return Optional.ofNullable(tlsKey);
  }

  Optional<String> tlsAuthority() {
    return Optional.ofNullable(tlsAuthority);
  }

  List<String> endorsers() {
    return endorsers;
  }

  int batch() {
    return batch;
  }

  Duration timeout() {
    return timeout;
  }

  /** Shows peers, channel and chaincode. */
  @Override
  public String toString() {
    return "FabricRegistryOptions[" + chaincode + " on " + channel + " at " + peers + "]";
  }
}
