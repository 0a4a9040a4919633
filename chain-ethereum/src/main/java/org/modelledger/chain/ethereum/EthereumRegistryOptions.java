package org.modelledger.chain.ethereum;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.AccountId;
import org.modelledger.spi.ConfigurationException;

/**
 * Which registry to open, and how. Immutable: each {@code with…} method returns changed options.
 *
 * <p>To read takes a node and the contract's address; to write also the chain's id, a signer, and a
 * directory for the outbox, in which commands are durable before they are sent.
 */
public final class EthereumRegistryOptions {
  static final int DEFAULT_BATCH = 64;
  static final int DEFAULT_WINDOW = 64;
  static final int MOST = 1_024;
  static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(2);
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  static final BigDecimal DEFAULT_MAX_FEE_GWEI = BigDecimal.valueOf(1_000);

  private static final int GWEI_DIGITS = 9;

  // Set before anyone else sees the object, and not afterwards.
  private final RpcUrl node;
  private final String contract;
  private @Nullable RpcUrl webSocket;
  private @Nullable Long chainId;
  private @Nullable EthereumSigner signer;
  private boolean ownsSigner;
  private @Nullable Path outbox;
  private Finality finality = Finality.finalized();
  private int batch = DEFAULT_BATCH;
  private int window = DEFAULT_WINDOW;
  private BigInteger maxFee = wei(DEFAULT_MAX_FEE_GWEI);
  private Duration pollInterval = DEFAULT_POLL_INTERVAL;
  private Duration timeout = DEFAULT_TIMEOUT;
  private long fromBlock;

  private EthereumRegistryOptions(RpcUrl node, String contract) {
    this.node = node;
    this.contract = contract;
  }

  private EthereumRegistryOptions with(Consumer<EthereumRegistryOptions> change) {
    EthereumRegistryOptions changed = new EthereumRegistryOptions(node, contract);
    changed.webSocket = webSocket;
    changed.chainId = chainId;
    changed.signer = signer;
    changed.ownsSigner = ownsSigner;
    changed.outbox = outbox;
    changed.finality = finality;
    changed.batch = batch;
    changed.window = window;
    changed.maxFee = maxFee;
    changed.pollInterval = pollInterval;
    changed.timeout = timeout;
    changed.fromBlock = fromBlock;
    change.accept(changed);
    return changed;
  }

  /**
   * Opens a registry to read.
   *
   * @param node the URL of a node's JSON-RPC: {@code http://…} or {@code https://…}; user, password,
   *     path and query are never shown
   * @param contract the registry's address, in any spelling that EIP-55 allows
   * @throws ConfigurationException if the URL or the address is none
   */
  public static EthereumRegistryOptions reading(String node, String contract) {
    return new EthereumRegistryOptions(RpcUrl.http(node), address("contract", contract));
  }

  /**
   * Opens a registry to write, in the name of the signer's account.
   *
   * @param node as for {@link #reading}
   * @param contract as for {@link #reading}
   * @param chainId of the chain (EIP-155); a node of another one is refused
   * @param signer stays the caller's, who closes it after the registry
   * @param outbox a directory; created if there is none. One registry at a time has it open
   * @throws ConfigurationException if the URL or the address is none
   * @throws IllegalArgumentException if the chain id is less than 1
   */
  public static EthereumRegistryOptions writing(String node, String contract, long chainId,
      EthereumSigner signer, Path outbox) {
    Objects.requireNonNull(signer, "signer");
    Objects.requireNonNull(outbox, "outbox");
    return reading(node, contract).withChainId(chainId).with(o -> {
      o.signer = signer;
      o.outbox = outbox;
    });
  }

  private static String address(String option, String text) {
    if (!Accounts.isAddress(text)) {
      throw new ConfigurationException("option '" + option + "' is '" + text
          + "'; expected an address, 0x and 40 hexadecimal digits");
    }
    AccountId account = Accounts.of(text);
    String digits = text.substring(2);
    boolean hasCase = !digits.equals(digits.toLowerCase(Locale.ROOT))
        && !digits.equals(digits.toUpperCase(Locale.ROOT));
    if (hasCase && !account.value().equals(text)) {
      throw new ConfigurationException("option '" + option + "' is '" + text
          + "', whose capital letters are not those of EIP-55: " + account
          + "; is there a typing error?");
    }
    return account.value();
  }

