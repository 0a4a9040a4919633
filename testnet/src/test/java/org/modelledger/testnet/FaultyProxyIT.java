package org.modelledger.testnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client, the proxy and a real node: what the node has done is seen by its blocks. */
class FaultyProxyIT {
  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension.anvil(AnvilOptions.DEFAULT).shared();

  private static final String MINE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"anvil_mine\",\"params\":[\"0x1\"]}";
  private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}";
  private static final String BATCH = "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]},"
      + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"eth_chainId\",\"params\":[]}]";
  private static final long WAIT_SECONDS = 60;

  private final FaultyProxy proxy = FaultyProxy.start(ANVIL.node().http(),
      ANVIL.node().webSocket());
  private long before;

  @BeforeEach
  void countBlocks() {
    before = ANVIL.node().blockNumber();
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private long mined() {
    return ANVIL.node().blockNumber() - before;
  }

  @Nested
  class Http {
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void passesOn() throws Exception {
      assertThat(send(MINE).body()).contains("\"result\":null");
      assertThat(
          send("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"eth_chainId\",\"params\":[]}").body())
          .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":\"0x7a69\"}");
      assertThat(mined()).isEqualTo(1);
      assertThat(proxy.count(Fault.NONE)).isEqualTo(2);
      assertThat(proxy.requests("anvil_mine")).isEqualTo(1);
      assertThat(proxy.requests("eth_call")).isZero();
      assertThat(proxy.toString()).contains(proxy.http().toString(),
          ANVIL.node().http().toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_REQUEST", "TOO_MANY_REQUESTS", "SERVER_ERROR", "RPC_ERROR"})
    void someFaultsKeepARequestFromTheNode(Fault fault) throws Exception {
      proxy.setPlan(FaultPlan.always(fault).atMost(1));

      switch (fault) {
        case DROP_REQUEST -> assertThatThrownBy(() -> send(MINE)).isInstanceOf(IOException.class);
        case TOO_MANY_REQUESTS -> {
          HttpResponse<String> response = send(MINE);
          assertThat(response.statusCode()).isEqualTo(429);
          assertThat(response.headers().firstValue("retry-after")).contains("1");
        }
        case SERVER_ERROR -> assertThat(send(MINE).statusCode()).isEqualTo(500);
        default -> assertThat(send(MINE).body()).contains("\"code\":-32000", "\"id\":1");
      }

      assertThat(mined()).isZero();
      assertThat(proxy.count(fault)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_ANSWER", "CUT_ANSWER", "GATEWAY_TIMEOUT"})
    void othersLoseTheAnswerToWhatTheNodeHasDone(Fault fault) throws Exception {
      proxy.setPlan(FaultPlan.always(fault).atMost(1));

      if (fault == Fault.GATEWAY_TIMEOUT) {
        assertThat(send(MINE).statusCode()).isEqualTo(504);
      } else {
        assertThatThrownBy(() -> send(MINE)).isInstanceOf(IOException.class);
      }

      assertThat(mined()).isEqualTo(1);
    }

    @Test
    void silenceLastsUntilTheClientGivesUp() {
      proxy.setPlan(FaultPlan.always(Fault.SILENCE));

      assertThatThrownBy(() -> client.send(request(MINE).timeout(Duration.ofSeconds(2)).build(),
          HttpResponse.BodyHandlers.ofString())).isInstanceOf(HttpTimeoutException.class);
      assertThat(mined()).isEqualTo(1);
    }

    @Test
    void aDuplicateReachesTheNodeTwice() throws Exception {
      proxy.setPlan(FaultPlan.always(Fault.DUPLICATE));

      assertThat(send(MINE).statusCode()).isEqualTo(200);
      assertThat(mined()).isEqualTo(2);
    }

    @Test
    void aDelayHoldsARequest() throws Exception {
      proxy.setPlan(FaultPlan.always(Fault.DELAY));
      proxy.setDelay(Duration.ofMillis(300));
      long begin = System.nanoTime();

      assertThat(send(MINE).statusCode()).isEqualTo(200);
      assertThat(System.nanoTime() - begin).isGreaterThan(Duration.ofMillis(299).toNanos());
      assertThat(mined()).isEqualTo(1);
    }

    @Test
    void aBatchComesInTheOppositeOrderOrIsRefusedWhole() throws Exception {
      proxy.setPlan(FaultPlan.always(Fault.REORDER));
      assertThat(send(BATCH).body()).containsSubsequence("\"id\":2", "\"id\":1");

      proxy.setPlan(FaultPlan.always(Fault.RPC_ERROR));
      assertThat(send(BATCH).body()).startsWith("[")
          .containsSubsequence("\"id\":1", "-32000", "\"id\":2", "-32000");
    }

    @Test
    void whatIsNoJsonRpcIsForTheNodeToRefuse() throws Exception {
      assertThat(send("nonsense").body()).contains("\"error\"", "\"id\":null");
    }

    @Test
    void closesTheConnectionIfTheNodeIsGone() throws Exception {
      try (AnvilNode node = AnvilNode.start(AnvilOptions.DEFAULT);
          FaultyProxy before = FaultyProxy.start(node.http(), node.webSocket())) {
        JsonRpc rpc = new JsonRpc(before.http());
        assertThat(rpc.quantity("eth_blockNumber")).isZero();
        node.kill();
        assertThatThrownBy(() -> rpc.quantity("eth_blockNumber"))
            .isInstanceOf(TestnetException.class);
        node.restart();
        assertThat(rpc.quantity("eth_blockNumber")).isZero();
      }
    }

    private HttpResponse<String> send(String body) throws IOException, InterruptedException {
      return client.send(request(body).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String body) {
      return HttpRequest.newBuilder(proxy.http())
          .timeout(Duration.ofSeconds(WAIT_SECONDS))
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
  }

  @Nested
  @DisplayName("WebSocket")
  class Sockets {
    private final Listener listener = new Listener();
    private final WebSocket socket = HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(proxy.webSocket(), listener)
        .join();

    @AfterEach
    void end() {
      socket.abort();
    }

    @Test
    void passesOn() throws Exception {
      send(MINE);
      assertThat(listener.next()).isEqualTo(ANSWER);
      send("[" + MINE + "," + MINE.replace("\"id\":1", "\"id\":2") + "]");
      assertThat(listener.next()).startsWith("[");
      assertThat(mined()).isEqualTo(3);
    }

    @Test
    void passesOnWhatIsLongerThanAFrame() throws Exception {
      send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"web3_sha3\",\"params\":[\"0x"
          + "00".repeat(200_000) + "\"]}");

      assertThat(listener.next()).contains("\"result\":\"0x");
    }

    @Test
    void subscribersHearOfNewHeads() throws Exception {
      subscribe();
      ANVIL.node().mine(1);
      assertThat(listener.next()).contains("eth_subscription");

      proxy.setPlan(FaultPlan.always(Fault.DUPLICATE).only("eth_subscription"));
      ANVIL.node().mine(1);
      assertThat(listener.next()).contains("eth_subscription").isEqualTo(listener.next());
    }

    @Test
    void whatANodeTellsCanBeLost() throws Exception {
      subscribe();
      proxy.setPlan(FaultPlan.always(Fault.SILENCE).only("eth_subscription").atMost(1));
      ANVIL.node().mine(1);
      ANVIL.node().mine(1);

      assertThat(listener.next()).contains("\"number\":\"0x" + Long.toHexString(before + 2) + "\"");
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_REQUEST", "SERVER_ERROR"})
    void someFaultsKeepARequestFromTheNode(Fault fault) throws Exception {
      proxy.setPlan(FaultPlan.always(fault));
      send(MINE);

      assertThat(listener.next()).isEqualTo(Listener.ENDED);
      assertThat(mined()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_ANSWER", "CUT_ANSWER", "GATEWAY_TIMEOUT"})
    void othersLoseTheAnswerToWhatTheNodeHasDone(Fault fault) throws Exception {
      proxy.setPlan(FaultPlan.always(fault));
      send(MINE);

      awaitEnd();
      assertThat(mined()).isEqualTo(1);
      assertThat(listener.messages).doesNotContain(ANSWER);
    }

    /** The JDK's client may miss the end of a connection that comes just after a text, until it sends something. */
    private void awaitEnd() {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
      while (!listener.messages.contains(Listener.ENDED)) {
        assertThat(System.nanoTime() - deadline).as("the connection ends within a minute")
            .isNegative();
        socket.sendPing(ByteBuffer.allocate(0)).exceptionally(e -> {
          listener.messages.add(Listener.ENDED);
          return socket;
        }).join();
      }
    }

    @Test
    void errorsAreAnsweredWithoutTheNode() throws Exception {
      proxy.setPlan(methods -> proxy.count(Fault.TOO_MANY_REQUESTS) == 0
          ? Fault.TOO_MANY_REQUESTS
          : Fault.RPC_ERROR);
      send(MINE);
      send(MINE);

      assertThat(listener.next()).contains("-32005");
      assertThat(listener.next()).contains("-32000");
      assertThat(mined()).isZero();
    }

    @Test
    void aDuplicateIsAnsweredTwice() throws Exception {
      proxy.setPlan(FaultPlan.always(Fault.DUPLICATE));
      send(MINE);

      assertThat(List.of(listener.next(), listener.next()))
          .allMatch(answer -> answer.contains("\"id\":1"));
      assertThat(mined()).isEqualTo(2);
    }

    @Test
    void silenceAndDelayAndOrder() throws Exception {
      proxy.setDelay(Duration.ofMillis(100));
      proxy.setPlan(FaultPlan.always(Fault.SILENCE).atMost(1));
      send(MINE.replace("\"id\":1", "\"id\":7"));
      send(BATCH);
      assertThat(listener.next()).startsWith("[");

      proxy.setPlan(FaultPlan.always(Fault.REORDER).atMost(1));
      send(BATCH);
      assertThat(listener.next()).containsSubsequence("\"id\":2", "\"id\":1");

      proxy.setPlan(FaultPlan.always(Fault.DELAY));
      send(MINE);
      assertThat(listener.next()).contains("\"result\":null");
      assertThat(mined()).isEqualTo(2);
    }

    @Test
    void connectionsCanBeCutFromOutside() throws Exception {
      send(MINE);
      assertThat(listener.next()).contains("\"result\"");

      proxy.disconnect();

      assertThat(listener.next()).isEqualTo(Listener.ENDED);
      assertThat(Map.of("again", new JsonRpc(proxy.http()).quantity("eth_chainId"))).isNotEmpty();
    }

    private void subscribe() throws InterruptedException {
      send("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}");
      assertThat(listener.next()).contains("\"id\":5", "\"result\":\"0x");
    }

    private void send(String text) {
      socket.sendText(text, true).join();
    }
  }

  /** Collects what comes, and the end. */
  private static final class Listener implements WebSocket.Listener {
    static final String ENDED = "(ended)";

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();

    String next() throws InterruptedException {
      String message = messages.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      assertThat(message).as("a message within a minute").isNotNull();
      return message == null ? "" : message;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      partial.append(data);
      socket.request(1); // before the message is handed over: who gets it may cut the connection at once
      if (last) {
        messages.add(partial.toString());
        partial.setLength(0);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      messages.add(ENDED);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      messages.add(ENDED);
    }
  }
}
