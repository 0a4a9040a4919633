package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.modelledger.testnet.EthereumNode;

/** What every node has to be understood in; run against each kind. Blocks come by themselves. */
abstract class RealNodeTests {
  /** Called without data it leaves a log with topic 7 and data 42; with data it reverts with it. */
  private static final String CONTRACT = "0x601d8060093d393df3"
      + "3615600f573660006000373660" + "00fd5b602a60005260076020" + "6000a100";
  private static final long GAS = 200_000;
  private static final Duration LONG = Duration.ofMinutes(1);

  private JsonRpc rpc;
  private EthereumSigner signer;
  private long chainId;

  abstract EthereumNode node();

  @BeforeEach
  void open() {
    rpc = JsonRpc.open(RpcUrl.http(node().http().toString()), RpcOptions.DEFAULT);
    // each test with an account of its own would need funds: one after the other they share one
    signer = EthereumSigner
        .inMemory(NodeCalls.bytes(node().accounts().getFirst().privateKey()));
    chainId = rpc.call(NodeCalls.chainId());
  }

  @AfterEach
  void close() {
    rpc.close();
    signer.close();
  }

  private String me() {
    return signer.account().value();
  }

  private Block newest() {
    return rpc.call(NodeCalls.header(NodeCalls.LATEST)).orElseThrow();
  }

  private GasPrice price() {
    return new FeeOracle(rpc).price(newest());
  }

  private long nonce() {
    return rpc.call(NodeCalls.nonce(me(), NodeCalls.PENDING));
  }

  private SignedTransaction call(long nonce, GasPrice price, String to, byte[] data) {
    return SignedTransaction
        .dynamicFee(SignedTransaction.Unsigned.call(chainId, nonce, price, GAS, to, data), signer);
  }

