package org.modelledger.testnet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stands between a client and a node that speaks JSON-RPC, over HTTP and WebSocket on one port, and does to the
 * requests what a {@link FaultPlan} says: it loses them or their answers, repeats, delays and refuses them. It passes
 * everything on until {@linkplain #setPlan a plan is set}. What the node is, it does not know: a backend for any chain
 * can be tested with it.
 *
 * <pre>{@code
 * try (FaultyProxy proxy = FaultyProxy.start(node.http(), node.webSocket())) {
 *   proxy.setPlan(FaultPlan.seeded(seed, Map.of(Fault.DROP_ANSWER, 0.2, Fault.DUPLICATE, 0.1)));
 *   … a client at proxy.http() …
 *   proxy.setPlan(FaultPlan.none());
 * }
 * }</pre>
 *
 * <p>If the node does not answer, the client's connection is closed. Safe for use by many threads.
 */
public final class FaultyProxy implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final URI nodeHttp;
  private final URI nodeWebSocket;
  private final ServerSocket server;
  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .build();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Map<Fault, LongAdder> faults = new EnumMap<>(Fault.class);
  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile FaultPlan plan = FaultPlan.none();
  private volatile Duration delay = Duration.ofMillis(200);

  private FaultyProxy(URI nodeHttp, URI nodeWebSocket, ServerSocket server) {
    this.nodeHttp = nodeHttp;
    this.nodeWebSocket = nodeWebSocket;
    this.server = server;
    for (Fault fault : Fault.values()) {
      faults.put(fault, new LongAdder());
    }
  }

  /**
   * Starts a proxy on a free port of the loopback interface.
   *
   * @param http where the node listens for HTTP, such as {@code http://127.0.0.1:8545}
   * @param webSocket where it listens for WebSocket, such as {@code ws://127.0.0.1:8546}; not used before a client
   *     comes for that
   * @return the proxy; the caller closes it
   */
  public static FaultyProxy start(URI http, URI webSocket) {
    Objects.requireNonNull(http, "http");
    Objects.requireNonNull(webSocket, "webSocket");
    try {
      ServerSocket server = new ServerSocket();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      FaultyProxy proxy = new FaultyProxy(http, webSocket, server);
      Thread.ofVirtual().name("faulty-proxy").start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns where clients reach the node over HTTP.
   *
   * @return such as {@code http://127.0.0.1:40000}
   */
  public URI http() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /**
   * Returns where clients reach the node over WebSocket.
   *
   * @return such as {@code ws://127.0.0.1:40000}
   */
  public URI webSocket() {
    return URI.create("ws://127.0.0.1:" + server.getLocalPort());
  }

  /**
   * Decides from now on by another plan.
   *
   * @param newPlan the plan
   */
  public void setPlan(FaultPlan newPlan) {
    plan = Objects.requireNonNull(newPlan, "newPlan");
  }

  /**
   * Sets how long {@link Fault#DELAY} holds a request.
   *
   * @param newDelay 200 ms unless set
   */
  public void setDelay(Duration newDelay) {
    delay = Objects.requireNonNull(newDelay, "newDelay");
  }

  /** Closes all connections that are open; clients may come again. */
  public void disconnect() {
    sockets.forEach(FaultyProxy::closeQuietly);
  }

  /**
   * Says how often a fault has happened, so that a test can tell that it did.
   *
   * @param fault which
   * @return from 0; for {@link Fault#NONE} what was passed on
   */
  public long count(Fault fault) {
    return Objects.requireNonNull(faults.get(fault)).sum();
  }

  /**
   * Says how often a method was called, alone or in a batch, whether or not the call reached the node.
   *
   * @param method such as {@code eth_getLogs}
   * @return from 0
   */
  public long requests(String method) {
    LongAdder count = requests.get(method);
    return count == null ? 0 : count.sum();
  }

  /** Closes all connections and stops listening. Idempotent. */
  @Override
  public void close() {
    closed.countDown();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      disconnect();
    }
  }

  /** Names where it listens and what it stands before. */
  @Override
  public String toString() {
    return "proxy at " + http() + " before " + nodeHttp;
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().name("faulty-proxy-connection").start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    sockets.add(socket);
    try (socket) {
      if (closed.getCount() > 0) {
        socket.setTcpNoDelay(true);
        serve(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream(), socket);
      }
    } catch (IOException e) {
      // the client went away, or we closed the connection: what this class is for
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(socket);
    }
  }

  private void serve(InputStream in, OutputStream out, Socket socket)
      throws IOException, InterruptedException {
    while (true) {
      Optional<HttpHead> head = HttpHead.read(in);
      if (head.isEmpty()) {
        return;
      }
      if (head.get().isUpgradeToWebSocket()) {
        try (Socket upstream = new Socket(nodeWebSocket.getHost(), nodeWebSocket.getPort())) {
          sockets.add(upstream);
          new FaultyWebSocket(this, socket, in, upstream).run(head.get());
        } finally {
          disconnectClosed();
        }
        return;
      }
      Optional<String> length = head.get().header("content-length");
      if (length.isEmpty() || !length.get().matches("[0-9]{1,9}")) {
        answer(out, 411, "", "");
        return;
      }
      if (head.get().header("expect").isPresent()) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      byte[] body = in.readNBytes(Integer.parseInt(length.get()));
      if (!exchange(RpcMessage.of(new String(body, UTF_8)), in, out)) {
        return;
      }
    }
  }

  /** Carries out one request by HTTP; false if the connection ends with it. */
  private boolean exchange(RpcMessage request, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    switch (decide(request.methods())) {
      case NONE -> pass(post(request), out);
      case DROP_REQUEST -> {
        return false;
      }
      case DROP_ANSWER -> {
        post(request);
        return false;
      }
      case CUT_ANSWER -> {
        HttpResponse<String> response = post(request);
        byte[] whole = answerBytes(response.statusCode(), response.body());
        out.write(whole, 0, whole.length - response.body().getBytes(UTF_8).length / 2 - 1);
        out.flush();
        return false;
      }
      case SILENCE -> {
        post(request);
        in.read(); // until the client gives up
        return false;
      }
      case DUPLICATE -> {
        post(request);
        pass(post(request), out);
      }
      case DELAY -> {
        pause();
        pass(post(request), out);
      }
      case REORDER -> {
        HttpResponse<String> response = post(request);
        answer(out, response.statusCode(), RpcMessage.of(response.body()).reversed(), "");
      }
      case TOO_MANY_REQUESTS -> answer(out, 429, "too many requests", "retry-after: 1\r\n");
      case SERVER_ERROR -> answer(out, 500, "internal server error", "");
      case GATEWAY_TIMEOUT -> {
        post(request);
        answer(out, 504, "gateway timeout", "");
      }
      case RPC_ERROR -> answer(out, 200, request.refusal(-32_000, "refused by the plan"), "");
    }
    return true;
  }

  /** Asks the plan and counts. */
  Fault decide(List<String> methods) {
    Fault fault = plan.next(methods);
    Objects.requireNonNull(faults.get(fault)).increment();
    methods.forEach(method -> requests.computeIfAbsent(method, key -> new LongAdder()).increment());
    return fault;
  }

  void pause() throws InterruptedException {
    if (closed.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("closed");
    }
  }

  private HttpResponse<String> post(RpcMessage request) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(nodeHttp)
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(request.text()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void pass(HttpResponse<String> response, OutputStream out) throws IOException {
    answer(out, response.statusCode(), response.body(), "");
  }

  private static void answer(OutputStream out, int status, String body, String headers)
      throws IOException {
    out.write(answerBytes(status, body, headers));
    out.flush();
  }

  private static byte[] answerBytes(int status, String body) {
    return answerBytes(status, body, "");
  }

  private static byte[] answerBytes(int status, String body, String headers) {
    String type = body.startsWith("{") || body.startsWith("[") ? "application/json" : "text/plain";
    return ("HTTP/1.1 " + status + " by the proxy\r\ncontent-type: " + type + "\r\ncontent-length: "
        + body.getBytes(UTF_8).length + "\r\n" + headers + "\r\n" + body).getBytes(UTF_8);
  }

  private void disconnectClosed() {
    sockets.removeIf(Socket::isClosed);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (SocketException e) {
      // gone already
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
