package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log that shows readers only what witnesses have cosigned. */
class WitnessedLogTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final NoteSigner LOG = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final CosignatureSigner KEY = CosignatureSigner.generate("witness.example",
      new SecureRandom());

  private final SimulatedDisk disk = new SimulatedDisk();
  private Witness witness;
  private WitnessServer server;
  private WitnessPolicy policy;

  @BeforeEach
  void begin() {
    witness = Witness.create(new SimulatedDisk(), KEY, List.of(LOG.verifier()),
        InstantSource.system());
    server = WitnessServer.start(witness, 0);
    policy = WitnessPolicy.parse("log " + LOG.verifier() + "\nwitness w " + KEY.verifier() + " "
        + server.uri() + "\nquorum w\n");
  }

  @AfterEach
  void end() {
    server.close();
    witness.close();
  }

  private LogOptions.Builder options() {
    return LogOptions.builder()
        .signer(LOG)
        .publishInterval(Duration.ofHours(1))
        .storage(directory -> disk);
  }

  private LogWriter open() {
    return open(options().witnesses(policy, LONG, Duration.ofHours(1)));
  }

  private static LogWriter open(LogOptions.Builder options) {
    return LogWriter.open(Path.of("in memory"), options.build());
  }

  private static void grow(LogWriter log, long size) throws InterruptedException {
    Appended last = null;
    while (log.size() < size) {
      last = log.append(("entry " + log.size()).getBytes(UTF_8));
    }
    if (last != null) {
      last.await(LONG);
    }
  }

  private SignedCheckpoint visible() throws ProofException {
    return SignedCheckpoint.parse(disk.contents(Layout.CHECKPOINT), LOG.verifier());
  }

  private LogReader auditor() {
    return LogReader.open(new StorageTileSource(disk), LOG.verifier(), policy);
  }

  @Test
  void readersSeeWhatAQuorumHasCosigned() throws Exception {
    try (LogWriter log = open()) {
      assertThatThrownBy(() -> auditor().latest()).isInstanceOf(ProofException.class)
          .hasMessageContaining("not cosigned by a quorum");
      assertThat(log.publish().size()).isZero();
      for (long size : new long[]{1, 5, 256, 700}) {
        grow(log, size);
        SignedCheckpoint published = log.publish();
        assertThat(published.size()).isEqualTo(size);
        assertThat(policy.verify(published)).hasSize(1);
        assertThat(log.checkpoint()).isEqualTo(published).isEqualTo(visible());
        assertThat(log.localCheckpoint().checkpoint()).isEqualTo(published.checkpoint());
        assertThat(log.publish()).isSameAs(published);
        LogReader auditor = auditor();
        assertThat(auditor.latest()).isEqualTo(published);
        auditor.verifyAll(published).requireIntact();
      }
    }
    try (LogWriter again = open()) {
      assertThat(again.checkpoint().size()).isEqualTo(700);
      assertThat(policy.verify(again.checkpoint())).hasSize(1);
    }
  }

  @Test
  void nothingWaitsForAWitnessThatIsDown() throws Exception {
    int port = server.uri().getPort();
    SignedCheckpoint shown;
    try (LogWriter log = open()) {
      grow(log, 300);
      shown = log.publish();
      server.close();
      grow(log, 600);
      assertThat(log.durableSize()).isEqualTo(600);
      assertThatThrownBy(log::publish).isInstanceOf(NotCosignedException.class)
          .hasMessageContaining("the checkpoint of size 600")
          .satisfies(e -> assertThat(((NotCosignedException) e).failures()).singleElement()
              .satisfies(f -> assertThat(f.kind()).isEqualTo(WitnessFailure.Kind.UNREACHABLE)));
      assertThat(log.localCheckpoint().size()).isEqualTo(600);
      assertThat(log.checkpoint()).isEqualTo(shown).isEqualTo(visible());
      // an older view stays whole, also for readers that do not know that a full tile will do
      assertThat(disk.files()).contains(Layout.tile(0, 1, 44), Layout.bundle(1, 44));
      auditor().verifyAll(shown).requireIntact();
    }
    assertThat(visible()).isEqualTo(shown);
    try (LogWriter again = open()) {
      assertThat(again.size()).isEqualTo(600);
      assertThat(again.localCheckpoint().size()).isEqualTo(600);
      assertThat(again.checkpoint()).isEqualTo(shown);
      grow(again, 601);
      server = WitnessServer.start(witness, port);
      SignedCheckpoint published = again.publish();
      assertThat(published.size()).isEqualTo(601);
      assertThat(auditor().latest()).isEqualTo(published);
      auditor().verifyAll(published).requireIntact();
    }
  }

  @Test
  void partialFilesGoOnceReadersHaveMovedOn() throws Exception {
    try (LogWriter log = open()) {
      grow(log, 300);
      var unused = log.publish();
      grow(log, 600);
      unused = log.publish();
      grow(log, 601);
      unused = log.publish();
      assertThat(disk.files()).contains(Layout.tile(0, 1, 256), Layout.tile(0, 2, 89))
          .doesNotContain(Layout.tile(0, 1, 44), Layout.bundle(1, 44));
    }
  }

  @Test
  void publishesByItselfWithoutBeingAsked() throws Exception {
    CompletableFuture<SignedCheckpoint> published = new CompletableFuture<>();
    CompletableFuture<Cosigned> cosigned = new CompletableFuture<>();
    LogObserver observer = new LogObserver() {
      @Override
      public void published(SignedCheckpoint checkpoint, long nanos) {
        if (checkpoint.size() == 3) {
          published.complete(checkpoint);
        }
      }

      @Override
      public void cosigned(Cosigned outcome, long nanos) {
        if (outcome.checkpoint().size() == 3) {
          cosigned.complete(outcome);
        }
      }
    };
    try (LogWriter log = open(options().publishInterval(Duration.ofMillis(1))
        .observer(observer)
        .witnesses(policy, LONG, Duration.ofMillis(1)))) {
      grow(log, 3);
      SignedCheckpoint checkpoint = published.get(1, TimeUnit.MINUTES);
      assertThat(cosigned.get(1, TimeUnit.MINUTES).isQuorum()).isTrue();
      assertThat(policy.verify(checkpoint)).hasSize(1);
      assertThat(log.checkpoint()).isEqualTo(checkpoint);
    }
  }

  @Test
  void aWitnessThatComesBackIsAskedAgain() throws Exception {
    int port = server.uri().getPort();
    server.close();
    CompletableFuture<Cosigned> failed = new CompletableFuture<>();
    CompletableFuture<SignedCheckpoint> published = new CompletableFuture<>();
    LogObserver observer = new LogObserver() {
      @Override
      public void published(SignedCheckpoint checkpoint, long nanos) {
        published.complete(checkpoint);
      }

      @Override
      public void cosigned(Cosigned outcome, long nanos) {
        if (!outcome.isQuorum()) {
          failed.complete(outcome);
        }
      }
    };
    try (LogWriter log = open(options().observer(observer)
        .witnesses(policy, LONG, Duration.ofMillis(1)))) {
      grow(log, 3);
      assertThat(failed.get(1, TimeUnit.MINUTES).failures()).hasSize(1);
      server = WitnessServer.start(witness, port);
      assertThat(policy.verify(published.get(1, TimeUnit.MINUTES))).hasSize(1);
    }
    assertThat(policy.verify(visible())).hasSize(1);
    assertThat(visible().size()).isEqualTo(3);
  }

  @Test
  void aForkIsNeverShown() throws Exception {
    try (SmallLog other = new SmallLog(LOG, "other history")) {
      assertThat(witness.addCheckpoint(other.request(0, 5)).status()).isEqualTo(200);
    }
    try (LogWriter log = open()) {
      grow(log, 9);
      assertThatThrownBy(log::publish).isInstanceOf(NotCosignedException.class)
          .hasMessageContaining("does not continue what it has cosigned, size 5");
      assertThat(visible().size()).isZero();
      assertThat(log.localCheckpoint().size()).isEqualTo(9);
    }
  }

  @Test
  void witnessesCanBeTakenUpAndGivenUp() throws Exception {
    try (LogWriter alone = open(options())) {
      grow(alone, 300);
      assertThat(alone.publish()).isEqualTo(visible()).isEqualTo(alone.localCheckpoint());
    }
    try (LogWriter witnessed = open()) {
      assertThat(witnessed.checkpoint().size()).isEqualTo(300);
      assertThat(witnessed.publish().note().signatures()).hasSize(2);
      server.close();
      grow(witnessed, 500);
    }
    assertThat(visible().size()).isEqualTo(300);
    assertThat(disk.files()).contains(".wal/checkpoint");
    try (LogWriter alone = open(options())) {
      assertThat(alone.checkpoint().size()).isEqualTo(500);
      assertThat(visible()).isEqualTo(alone.checkpoint());
      assertThat(disk.files()).doesNotContain(".wal/checkpoint");
      grow(alone, 501);
    }
    LogReader reader = LogReader.open(new StorageTileSource(disk), LOG.verifier());
    assertThat(reader.latest().size()).isEqualTo(501);
    reader.verifyAll(reader.latest()).requireIntact();
  }

  @Test
  void aCheckpointThatCannotBeShownEndsTheWriter() throws Exception {
    try (LogWriter log = open()) {
      grow(log, 3);
      assertThat(log.publish().size()).isEqualTo(3);
      grow(log, 4);
      disk.setFault((operation, name) -> {
        if (name.equals(".wal/checkpoint.new")) {
          throw new IOException("the disk says no");
        }
      });
      assertThatThrownBy(log::publish).isInstanceOf(LogFailedException.class)
          .hasMessageContaining("the disk says no");
      assertThatThrownBy(() -> log.append(new byte[0])).isInstanceOf(LogFailedException.class);
      assertThatThrownBy(log::close).isInstanceOf(LogFailedException.class);
    }
    disk.setFault((operation, name) -> {
    });
    try (LogWriter again = open()) {
      assertThat(again.publish().size()).isEqualTo(4);
    }
  }

  @Test
  void twoHistoriesInOneDirectoryAreDamage() throws Exception {
    try (LogWriter log = open()) {
      grow(log, 3);
      assertThat(log.publish().size()).isEqualTo(3);
      server.close();
      grow(log, 9);
    }
    disk.damage(Layout.CHECKPOINT, bytes -> SignedCheckpoint
        .sign(LOG, 3, MerkleTree.leafHash(new byte[0]))
        .text()
        .getBytes(UTF_8));
    assertThatThrownBy(this::open).isInstanceOf(LogCorruptException.class)
        .hasMessageContaining(".wal/checkpoint")
        .hasMessageContaining("two histories");
  }

  @Test
  void thePolicyMustKnowTheLog() {
    NoteSigner other = NoteSigner.generate("example.com/other", new SecureRandom());
    assertThatIllegalStateException()
        .isThrownBy(() -> options().signer(other).witnesses(policy).build())
        .withMessageContaining("accepts only the logs");
  }
}
