package org.modelledger.testnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Starts anvil. */
class AnvilNodeIT {
  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension.anvil(AnvilOptions.DEFAULT);

  @Test
  void answersOnTheLoopbackInterface(AnvilNode node) {
    assertThat(node.rpc().quantity("eth_chainId")).isEqualTo(31_337);
    assertThat(node.http().getHost()).isEqualTo("127.0.0.1");
    assertThat(node.rpc().text("web3_clientVersion")).contains(NodeInstaller.ANVIL_VERSION);
    assertThat(node).isSameAs(ANVIL.node());
  }

  @Test
  void fundsTheAccountsThatItNames() {
    AnvilNode node = ANVIL.node();

    assertThat(node.accounts()).hasSize(10).allSatisfy(account -> {
      assertThat(node.rpc().quantity("eth_getBalance", account.address(), "latest")).isPositive();
      assertThat(account.toString()).doesNotContain(account.privateKey().substring(2));
    });
    assertThat(node.rpc().list("eth_accounts"))
        .isEqualTo(node.accounts().stream().<Object>map(TestAccount::address).toList());
  }

  @Test
  void hasTheKeysOfMoreAccountsThanTen() throws InterruptedException {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.builder().accounts(12).build())) {
      assertThat(node.accounts()).hasSize(12)
          .startsWith(TestAccount.wellKnown().toArray(TestAccount[]::new));
    }
  }

  @Test
  void minesWhenToldTo() throws InterruptedException {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.builder().noMining().quiet().build())) {
      send(node);
      assertThat(node.blockNumber()).isZero();

      node.mine(3);

      assertThat(node.blockNumber()).isEqualTo(3);
      assertThat(transactions(node, 1)).hasSize(1);
    }
  }

  @Test
  void minesAtIntervals() throws InterruptedException {
    try (AnvilNode node = AnvilNode
        .start(AnvilOptions.builder()
            .blockTime(Duration.ofMillis(100))
            .chainId(5)
            .gasLimit(50_000_000)
            .build())) {
      while (node.blockNumber() < 3) {
        Thread.onSpinWait();
      }
      Map<String, Object> block = node.rpc()
          .object("eth_getBlockByNumber", "latest", false)
          .orElseThrow();
      assertThat(block).containsEntry("gasLimit", "0x2faf080");
      assertThat(node.chainId()).isEqualTo(5);
    }
  }

  @Test
  void reorganisesAtEachDepth() throws InterruptedException {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.DEFAULT)) {
      for (int depth = 1; depth <= 10; depth++) {
        node.mine(10);
        String transaction = sendAndSeeMined(node);
        node.mine(depth - 1);
        long height = node.blockNumber();

        node.reorg(depth);

        assertThat(node.blockNumber()).isEqualTo(height);
        assertThat(node.rpc().object("eth_getTransactionReceipt", transaction)).isEmpty();
      }
    }
  }

  @Test
  void reorganisesToOtherTransactions() throws InterruptedException {
    // from the first account, nonce 0, to the second one: 1 wei; signed for chain 31337 by anvil
    try (AnvilNode node = AnvilNode.start(AnvilOptions.DEFAULT)) {
      String raw = node.rpc()
          .text("eth_signTransaction", Map.of("from", node.accounts().get(0).address(), "to",
              node.accounts().get(1).address(), "value", "0x1", "gas", "0x5208", "maxFeePerGas",
              "0x77359400",
              "maxPriorityFeePerGas", "0x1", "nonce", "0x0", "chainId", "0x7a69"));
      node.mine(2);

      node.reorg(2, List.of(raw));

      assertThat(node.blockNumber()).isEqualTo(2);
      assertThat(transactions(node, 1)).hasSize(1);
    }
  }

  @Test
  void rollsBack() throws InterruptedException {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.DEFAULT)) {
      node.mine(5);
      node.rollback(2);

      assertThat(node.blockNumber()).isEqualTo(3);
    }
  }

  @Test
  void bringsBackASnapshotOnce() throws InterruptedException {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.DEFAULT)) {
      node.mine(1);
      String snapshot = node.snapshot();
      node.mine(4);

      node.revert(snapshot);

      assertThat(node.blockNumber()).isEqualTo(1);
      assertThatThrownBy(() -> node.revert(snapshot)).isInstanceOf(TestnetException.class)
          .hasMessageContaining(snapshot);
    }
  }

  @Test
  void setsFeesAndBalances() throws InterruptedException {
    try (AnvilNode node = AnvilNode
        .start(AnvilOptions.builder().baseFee(BigInteger.valueOf(7)).build())) {
      String account = node.accounts().get(3).address();
      node.setNextBlockBaseFee(BigInteger.valueOf(5_000_000_000L));
      node.setBalance(account, BigInteger.TEN);
      node.mine(1);

      assertThat(node.rpc().object("eth_getBlockByNumber", "latest", false).orElseThrow())
          .containsEntry("baseFeePerGas", "0x12a05f200");
      assertThat(node.rpc().quantity("eth_getBalance", account, "latest")).isEqualTo(10);
    }
  }

  @Test
  void forgetsATransactionThatItIsToldToDrop() throws InterruptedException {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.DEFAULT)) {
      node.setAutomine(false);
      String transaction = send(node);
      node.dropTransaction(transaction);
      node.mine(1);

      assertThat(node.rpc().object("eth_getTransactionReceipt", transaction)).isEmpty();
    }
  }

  @Test
  void keepsTheChainOverARestart() throws InterruptedException {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.builder().persistent().build())) {
      String transaction = sendAndSeeMined(node);
      node.mine(2);

      node.stop();
      assertThat(node.isRunning()).isFalse();
      assertThatThrownBy(node::blockNumber).isInstanceOf(TestnetException.class);
      node.restart();

      assertThat(node.blockNumber()).isEqualTo(3);
      assertThat(node.rpc().object("eth_getTransactionReceipt", transaction)).isPresent();
    }
  }

  @Test
  void handsAChainToAnotherNodeInAFile(@TempDir Path home) throws InterruptedException {
    AnvilOptions options = AnvilOptions.builder().state(home.resolve("chain.json")).build();
    String transaction;
    try (AnvilNode node = AnvilNode.start(options)) {
      transaction = sendAndSeeMined(node);
      node.stop();
    }
    try (AnvilNode node = AnvilNode.start(options)) {
      assertThat(node.rpc().object("eth_getTransactionReceipt", transaction)).isPresent();
    }
  }

  @Test
  void startsAnewOnTheSamePortAfterAKill() throws InterruptedException {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.DEFAULT)) {
      var http = node.http();
      node.mine(2);
      assertThatThrownBy(node::restart).isInstanceOf(IllegalStateException.class);

      node.kill();
      node.restart();

      assertThat(node.http()).isEqualTo(http);
      assertThat(node.blockNumber()).isZero();
    }
  }

  @Test
  void leavesNothingBehindButWhatItIsToldToKeep() throws InterruptedException {
    AnvilNode forgotten = AnvilNode.start(AnvilOptions.DEFAULT);
    forgotten.close();
    forgotten.close();
    assertThat(forgotten.log()).doesNotExist();
    assertThatThrownBy(forgotten::restart).isInstanceOf(IllegalStateException.class);

    AnvilNode kept = AnvilNode.start(AnvilOptions.DEFAULT);
    kept.keep();
    kept.close();
    assertThat(kept.log()).content().contains("Listening on");
    assertThat(kept.toString()).contains(kept.log().toString());
    deleteDirectoryOf(kept);
  }

  @Test
  void showsTheLogOfANodeThatDoesNotStart() {
    assertThatThrownBy(
        () -> AnvilNode.start(AnvilOptions.builder().extra("--no-such-option").build()))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("unexpected argument '--no-such-option'")
        .satisfies(failure -> deleteLogIn(String.valueOf(failure.getMessage())));
  }

  @Test
  void saysWhatTheNodeRefused() {
    assertThatThrownBy(() -> ANVIL.node().rpc().call("no_such_method"))
        .isInstanceOf(RpcErrorException.class)
        .hasMessageContaining("no_such_method")
        .extracting(failure -> ((RpcErrorException) failure).code())
        .isEqualTo(-32_601L);
  }

  private static String send(AnvilNode node) {
    return node.rpc()
        .text("eth_sendTransaction",
            Map.of("from", node.accounts().get(0).address(), "to", node.accounts().get(1).address(),
                "value", "0x1"));
  }

  /** Anvil gives a transaction's hash before it has mined its block. */
  private static String sendAndSeeMined(AnvilNode node) {
    String transaction = send(node);
    while (node.rpc().object("eth_getTransactionReceipt", transaction).isEmpty()) {
      Thread.onSpinWait();
    }
    return transaction;
  }

  private static List<?> transactions(AnvilNode node, int block) {
    Object transactions = node.rpc()
        .object("eth_getBlockByNumber", "0x" + Integer.toHexString(block), false)
        .orElseThrow()
        .get("transactions");
    return transactions instanceof List<?> list ? list : List.of();
  }

  private static void deleteDirectoryOf(AnvilNode node) {
    deleteLog(node.log());
  }

  private static void deleteLogIn(String message) {
    deleteLog(Path.of(message.replaceAll("(?s).*the end of its log (.*?\\.log):.*", "$1")));
  }

  private static void deleteLog(Path log) {
    assertThat(log).exists();
    assertThat(Files.isDirectory(log.resolveSibling(""))).isTrue();
    try {
      Directories.delete(log.resolveSibling(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