  private TransactionReceipt await(SignedTransaction transaction) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<TransactionReceipt> receipt = rpc.call(NodeCalls.receipt(transaction.hash()));
      if (receipt.isPresent()) {
        return receipt.get();
      }
    }
    throw new AssertionError("no receipt of " + transaction.hash());
  }

  private TransactionReceipt send(SignedTransaction transaction) {
    assertThat(rpc.call(NodeCalls.sendRawTransaction(transaction.bytes())))
        .isEqualTo(transaction.hash());
    return await(transaction);
  }

  private String deploy() {
    TransactionReceipt receipt = send(SignedTransaction.dynamicFee(SignedTransaction.Unsigned
        .create(chainId, nonce(), price(), GAS, NodeCalls.bytes(CONTRACT)), signer));
    assertThat(receipt.succeeded()).isTrue();
    return receipt.contract().orElseThrow();
  }

  private RpcError.Kind refusal(SignedTransaction transaction) {
    RpcAnswer<String> answer = rpc
        .<String>batch(List.of(NodeCalls.sendRawTransaction(transaction.bytes())))
        .getFirst();
    assertThat(answer).isInstanceOf(RpcAnswer.Failed.class);
    return ((RpcAnswer.Failed<String>) answer).error().kind();
  }

  @Test
  void readsTheChain() {
    assertThat(chainId).isEqualTo(node().chainId());
    Block block = newest();
    assertThat(block.baseFee()).isPresent();
    assertThat(block.gasLimit()).isPositive();
    assertThat(block.seconds()).isPositive();
    assertThat(rpc.call(NodeCalls.headerByHash(block.hash()))).contains(block);
    assertThat(rpc.call(NodeCalls.header(NodeCalls.block(1L << 40)))).isEmpty();
    assertThat(rpc.call(NodeCalls.balance(me(), NodeCalls.LATEST))).isPositive();
    assertThat(rpc.call(NodeCalls.code(me(), NodeCalls.LATEST))).isEqualTo("0x");
    assertThat(rpc.call(NodeCalls.gasPrice())).isPositive();
    assertThat(rpc.call(NodeCalls.maxPriorityFeePerGas()).signum()).isNotNegative();
    assertThat(rpc.call(NodeCalls.rewards(4, 50))).isNotNull();
    assertThat(rpc.call(NodeCalls.clientVersion())).isNotEmpty();
  }

  @Test
  void takesTransactionsOfBothKindsAndReadsWhatBecameOfThem() throws Exception {
    String contract = deploy();
    assertThat(rpc.call(NodeCalls.code(contract, NodeCalls.LATEST))).startsWith("0x3615");

    TransactionReceipt first = send(call(nonce(), price(), contract, new byte[0]));
    TransactionReceipt second = send(SignedTransaction.legacy(
        SignedTransaction.Unsigned.call(chainId, nonce(), price(), GAS, contract, new byte[0]),
        signer));
    TransactionReceipt reverted = send(call(nonce(), price(), contract, new byte[]{1}));

    assertThat(first.succeeded()).isTrue();
    assertThat(first.logs()).hasSize(1);
    assertThat(first.gasUsed()).isBetween(21_000L, 30_000L);
    assertThat(second.logs()).hasSize(1);
    assertThat(reverted.succeeded()).isFalse();
    List<RawLog> logs = rpc.call(NodeCalls.logs(contract, NodeCalls.EARLIEST, NodeCalls.LATEST,
        List.of(List.of("0x" + "0".repeat(63) + "7"))));
    assertThat(logs).extracting(RawLog::transaction)
        .containsExactly(first.transaction(), second.transaction());
    assertThat(logs.getFirst().data()).isEqualTo("0x" + "0".repeat(62) + "2a");
    assertThat(logs.getFirst().block()).isEqualTo(first.block());
    assertThat(rpc.call(NodeCalls.logsOfBlock(contract, first.blockHash())))
        .contains(logs.getFirst());
    assertThat(rpc.call(NodeCalls.logs(contract, NodeCalls.EARLIEST, NodeCalls.LATEST,
        Arrays.asList(null, List.of("0x" + "0".repeat(64)))))).isEmpty();
  }

  @Test
  void tellsRevertedCallsWithTheirReason() throws Exception {
    String contract = deploy();
    assertThat(rpc.call(NodeCalls.call(contract, "0x", NodeCalls.LATEST))).isEqualTo("0x");
    for (RpcCall<?> call : List.of(
        NodeCalls.call(me(), contract, "0x4e487b71aa", NodeCalls.LATEST),
        NodeCalls.estimateGas(me(), contract, "0x4e487b71aa"))) {
      assertThatThrownBy(() -> rpc.call(call)).isInstanceOfSatisfying(RpcErrorException.class,
          e -> {
            assertThat(e.error().kind()).isEqualTo(RpcError.Kind.REVERTED);
            assertThat(e.error().data()).contains("0x4e487b71aa");
          });
    }
    assertThat(rpc.call(NodeCalls.estimateGas(me(), contract, "0x"))).isBetween(21_000L, 60_000L);
  }

  @Test
  void tellsWhyATransactionIsRefused() throws Exception {
    long used = nonce();
    send(call(used, price(), me(), new byte[0]));
    GasPrice price = price();
    try (EthereumSigner poor = EthereumSigner.random()) {
      assertThat(refusal(SignedTransaction.dynamicFee(
          SignedTransaction.Unsigned.call(chainId, 0, price, GAS, me(), new byte[0]), poor)))
          .isEqualTo(RpcError.Kind.INSUFFICIENT_FUNDS);
    }
    assertThat(refusal(call(used, price, me(), new byte[0])))
        .isEqualTo(RpcError.Kind.NONCE_TOO_LOW);
    assertThat(refusal(SignedTransaction.dynamicFee(SignedTransaction.Unsigned.call(chainId,
        used + 1, price, newest().gasLimit() * 2, me(), new byte[0]), signer)))
        .isEqualTo(RpcError.Kind.GAS_LIMIT);
    assertThat(refusal(SignedTransaction.dynamicFee(
        SignedTransaction.Unsigned.call(chainId, used + 1, price, 1_000, me(), new byte[0]),
        signer))).isEqualTo(RpcError.Kind.GAS_LIMIT);

    // behind a gap, so that they wait
    SignedTransaction waiting = call(used + 3, price, me(), new byte[0]);
    rpc.call(NodeCalls.sendRawTransaction(waiting.bytes()));
    assertThat(refusal(waiting)).isEqualTo(RpcError.Kind.ALREADY_KNOWN);
    assertThat(refusal(call(used + 3, price, me(), new byte[]{1})))
        .isEqualTo(RpcError.Kind.REPLACEMENT_UNDERPRICED);
    SignedTransaction dearer = call(used + 3, price.raised(), me(), new byte[]{1});
    rpc.call(NodeCalls.sendRawTransaction(dearer.bytes()));
    for (long nonce = used + 1; nonce < used + 3; nonce++) {
      send(call(nonce, price.raised(), me(), new byte[0]));
    }
    assertThat(await(dearer).succeeded()).isTrue();
  }

  @Test
  void sendsManyInOneRequest() throws Exception {
    long first = nonce();
    GasPrice price = price();
    List<SignedTransaction> transactions = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      transactions.add(call(first + i, price, me(), new byte[0]));
    }
    List<RpcAnswer<String>> answers = rpc.batch(
        transactions.stream().map(t -> NodeCalls.sendRawTransaction(t.bytes())).toList());
    assertThat(answers.stream().map(RpcAnswer::get)).containsExactlyElementsOf(
        transactions.stream().map(SignedTransaction::hash).toList());
    assertThat(await(transactions.getLast()).succeeded()).isTrue();
  }

  @Test
  void hearsOfNewBlocks() throws Exception {
    Semaphore heads = new Semaphore(0);
    RpcUrl url = RpcUrl.webSocket(node().webSocket().toString());
    try (HeadSubscription subscription = HeadSubscription.start(url, heads::release)) {
      assertThat(heads.tryAcquire(LONG.toNanos(), TimeUnit.NANOSECONDS)).isTrue();
      assertThat(subscription.isConnected()).isTrue();
      heads.drainPermits();
      send(call(nonce(), price(), me(), new byte[0]));
      assertThat(heads.tryAcquire(LONG.toNanos(), TimeUnit.NANOSECONDS)).isTrue();
    }
  }

  @Test
  void offersWhatTheNodeTakes() {
    Block newest = newest();
    GasPrice price = new FeeOracle(rpc).price(newest);
    BigInteger baseFee = newest.baseFee().orElseThrow();
    assertThat(price.max()).isEqualTo(baseFee.shiftLeft(1).add(price.tip()));
    assertThat(FeeOracle.isLegacy(newest)).isFalse();
  }
}
