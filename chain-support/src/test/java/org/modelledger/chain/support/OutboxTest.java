package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.SubmissionId;
import org.modelledger.spi.ConfigurationException;

class OutboxTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir
  Path directory;

  private OutboxOptions options() {
    return OutboxOptions.of(directory.resolve("outbox"), "ledger 1, account 2");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void numbersEntriesFromZeroAndReturnsThemDurableInOrder() throws Exception {
    try (Outbox outbox = Outbox.open(options())) {
      OutboxEntry first = outbox.add(SubmissionId.random(), bytes("a"));
      OutboxEntry second = outbox.add(SubmissionId.random(), bytes("b"));

      assertThat(first.sequence()).isZero();
      assertThat(second.sequence()).isEqualTo(1);
      assertThat(outbox.next()).isEqualTo(2);
      assertThat(outbox.awaitDurable(1, LONG)).isTrue();
      assertThat(outbox.pending(0, 10)).containsExactly(first, second);
      assertThat(outbox.pending(1, 10)).containsExactly(second);
      assertThat(outbox.pending(0, 1)).containsExactly(first);
      assertThat(outbox.awaitDurable(2, Duration.ZERO)).isFalse();
    }
  }

  @Test
  void keepsItsLaneItsEntriesAndTheirOutcomes() throws Exception {
    SubmissionId settled = SubmissionId.random();
    OutboxEntry pending;
    byte[] lane;
    try (Outbox outbox = Outbox.open(options())) {
      lane = outbox.lane();
      outbox.add(settled, bytes("a"));
      pending = outbox.add(SubmissionId.random(), bytes("b"));
      assertThat(outbox.settle(settled, bytes("done"))).isTrue();
      assertThat(outbox.pendingCount()).isEqualTo(1);
    }
    try (Outbox outbox = Outbox.open(options())) {
      assertThat(outbox.lane()).hasSize(32).isEqualTo(lane);
      assertThat(outbox.pending(0, 10)).containsExactly(pending);
      assertThat(outbox.find(settled).orElseThrow().outcome()).hasValue(bytes("done"));
      assertThat(outbox.find(settled).orElseThrow().command()).isEqualTo(bytes("a"));
      assertThat(outbox.next()).isEqualTo(2);
      assertThat(outbox.pendingCount()).isEqualTo(1);
      assertThat(outbox.find(SubmissionId.random())).isEmpty();
    }
  }

  /** H2 counts who reads; a read that ends while a write goes on left a count that closing did not expect. */
  @Test
  void closesAfterReadsThatEndedDuringTheLastWrite() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 60; round++) {
      Map<SubmissionId, Long> index = new HashMap<>();
      OutboxOptions options = OutboxOptions.of(directory.resolve("round-" + round), "b");
      try (OutboxStore store = OutboxStore.open(options, index)) {
        store.write(List.of(new OutboxEntry(0, SubmissionId.random(), bytes("a"), null)), Map.of());
        AtomicInteger reads = new AtomicInteger();
        int last = 1 + random.nextInt(2_000);
        Thread reader = Thread.ofPlatform().start(() -> {
          while (reads.getAndIncrement() < last) {
            assertThat(store.read(0)).isPresent();
          }
        });
        while (reads.get() < last && reader.isAlive()) {
          store.write(
              List.of(new OutboxEntry(store.next(), SubmissionId.random(), bytes("b"), null)),
              Map.of());
        }
        reader.join();
        assertThat(reads).hasValueGreaterThan(last);
      }
    }
  }

  @Test
  void differsFromEveryOtherOutbox() {
    try (Outbox one = Outbox.open(options());
        Outbox other = Outbox.open(OutboxOptions.of(directory.resolve("other"), "b"))) {
      assertThat(one.lane()).isNotEqualTo(other.lane());
    }
  }

  @Test
  void takesTheSameCommandUnderTheSameIdForOne() throws Exception {
    SubmissionId id = SubmissionId.random();
    try (Outbox outbox = Outbox.open(options())) {
      OutboxEntry entry = outbox.add(id, bytes("a"));
      assertThat(outbox.add(id, bytes("a"))).isEqualTo(entry);
      assertThat(outbox.awaitDurable(0, LONG)).isTrue();
      assertThat(outbox.add(id, bytes("a"))).isEqualTo(entry);
      outbox.settle(id, bytes("done"));
      assertThat(outbox.add(id, bytes("a")).outcome()).hasValue(bytes("done"));
      assertThat(outbox.next()).isEqualTo(1);
    }
    try (Outbox outbox = Outbox.open(options())) {
      assertThat(outbox.add(id, bytes("a")).outcome()).hasValue(bytes("done"));
    }
  }

  @Test
  void refusesAnotherCommandUnderAKnownId() {
    SubmissionId id = SubmissionId.random();
    try (Outbox outbox = Outbox.open(options())) {
      outbox.add(id, bytes("a"));
      assertThatThrownBy(() -> outbox.add(id, bytes("b")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(id.toString());
    }
  }

  @Test
  void doesNotChangeWithTheCallersArrays() throws Exception {
    byte[] command = bytes("a");
    byte[] outcome = bytes("x");
    SubmissionId id = SubmissionId.random();
    try (Outbox outbox = Outbox.open(options())) {
      outbox.add(id, command);
      command[0] = 'z';
      outbox.settle(id, outcome);
      outcome[0] = 'z';
      outbox.lane()[0]++;
      OutboxEntry entry = outbox.find(id).orElseThrow();
      entry.command()[0] = 'z';
      assertThat(outbox.find(id).orElseThrow().command()).isEqualTo(bytes("a"));
      assertThat(outbox.find(id).orElseThrow().outcome()).hasValue(bytes("x"));
      assertThat(outbox.lane()).isEqualTo(outbox.lane());
    }
  }

  @Test
  void settlesOnce() {
    SubmissionId id = SubmissionId.random();
    try (Outbox outbox = Outbox.open(options())) {
      outbox.add(id, bytes("a"));
      assertThat(outbox.settle(id, bytes("x"))).isTrue();
      assertThat(outbox.settle(id, bytes("y"))).isFalse();
      assertThat(outbox.find(id).orElseThrow().outcome()).hasValue(bytes("x"));
      assertThat(outbox.settle(SubmissionId.random(), bytes("y"))).isFalse();
      assertThat(outbox.pending(0, 10)).isEmpty();
      assertThat(outbox.pendingCount()).isZero();
    }
  }

  @Test
  void belongsToOneAccountOnOneLedger() {
    Outbox.open(options()).close();

    assertThatThrownBy(
        () -> Outbox.open(OutboxOptions.of(directory.resolve("outbox"), "ledger 1, account 3")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ledger 1, account 2")
        .hasMessageContaining("ledger 1, account 3")
        .hasMessageContaining(directory.toString());
  }

  @Test
  void isOpenOnceAtATime() {
    try (Outbox outbox = Outbox.open(options())) {
      assertThat(outbox.next()).isZero();
      assertThatThrownBy(() -> Outbox.open(options()))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining(directory.toString());
    }
    Outbox.open(options()).close();
  }

  @Test
  void dropsTheOldestSettledEntriesWhenThereAreTooMany() {
    List<SubmissionId> ids = List.of(SubmissionId.random(), SubmissionId.random(),
        SubmissionId.random());
    try (Outbox outbox = Outbox.open(options().withMaxSettled(1))) {
      ids.forEach(id -> outbox.add(id, bytes("a")));
      ids.forEach(id -> outbox.settle(id, bytes("x")));
    }
    try (Outbox outbox = Outbox.open(options().withMaxSettled(1))) {
      assertThat(ids).filteredOn(id -> outbox.find(id).isPresent()).containsExactly(ids.get(2));
      assertThat(outbox.next()).isEqualTo(3);
      assertThat(outbox.add(ids.get(0), bytes("b")).sequence()).isEqualTo(3);
    }
  }

  @Test
  void goesOnCountingWhenEverythingWasDropped() {
    SubmissionId id = SubmissionId.random();
    try (Outbox outbox = Outbox.open(options().withMaxSettled(0))) {
      outbox.add(id, bytes("a"));
      outbox.settle(id, bytes("x"));
    }
    try (Outbox outbox = Outbox.open(options())) {
      assertThat(outbox.find(id)).isEmpty();
      assertThat(outbox.next()).isEqualTo(1);
    }
  }

  @Test
  void dropsSettledEntriesThatAreTooOld() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    OutboxOptions options = options().withClock(now::get).withMaxAge(Duration.ofDays(2));
    SubmissionId old = SubmissionId.random();
    SubmissionId young = SubmissionId.random();
    SubmissionId pending = SubmissionId.random();
    try (Outbox outbox = Outbox.open(options)) {
      outbox.add(pending, bytes("p"));
      outbox.add(old, bytes("a"));
      outbox.settle(old, bytes("x"));
    }
    now.set(Instant.parse("2026-01-02T00:00:00Z"));
    try (Outbox outbox = Outbox.open(options)) {
      assertThat(outbox.find(old)).isPresent();
      outbox.add(young, bytes("b"));
      outbox.settle(young, bytes("y"));
    }
    now.set(Instant.parse("2026-01-03T12:00:00Z"));
    try (Outbox outbox = Outbox.open(options)) {
      assertThat(outbox.find(old)).isEmpty();
      assertThat(outbox.find(young)).isPresent();
      assertThat(outbox.find(pending)).isPresent();
    }
  }

  @Test
  void refusesEverythingOnceClosed() {
    Outbox outbox = Outbox.open(options());
    outbox.close();
    outbox.close();
    assertThatThrownBy(() -> outbox.add(SubmissionId.random(), bytes("a")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> outbox.find(SubmissionId.random()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> outbox.awaitDurable(0, LONG))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> outbox.pending(0, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> outbox.settle(SubmissionId.random(), bytes("a")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void survivesCallersThatAreInterrupted() throws Exception {
    SubmissionId id = SubmissionId.random();
    try (Outbox outbox = Outbox.open(options())) {
      outbox.add(id, bytes("a"));
      assertThat(outbox.awaitDurable(0, LONG)).isTrue();
    }
    try (Outbox outbox = Outbox.open(options())) {
      Thread.currentThread().interrupt();
      assertThat(outbox.find(id)).isPresent();
      assertThat(outbox.pending(0, 1)).hasSize(1);
      outbox.add(SubmissionId.random(), bytes("b"));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(outbox.awaitDurable(1, LONG)).isTrue();
    }
  }

  @Test
  void waitsForTheDiskWhenTooMuchIsUnwritten() throws Exception {
    OutboxOptions options = options().withMaxUnwrittenBytes(100);
    try (Outbox outbox = Outbox.open(options)) {
      for (int i = 0; i < 100; i++) {
        outbox.add(SubmissionId.random(), new byte[60]);
        assertThat(outbox.awaitDurable(i - 2, Duration.ZERO)).isTrue();
      }
      outbox.add(SubmissionId.random(), new byte[1000]);
      assertThat(outbox.awaitDurable(100, LONG)).isTrue();
    }
  }

  @Test
  void namesWhatIsDamaged() throws Exception {
    try (Outbox outbox = Outbox.open(options())) {
      outbox.add(SubmissionId.random(), bytes("a"));
    }
    Path file = directory.resolve("outbox").resolve(OutboxStore.FILE);
    Files.write(file, new byte[20_000]);
    assertThatThrownBy(() -> Outbox.open(options())).isInstanceOf(OutboxCorruptException.class)
        .hasMessageContaining(directory.toString());
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> Outbox.open(options())).isInstanceOf(OutboxCorruptException.class)
        .hasMessageContaining(directory.toString());
  }

  @Test
  void findsFlippedBytesOfItsEntries() throws IOException {
    byte[] marker = bytes("a command that is easily found in the file");
    try (Outbox outbox = Outbox.open(options())) {
      outbox.add(SubmissionId.random(), marker);
    }
    Path file = directory.resolve("outbox").resolve(OutboxStore.FILE);
    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
    int found = 0;
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      String text = new String(marker, StandardCharsets.ISO_8859_1);
      for (int at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) {
        raw.seek(at);
        raw.write('A');
        found++;
      }
    }
    assertThat(found).isPositive();
    assertThatThrownBy(() -> Outbox.open(options())).isInstanceOf(OutboxCorruptException.class)
        .hasMessageContaining("check sum of entry 0");
  }
}
