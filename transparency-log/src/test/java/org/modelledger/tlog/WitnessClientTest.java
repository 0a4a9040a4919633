package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.modelledger.tlog.WitnessFailure.Kind;

class WitnessClientTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final NoteSigner LOG = NoteSigner.generate("example.com/log",
      new SecureRandom());

  private final List<AutoCloseable> open = new ArrayList<>();
  private SmallLog log;

  @BeforeEach
  void begin() {
    log = add(new SmallLog(LOG, "history"));
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T add(T resource) {
    open.add(resource);
    return resource;
  }

  /** A real witness on a real port. */
  private record Served(CosignatureSigner key, Witness witness, URI uri) {

    String line(String name) {
      return "witness " + name + " " + key.verifier() + " " + uri + "\n";
    }
  }

  private Served serve(String name) {
    CosignatureSigner key = CosignatureSigner.generate(name, new SecureRandom());
    Witness witness = add(Witness.create(new SimulatedDisk(), key, List.of(LOG.verifier()),
        InstantSource.system()));
    return new Served(key, witness, add(WitnessServer.start(witness, 0)).uri());
  }

  private WitnessClient client(String policy, Duration limit) {
    return add(WitnessClient.of(WitnessPolicy.parse(policy), limit));
  }

  @Test
  void bringsTheCosignaturesOfAllWitnesses() throws Exception {
    Served a = serve("a.example");
    Served b = serve("b.example");
    WitnessClient client = client(a.line("a") + b.line("b") + "group g any a b\nquorum g\n", LONG);
    for (long size : new long[]{0, 1, 5, 5, 300}) {
      Cosigned cosigned = client.cosign(log.at(size), log.reader());
      assertThat(cosigned.isQuorum()).isTrue();
      assertThat(cosigned.failures()).isEmpty();
      assertThat(cosigned.checkpoint().checkpoint()).isEqualTo(log.at(size).checkpoint());
      assertThat(cosigned.checkpoint()
          .cosignatures(List.of(a.key().verifier(), b.key().verifier())))
          .containsExactlyInAnyOrderElementsOf(cosigned.cosignatures());
      assertThat(client.policy().verify(cosigned.checkpoint())).hasSize(2);
      SignedCheckpoint again = SignedCheckpoint.parse(cosigned.checkpoint().text(),
          LOG.verifier());
      assertThat(again).isEqualTo(cosigned.checkpoint());
    }
  }

  @Test
  void learnsWhatTheWitnessHas() throws Exception {
    Served a = serve("a.example");
    WitnessClient first = client(a.line("a") + "quorum a\n", LONG);
    assertThat(first.cosign(log.at(5), log.reader()).isQuorum()).isTrue();
    WitnessClient second = client(a.line("a") + "quorum a\n", LONG);
    assertThat(second.cosign(log.at(9), log.reader()).isQuorum()).isTrue();
    // what the first remembers is no longer so
    assertThat(first.cosign(log.at(12), log.reader()).isQuorum()).isTrue();
  }

  private void assertFails(WitnessClient client, SignedCheckpoint checkpoint, Kind kind,
      String reason) throws Exception {
    assertFails(client.cosign(checkpoint, log.reader()), kind, reason);
  }

  private static void assertFails(Cosigned cosigned, Kind kind, String reason) {
    assertThat(cosigned.isQuorum()).isFalse();
    assertThat(cosigned.cosignatures()).isEmpty();
    assertThat(cosigned.failures()).singleElement().satisfies(failure -> {
      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure.reason()).contains(reason);
    });
  }

  @Test
  void saysThatAForkIsInconsistent() throws Exception {
    Served a = serve("a.example");
    WitnessClient client = client(a.line("a") + "quorum a\n", LONG);
    assertThat(client.cosign(log.at(5), log.reader()).isQuorum()).isTrue();
    SmallLog fork = add(new SmallLog(LOG, "fork"));
    assertFails(client.cosign(fork.at(5), fork.reader()), Kind.INCONSISTENT, "size 5");
    assertFails(client.cosign(fork.at(9), fork.reader()), Kind.INCONSISTENT,
        "checkpoint of size 9 does not continue what it has cosigned, size 5");
    WitnessClient fresh = client(a.line("a") + "quorum a\n", LONG);
    assertFails(fresh.cosign(fork.at(9), fork.reader()), Kind.INCONSISTENT, "size 5");
    assertThat(client.cosign(log.at(9), log.reader()).isQuorum()).isTrue();
  }

  @Test
  void saysThatTheWitnessIsAhead() throws Exception {
    Served a = serve("a.example");
    WitnessClient client = client(a.line("a") + "quorum a\n", LONG);
    SignedCheckpoint older = log.at(5);
    assertThat(client.cosign(log.at(9), log.reader()).isQuorum()).isTrue();
    assertFails(client, older, Kind.AHEAD, "a tree of 9 entries, this checkpoint has 5");
  }

  @Test
  void saysThatTheWitnessDoesNotKnowTheLog() throws Exception {
    Served a = serve("a.example");
    WitnessClient client = client(a.line("a") + "quorum a\n", LONG);
    NoteSigner unknown = NoteSigner.generate("example.com/unknown", new SecureRandom());
    SmallLog other = add(new SmallLog(unknown, "other"));
    assertFails(client.cosign(other.at(1), other.reader()), Kind.REFUSED, "404");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.cosign(other.at(1), log.reader()));
  }

  @Test
  void saysThatNobodyIsThere() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    CosignatureSigner key = CosignatureSigner.generate("w.example", new SecureRandom());
    WitnessClient client = client(
        "witness w " + key.verifier() + " http://127.0.0.1:" + port + "\nquorum w\n", LONG);
    assertFails(client, log.at(1), Kind.UNREACHABLE, "");
  }

  @Test
  void doesNotWaitForASilentWitnessOnceThereIsAQuorum() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Served a = serve("a.example");
      CosignatureSigner key = CosignatureSigner.generate("silent.example", new SecureRandom());
      String line = "witness silent " + key.verifier() + " http://127.0.0.1:"
          + silent.getLocalPort() + "/\n";
      WitnessClient all = client(a.line("a") + line + "group g all a silent\nquorum g\n",
          Duration.ofMillis(200));
      Cosigned cosigned = all.cosign(log.at(3), log.reader());
      assertThat(cosigned.isQuorum()).isFalse();
      assertThat(cosigned.cosignatures()).hasSize(1);
      assertThat(cosigned.failures()).singleElement()
          .satisfies(f -> assertThat(f.kind()).isEqualTo(Kind.UNREACHABLE));
      WitnessClient any = client(a.line("a") + line + "group g any a silent\nquorum g\n",
          Duration.ofSeconds(3));
      assertThat(any.cosign(log.at(4), log.reader()).isQuorum()).isTrue();
      long begin = System.nanoTime();
      assertThat(any.cosign(log.at(5), log.reader()).isQuorum()).isTrue();
      // the limit is no bound on the machine: only the silent witness could take all of it
      assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(3));
    }
  }

  /** Something on a port that answers what it is told to. */
  private WitnessClient answering(int status, String type, String body) throws IOException {
    CosignatureSigner key = CosignatureSigner.generate("w.example", new SecureRandom());
    return answering(key, status, type, new AtomicReference<>(body), new AtomicInteger());
  }

  private WitnessClient answering(CosignatureSigner key, int status, String type,
      AtomicReference<String> body, AtomicInteger requests) throws IOException {
    HttpServer server = HttpServer
        .create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/prefix/add-checkpoint", exchange -> {
      requests.incrementAndGet();
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", type);
      byte[] bytes = body.get().getBytes(UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
    open.add(() -> server.stop(0));
    return client("witness w " + key.verifier() + " http://127.0.0.1:"
        + server.getAddress().getPort() + "/prefix\nquorum w\n", LONG);
  }

  @Test
  void believesNoAnswerUnseen() throws Exception {
    SignedCheckpoint checkpoint = log.at(3);
    String type = WitnessAnswer.SIZE_TYPE;
    assertFails(answering(200, "text/plain", "thanks\n"), checkpoint, Kind.INVALID_ANSWER,
        "signature line 'thanks'");
    assertFails(answering(200, "text/plain", ""), checkpoint, Kind.INVALID_ANSWER, "newline");
    assertFails(answering(200, "text/plain", checkpoint.note().signatures().getFirst().line()),
        checkpoint, Kind.INVALID_ANSWER, "no signature of w.example");
    assertFails(answering(409, "text/plain", "0\n"), checkpoint, Kind.INVALID_ANSWER,
        "does not say which size");
    assertFails(answering(409, type, "-1\n"), checkpoint, Kind.INVALID_ANSWER, "which size");
    assertFails(answering(409, type, "2"), checkpoint, Kind.INVALID_ANSWER, "which size");
    assertFails(answering(409, type, "2\n"), checkpoint, Kind.INVALID_ANSWER, "3 times");
    assertFails(answering(409, type, "4\n"), checkpoint, Kind.AHEAD, "a tree of 4 entries");
    assertFails(answering(503, "text/plain", "later\n"), checkpoint, Kind.REFUSED,
        "its status is 503: 'later'");
    assertFails(answering(302, "text/plain", ""), checkpoint, Kind.REFUSED, "302");
    assertFails(answering(200, "text/plain", "x".repeat(1 << 18)), checkpoint, Kind.UNREACHABLE,
        "more than");
  }

  @Test
  void believesNoCosignatureOfAnotherCheckpoint() throws Exception {
    CosignatureSigner key = CosignatureSigner.generate("w.example", new SecureRandom());
    AtomicReference<String> body = new AtomicReference<>(
        key.cosign(log.at(2).checkpoint(), 5).line());
    AtomicInteger requests = new AtomicInteger();
    WitnessClient client = answering(key, 200, "text/plain", body, requests);
    assertFails(client, log.at(3), Kind.INVALID_ANSWER, "does not verify");
    // unknown lines beside the right one are dropped
    body.set(CosignatureSigner.generate("x.example", new SecureRandom())
        .cosign(log.at(3).checkpoint(), 5)
        .line() + key.cosign(log.at(3).checkpoint(), 5).line());
    Cosigned cosigned = client.cosign(log.at(3), log.reader());
    assertThat(cosigned.isQuorum()).isTrue();
    assertThat(cosigned.checkpoint().note().signatures())
        .extracting(SignedNote.Signature::keyName)
        .containsExactly("example.com/log", "w.example");
    assertThat(requests).hasValue(2);
  }

  @Test
  void canBeInterrupted() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      CosignatureSigner key = CosignatureSigner.generate("silent.example", new SecureRandom());
      WitnessClient client = client("witness w " + key.verifier() + " http://127.0.0.1:"
          + silent.getLocalPort() + "/\nquorum w\n", Duration.ofHours(1));
      SignedCheckpoint checkpoint = log.at(3);
      CountDownLatch interrupted = new CountDownLatch(1);
      Thread asking = Thread.ofVirtual().start(() -> {
        try {
          var unused = client.cosign(checkpoint, log.reader());
        } catch (InterruptedException e) {
          interrupted.countDown();
        } catch (ProofException e) {
          throw new AssertionError(e);
        }
      });
      try (Socket connection = silent.accept()) { // it is asking now, and gets no answer
        asking.interrupt();
        assertThat(interrupted.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(connection.isClosed()).isFalse();
      }
    }
  }

  @Test
  void refusesAPolicyThatItCannotFulfil() {
    CosignatureSigner key = CosignatureSigner.generate("w.example", new SecureRandom());
    String line = "witness w " + key.verifier();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client(line + "\nquorum w\n", LONG))
        .withMessageContaining("are no quorum: []");
    for (String url : List.of("ftp://w.example/", "https:///x", "https://w.example/?a",
        "https://w.example/#a", "https://me@w.example/", "w.example")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client(line + " " + url + "\nquorum w\n", LONG))
          .withMessageContaining("the URL of the witness 'w'");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client("quorum none\n", Duration.ZERO));
  }
}
