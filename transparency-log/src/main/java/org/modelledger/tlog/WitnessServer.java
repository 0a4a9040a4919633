package org.modelledger.tlog;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves a {@link Witness} over HTTP (c2sp.org/tlog-witness): {@code POST <prefix>/add-checkpoint} and
 * {@code GET <prefix>/<origin hash>/checkpoint}. Requests are bounded in size and in time, and only
 * so many are answered at once.
 *
 * <p>It speaks HTTP without encryption, which the protocol does not need: everything in it is public
 * and signed. On an open network put a proxy before it. Needs the module {@code jdk.httpserver}.
 *
 * <p>Thread-safe. The witness is the caller's to close, after this.
 */
public final class WitnessServer implements AutoCloseable {

  private static final System.Logger LOGGER = System.getLogger(WitnessServer.class.getName());
  private static final Duration EXCHANGE = Duration.ofSeconds(10);
  private static final Pattern CHECKPOINT = Pattern.compile("/([0-9a-f]{64})/checkpoint");
  private static final String TEXT = "text/plain; charset=utf-8";

  private final Witness witness;
  private final HttpServer server;
  private final ExchangeThreads threads;

  private WitnessServer(Witness witness, HttpServer server, ExchangeThreads threads) {
    this.witness = witness;
    this.server = server;
    this.threads = threads;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /**
   * Serves on the loopback interface.
   *
   * @param port 0 for any that is free; see {@link #uri()}
   * @throws LogStorageException if the port cannot be had
   */
  public static WitnessServer start(Witness witness, int port) {
    return start(witness, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /**
   * Serves on an address.
   *
   * @throws LogStorageException if the address cannot be had
   */
  public static WitnessServer start(Witness witness, InetSocketAddress address) {
    return start(witness, address, EXCHANGE);
  }

  static WitnessServer start(Witness witness, InetSocketAddress address, Duration exchange) {
    Objects.requireNonNull(witness, "witness");
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new LogStorageException(
          "cannot serve the witness on " + address + ": " + Text.describe(e), e);
    }
    WitnessServer started = new WitnessServer(witness, server,
        new ExchangeThreads("tlog-witness", exchange));
    server.start();
    return started;
  }

  /** Returns where it listens, with the port that was chosen. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /**
   * Returns the submission prefix, which is also the monitoring prefix, as a client on this machine
   * would write it.
   */
  public URI uri() {
    InetSocketAddress address = server.getAddress();
    InetAddress bound = address.getAddress();
    String host = (bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound)
        .getHostAddress();
    return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
        + address.getPort() + "/");
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      answer(exchange);
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "a client of the witness went away", e);
    } catch (RuntimeException | Error e) {
      LOGGER.log(System.Logger.Level.WARNING, "the witness cannot answer a request", e);
      throw e;
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Matcher checkpoint = CHECKPOINT.matcher(path);
    if (path.equals("/" + AddCheckpoint.PATH)) {
      addCheckpoint(exchange);
    } else if (checkpoint.matches()) {
      checkpoint(exchange, checkpoint.group(1));
    } else {
      send(exchange, 404, TEXT, "nothing is here\n");
    }
  }

  private void addCheckpoint(HttpExchange exchange) throws IOException {
    if (!allows(exchange, "POST")) {
      return;
    }
    byte[] body = exchange.getRequestBody().readNBytes(AddCheckpoint.MAX_BYTES + 1);
    if (body.length > AddCheckpoint.MAX_BYTES) {
      send(exchange, 413, TEXT, "a request has at most " + AddCheckpoint.MAX_BYTES + " bytes\n");
      return;
    }
    WitnessAnswer answer;
    try {
      answer = witness.addCheckpoint(body);
    } catch (LogFailedException | IllegalStateException e) {
      LOGGER.log(System.Logger.Level.WARNING, "the witness cannot answer a request", e);
      send(exchange, 503, TEXT, "the witness is not in service\n");
      return;
    }
    String type = answer instanceof WitnessAnswer.Conflict ? WitnessAnswer.SIZE_TYPE : TEXT;
    send(exchange, answer.status(), type, answer.body());
  }

  private void checkpoint(HttpExchange exchange, String hash) throws IOException {
    if (!allows(exchange, "GET")) {
      return;
    }
    Optional<SignedNote> latest = witness.latestByHash(hash);
    if (latest.isPresent()) {
      send(exchange, 200, TEXT, latest.get().encoded());
    } else {
      send(exchange, 404, TEXT, "no checkpoint of this log was cosigned here\n");
    }
  }

  private static boolean allows(HttpExchange exchange, String method) throws IOException {
    if (exchange.getRequestMethod().equals(method)) {
      return true;
    }
    exchange.getResponseHeaders().set("Allow", method);
    send(exchange, 405, TEXT, "only " + method + " is allowed here\n");
    return false;
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** Lets the requests that are being answered come to their end, for a few seconds; then stops. */
  @Override
  public void close() {
    threads.close();
    server.stop(0);
  }

  @Override
  public String toString() {
    return "WitnessServer[" + uri() + ", " + witness + "]";
  }
}
