package org.modelledger.chain.fabric;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * Opens registries by URIs such as {@code
 * fabric:127.0.0.1:7051,127.0.0.1:8051?channel=models&msp-id=Org1MSP&msp=users/ann/msp&outbox=ledger}.
 *
 * <table>
 * <caption>Options; paths are relative to the working directory</caption>
 * <tr><td>{@code location}</td><td>the gateways of peers, {@code host:port}, with commas between; the
 * first that answers is used</td></tr>
 * <tr><td>{@code channel}</td><td>the channel's name</td></tr>
 * <tr><td>{@code chaincode}</td><td>the chaincode's name on it; default: {@code registry}</td></tr>
 * <tr><td>{@code msp-id}</td><td>the organisation of the identity</td></tr>
 * <tr><td>{@code certificate}, {@code key}</td><td>files of the identity, PEM</td></tr>
 * <tr><td>{@code msp}</td><td>instead of those two: a directory with {@code signcerts/} and {@code
 * keystore/}, as Fabric's tools lay it out</td></tr>
 * <tr><td>{@code outbox}</td><td>a directory in which commands wait, and the index of the channel is
 * kept; without it the registry is opened to read</td></tr>
 * <tr><td>{@code index}</td><td>to read only: the directory of the index; default: in memory</td></tr>
 * <tr><td>{@code tls-roots}</td><td>the certificates that the peers' own are checked by, PEM; without
 * it connections are in the clear</td></tr>
 * <tr><td>{@code tls-certificate}, {@code tls-key}</td><td>what to show to peers that ask for a
 * client's certificate, PEM</td></tr>
 * <tr><td>{@code tls-authority}</td><td>the name in the peers' TLS certificates, if it is not that of
 * their address</td></tr>
 * <tr><td>{@code endorsers}</td><td>MSP ids with commas between; default: those that the channel's
 * policy wants</td></tr>
 * <tr><td>{@code batch}</td><td>commands in a transaction at most; default: 1024</td></tr>
 * <tr><td>{@code timeout}</td><td>how long to wait for an answer: a duration; default: {@code
 * PT30S}</td></tr>
 * </table>
 *
 * @see FabricRegistryOptions
 */
public final class FabricRegistryProvider implements ModelRegistryProvider {
  private static final String CHANNEL = "channel";
  private static final String CHAINCODE = "chaincode";
  private static final String MSP_ID = "msp-id";
  private static final String CERTIFICATE = "certificate";
  private static final String KEY = "key";
  private static final String MSP = "msp";
  private static final String OUTBOX = "outbox";
  private static final String INDEX = "index";
  private static final String TLS_ROOTS = "tls-roots";
  private static final String TLS_CERTIFICATE = "tls-certificate";
  private static final String TLS_KEY = "tls-key";
  private static final String TLS_AUTHORITY = "tls-authority";
  private static final String ENDORSERS = "endorsers";
  private static final String BATCH = "batch";
  private static final String TIMEOUT = "timeout";

  /** Does nothing; see {@link ModelRegistryProvider}. */
  public FabricRegistryProvider() {}

  @Override
  public String name() {
    return "fabric";
  }

  @Override
  public ModelRegistry open(ProviderOptions options) {
    options.requireKnown(ProviderOptions.LOCATION, CHANNEL, CHAINCODE, MSP_ID, CERTIFICATE, KEY,
        MSP, OUTBOX, INDEX, TLS_ROOTS, TLS_CERTIFICATE, TLS_KEY, TLS_AUTHORITY, ENDORSERS, BATCH,
        TIMEOUT);
    try {
      return FabricRegistry.open(read(options));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("interrupted while the registry was opened", e);
    }
  }

  private static FabricRegistryOptions read(ProviderOptions options) {
    List<String> peers = list(options.get(ProviderOptions.LOCATION));
    String channel = options.get(CHANNEL);
    FabricIdentity identity = identity(options);
    Optional<Path> outbox = options.findPath(OUTBOX);
    Optional<Path> index = options.findPath(INDEX);
    if (outbox.isPresent() && index.isPresent()) {
      throw new ConfigurationException(
          "option 'index' is for reading; to write, the index is kept in 'outbox'");
    }
    FabricRegistryOptions result = outbox
        .map(directory -> FabricRegistryOptions.writing(peers, channel, identity, directory))
        .orElseGet(() -> FabricRegistryOptions.reading(peers, channel, identity))
        .withChaincode(options.find(CHAINCODE).orElse(FabricRegistryOptions.DEFAULT_CHAINCODE))
        .withEndorsers(options.find(ENDORSERS).map(FabricRegistryProvider::list).orElse(List.of()))
        .withBatch((int) options.getLong(BATCH, FabricRegistryOptions.DEFAULT_BATCH, 1,
            Batch.MAX_SUBMISSIONS))
        .withTimeout(timeout(options));
    if (index.isPresent()) {
      result = result.withDirectory(index.get());
    }
    return withTls(options, result);
  }

  private static FabricRegistryOptions withTls(ProviderOptions options,
      FabricRegistryOptions begun) {
    FabricRegistryOptions result = begun;
    Optional<Path> roots = options.findPath(TLS_ROOTS);
    if (roots.isPresent()) {
      result = result.withTls(roots.get());
    }
    Optional<Path> certificate = options.findPath(TLS_CERTIFICATE);
    Optional<Path> key = options.findPath(TLS_KEY);
    if (certificate.isPresent() != key.isPresent()) {
      throw new ConfigurationException(
          "options 'tls-certificate' and 'tls-key' go together; one is missing");
    }
    if (certificate.isPresent()) {
      result = result.withTlsCertificate(certificate.get(), key.orElseThrow());
    }
    Optional<String> authority = options.find(TLS_AUTHORITY);
    return authority.isPresent() ? result.withTlsAuthority(authority.get()) : result;
  }

  private static FabricIdentity identity(ProviderOptions options) {
    String mspId = options.get(MSP_ID);
    Optional<Path> msp = options.findPath(MSP);
    Optional<Path> certificate = options.findPath(CERTIFICATE);
    Optional<Path> key = options.findPath(KEY);
    if (msp.isPresent() && certificate.isEmpty() && key.isEmpty()) {
      return FabricIdentity.ofMsp(mspId, msp.get());
    }
    if (msp.isEmpty() && certificate.isPresent() && key.isPresent()) {
      return FabricIdentity.ofFiles(mspId, certificate.get(), key.get());
    }
    throw new ConfigurationException("an identity takes the option 'msp', a directory, or"
        + " 'certificate' and 'key', two files; set are " + options.names());
  }

  private static Duration timeout(ProviderOptions options) {
    Duration timeout = options.getDuration(TIMEOUT, FabricRegistryOptions.DEFAULT_TIMEOUT);
    if (timeout.isZero()) {
      throw new ConfigurationException("option 'timeout' is zero; expected more");
    }
    return timeout;
  }

  private static List<String> list(String text) {
    return List.of(text.split(",", -1));
  }
}
