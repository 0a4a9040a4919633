package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One log through many crashes of a simulated machine. All it does follows from the seed: the only
 * producer waits for the disk before it decides anything, so the writer's threads never race.
 *
 * <p>After each crash it wants: every acknowledged entry, once, in its place; nothing that was never
 * appended; every checkpoint that a reader can have seen a prefix of the newest. After a failed
 * operation: a writer that touches the disk no more.
 */
final class CrashHistory {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final Duration LIMIT = Duration.ofMinutes(1);
  /** The writer makes tiles unasked of more than this, at a time that nobody can tell. */
  private static final int MAX_UNPUBLISHED_BYTES = 50_000;

  private final RandomGenerator random;
  private final SimulatedDisk disk = new SimulatedDisk();
  private final LogStorage storage;
  private final List<byte[]> entries = new ArrayList<>();
  private final NavigableMap<Long, Hash> seen = new TreeMap<>();
  private int acknowledged;
  private int crashes;
  private int unpublishedBytes;

  /** Begins an empty log; what stands between the log and the disk is the caller's choice. */
  CrashHistory(long seed, Function<SimulatedDisk, LogStorage> between) {
    random = Seeds.random(seed);
    storage = between.apply(disk);
  }

  int crashes() {
    return crashes;
  }

  /** Returns how often the disk was changed. */
  long operations() {
    return disk.operations();
  }

  /** Goes on until there were so many crashes, then reads and hashes everything. */
  void run(int untilCrashes) throws Exception {
    while (crashes < untilCrashes) {
      disturb();
      open().ifPresent(this::use);
      if (disk.hasStopped() || disk.hasFailed()) {
        crash();
      } else {
        disk.repair();
      }
    }
    disk.stopAfter(Long.MAX_VALUE);
    try (LogWriter log = start()) {
      check(log);
      log.reader().verifyAll(log.checkpoint()).requireIntact();
    }
  }

  private void disturb() {
    int operations = random.nextInt(random.nextBoolean() ? 25 : 300);
    if (random.nextInt(3) == 0) {
      disk.failAfter(operations, random);
    } else {
      disk.stopAfter(operations);
    }
  }

  private LogWriter start() {
    return LogWriter.start(storage, options(), Steps.open(storage, SIGNER, random::nextLong));
  }

  private LogOptions options() {
    return LogOptions.builder()
        .signer(SIGNER)
        .publishInterval(Duration.ofDays(1))
        .maxPendingBytes(1 << 18)
        .storage(any -> storage)
        .build();
  }

  private Optional<LogWriter> open() {
    try {
      return Optional.of(start());
    } catch (LogStorageException e) {
      requireOrdered(e);
      return Optional.empty();
    }
  }

  private void requireOrdered(TransparencyLogException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertThat(cause).isInstanceOfAny(SimulatedDisk.Stopped.class, FileSystemException.class);
    assertThat(disk.hasStopped() || disk.hasFailed()).as("a failure was ordered").isTrue();
    assertThat(e).hasMessageContaining(String.valueOf(cause.getMessage()))
        .hasMessageContaining("simulated disk");
  }

