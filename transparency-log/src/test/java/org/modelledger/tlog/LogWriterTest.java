package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWriterTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());

  @TempDir
  Path temporary;

  private final SimulatedDisk disk = new SimulatedDisk();

  private LogWriter onDisk(Duration publishInterval) {
    return LogWriter.open(Path.of("unused"), LogOptions.builder()
        .signer(SIGNER)
        .publishInterval(publishInterval)
        .maxPendingBytes(1 << 18)
        .storage(any -> disk)
        .build());
  }

  private static LogWriter open(Path directory) {
    return LogWriter.open(directory, LogOptions.of(SIGNER));
  }

  private static byte[] entry(long i) {
    return ("entry " + i).getBytes(UTF_8);
  }

  @Test
  void whatWasAppendedIsReadBackAndProvenAfterEveryOpening() throws Exception {
    Path log = temporary.resolve("a/new/log");
    long written = 0;
    for (int add : new int[]{0, 1, 255, 1, 300, 3_000}) {
      try (LogWriter writer = open(log)) {
        assertThat(writer.size()).isEqualTo(written);
        assertThat(writer.checkpoint().size()).isEqualTo(written);
        for (int i = 0; i < add; i++) {
          Appended appended = writer.append(entry(written));
          assertThat(appended.index()).isEqualTo(written++);
          if (i % 1000 == 0) {
            appended.await(LIMIT);
            assertThat(appended.isDurable()).isTrue();
            assertThat(writer.durableSize()).isGreaterThan(appended.index());
          }
        }
        assertThat(writer.publish().size()).isEqualTo(written);
      }
      LogReader reader = LogReader.open(TileSource.directory(log), SIGNER.verifier());
      SignedCheckpoint checkpoint = reader.latest();
      assertThat(checkpoint.size()).isEqualTo(written);
      reader.verifyAll(checkpoint).requireIntact();
      for (long i = 0; i < written; i += Math.max(1, written / 300)) {
        assertThat(reader.entry(i, checkpoint)).isEqualTo(entry(i));
        reader.inclusionProof(i, checkpoint)
            .verify(MerkleTree.leafHash(entry(i)),
                checkpoint.root());
      }
    }
  }

  @Test
  void entriesOfAnyLengthUpToTheLimitAreKept() throws Exception {
    byte[] longest = new byte[65_535];
    longest[65_534] = 7;
    try (LogWriter log = open(temporary.resolve("log"))) {
      log.append(new byte[0]);
      log.append(longest);
      log.append(new byte[]{1});
      SignedCheckpoint at = log.publish();
      assertThat(log.reader().entry(0, at)).isEmpty();
      assertThat(log.reader().entry(1, at)).isEqualTo(longest);
      assertThat(log.reader().entry(2, at)).containsExactly(1);
      assertThatIllegalArgumentException().isThrownBy(() -> log.append(new byte[65_536]))
          .withMessage("entry has 65536 bytes, wanted at most 65535");
      assertThat(log.size()).isEqualTo(3);
    }
  }

  @Test
  void publishingWithNothingNewReturnsTheSameCheckpoint() throws Exception {
    try (LogWriter log = open(temporary.resolve("log"))) {
      SignedCheckpoint empty = log.publish();
      assertThat(empty.root()).isEqualTo(MerkleTree.emptyRoot());
      log.append(entry(0));
      SignedCheckpoint one = log.publish();
      assertThat(one.size()).isEqualTo(1);
      assertThat(log.publish()).isSameAs(one);
      assertThat(log.checkpoint()).isSameAs(one);
    }
  }

  @Test
  void entriesArePublishedAfterTheIntervalWithoutBeingAsked() throws Exception {
    CountDownLatch published = new CountDownLatch(2); // the empty checkpoint, then this entry's
    disk.setFault((operation, name) -> {
      if (operation.equals("rename") && name.equals(Layout.CHECKPOINT)) {
        published.countDown();
      }
    });
    try (LogWriter log = onDisk(Duration.ofMillis(1))) {
      log.append(entry(0));
      published.await();
    }
  }

  @Test
  void manyThreadsGetEveryIndexOnceAndBackpressureLosesNothing() throws Exception {
    int threads = 8;
    int each = 2_000;
    int all = threads * each;
    BitSet indices = new BitSet();
    try (LogWriter log = onDisk(Duration.ofMillis(5));
        ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<List<Appended>>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        tasks.add(() -> {
          List<Appended> appended = new ArrayList<>();
          for (int i = 0; i < each; i++) {
            byte[] entry = new byte[500];
            entry[0] = (byte) thread;
            appended.add(log.append(entry));
            if (i % 500 == 0) {
              assertThat(log.publish().size()).isGreaterThan(appended.getLast().index());
            }
          }
          appended.getLast().await(LIMIT);
          return appended;
        });
      }
      for (Future<List<Appended>> result : executor.invokeAll(tasks)) {
        long previous = -1;
        for (Appended appended : result.get()) {
          assertThat(appended.index()).isGreaterThan(previous);
          previous = appended.index();
          indices.set((int) previous);
          assertThat(appended.isDurable()).isTrue();
        }
      }
      assertThat(indices.cardinality()).isEqualTo(all);
      assertThat(log.size()).isEqualTo(all);
      assertThat(log.durableSize()).isEqualTo(all);
      log.reader().verifyAll(log.publish()).requireIntact();
    }
  }

  @Test
  void waitingEndsWithATimeOutWhileTheDiskIsSlow() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (LogWriter log = onDisk(LIMIT)) {
      disk.setFault((operation, name) -> awaitUnchecked(go));
      Appended appended = log.append(entry(0));
      assertThatExceptionOfType(LogTimeoutException.class)
          .isThrownBy(() -> appended.await(Duration.ZERO))
          .withMessage("entry 0 is not durable after PT0S");
      assertThat(appended.isDurable()).isFalse();
      go.countDown();
      appended.await(LIMIT);
    }
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFailedSyncKillsTheWriterAndIsNotTriedAgain() throws Exception {
    Appended acknowledged;
    AtomicInteger syncs = new AtomicInteger();
    LogWriter log = onDisk(LIMIT);
    acknowledged = log.append(entry(0));
    acknowledged.await(LIMIT);
    disk.setFault((operation, name) -> {
      if (operation.equals("sync")) {
        syncs.incrementAndGet();
        throw new IOException("Input/output error");
      }
    });
    Appended lost = log.append(entry(1));
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> lost.await(LIMIT))
        .withMessageContaining("entry 1 was not acknowledged")
        .withMessageContaining("Input/output");
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.append(entry(2)))
        .withMessageContaining("open the log again");
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::publish);
    assertThat(acknowledged.isDurable()).isTrue();
    assertThat(lost.isDurable()).isFalse();
    assertThat(log.durableSize()).isEqualTo(1);
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::close);
    log.close();
    assertThat(syncs).hasValue(1);
    disk.setFault((operation, name) -> {
    });
    disk.cutPower(Seeds.random(Seeds.seed()));
    try (LogWriter again = onDisk(LIMIT)) {
      assertThat(again.size()).isBetween(1L, 2L);
      assertThat(again.reader().entry(0, again.checkpoint())).isEqualTo(entry(0));
    }
  }

  @Test
  void aFullDiskWhilePublishingIsToldAndLosesNothing() throws Exception {
    LogWriter log = onDisk(LIMIT);
    Appended appended = log.append(entry(0));
    appended.await(LIMIT);
    disk.setFault((operation, name) -> {
      if (operation.equals("write")) {
        throw new IOException("No space left on device");
      }
    });
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::publish)
        .withMessageContaining("cannot publish the log in simulated disk: "
            + "tile/entries/000.p/1: No space left on device")
        .withCauseInstanceOf(LogStorageException.class);
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::close);
    assertThatExceptionOfType(LogStorageException.class).isThrownBy(() -> onDisk(LIMIT))
        .withMessageContaining("cannot open the log in simulated disk: No space left on device");
    disk.setFault((operation, name) -> {
    });
    try (LogWriter again = onDisk(LIMIT)) {
      assertThat(again.reader().entry(0, again.checkpoint())).isEqualTo(entry(0));
    }
  }

  @Test
  void aFullDiskWhileAppendingIsToldToEveryWaiter() throws Exception {
    LogWriter log = onDisk(LIMIT);
    disk.setFault((operation, name) -> {
      if (operation.equals("create")) {
        throw new IOException("No space left on device");
      }
    });
    // more than the first segment takes, so that another has to be created
    List<Appended> appended = new ArrayList<>();
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> {
      for (int i = 0; i < 100; i++) {
        appended.add(log.append(new byte[60_000]));
      }
      appended.getLast().await(LIMIT);
    }).withMessageContaining("No space left on device");
    long durable = log.durableSize();
    assertThat(durable).isLessThan(appended.size());
    for (Appended each : appended) {
      assertThat(each.isDurable()).isEqualTo(each.index() < durable);
    }
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::close);
    disk.setFault((operation, name) -> {
    });
    try (LogWriter again = onDisk(LIMIT)) {
      assertThat(again.size()).isGreaterThanOrEqualTo(durable);
    }
  }

  @Test
  void refusesASecondWriterInThisProcess() {
    Path directory = temporary.resolve("log");
    try (LogWriter first = open(directory)) {
      assertThatExceptionOfType(LogLockedException.class).isThrownBy(() -> open(directory))
          .withMessage("another writer has the log in " + directory.toAbsolutePath() + " open");
      assertThat(first.append(entry(0)).index()).isZero();
    }
    open(directory).close();
  }

  @Test
  void aClosedWriterSaysSo() {
    LogWriter log = open(temporary.resolve("log"));
    log.append(entry(0));
    log.close();
    log.close();
    assertThatIllegalStateException().isThrownBy(() -> log.append(entry(1)))
        .withMessageContaining("is closed");
    assertThatIllegalStateException().isThrownBy(log::publish).withMessageContaining("is closed");
    assertThat(log.checkpoint().size()).isEqualTo(1);
  }

  @Test
  void refusesAnotherKeyOrOrigin() {
    Path directory = temporary.resolve("log");
    open(directory).close();
    NoteSigner sameName = NoteSigner.generate("example.com/log", new SecureRandom());
    assertThatExceptionOfType(LogIdentityException.class)
        .isThrownBy(() -> LogWriter.open(directory, LogOptions.of(sameName)))
        .withMessageContaining("belongs to the key " + SIGNER.verifier())
        .withMessageContaining("opened with " + sameName.verifier());
    open(directory).close();
  }

  @Test
  void refusesADirectoryThatIsNoLogAndLeavesItAlone() throws Exception {
    Files.writeString(temporary.resolve("letter.txt"), "dear");
    assertThatExceptionOfType(LogFormatException.class).isThrownBy(() -> open(temporary))
        .withMessageContaining("it has [letter.txt]");
    assertThat(temporary).isDirectoryNotContaining("glob:**/.wal");
  }

  @Test
  void refusesALogOfAnotherKind() throws Exception {
    try (LogWriter log = open(temporary.resolve("log"))) {
      log.append(entry(0));
    }
    Path copy = Files.createDirectories(temporary.resolve("copy"));
    Files.copy(temporary.resolve("log/checkpoint"), copy.resolve("checkpoint"));
    assertThatExceptionOfType(LogFormatException.class).isThrownBy(() -> open(copy))
        .withMessageContaining("it has [checkpoint]");
  }

  @Test
  void refusesANewerFormat() throws Exception {
    Path directory = temporary.resolve("log");
    open(directory).close();
    Path identity = directory.resolve(".wal/log");
    Files.writeString(identity, Files.readString(identity).replace("\n1\n", "\n2\n"));
    assertThatExceptionOfType(LogFormatException.class).isThrownBy(() -> open(directory))
        .withMessageContaining("has the format version '2', this library writes version 1");
  }

  @Test
  void refusesAFileWhereADirectoryIsWanted() throws Exception {
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertThatExceptionOfType(LogStorageException.class).isThrownBy(() -> open(file))
        .withMessageContaining(file.toString());
    assertThatExceptionOfType(LogStorageException.class)
        .isThrownBy(() -> open(file.resolve("log")))
        .withMessageContaining(file.toString());
    assertThat(file).isEmptyFile();
  }

  @Test
  void aDirectoryWithoutPermissionIsToldWithItsName() {
    disk.setFault((operation, name) -> {
      if (operation.equals("mkdir")) {
        throw new java.nio.file.AccessDeniedException("/srv/log/.wal");
      }
    });
    assertThatExceptionOfType(LogStorageException.class).isThrownBy(() -> onDisk(LIMIT))
        .withMessage("cannot open the log in simulated disk: AccessDeniedException: /srv/log/.wal");
  }

  @Test
  void partialFilesGoOnceTheFullOnesAreThere() throws Exception {
    Path directory = temporary.resolve("log");
    try (LogWriter log = open(directory)) {
      SignedCheckpoint early = log.checkpoint();
      for (int i = 0; i < 300; i++) {
        log.append(entry(i));
        if (i % 50 == 0) {
          early = i <= 100 ? log.publish() : early;
        }
      }
      SignedCheckpoint at = log.publish();
      assertThat(directory.resolve("tile/0/000.p")).doesNotExist();
      assertThat(directory.resolve("tile/entries/000.p")).doesNotExist();
      assertThat(directory.resolve("tile/0/001.p/44")).exists();
      LogReader late = LogReader.open(TileSource.directory(directory), SIGNER.verifier(), early);
      assertThat(early.size()).isEqualTo(101);
      assertThat(late.entry(100, early)).isEqualTo(entry(100));
      late.verifyAll(early).requireIntact();
      assertThat(late.latest()).isEqualTo(at);
    }
    try (var files = Files.list(directory.resolve(".wal/tmp"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void optionsAreChecked() {
    assertThatIllegalStateException().isThrownBy(() -> LogOptions.builder().build())
        .withMessage("a log needs a signer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogOptions.builder().publishInterval(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogOptions.builder().maxPendingBytes(1000))
        .withMessage("pending bytes are 1000, wanted 262144 to 536870912");
    assertThatThrownBy(() -> LogOptions.of(SIGNER).signer().sign("no newline"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
