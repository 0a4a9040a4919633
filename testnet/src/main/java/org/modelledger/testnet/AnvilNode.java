package org.modelledger.testnet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Foundry's anvil: a node that is ready in a tenth of a second and does to its chain what it is told. It
 * has the states of the newest 500 blocks and all blocks, transactions and logs.
 *
 * <pre>{@code
 * try (AnvilNode node = AnvilNode.start(AnvilOptions.DEFAULT)) {
 *   … node.http() … node.accounts().get(0).privateKey() …
 *   node.reorg(3);
 * }
 * }</pre>
 */
public final class AnvilNode extends EthereumNode {
  /**
   * Anvil's own default; what is older it would write to the user's home, megabytes for each block, and
   * leave there when it is killed.
   */
  private static final int STATES_KEPT = 500;

  private final Path program;
  private final AnvilOptions options;

  private AnvilNode(Path program, AnvilOptions options) {
    super("anvil", options.chainId());
    this.program = program;
    this.options = options;
  }

  /**
   * Starts a node, installing anvil first where it is missing, and returns when it answers.
   *
   * @param options how
   * @return the node; the caller closes it
   * @throws TestnetException if it cannot be installed or does not start; with the end of its log
   * @throws InterruptedException if interrupted; nothing is left running
   */
  public static AnvilNode start(AnvilOptions options) throws InterruptedException {
    Objects.requireNonNull(options, "options");
    AnvilNode node = new AnvilNode(NodeInstaller.ofUser().anvil(), options);
    node.startSomewhere();
    return node;
  }

  @Override
  List<String> command(List<Integer> ports) {
    List<String> command = new ArrayList<>(
        List.of(program.toString(), "--host", "127.0.0.1", "--port",
            ports.getFirst().toString(), "--color", "never", "--config-out", config().toString(),
            "--prune-history", Integer.toString(STATES_KEPT)));
    options.state(directory())
        .ifPresent(file -> command.addAll(List.of("--state", file.toString())));
    command.addAll(options.arguments());
    return command;
  }

  @Override
  boolean survivesKill() {
    return true; // it begins anew, or with what it kept when it was stopped
  }

  @Override
  int portsWanted() {
    return 1;
  }

  @Override
  String listeningMessage(int port) {
    return options.isQuiet() ? "" : "Listening on 127.0.0.1:" + port;
  }

  @Override
  int webSocketPort(List<Integer> ports) {
    return ports.getFirst();
  }

  @Override
  public List<TestAccount> accounts() {
    if (options.accounts() == TestAccount.wellKnown().size()) {
      return TestAccount.wellKnown();
    }
    try {
      if (Json.parse(Files.readString(config())) instanceof Map<?, ?> members
          && members.get("available_accounts") instanceof List<?> addresses
          && members.get("private_keys") instanceof List<?> keys
          && addresses.size() == keys.size()) {
        List<TestAccount> accounts = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
          accounts
              .add(new TestAccount(String.valueOf(addresses.get(i)), String.valueOf(keys.get(i))));
        }
        return List.copyOf(accounts);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new TestnetException(config() + " lists no accounts with their keys");
  }

  /**
   * Mines blocks now.
   *
   * @param blocks from 1
   */
  public void mine(int blocks) {
    rpc().call("anvil_mine", hex(blocks));
  }

  /**
   * Switches mining for each transaction on or off.
   *
   * @param on whether a transaction is mined at once
   */
  public void setAutomine(boolean on) {
    rpc().call("evm_setAutomine", on);
  }

  /**
   * Mines at fixed intervals from now on.
   *
   * @param interval in whole seconds; zero stops that
   */
  public void setBlockTime(Duration interval) {
    rpc().call("evm_setIntervalMining", interval.toSeconds());
  }

  /**
   * Sets the base fee of the next block; those after it follow from it by the rules of EIP-1559.
   *
   * @param wei for each unit of gas
   */
  public void setNextBlockBaseFee(BigInteger wei) {
    rpc().call("anvil_setNextBlockBaseFeePerGas", "0x" + wei.toString(16));
  }

  /**
   * Sets what an account has.
   *
   * @param address 0x and 40 hexadecimal digits
   * @param wei from 0
   */
  public void setBalance(String address, BigInteger wei) {
    rpc().call("anvil_setBalance", address, "0x" + wei.toString(16));
  }

  /**
   * Throws a transaction out of the pool.
   *
   * @param hash of the transaction
   */
  public void dropTransaction(String hash) {
    rpc().call("anvil_dropTransaction", hash);
  }

  /**
   * Remembers the chain as it is.
   *
   * @return for {@link #revert}
   */
  public String snapshot() {
    return rpc().text("evm_snapshot");
  }

  /**
   * Brings back a chain that was remembered; usable once for each snapshot.
   *
   * @param snapshot by {@link #snapshot}
   * @throws TestnetException if the node does not know it
   */
  public void revert(String snapshot) {
    if (!rpc().call("evm_revert", snapshot).equals(Optional.of(Boolean.TRUE))) {
      throw new TestnetException("there is no snapshot " + snapshot + ", or it was used already");
    }
  }

  /**
   * Replaces the newest blocks by as many empty ones: a reorganisation that loses what was in them. The transactions
   * are not put back into the pool.
   *
   * @param depth how many blocks, from 1
   */
  public void reorg(int depth) {
    reorg(depth, List.of());
  }

  /**
   * Replaces the newest blocks by as many others: a reorganisation.
   *
   * @param depth how many blocks, from 1
   * @param rawTransactions signed transactions, {@code 0x…}, for the first of the new blocks
   */
  public void reorg(int depth, List<String> rawTransactions) {
    List<List<Object>> pairs = new ArrayList<>();
    rawTransactions.forEach(raw -> pairs.add(List.of(raw, 0)));
    rpc().call("anvil_reorg", depth, pairs);
  }

  /**
   * Removes the newest blocks, so that the chain is shorter.
   *
   * @param depth how many blocks, from 1
   */
  public void rollback(int depth) {
    rpc().call("anvil_rollback", depth);
  }

  private Path config() {
    return directory().resolve("config.json");
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
