package org.modelledger.tlog;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Serves the public files of a log directory over HTTP, as c2sp.org/tlog-tiles asks: {@code checkpoint}
 * and {@code tile/…}, and nothing else, whatever else lies in the directory. Any client of that
 * specification reads it; a writer may be at work on the log at the same time.
 *
 * <p>GET and HEAD. Tiles and bundles may be cached for ever, the checkpoint is to be asked for each time;
 * both know conditional requests. Bundles are compressed for clients that accept gzip. Pages of other
 * origins may read everything (CORS).
 *
 * <p>It is plain HTTP with a bounded number of threads and a time limit for each exchange, meant for a
 * machine's own readers, a laboratory, or a place behind a proxy that does TLS and caching; so would any
 * other server for static files. Needs the module {@code jdk.httpserver}. Start the JVM with {@code
 * -Dsun.net.httpserver.nodelay=true}, as the command {@code modelledger} does: without it each answer may
 * wait 40 ms for the client's acknowledgement.
 */
public final class LogServer implements AutoCloseable {

  private static final Duration EXCHANGE = Duration.ofSeconds(30);
  private static final Pattern PREFIX = Pattern.compile("/([A-Za-z0-9_~-][A-Za-z0-9._~-]*/)*");

  private final HttpServer server;
  private final ExchangeThreads threads;
  private final String prefix;

  private LogServer(HttpServer server, ExchangeThreads threads, String prefix) {
    this.server = server;
    this.threads = threads;
    this.prefix = prefix;
  }

  /**
   * Returns a handler that answers for a log, to be mounted in a server of one's own under any path, with
   * or without a slash at its end. That server has the threads and the time limits.
   *
   * @throws LogStorageException if there is no such directory
   */
  public static HttpHandler handler(Path directory) {
    return new LogHandler(Objects.requireNonNull(directory, "directory"));
  }

  /**
   * Serves a log on the loopback address, at a free port, without a prefix.
   *
   * @throws LogStorageException if there is no such directory
   */
  public static LogServer start(Path directory) {
    return start(directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "/");
  }

  /**
   * Serves a log.
   *
   * @param address where to listen; port 0 is any free one
   * @param prefix the path of the log's URL, such as {@code /} or {@code /my/log}
   * @throws IllegalArgumentException if the prefix has other characters than ASCII letters, digits and
   *     {@code -._~}, or an element that begins with a dot
   * @throws LogStorageException if there is no such directory, or the address cannot be had
   */
  public static LogServer start(Path directory, InetSocketAddress address, String prefix) {
    return start(directory, address, prefix, EXCHANGE);
  }

  static LogServer start(Path directory, InetSocketAddress address, String prefix,
      Duration exchange) {
    String slashed = (prefix.startsWith("/") ? "" : "/") + prefix
        + (prefix.isEmpty() || prefix.endsWith("/") ? "" : "/");
    if (!PREFIX.matcher(slashed).matches()) {
      throw new IllegalArgumentException("prefix is " + Text.quote(prefix)
          + ", wanted a path of ASCII letters, digits and -._~ such as /my/log");
    }
    HttpHandler handler = handler(directory);
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new LogStorageException("cannot listen on " + address + ": " + Text.describe(e), e);
    }
    ExchangeThreads threads = new ExchangeThreads("log-server", exchange);
    server.setExecutor(threads);
    server.createContext(slashed, handler);
    server.start();
    return new LogServer(server, threads, slashed);
  }

  /** Returns where it listens, with the port that was chosen. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Returns the log's prefix as a client on this machine would write it, with a slash at the end. */
  public URI uri() {
    InetAddress bound = address().getAddress();
    InetAddress host = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    String text = host.getHostAddress();
    return URI.create("http://" + (text.contains(":") ? "[" + text + "]" : text) + ":"
        + address().getPort() + prefix);
  }

  /** Lets the exchanges that have begun come to their end, for at most a few seconds, then stops. */
  @Override
  public void close() {
    threads.close();
    server.stop(0);
  }
}
