package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTileSourceTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());

  private final SimulatedDisk disk = new SimulatedDisk();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private HttpServer server;
  private URI base;

  HttpTileSourceTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    base = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
        + server.getAddress().getPort() + "/my/log");
  }

  @BeforeEach
  void serve() {
    try (LogWriter log = LogWriter.open(Path.of("unused"),
        LogOptions.builder().signer(SIGNER).storage(any -> disk).build())) {
      for (int i = 0; i < 600; i++) {
        log.append(("entry " + i).getBytes(UTF_8));
      }
    }
    server.setExecutor(executor);
    server.createContext("/my/log/", this::serveFile);
    server.createContext("/zip/", this::serveZipped);
    server.createContext("/status/", exchange -> answer(exchange,
        Integer.parseInt(exchange.getRequestURI().getPath().substring("/status/".length())),
        new byte[0]));
    server.createContext("/endless/", exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        while (end.getCount() > 0) {
          out.write(new byte[10_000]);
        }
      } catch (IOException e) {
        // the reader has had enough, as it should
      }
    });
    server.createContext("/stuck/", exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(1);
      exchange.getResponseBody().flush();
      try {
        end.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      exchange.close();
    });
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    executor.shutdownNow();
  }

  private void serveFile(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/my/log/".length());
    Optional<byte[]> file = disk.read(path, Integer.MAX_VALUE);
    answer(exchange, file.isPresent() ? 200 : 404, file.orElse("not found".getBytes(UTF_8)));
  }

  private void serveZipped(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/zip/".length());
    byte[] file = disk.read(path, Integer.MAX_VALUE).orElseThrow();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(file);
    }
    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    answer(exchange, 200, bytes.toByteArray());
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Location", "/my/log/checkpoint");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/my/log", "/my/log/", "/zip"})
  void readsAndChecksALogOverHttp(String prefix) throws Exception {
    LogReader reader = LogReader.open(TileSource.http(base.resolve(prefix)), SIGNER.verifier());
    SignedCheckpoint at = reader.latest();
    assertThat(at.size()).isEqualTo(600);
    assertThat(reader.entry(599, at)).isEqualTo("entry 599".getBytes(UTF_8));
    reader.verifyAll(at).requireIntact();
    reader.inclusionProof(100, at)
        .verify(MerkleTree.leafHash("entry 100".getBytes(UTF_8)),
            at.root());
  }

  @Test
  void noticesWhatTheServerChanged() throws Exception {
    LogReader reader = LogReader.open(TileSource.http(base), SIGNER.verifier());
    SignedCheckpoint at = reader.latest();
    disk.damage("tile/entries/001", bytes -> {
      bytes[10] ^= 1;
      return bytes;
    });
    assertThatExceptionOfType(ProofException.class).isThrownBy(() -> reader.entry(256, at))
        .withMessageContaining("tile/entries/001")
        .withMessageContaining(base.toString());
    disk.delete("tile/0/002.p/88");
    assertThatExceptionOfType(ProofException.class)
        .isThrownBy(() -> LogReader.open(TileSource.http(base), SIGNER.verifier()).entry(0, at))
        .withMessageContaining("tile/0/002.p/88 is missing from");
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 403, 500, 503})
  void otherAnswersAreFailuresOfTheSource(int status) {
    TileSource source = TileSource.http(base.resolve("/status"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> source.read(String.valueOf(status), 1000))
        .withMessage("the server answered with status " + status);
  }

  @Test
  void goneIsLikeMissing() throws Exception {
    assertThat(TileSource.http(base.resolve("/status")).read("410", 1000)).isEmpty();
    assertThat(TileSource.http(base).read("tile/9/000", 1000)).isEmpty();
  }

  @Test
  void takesNoMoreBytesThanWanted() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> TileSource.http(base.resolve("/endless")).read("checkpoint", 100_000))
        .withMessageContaining("more than 100000 bytes");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> TileSource.http(base.resolve("/zip")).read("tile/entries/000", 100))
        .withMessageContaining("more than 100 bytes");
    int size = disk.contents("tile/entries/000").length;
    assertThatExceptionOfType(IOException.class).isThrownBy(
        () -> TileSource.http(base.resolve("/zip")).read("tile/entries/000", size - 1))
        .withMessageContaining("more than " + (size - 1) + " bytes");
  }

  @Test
  void doesNotWaitForEverForTheRestOfAnAnswer() {
    TileSource source = new HttpTileSource(base.resolve("/stuck"), Duration.ofMillis(300));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> source.read("checkpoint", 1000))
        .withMessage("no whole answer within PT0.3S");
  }

  @Test
  void anInterruptedReaderKeepsItsInterrupt() {
    LogReader reader = LogReader.open(TileSource.http(base.resolve("/stuck")), SIGNER.verifier());
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(LogStorageException.class).isThrownBy(reader::latest)
        .withMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://example.com/log", "log", "file:///tmp/log", "http:///log",
      "http://user:secret@example.com/log", "http://example.com/log?a=b"})
  void refusesWhatIsNoPrefix(String uri) {
    assertThatIllegalArgumentException().isThrownBy(() -> TileSource.http(URI.create(uri)))
        .withMessage(
            "a log's prefix is an http or https URI with a host and a path, and nothing more");
  }
}
