package org.modelledger.tlog;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.modelledger.tlog.PublicPath.Kind;

/** Answers with the public files of one log. Keeps nothing between two requests. */
final class LogHandler implements HttpHandler {

  private static final System.Logger LOG = System.getLogger(LogHandler.class.getName());

  // c2sp.org/tlog-tiles: tiles and bundles never change, partial ones included; a year is what RFC 9111
  // caches treat as for ever. A file that is not there today may come tomorrow.
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final String ASK_EACH_TIME = "no-cache";
  private static final String NEVER = "no-store";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String BINARY = "application/octet-stream";

  private final Path root;

  LogHandler(Path directory) {
    try {
      this.root = directory.toRealPath();
      if (!Files.isDirectory(root)) {
        throw new NotDirectoryException(root.toString());
      }
    } catch (IOException e) {
      throw new LogStorageException(
          "cannot serve the log in " + directory + ": " + Text.describe(e),
          e);
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      // so that a page of somebody else can audit the log, and no browser takes an entry for a page
      headers.set("Access-Control-Allow-Origin", "*");
      headers.set("X-Content-Type-Options", "nosniff");
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        headers.set("Allow", "GET, HEAD");
        refuse(exchange, 405, "only GET and HEAD are answered here");
        return;
      }
      Optional<PublicPath> path = within(exchange).flatMap(PublicPath::parse);
      if (path.isEmpty() || !(path.get().kind() == Kind.CHECKPOINT
          ? serveCheckpoint(exchange)
          : serveTile(exchange, path.get()))) {
        refuse(exchange, 404, "the log has no such file");
      }
    }
  }

  /** Returns what follows the prefix under which this handler is mounted. */
  private static Optional<String> within(HttpExchange exchange) {
    String prefix = exchange.getHttpContext().getPath();
    String slashed = prefix.endsWith("/") ? prefix : prefix + "/";
    String path = exchange.getRequestURI().getRawPath();
    return path.startsWith(slashed)
        ? Optional.of(path.substring(slashed.length()))
        : Optional.empty();
  }

  private boolean serveCheckpoint(HttpExchange exchange) throws IOException {
    Optional<byte[]> read;
    try {
      read = isInside(root.resolve(Layout.CHECKPOINT))
          ? DirectoryStorage.read(root.resolve(Layout.CHECKPOINT), Layout.MAX_CHECKPOINT_BYTES)
          : Optional.empty();
    } catch (IOException e) {
      fail(exchange, Layout.CHECKPOINT, e);
      return true;
    }
    if (read.isEmpty()) {
      return false;
    }
    byte[] checkpoint = read.get();
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", TEXT);
    headers.set("Cache-Control", ASK_EACH_TIME);
    // of its content, and without Last-Modified: it may change twice within the second of that header
    headers.set("ETag", tag(
        HexFormat.of().formatHex(TreeHasher.newSha256().digest(checkpoint), 0, 16)));
    if (isKnown(exchange)) {
      exchange.sendResponseHeaders(304, -1);
    } else if (begin(exchange, checkpoint.length)) {
      exchange.getResponseBody().write(checkpoint);
    }
    return true;
  }

  private boolean serveTile(HttpExchange exchange, PublicPath path) throws IOException {
    Path file = root.resolve(path.name());
    FileChannel opened;
    Instant changed;
    try {
      if (!isInside(file)) {
        return false;
      }
      changed = Files
          .readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .lastModifiedTime()
          .toInstant();
      opened = FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      fail(exchange, path.name(), e);
      return true;
    }
    try (FileChannel channel = opened; InputStream in = Channels.newInputStream(channel)) {
      long size = channel.size();
      boolean gzip = path.kind() == Kind.BUNDLE && acceptsGzip(exchange.getRequestHeaders());
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Type", BINARY);
      headers.set("Cache-Control", FOR_EVER);
      headers.set("ETag", tag(Long.toHexString(changed.getEpochSecond()) + "."
          + Integer.toHexString(changed.getNano()) + "-" + Long.toHexString(size)
          + (gzip ? "-gzip" : "")));
      headers.set("Last-Modified",
          DateTimeFormatter.RFC_1123_DATE_TIME.format(changed.atOffset(ZoneOffset.UTC)));
      if (path.kind() == Kind.BUNDLE) {
        headers.set("Vary", "Accept-Encoding");
      }
      if (isKnown(exchange) || isNotNewer(exchange, changed)) {
        exchange.sendResponseHeaders(304, -1);
      } else if (gzip) {
        headers.set("Content-Encoding", "gzip");
        if (begin(exchange, -1)) {
          OutputStream body = exchange.getResponseBody();
          OutputStream zipped = new FastGzip(body);
          in.transferTo(zipped);
          zipped.close();
        }
      } else if (begin(exchange, size)) {
        in.transferTo(exchange.getResponseBody());
      }
    }
    return true;
  }

  /** A regular file that no link on the way leads to: what a link names is not the log's. */
  private boolean isInside(Path file) throws IOException {
    try {
      return file.toRealPath().equals(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Sends the head of the answer; returns whether a body is to follow. */
  private static boolean begin(HttpExchange exchange, long length) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head && length >= 0) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
    }
    // for the JDK's server -1 means that there is no body, and 0 that its length is not known
    exchange.sendResponseHeaders(200, head || length == 0 ? -1 : Math.max(length, 0));
    return !head && length != 0;
  }

  // RFC 9110 §13.1.2
  private static boolean isKnown(HttpExchange exchange) {
    String tag = exchange.getResponseHeaders().getFirst("ETag");
    return members(exchange.getRequestHeaders(), "If-None-Match")
        .anyMatch(known -> known.equals("*") || known.equals(tag) || known.equals("W/" + tag));
  }

  // RFC 9110 §13.1.3: ignored where there is an If-None-Match, and where it is not a date
  private static boolean isNotNewer(HttpExchange exchange, Instant changed) {
    String since = exchange.getRequestHeaders().getFirst("If-Modified-Since");
    if (since == null || exchange.getRequestHeaders().containsKey("If-None-Match")) {
      return false;
    }
    try {
      return !changed.truncatedTo(ChronoUnit.SECONDS)
          .isAfter(
              ZonedDateTime.parse(since, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return false;
    }
  }

  // RFC 9110 §12.5.3; a client that gives gzip any weight but zero may have it
  private static boolean acceptsGzip(Headers request) {
    return members(request, "Accept-Encoding").map(member -> member.toLowerCase(Locale.ROOT))
        .anyMatch(member -> member.matches("(gzip|x-gzip)(\\s*;.*)?")
            && !member.matches("[^;]*;\\s*q=0(\\.0*)?"));
  }

  private static Stream<String> members(Headers request, String name) {
    return request.getOrDefault(name, List.of())
        .stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .map(String::strip);
  }

  private static String tag(String value) {
    return '"' + value + '"';
  }

  private void fail(HttpExchange exchange, String name, IOException e) throws IOException {
    LOG.log(System.Logger.Level.WARNING, "cannot serve " + name + " of the log in " + root, e);
    refuse(exchange, 500, "the file cannot be read now");
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    byte[] body = (why + "\n").getBytes(StandardCharsets.UTF_8);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", TEXT);
    headers.set("Cache-Control", NEVER);
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Gzip at its quickest: much of what a log holds are hashes, which no level makes smaller. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 8192);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
