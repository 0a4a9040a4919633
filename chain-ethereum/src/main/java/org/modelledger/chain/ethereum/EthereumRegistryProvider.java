package org.modelledger.chain.ethereum;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * Opens registries by URIs such as {@code
 * ethereum:http://127.0.0.1:8545?contract=0x…&chain-id=31337&finality=latest}.
 *
 * <table>
 * <caption>Options; paths are relative to the working directory</caption>
 * <tr><td>{@code location}</td><td>the URL of a node's JSON-RPC, {@code http} or {@code https}; a
 * {@code ?} in it is written {@code %3F}</td></tr>
 * <tr><td>{@code contract}</td><td>the registry's address</td></tr>
 * <tr><td>{@code chain-id}</td><td>the id that the node's chain has to have; needed to write</td></tr>
 * <tr><td>{@code key}</td><td>the account's keystore file; without it the registry is opened to
 * read</td></tr>
 * <tr><td>{@code password-file}</td><td>a file whose first line is the keystore's password</td></tr>
 * <tr><td>{@code outbox}</td><td>the directory in which commands wait; needed to write</td></tr>
 * <tr><td>{@code finality}</td><td>{@code finalized} (default), {@code safe}, {@code latest}, or a
 * number of confirmations</td></tr>
 * <tr><td>{@code from-block}</td><td>the block before which there is nothing of the registry; default:
 * 0</td></tr>
 * <tr><td>{@code web-socket}</td><td>a URL, {@code ws} or {@code wss}, where the node announces new
 * blocks</td></tr>
 * <tr><td>{@code batch}, {@code window}</td><td>commands in a transaction, and transactions in flight,
 * at most; default: 64 each</td></tr>
 * <tr><td>{@code max-fee}</td><td>the most that is offered for a unit of gas, in gwei; default:
 * 1000</td></tr>
 * <tr><td>{@code poll}, {@code timeout}</td><td>how often to look for new blocks at least, and how long
 * to wait for an answer: durations; default: {@code PT2S} and {@code PT30S}</td></tr>
 * </table>
 *
 * @see EthereumRegistryOptions
 */
public final class EthereumRegistryProvider implements ModelRegistryProvider {
  private static final String CONTRACT = "contract";
  private static final String CHAIN_ID = "chain-id";
  private static final String KEY = "key";
  private static final String PASSWORD_FILE = "password-file";
  private static final String OUTBOX = "outbox";
  private static final String FINALITY = "finality";
  private static final String FROM_BLOCK = "from-block";
  private static final String WEB_SOCKET = "web-socket";
  private static final String BATCH = "batch";
  private static final String WINDOW = "window";
  private static final String MAX_FEE = "max-fee";
  private static final String POLL = "poll";
  private static final String TIMEOUT = "timeout";

  /** Does nothing; see {@link ModelRegistryProvider}. */
  public EthereumRegistryProvider() {}

  @Override
  public String name() {
    return "ethereum";
  }

  @Override
  public ModelRegistry open(ProviderOptions options) {
    options.requireKnown(ProviderOptions.LOCATION, CONTRACT, CHAIN_ID, KEY, PASSWORD_FILE, OUTBOX,
        FINALITY, FROM_BLOCK, WEB_SOCKET, BATCH, WINDOW, MAX_FEE, POLL, TIMEOUT);
    String node = options.get(ProviderOptions.LOCATION);
    String contract = options.get(CONTRACT);
    long chainId = options.getLong(CHAIN_ID, 0, 1, Long.MAX_VALUE);
    Optional<Path> key = options.findPath(KEY);
    EthereumRegistryOptions reading = read(options,
        EthereumRegistryOptions.reading(node, contract));
    if (key.isEmpty()) {
      for (String writing : new String[]{PASSWORD_FILE, OUTBOX}) {
        if (options.find(writing).isPresent()) {
          throw new ConfigurationException("option '" + writing + "' is for writing, which takes an"
              + " account's key: option 'key', a keystore file");
        }
      }
      return EthereumRegistry.open(chainId == 0 ? reading : reading.withChainId(chainId));
    }
    if (chainId == 0) {
      throw new ConfigurationException(
          "to write takes the chain's id, so that nothing is signed for"
              + " another chain: option 'chain-id'");
    }
    Path outbox = options.findPath(OUTBOX)
        .orElseThrow(() -> new ConfigurationException("to write takes a directory in which commands"
            + " wait until they are final: option 'outbox'"));
    Path password = options.findPath(PASSWORD_FILE)
        .orElseThrow(() -> new ConfigurationException("the keystore " + key.get()
            + " takes a password: option 'password-file', a file whose first line it is"));
    EthereumSigner signer = EthereumSigner.keystore(key.get(), password);
    boolean opened = false;
    try {
      ModelRegistry registry = EthereumRegistry.open(read(options,
          EthereumRegistryOptions.writing(node, contract, chainId, signer, outbox)
              .withOwnSigner()));
      opened = true;
      return registry;
    } finally {
      if (!opened) {
        signer.close();
      }
    }
  }

  private static EthereumRegistryOptions read(ProviderOptions options,
      EthereumRegistryOptions begun) {
    EthereumRegistryOptions result = begun
        .withBatch((int) options.getLong(BATCH, EthereumRegistryOptions.DEFAULT_BATCH, 1,
            EthereumRegistryOptions.MOST))
        .withWindow((int) options.getLong(WINDOW, EthereumRegistryOptions.DEFAULT_WINDOW, 1,
            EthereumRegistryOptions.MOST))
        .withFromBlock(options.getLong(FROM_BLOCK, 0, 0, Long.MAX_VALUE))
        .withPollInterval(duration(options, POLL, EthereumRegistryOptions.DEFAULT_POLL_INTERVAL))
        .withTimeout(duration(options, TIMEOUT, EthereumRegistryOptions.DEFAULT_TIMEOUT));
    Optional<String> finality = options.find(FINALITY);
    if (finality.isPresent()) {
      result = result.withFinality(Finality.parse(finality.get()));
    }
    Optional<String> webSocket = options.find(WEB_SOCKET);
    if (webSocket.isPresent()) {
      result = result.withWebSocket(webSocket.get());
    }
    Optional<String> maxFee = options.find(MAX_FEE);
    if (maxFee.isPresent()) {
      try {
        result = result.withMaxFeeGwei(new BigDecimal(maxFee.get()));
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException("option 'max-fee' is '" + maxFee.get()
            + "'; expected a number of gwei, such as 40 or 0.5", e);
      }
    }
    return result;
  }

  private static Duration duration(ProviderOptions options, String name, Duration absent) {
    Duration duration = options.getDuration(name, absent);
    if (duration.isZero()) {
      throw new ConfigurationException("option '" + name + "' is zero; expected more");
    }
    return duration;
  }
}