  private void use(LogWriter log) {
    try {
      check(log);
      work(log);
    } catch (LogFailedException e) {
      requireOrdered(e);
      long operations = disk.operations();
      assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::publish);
      assertThatExceptionOfType(LogFailedException.class)
          .isThrownBy(() -> log.append(new byte[0]));
      assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::close);
      assertThat(disk.operations()).as("operations after a failure").isEqualTo(operations);
      return;
    } catch (ProofException | InterruptedException e) {
      throw new AssertionError(e);
    }
    try {
      log.close();
      remember(log.checkpoint());
      acknowledged = entries.size();
      assertThat(log.checkpoint().size()).isEqualTo(acknowledged);
    } catch (LogFailedException e) {
      requireOrdered(e);
    }
  }

  private void work(LogWriter log) throws InterruptedException {
    unpublishedBytes = 0;
    while (random.nextInt(20) > 0) {
      for (int i = random.nextInt(1, 5); i > 0 && unpublishedBytes < MAX_UNPUBLISHED_BYTES; i--) {
        append(log, batch());
      }
      if (random.nextInt(4) > 0 || unpublishedBytes >= MAX_UNPUBLISHED_BYTES) {
        SignedCheckpoint checkpoint = log.publish();
        unpublishedBytes = 0;
        remember(checkpoint);
        acknowledged = entries.size();
        assertThat(checkpoint.size()).isEqualTo(acknowledged);
      }
    }
  }

  /** The first entry keeps the writer busy until the others are there, so they go together. */
  private void append(LogWriter log, List<byte[]> batch) throws InterruptedException {
    List<Appended> appended = new ArrayList<>();
    disk.hold();
    try {
      for (byte[] entry : batch) {
        entries.add(entry);
        Appended one = log.append(entry);
        assertThat(one.index()).isEqualTo(entries.size() - 1);
        appended.add(one);
        if (appended.size() == 1) {
          disk.awaitHeld();
        }
      }
    } finally {
      disk.release();
    }
    for (Appended one : appended) {
      one.await(LIMIT);
      acknowledged = (int) one.index() + 1;
      assertThat(log.durableSize()).isGreaterThanOrEqualTo(acknowledged);
    }
    while (!log.isIdle()) {
      Thread.onSpinWait(); // until what is durable has been handed over to be published
    }
  }

  private List<byte[]> batch() {
    List<byte[]> batch = new ArrayList<>();
    for (int i = random.nextInt(1, random.nextInt(10) == 0 ? 600 : 8); i > 0
        && unpublishedBytes < MAX_UNPUBLISHED_BYTES; i--) {
      byte[] entry = new byte[8 + random.nextInt(random.nextInt(50) == 0 ? 10_000 : 40)];
      random.nextBytes(entry);
      ByteBuffer.wrap(entry).putLong(entries.size() + batch.size());
      batch.add(entry);
      unpublishedBytes += entry.length;
    }
    return batch;
  }

  private void crash() throws ProofException, IOException {
    crashes++;
    Optional<byte[]> visible = disk.read(Layout.CHECKPOINT, Layout.MAX_CHECKPOINT_BYTES);
    if (visible.isPresent()) {
      // a reader may have seen it, whether it survives or not
      remember(SignedCheckpoint.parse(visible.get(), SIGNER.verifier()));
    }
    if (random.nextInt(3) == 0) {
      disk.kill();
      disk.forgetDropped(random);
    } else {
      disk.cutPower(random);
    }
  }

  private void remember(SignedCheckpoint checkpoint) {
    @Nullable
    Hash before = seen.putIfAbsent(checkpoint.size(), checkpoint.root());
    assertThat(before == null || before.equals(checkpoint.root())).isTrue();
  }

  private void check(LogWriter log) throws ProofException {
    SignedCheckpoint checkpoint = log.checkpoint();
    int size = (int) checkpoint.size();
    assertThat(log.size()).isEqualTo(size);
    assertThat(size).isBetween(acknowledged, entries.size());
    LogReader reader = LogReader.open(disk::read, SIGNER.verifier());
    assertThat(reader.latest()).isEqualTo(checkpoint);
    reader.entries(0, size, checkpoint, (index, entry) -> {
      if (!Arrays.equals(entry, entries.get((int) index))) {
        throw new AssertionError("entry " + index + " is another one");
      }
    });
    remember(checkpoint);
    assertThat(seen.lastKey()).isLessThanOrEqualTo(size);
    for (var old : seen.entrySet()) {
      assertThat(reader.rootAt(old.getKey(), checkpoint)).isEqualTo(old.getValue());
    }
    entries.subList(size, entries.size()).clear();
    acknowledged = size;
  }
}
