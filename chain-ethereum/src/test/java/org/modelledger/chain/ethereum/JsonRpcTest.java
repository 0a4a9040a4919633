package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.modelledger.chain.ethereum.FaultyNode.Answer;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.spi.ConfigurationException;

class JsonRpcTest {
  private static final Pattern ID = Pattern.compile("\"id\":([0-9]+)");

  private static List<String> ids(String request) {
    List<String> ids = new ArrayList<>();
    Matcher matcher = ID.matcher(request);
    while (matcher.find()) {
      ids.add(matcher.group(1));
    }
    return ids;
  }

  /** Answers every call with its id as a quantity. */
  private static Answer numbers(String request) {
    List<String> answers = ids(request).stream()
        .map(id -> "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":\"0x"
            + Long.toHexString(Long.parseLong(id)) + "\"}")
        .toList();
    return Answer.ok(request.startsWith("[")
        ? "[" + String.join(",", answers) + "]"
        : answers.getFirst());
  }

  private static Answer error(int code, String message) {
    return Answer.ok("{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":" + code
        + ",\"message\":\"" + message + "\"}}");
  }

  private static List<RpcCall<Long>> calls(int count) {
    List<RpcCall<Long>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(NodeCalls.blockNumber());
    }
    return calls;
  }

  private static RpcOptions quick() {
    return RpcOptions.DEFAULT.withAttempts(3);
  }

  @Test
  void putsCallsIntoOneRequest() throws Exception {
    try (FaultyNode node = new FaultyNode(JsonRpcTest::numbers);
        JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
      List<RpcAnswer<Long>> answers = rpc.batch(calls(64));

      assertThat(answers.stream().map(RpcAnswer::get)).hasSize(64).startsWith(0L, 1L, 2L);
      assertThat(node.requests).hasSize(1);
      assertThat(rpc.batch(List.<RpcCall<Long>>of())).isEmpty();
    }
  }

  @Test
  void splitsWhatIsMoreThanABatch() throws Exception {
    try (FaultyNode node = new FaultyNode(JsonRpcTest::numbers);
        JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick().withMaxBatch(10))) {
      assertThat(rpc.batch(calls(25))).hasSize(25);
      assertThat(node.requests).hasSize(3);
    }
  }

  @Test
  void splitsWhatHasTooManyBytes() throws Exception {
    try (FaultyNode node = new FaultyNode(JsonRpcTest::numbers);
        JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
      RpcCall<String> large = NodeCalls.sendRawTransaction(new byte[200_000]);
      assertThat(rpc.<String>batch(List.of(large, large, large, large, large))).hasSize(5);
      assertThat(node.requests).hasSize(3).allMatch(request -> request.length() < 1 << 20);

      RpcCall<String> alone = NodeCalls.sendRawTransaction(new byte[1 << 20]);
      assertThat(rpc.<String>batch(List.of(large, alone, large))).hasSize(3);
    }
  }

  @Test
  void findsOutHowManyCallsANodeTakes() throws Exception {
    List<Answer> refusals = List.of(error(-32600, "batch too large"),
        Answer.ok("[" + error(-32600, "batch too large").body() + "]"),
        new Answer(413, "Request Entity Too Large"),
        Answer.ok("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":"
            + "\"Batch size is too large\"}}"),
        Answer.ok("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":"
            + "\"Invalid request\"}}"));
    for (Answer refusal : refusals) {
      try (
          FaultyNode node = new FaultyNode(
              request -> ids(request).size() > 10 ? refusal : numbers(request));
          JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
        assertThat(rpc.batch(calls(100)).stream().map(RpcAnswer::get)).hasSize(100);
        assertThat(rpc.maxBatch()).isEqualTo(8);
        int before = node.requests.size();
        rpc.batch(calls(8));
        assertThat(node.requests).hasSize(before + 1);
      }
    }
  }

  @Test
  void givesAnErrorOfTheWholeToEachCall() throws Exception {
    try (FaultyNode node = new FaultyNode(request -> error(-32601, "no such thing"));
        JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
      assertThatThrownBy(() -> rpc.call(NodeCalls.blockNumber()))
          .isInstanceOfSatisfying(RpcErrorException.class,
              e -> assertThat(e.error().kind()).isEqualTo(RpcError.Kind.METHOD_NOT_FOUND))
          .hasMessageContaining(node.url())
          .hasMessageContaining("eth_blockNumber")
          .hasMessageContaining("no such thing");
    }
  }

  @Test
  void takesAnswersInAnyOrderWithFieldsInAnyOrder() throws Exception {
    String body = "[{\"result\":\"0x7\",\"extra\":{\"a\":[1]},\"id\":1,\"jsonrpc\":\"2.0\"},"
        + "{\"id\":\"0\",\"error\":null,\"result\":\"0x5\"}]";
    try (FaultyNode node = new FaultyNode(request -> Answer.ok(body));
        JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
      assertThat(rpc.batch(calls(2)).stream().map(RpcAnswer::get)).containsExactly(5L, 7L);
    }
  }

  @Test
  void repeatsReadsUntilTheyAreAnswered() throws Exception {
    List<Answer> troubles = List.of(new Answer(-1, ""), new Answer(502, "<html>bad gateway"),
        new Answer(429, "slow down"), Answer.ok("<html>"), Answer.ok("{\"id\":0}"),
        Answer.ok("{\"id\":0,\"result\":\"0x\"}"), Answer.ok("{\"id\":77,\"result\":\"0x1\"}"),
        error(-32000, "transaction indexing is in progress"),
        error(-32005, "daily request count exceeded, request rate limited"));
    for (Answer trouble : troubles) {
      AtomicInteger count = new AtomicInteger();
      try (
          FaultyNode node = new FaultyNode(
              request -> count.incrementAndGet() < 3 ? trouble : numbers(request));
          JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
        assertThat(rpc.call(NodeCalls.blockNumber())).as(trouble.toString()).isZero();
        assertThat(count).hasValue(3);
      }
    }
  }

  @Test
  void givesUpAfterSomeAttempts() throws Exception {
    try (FaultyNode node = new FaultyNode(request -> new Answer(503, "busy"));
        JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
      assertThatThrownBy(() -> rpc.call(NodeCalls.blockNumber()))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining("503")
          .hasMessageContaining(node.url());
      assertThat(node.requests).hasSize(3);
    }
  }

  @Test
  void sendsATransactionOnceWhenItsFateIsUnknown() throws Exception {
    for (Answer trouble : List.of(new Answer(-1, ""), new Answer(502, ""), Answer.ok("nonsense"))) {
      try (FaultyNode node = new FaultyNode(request -> trouble);
          JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
        List<RpcAnswer<String>> answers = rpc
            .batch(List.of(NodeCalls.sendRawTransaction(new byte[]{1})));

        assertThat(answers.getFirst()).isInstanceOf(RpcAnswer.Unanswered.class);
        assertThat(node.requests).hasSize(1);
      }
    }
  }

  @Test
  void sendsATransactionAgainWhenItCertainlyWasNotTaken() throws Exception {
    AtomicInteger count = new AtomicInteger();
    try (
        FaultyNode node = new FaultyNode(request -> count.incrementAndGet() < 3
            ? new Answer(429, "")
            : numbers(request));
        JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
      assertThat(rpc.call(NodeCalls.sendRawTransaction(new byte[]{1}))).isEqualTo("0x0");
    }
  }

  @Test
  void tellsWhichCallsOfABatchHaveNoAnswer() throws Exception {
    try (
        FaultyNode node = new FaultyNode(
            request -> Answer.ok("[{\"id\":1,\"result\":\"0xab\"}]"));
        JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
      List<RpcCall<String>> sends = List.of(NodeCalls.sendRawTransaction(new byte[]{1}),
          NodeCalls.sendRawTransaction(new byte[]{2}));
      List<RpcAnswer<String>> answers = rpc.batch(sends);
      assertThat(answers.get(0)).isInstanceOf(RpcAnswer.Unanswered.class);
      assertThat(answers.get(1).get()).isEqualTo("0xab");
    }
  }

  @Test
  void endsWhenTheTimeIsUp() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (FaultyNode node = new FaultyNode(request -> {
      await(release);
      return numbers(request);
    });
        JsonRpc rpc = JsonRpc.open(node.rpcUrl(),
            new RpcOptions(Duration.ofMillis(200), 64, 1, 1))) {
      assertThatThrownBy(() -> rpc.call(NodeCalls.blockNumber()))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining(node.url());
      release.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void endsWhenItsThreadIsInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    try (FaultyNode node = new FaultyNode(request -> {
      asked.countDown();
      await(release);
      return numbers(request);
    }); JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
      Thread caller = Thread.ofVirtual().start(() -> {
        try {
          rpc.call(NodeCalls.blockNumber());
        } catch (LedgerUnavailableException e) {
          thrown.set(e);
          flag.set(Thread.currentThread().isInterrupted());
        }
      });
      asked.await();
      caller.interrupt();
      caller.join();
      release.countDown();
      assertThat(thrown.get()).hasMessageContaining("interrupted");
      assertThat(flag.get()).isTrue();
    }
  }

  @Test
  void boundsTheRequestsAtOneTime() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (FaultyNode node = new FaultyNode(request -> {
      most.accumulateAndGet(now.incrementAndGet(), Math::max);
      now.decrementAndGet();
      return numbers(request);
    }); JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick().withMaxConcurrent(2))) {
      List<Thread> threads = new ArrayList<>();
      AtomicInteger answered = new AtomicInteger();
      for (int i = 0; i < 50; i++) {
        threads.add(Thread.ofVirtual().start(() -> {
          rpc.call(NodeCalls.blockNumber());
          answered.incrementAndGet();
        }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(answered).hasValue(50);
      assertThat(most.get()).isBetween(1, 2);
    }
  }

  @Test
  void sendsCredentialsAndNeverShowsThem() throws Exception {
    try (FaultyNode node = new FaultyNode(request -> new Answer(401, "no"))) {
      String url = node.url().replace("//", "//user:pa%20ss@") + "/v3/apikey123?token=secret";
      try (JsonRpc rpc = JsonRpc.open(RpcUrl.http(url), quick())) {
        assertThatThrownBy(() -> rpc.call(NodeCalls.blockNumber()))
            .isInstanceOf(LedgerUnavailableException.class)
            .hasMessageContaining(node.url())
            .hasMessageContaining("credentials")
            .hasMessageNotContaining("pa%20ss")
            .hasMessageNotContaining("user")
            .hasMessageNotContaining("apikey")
            .hasMessageNotContaining("secret");
        assertThat(rpc.url().toString()).isEqualTo(node.url());
      }
      assertThat(node.authorizations).first().isEqualTo("Basic dXNlcjpwYSBzcw==");
    }
  }

  @Test
  void refusesUrlsWithoutQuotingThem() {
    for (String url : List.of("ftp://user:secret@host", "http://user:sec ret@host", "http:secret",
        "secret")) {
      assertThatThrownBy(() -> RpcUrl.http(url)).isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("http://host:port")
          .hasMessageNotContaining("secret")
          .hasMessageNotContaining("sec ret")
          .hasNoCause();
    }
    assertThatThrownBy(() -> RpcUrl.webSocket("http://host"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ws://host:port");
  }

  @Test
  void namesANodeThatIsNotThere() throws Exception {
    String url;
    try (FaultyNode node = new FaultyNode(JsonRpcTest::numbers)) {
      url = node.url();
    }
    try (JsonRpc rpc = JsonRpc.open(RpcUrl.http(url), quick())) {
      assertThatThrownBy(() -> rpc.call(NodeCalls.sendRawTransaction(new byte[0])))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining(url);
    }
  }

  @Test
  void knowsWhatNodesMean() {
    record Case(RpcError.Kind kind, String message) {}
    List<Case> cases = List.of(
        new Case(RpcError.Kind.INSUFFICIENT_FUNDS,
            "insufficient funds for gas * price + value: address 0x12 have 0 want 21000"),
        new Case(RpcError.Kind.INSUFFICIENT_FUNDS, "Insufficient funds for gas * price + value"),
        new Case(RpcError.Kind.NONCE_TOO_LOW,
            "nonce too low: address 0x12, tx: 0 state: 4"),
        new Case(RpcError.Kind.NONCE_TOO_HIGH, "nonce too high"),
        new Case(RpcError.Kind.ALREADY_KNOWN, "already known"),
        new Case(RpcError.Kind.ALREADY_KNOWN, "transaction already imported"),
        new Case(RpcError.Kind.REPLACEMENT_UNDERPRICED, "replacement transaction underpriced"),
        new Case(RpcError.Kind.UNDERPRICED,
            "transaction underpriced: gas tip cap 0, minimum needed 1"),
        new Case(RpcError.Kind.UNDERPRICED,
            "max fee per gas less than block base fee: address 0x12, maxFeePerGas: 1"),
        new Case(RpcError.Kind.POOL_FULL, "txpool is full"),
        new Case(RpcError.Kind.REVERTED, "execution reverted: no"),
        new Case(RpcError.Kind.GAS_LIMIT, "exceeds block gas limit"),
        new Case(RpcError.Kind.GAS_LIMIT, "intrinsic gas too low: gas 20000, minimum needed 21000"),
        new Case(RpcError.Kind.RATE_LIMITED, "Too Many Requests"),
        new Case(RpcError.Kind.RANGE_TOO_LARGE, "query returned more than 10000 results"),
        new Case(RpcError.Kind.RANGE_TOO_LARGE, "block range is too wide"),
        new Case(RpcError.Kind.RANGE_TOO_LARGE, "exceed maximum block range: 50000"),
        new Case(RpcError.Kind.BATCH_TOO_LARGE, "batch too large"),
        new Case(RpcError.Kind.METHOD_NOT_FOUND,
            "the method eth_foo does not exist/is not available"),
        new Case(RpcError.Kind.UNKNOWN_BLOCK, "header not found"),
        new Case(RpcError.Kind.UNKNOWN_BLOCK, "finalized block not found"),
        new Case(RpcError.Kind.OTHER, "what is this"));
    for (Case one : cases) {
      assertThat(new RpcError(-32000, one.message(), Optional.empty()).kind())
          .as(one.message())
          .isEqualTo(one.kind());
    }
  }

  @Test
  void readsDataOfErrors() throws Exception {
    for (String data : List.of("\"0xabcd\"", "{\"originalError\":\"0xabcd\"}")) {
      String body = "{\"id\":0,\"error\":{\"code\":3,\"message\":\"execution reverted\",\"data\":"
          + data + "}}";
      try (FaultyNode node = new FaultyNode(request -> Answer.ok(body));
          JsonRpc rpc = JsonRpc.open(node.rpcUrl(), quick())) {
        assertThatThrownBy(() -> rpc.call(NodeCalls.blockNumber()))
            .isInstanceOfSatisfying(RpcErrorException.class, e -> {
              assertThat(e.error().data()).contains("0xabcd");
              assertThat(e.error().kind()).isEqualTo(RpcError.Kind.REVERTED);
            });
      }
    }
  }
}