  /** The registry closes the signer. */
  EthereumRegistryOptions withOwnSigner() {
    return with(o -> o.ownsSigner = true);
  }

  /**
   * Sets the id that the node's chain has to have.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public EthereumRegistryOptions withChainId(long id) {
    if (id < 1) {
      throw new IllegalArgumentException("a chain id is 1 or more, not " + id);
    }
    return with(o -> o.chainId = id);
  }

  /**
   * Sets where the node announces new blocks over WebSocket, {@code ws://…} or {@code wss://…}.
   * Default: it is asked, more often while something is awaited.
   *
   * @throws ConfigurationException if it is no such URL
   */
  public EthereumRegistryOptions withWebSocket(String url) {
    RpcUrl parsed = RpcUrl.webSocket(url);
    return with(o -> o.webSocket = parsed);
  }

  /** Sets when an event is final. Default: {@link Finality#finalized()}. */
  public EthereumRegistryOptions withFinality(Finality finality) {
    Objects.requireNonNull(finality, "finality");
    return with(o -> o.finality = finality);
  }

  /**
   * Sets how many commands go into one transaction at most. Default: 64.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1,024
   */
  public EthereumRegistryOptions withBatch(int commands) {
    return with(o -> o.batch = within("commands in a transaction", commands));
  }

  /**
   * Sets how many transactions are in flight at most. Default: 64, which is what nodes keep of one
   * account unless told otherwise.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1,024
   */
  public EthereumRegistryOptions withWindow(int transactions) {
    return with(o -> o.window = within("transactions in flight", transactions));
  }

  /**
   * Sets the most that is offered for a unit of gas, in gwei. Default: 1,000.
   *
   * @throws IllegalArgumentException if it is not positive, or has parts of a wei
   */
  public EthereumRegistryOptions withMaxFeeGwei(BigDecimal gwei) {
    BigInteger wei = wei(gwei);
    return with(o -> o.maxFee = wei);
  }

  /**
   * Sets how often the node is asked for new blocks at least. Default: 2 s.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public EthereumRegistryOptions withPollInterval(Duration interval) {
    requirePositive("poll interval", interval);
    return with(o -> o.pollInterval = interval);
  }

  /**
   * Sets how long to wait for one answer of the node. Default: 30 s.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public EthereumRegistryOptions withTimeout(Duration answer) {
    requirePositive("timeout", answer);
    return with(o -> o.timeout = answer);
  }

  /**
   * Sets the block before which there is nothing of the registry: the one that its deployment told.
   * Default: 0. Saves reading a public chain from its beginning.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public EthereumRegistryOptions withFromBlock(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("blocks count from 0, not " + number);
    }
    return with(o -> o.fromBlock = number);
  }

  private static BigInteger wei(BigDecimal gwei) {
    if (gwei.signum() <= 0 || gwei.stripTrailingZeros().scale() > GWEI_DIGITS) {
      throw new IllegalArgumentException(
          "a fee is a positive number of gwei with up to nine decimals, not " + gwei);
    }
    return gwei.movePointRight(GWEI_DIGITS).toBigIntegerExact();
  }

  private static int within(String what, int number) {
    if (number < 1 || number > MOST) {
      throw new IllegalArgumentException(
          "1 to " + MOST + " " + what + " are possible, not " + number);
    }
    return number;
  }

  private static void requirePositive(String what, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(what + " is " + duration + ", wanted more than 0");
    }
  }

  RpcUrl node() {
    return node;
  }

  String contract() {
    return contract;
  }

  Optional<RpcUrl> webSocket() {
    return Optional.ofNullable(webSocket);
  }

  Optional<Long> chainId() {
    return Optional.ofNullable(chainId);
  }

  Optional<EthereumSigner> signer() {
    return Optional.ofNullable(signer);
  }

  boolean ownsSigner() {
    return ownsSigner;
  }

  Optional<Path> outbox() {
    return Optional.ofNullable(outbox);
  }

  Finality finality() {
    return finality;
  }

  int batch() {
    return batch;
  }

  int window() {
    return window;
  }

  BigInteger maxFee() {
    return maxFee;
  }

  Duration pollInterval() {
    return pollInterval;
  }

  Duration timeout() {
    return timeout;
  }

  long fromBlock() {
    return fromBlock;
  }

  /** Shows the node without what may be secret, and the contract. */
  @Override
  public String toString() {
    return "EthereumRegistryOptions[" + node + ", " + contract + "]";
  }
}
