package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WitnessServerTest {

  private static final NoteSigner LOG = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final CosignatureSigner KEY = CosignatureSigner.generate("witness.example",
      new SecureRandom());

  private SimulatedDisk disk;
  private Witness witness;
  private WitnessServer server;
  private SmallLog log;
  private HttpClient http;

  @BeforeEach
  void begin() {
    disk = new SimulatedDisk();
    witness = Witness.create(disk, KEY, List.of(LOG.verifier()), InstantSource.system());
    server = WitnessServer.start(witness, 0);
    log = new SmallLog(LOG, "history");
    http = HttpClient.newHttpClient();
  }

  @AfterEach
  void end() {
    http.close();
    server.close();
    witness.close();
    log.close();
  }

  private HttpResponse<String> post(byte[] body) throws Exception {
    return http.send(HttpRequest.newBuilder(server.uri().resolve("add-checkpoint"))
        .POST(BodyPublishers.ofByteArray(body))
        .build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(server.uri().resolve(path)).build(),
        BodyHandlers.ofString());
  }

  @Test
  void speaksTheProtocol() throws Exception {
    HttpResponse<String> ok = post(log.request(0, 3));
    assertThat(ok.statusCode()).isEqualTo(200);
    assertThat(ok.body()).startsWith("— witness.example ").endsWith("\n");
    HttpResponse<String> conflict = post(log.request(1, 3));
    assertThat(conflict.statusCode()).isEqualTo(409);
    assertThat(conflict.headers().firstValue("Content-Type")).contains("text/x.tlog.size");
    assertThat(conflict.body()).isEqualTo("3\n");
    assertThat(post("nonsense".getBytes(UTF_8)).statusCode()).isEqualTo(400);
    try (SmallLog fork = new SmallLog(LOG, "fork")) {
      assertThat(post(fork.request(3, 3)).statusCode()).isEqualTo(422);
    }
    NoteSigner unknown = NoteSigner.generate("example.com/unknown", new SecureRandom());
    try (SmallLog other = new SmallLog(unknown, "other")) {
      assertThat(post(other.request(0, 3)).statusCode()).isEqualTo(404);
    }
    NoteSigner stranger = NoteSigner.generate("example.com/log", new SecureRandom());
    try (SmallLog other = new SmallLog(stranger, "other")) {
      assertThat(post(other.request(0, 3)).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void showsMonitorsWhatItCosigned() throws Exception {
    String path = WitnessState.file("example.com/log") + "/checkpoint";
    assertThat(get(path).statusCode()).isEqualTo(404);
    assertThat(post(log.request(0, 3)).statusCode()).isEqualTo(200);
    HttpResponse<String> shown = get(path);
    assertThat(shown.statusCode()).isEqualTo(200);
    SignedCheckpoint read = SignedCheckpoint.parse(shown.body(), LOG.verifier());
    assertThat(read.checkpoint()).isEqualTo(log.at(3).checkpoint());
    assertThat(read.cosignatures(List.of(KEY.verifier()))).hasSize(1);
  }

  @Test
  void otherMethodsAndPathsAreNotThere() throws Exception {
    HttpResponse<String> got = get("add-checkpoint");
    assertThat(got.statusCode()).isEqualTo(405);
    assertThat(got.headers().firstValue("Allow")).contains("POST");
    assertThat(get("").statusCode()).isEqualTo(404);
    assertThat(get("checkpoint").statusCode()).isEqualTo(404);
    assertThat(get("../witness").statusCode()).isEqualTo(404);
  }

  @Test
  void aRequestThatIsTooLargeIsRefused() throws Exception {
    assertThat(post(new byte[AddCheckpoint.MAX_BYTES + 1]).statusCode()).isEqualTo(413);
    assertThat(post(log.request(0, 3)).statusCode()).isEqualTo(200);
  }

  @Test
  void aClientThatNeverEndsItsRequestIsLeft() throws Exception {
    try (WitnessServer impatient = WitnessServer.start(witness,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Duration.ofMillis(100));
        Socket socket = new Socket(impatient.uri().getHost(), impatient.uri().getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream()
          .write("POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nold"
              .getBytes(UTF_8));
      assertThat(endOf(socket)).isTrue();
    }
  }

  private static boolean endOf(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes().length == 0;
    } catch (IOException e) {
      return e instanceof SocketException; // reset, not timed out
    }
  }

  @Test
  void aWitnessThatHasFailedIsOutOfService() throws Exception {
    disk.setFault((operation, name) -> {
      throw new IOException("the disk says no");
    });
    assertThat(post(log.request(0, 3)).statusCode()).isEqualTo(503);
    assertThat(post(log.request(0, 3)).statusCode()).isEqualTo(503);
  }

  @Test
  void isOnTheLoopbackInterfaceAndLetsGoOfItsPort() throws Exception {
    assertThat(InetAddress.getByName(server.uri().getHost()).isLoopbackAddress()).isTrue();
    int port = server.uri().getPort();
    assertThatThrownBy(() -> WitnessServer.start(witness, port))
        .isInstanceOf(LogStorageException.class)
        .hasMessageContaining(String.valueOf(port));
    server.close();
    server.close();
    try (WitnessServer again = WitnessServer.start(witness, port)) {
      assertThat(again.uri()).isEqualTo(server.uri());
    }
  }
}
