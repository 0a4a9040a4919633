package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogServerTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress(
      InetAddress.getLoopbackAddress(), 0);

  private final HttpClient client = HttpClient.newHttpClient();
  private Path log;
  private LogServer server;

  LogServerTest(@TempDir Path temporary) {
    log = temporary.resolve("log");
    try (LogWriter writer = LogWriter.open(log, LogOptions.of(SIGNER))) {
      for (int i = 0; i < 600; i++) {
        writer.append(("entry " + i).getBytes(UTF_8));
      }
    }
    server = LogServer.start(log);
  }

  @BeforeEach
  void hideSomethingBesideTheLog() throws IOException {
    Files.writeString(log.resolveSibling("secret"), "secret");
    Files.writeString(log.resolve("secret"), "secret");
    Files.writeString(log.resolve("tile/secret"), "secret");
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpResponse<byte[]> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve(path))
        .version(HttpClient.Version.HTTP_1_1)
        .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** Sends bytes as they are, which a client that knows its business would not. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void ourReaderReadsAllOfIt() throws Exception {
    LogReader reader = LogReader.open(TileSource.http(server.uri()), SIGNER.verifier());
    SignedCheckpoint at = reader.latest();
    assertThat(at.size()).isEqualTo(600);
    reader.verifyAll(at).requireIntact();
    assertThat(reader.entry(599, at)).isEqualTo("entry 599".getBytes(UTF_8));
  }

  @Test
  void theCheckpointIsTextThatIsAskedForEachTime() throws Exception {
    HttpResponse<byte[]> response = send("GET", "checkpoint");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(Files.readAllBytes(log.resolve("checkpoint")));
    assertThat(header(response, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(header(response, "Cache-Control")).isEqualTo("no-cache");
    assertThat(header(response, "Last-Modified")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/001",
      "tile/entries/002.p/88"})
  void tilesAndBundlesAreBytesThatNeverChange(String path) throws Exception {
    HttpResponse<byte[]> response = send("GET", path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(Files.readAllBytes(log.resolve(path)));
    assertThat(header(response, "Content-Type")).isEqualTo("application/octet-stream");
    assertThat(header(response, "Cache-Control")).isEqualTo(FOR_EVER);
    assertThat(header(response, "Content-Length"))
        .isEqualTo(String.valueOf(response.body().length));
    assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint", "tile/0/000", "tile/entries/001"})
  void headTellsTheSameWithoutTheBody(String path) throws Exception {
    HttpResponse<byte[]> get = send("GET", path);
    HttpResponse<byte[]> head = send("HEAD", path);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String name : List.of("Content-Length", "Content-Type", "Cache-Control", "ETag",
        "Last-Modified")) {
      assertThat(header(head, name)).as(name).isEqualTo(header(get, name));
    }
    assertThat(header(head, "Content-Length")).isEqualTo(String.valueOf(get.body().length));
  }

  @Test
  void whatTheClientHasIsNotSentAgain() throws Exception {
    for (String path : List.of("checkpoint", "tile/0/000", "tile/entries/001")) {
      String tag = header(send("GET", path), "ETag");
      assertThat(tag).startsWith("\"").endsWith("\"").hasSizeGreaterThan(10);
      for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
        HttpResponse<byte[]> again = send("GET", path, "If-None-Match", known);
        assertThat(again.statusCode()).as(known).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "ETag")).isEqualTo(tag);
        assertThat(header(again, "Content-Length")).isNotEqualTo("0");
      }
      assertThat(send("GET", path, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }
    String changed = header(send("GET", "tile/0/000"), "Last-Modified");
    assertThat(send("GET", "tile/0/000", "If-Modified-Since", changed).statusCode())
        .isEqualTo(304);
    assertThat(send("GET", "tile/0/000", "If-Modified-Since", changed, "If-None-Match", "\"other\"")
        .statusCode()).isEqualTo(200);
    for (String since : List.of("Mon, 01 Jan 1990 00:00:00 GMT", "yesterday")) {
      assertThat(send("GET", "tile/0/000", "If-Modified-Since", since).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void aNewCheckpointIsSeenAtOnce() throws Exception {
    String old = header(send("GET", "checkpoint"), "ETag");
    try (LogWriter writer = LogWriter.open(log, LogOptions.of(SIGNER))) {
      writer.append(new byte[0]);
    }
    HttpResponse<byte[]> response = send("GET", "checkpoint", "If-None-Match", old);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(SignedCheckpoint.parse(response.body(), SIGNER.verifier()).size()).isEqualTo(601);
  }

  @Test
  void bundlesAreCompressedForThoseWhoWantIt() throws Exception {
    byte[] bundle = Files.readAllBytes(log.resolve("tile/entries/001"));
    for (String accepted : List.of("gzip, identity", "br, GZIP;q=0.5")) {
      HttpResponse<byte[]> response = send("GET", "tile/entries/001", "Accept-Encoding", accepted);
      assertThat(header(response, "Content-Encoding")).isEqualTo("gzip");
      assertThat(header(response, "Vary")).isEqualTo("Accept-Encoding");
      assertThat(response.body()).hasSizeLessThan(bundle.length);
      assertThat(new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes())
          .isEqualTo(bundle);
      assertThat(header(response, "ETag"))
          .isNotEqualTo(header(send("GET", "tile/entries/001"), "ETag"));
    }
    for (String accepted : List.of("identity", "gzip;q=0", "br, gzip; q=0.00")) {
      HttpResponse<byte[]> response = send("GET", "tile/entries/001", "Accept-Encoding", accepted);
      assertThat(header(response, "Content-Encoding")).isEmpty();
      assertThat(header(response, "Vary")).isEqualTo("Accept-Encoding");
      assertThat(response.body()).isEqualTo(bundle);
    }
    assertThat(header(send("GET", "tile/0/001", "Accept-Encoding", "gzip"), "Content-Encoding"))
        .isEmpty();
  }

  @Test
  void whatIsNotThereYetIsNotRemembered() throws Exception {
    for (String path : List.of("tile/0/003", "tile/0/x001/000", "tile/9/000", "nothing", "")) {
      HttpResponse<byte[]> response = send("GET", path);
      assertThat(response.statusCode()).as(path).isEqualTo(404);
      assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
      assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
      assertThat(send("HEAD", path).statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
  void onlyReadingIsAllowed(String method) throws Exception {
    HttpResponse<byte[]> response = send(method, "checkpoint");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(header(response, "Allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void nothingElseIsServed() throws Exception {
    for (String path : List.of("/.wal/log", "/.wal/lock", "/secret", "/../secret",
        "/tile/../../secret",
        "/tile/secret", "/tile/0/../../secret", "/%2e%2e/secret", "/tile/%2e%2e/%2e%2e/secret",
        "/tile/..%2f..%2fsecret", "/..%5csecret", "/%252e%252e/secret", "/.%2e/secret",
        "//../secret", "/tile/0/./000", "/./checkpoint", "/tile//0/000", "/tile/0/000/", "/tile/0/",
        "/tile", "/checkpoint/", "/checkpoint%00", "/%63heckpoint", "/tile/00/000", "/tile/64/000",
        "/tile/0/0000", "/tile/0/000.p/0", "/tile/0/000.p/256", "/tile/0/002.p/088",
        "/tile/0/002.p", "/tile/entries/../../.wal/log", "/.wal/../checkpoint",
        "http://elsewhere/../secret", "/checkpoint;x=1", "/CHECKPOINT")) {
      String answer = raw(
          "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(answer).as(path).matches("(?s)HTTP/1.1 (404|400) .*");
      assertThat(answer.substring(answer.indexOf("\r\n\r\n"))).doesNotContain("secret");
    }
  }

  @Test
  void linksAreNotFollowed() throws Exception {
    Path tile = log.resolve("tile/0/000");
    Files.delete(tile);
    Files.createSymbolicLink(tile, log.resolveSibling("secret"));
    assertThat(send("GET", "tile/0/000").statusCode()).isEqualTo(404);
    Files.delete(log.resolve("checkpoint"));
    Files.createSymbolicLink(log.resolve("checkpoint"), log.resolveSibling("secret"));
    assertThat(send("GET", "checkpoint").statusCode()).isEqualTo(404);
    Path elsewhere = Files.createDirectory(log.resolveSibling("elsewhere"));
    Files.writeString(elsewhere.resolve("000"), "secret");
    Files.createSymbolicLink(log.resolve("tile/5"), elsewhere);
    assertThat(send("GET", "tile/5/000").statusCode()).isEqualTo(404);
    assertThat(send("GET", "tile/0/001").statusCode()).isEqualTo(200);
  }

  @Test
  void theDirectoryItselfMayBeALink() throws Exception {
    Path link = Files.createSymbolicLink(log.resolveSibling("current"), log);
    try (LogServer linked = LogServer.start(link)) {
      LogReader reader = LogReader.open(TileSource.http(linked.uri()), SIGNER.verifier());
      assertThat(reader.latest().size()).isEqualTo(600);
    }
  }

  @Test
  void aFileThatCannotBeReadIsAFailureOfTheServer() throws Exception {
    Files.write(log.resolve("checkpoint"), new byte[Layout.MAX_CHECKPOINT_BYTES + 1]);
    HttpResponse<byte[]> response = send("GET", "checkpoint");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/my/log", "/my/log/", "my/log"})
  void servesUnderAPrefix(String prefix) throws Exception {
    try (LogServer prefixed = LogServer.start(log, ANY_PORT, prefix)) {
      assertThat(prefixed.uri().getPath()).isEqualTo("/my/log/");
      LogReader reader = LogReader.open(TileSource.http(prefixed.uri()), SIGNER.verifier());
      assertThat(reader.latest().size()).isEqualTo(600);
      for (String other : List.of("/checkpoint", "/my/logcheckpoint", "/my/log")) {
        HttpRequest request = HttpRequest.newBuilder(prefixed.uri().resolve(other)).build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
            .as(other)
            .isEqualTo(404);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/my log", "/a/../b", "/./", "/a//b", "/ä", "/a?b", "/.wal"})
  void refusesAPrefixThatIsNone(String prefix) {
    assertThatIllegalArgumentException().isThrownBy(() -> LogServer.start(log, ANY_PORT, prefix))
        .withMessageStartingWith("prefix is '" + prefix + "', wanted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/logs/mine", "/logs/mine/"})
  void theHandlerCanBeMountedInAnotherServer(String context) throws Exception {
    HttpServer other = HttpServer.create(ANY_PORT, 0);
    try {
      other.createContext(context, LogServer.handler(log));
      other.start();
      URI base = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
          + other.getAddress().getPort());
      LogReader reader = LogReader.open(TileSource.http(base.resolve("/logs/mine")),
          SIGNER.verifier());
      reader.verifyAll(reader.latest()).requireIntact();
      assertThat(TileSource.http(base.resolve("/logs")).read("minecheckpoint", 1000)).isEmpty();
    } finally {
      other.stop(0);
    }
  }

  @Test
  void saysWhatItCannotServeOrListenTo() throws Exception {
    Path missing = log.resolveSibling("missing");
    assertThatExceptionOfType(LogStorageException.class).isThrownBy(() -> LogServer.start(missing))
        .withMessageContaining("cannot serve the log in " + missing);
    Path file = log.resolve("checkpoint");
    assertThatExceptionOfType(LogStorageException.class).isThrownBy(() -> LogServer.start(file))
        .withMessageContaining("NotDirectoryException");
    assertThatExceptionOfType(LogStorageException.class)
        .isThrownBy(() -> LogServer.start(log, server.address(), "/"))
        .withMessageContaining("cannot listen on")
        .withMessageContaining(String.valueOf(server.address().getPort()));
  }

  @Test
  void aClientThatNeverFinishesItsRequestIsCutOff() throws Exception {
    try (LogServer impatient = LogServer.start(log, ANY_PORT, "/", Duration.ofMillis(300));
        Socket socket = new Socket(impatient.address().getAddress(),
            impatient.address().getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write("GET /checkpoint HT".getBytes(ISO_8859_1));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      LogReader reader = LogReader.open(TileSource.http(impatient.uri()), SIGNER.verifier());
      assertThat(reader.latest().size()).isEqualTo(600);
    }
  }

  @Test
  void servesManyAtOnce() throws Exception {
    byte[] bundle = Files.readAllBytes(log.resolve("tile/entries/001"));
    List<Callable<byte[]>> tasks = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      tasks.add(() -> send("GET", "tile/entries/001").body());
    }
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<byte[]> each : many.invokeAll(tasks)) {
        assertThat(each.get()).isEqualTo(bundle);
      }
    }
  }

  @Test
  void aClosedServerLetsGoOfItsPort() throws Exception {
    server.close();
    try (LogServer again = LogServer.start(log, server.address(), "/")) {
      assertThat(again.address()).isEqualTo(server.address());
    }
    server.close();
  }
}
