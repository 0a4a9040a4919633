package org.modelledger.testnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Starts geth. */
class GethNodeIT {
  @Test
  void countsGasAsAnvilDoes() throws InterruptedException {
    // stores a word: PUSH1 1, PUSH1 0, SSTORE
    String initCode = "0x600160005500";
    try (GethNode geth = GethNode.start(GethOptions.DEFAULT);
        AnvilNode anvil = AnvilNode.start(AnvilOptions.builder().chainId(geth.chainId()).build())) {
      String raw = anvil.rpc()
          .text("eth_signTransaction",
              Map.of("from", geth.accounts().get(0).address(), "data", initCode, "gas",
                  "0x186a0", "maxFeePerGas", "0x77359400", "maxPriorityFeePerGas", "0x1", "nonce",
                  "0x0", "chainId",
                  "0x539"));

      assertThat(gasUsed(geth, raw)).isEqualTo(gasUsed(anvil, raw));
      assertThat(geth.rpc().text("web3_clientVersion")).contains(NodeInstaller.GETH_VERSION);
    }
  }

  private static Object gasUsed(EthereumNode node, String raw) {
    String transaction = node.rpc().text("eth_sendRawTransaction", raw);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      Optional<Map<String, Object>> receipt = receipt(node, transaction);
      if (receipt.isPresent()) {
        return Objects.requireNonNull(receipt.get().get("gasUsed"));
      }
      assertThat(System.nanoTime() - deadline).as("no receipt in a minute from %s", node)
          .isNegative();
      Thread.onSpinWait();
    }
  }

  private static Optional<Map<String, Object>> receipt(EthereumNode node, String transaction) {
    try {
      return node.rpc().object("eth_getTransactionReceipt", transaction);
    } catch (RpcErrorException e) {
      // geth answers so for a while after its start
      assertThat(e).hasMessageContaining("indexing is in progress");
      return Optional.empty();
    }
  }

  @Test
  void fundsTheAccountsThatItNames() throws InterruptedException {
    try (GethNode node = GethNode
        .start(GethOptions.builder().chainId(99).gasLimit(70_000_000).build())) {
      assertThat(node.accounts()).hasSize(10)
          .allSatisfy(account -> assertThat(
              node.rpc().quantity("eth_getBalance", account.address(), "latest"))
              .isPositive());
      assertThat(node.rpc().object("eth_getBlockByNumber", "0x0", false).orElseThrow())
          .containsEntry("gasLimit",
              "0x42c1d80");
    }
  }

  @Test
  void keepsTheChainOverAStop() throws InterruptedException {
    try (GethNode node = GethNode
        .start(GethOptions.builder().blockTime(Duration.ofSeconds(1)).build())) {
      awaitBlock(node, 1);
      Object first = hash(node, 1);

      node.stop();
      assertThat(node.isRunning()).isFalse();
      node.restart();

      assertThat(hash(node, 1)).isEqualTo(first);
      awaitBlock(node, 3);
    }
  }

  @Test
  void goesOnAfterAKill() throws InterruptedException {
    try (GethNode node = GethNode
        .start(GethOptions.builder()
            .blockTime(Duration.ofSeconds(1))
            .persistent()
            .publicPool()
            .build())) {
      awaitBlock(node, 2);
      Object genesis = hash(node, 0);

      node.kill();
      node.restart();

      assertThat(hash(node, 0)).isEqualTo(genesis);
      awaitBlock(node, 4);
    }
  }

  @Test
  void refusesToGoOnAfterAKillThatItDidNotSurvive() throws InterruptedException {
    try (GethNode node = GethNode.start(GethOptions.DEFAULT)) {
      node.kill();

      assertThatThrownBy(node::restart).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("persistent");
    }
  }

  private static Object hash(GethNode node, int block) {
    return Objects.requireNonNull(
        node.rpc()
            .object("eth_getBlockByNumber", "0x" + Integer.toHexString(block), false)
            .orElseThrow()
            .get("hash"));
  }

  private static void awaitBlock(GethNode node, long number) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (node.blockNumber() < number) {
      assertThat(System.nanoTime() - deadline)
          .as("%s did not reach block %d in a minute", node, number)
          .isNegative();
      Thread.onSpinWait();
    }
  }
}
