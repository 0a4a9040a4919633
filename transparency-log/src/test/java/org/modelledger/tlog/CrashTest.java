package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Stops a simulated machine at any operation, thousands of times, and looks at what is there after. */
class CrashTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final int HISTORIES = 250;
  private static final int CRASHES = 10;

  /** One log through many crashes; everything it does follows from the seed. */
  private static final class History {
    private final RandomGenerator random;
    private final SimulatedDisk disk = new SimulatedDisk();
    private final List<byte[]> entries = new ArrayList<>();
    private final List<Checkpoint> seen = new ArrayList<>();
    private int acknowledged;
    private int crashes;

    History(long seed) {
      random = Seeds.random(seed);
    }

    void run() throws Exception {
      while (crashes < CRASHES) {
        disk.stopAfter(random.nextInt(random.nextBoolean() ? 20 : 300));
        try (LogDirectory log = open()) {
          check(log.checkpoint());
          work(log);
        } catch (IOException | LogStorageException e) {
          assertThat(root(e)).isInstanceOf(SimulatedDisk.Stopped.class);
          crash();
        }
      }
      disk.stopAfter(Long.MAX_VALUE);
      try (LogDirectory log = open()) {
        check(log.checkpoint());
        reader().verifyAll(log.checkpoint()).requireIntact();
      }
    }

    private static Throwable root(Throwable e) {
      Throwable cause = e.getCause();
      return cause == null ? e : root(cause);
    }

    private LogDirectory open() {
      return Steps.open(disk, SIGNER, random::nextLong);
    }

    private void work(LogDirectory log) throws IOException {
      while (true) {
        if (random.nextInt(20) == 0) {
          return; // closed in an orderly way
        }
        List<Batch> batches = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
          Batch batch = batch();
          log.wal().commit(batch);
          acknowledged = entries.size();
          batches.add(batch);
        }
        for (Batch batch : batches) {
          log.publisher().add(batch.bytes(), batch.payloadStart(), batch.payload());
        }
        SignedCheckpoint checkpoint = log.publisher().publish();
        assertThat(checkpoint.size()).isEqualTo(acknowledged);
        seen.add(checkpoint.checkpoint());
        log.wal().drop(checkpoint.size());
      }
    }

    private Batch batch() {
      int first = entries.size();
      for (int i = random.nextInt(1, random.nextInt(10) == 0 ? 600 : 8); i > 0; i--) {
        byte[] entry = new byte[8 + random.nextInt(random.nextInt(50) == 0 ? 10_000 : 40)];
        random.nextBytes(entry);
        ByteBuffer.wrap(entry).putLong(entries.size());
        entries.add(entry);
      }
      return Steps.batch(first, entries.subList(first, entries.size()));
    }

    private void crash() throws ProofException, IOException {
      crashes++;
      Optional<byte[]> visible = disk.read(Layout.CHECKPOINT, Layout.MAX_CHECKPOINT_BYTES);
      if (visible.isPresent()) {
        // a reader may have seen it, whether it survives or not
        seen.add(SignedCheckpoint.parse(visible.get(), SIGNER.verifier()).checkpoint());
      }
      if (random.nextInt(3) == 0) {
        disk.kill();
      } else {
        disk.cutPower(random);
      }
    }

    private LogReader reader() {
      return LogReader.open(new StorageTileSource(disk), SIGNER.verifier());
    }

    private void check(SignedCheckpoint checkpoint) throws ProofException {
      int size = (int) checkpoint.size();
      assertThat(size).isBetween(acknowledged, entries.size());
      LogReader reader = reader();
      assertThat(reader.latest()).isEqualTo(checkpoint);
      reader.entries(0, size, checkpoint,
          (index, entry) -> assertThat(entry).isEqualTo(entries.get((int) index)));
      for (Checkpoint old : seen) {
        assertThat(old.size()).isLessThanOrEqualTo(size);
        assertThat(reader.rootAt(old.size(), checkpoint)).isEqualTo(old.root());
      }
      entries.subList(size, entries.size()).clear();
      acknowledged = size;
    }
  }

  @Test
  void whatWasAcknowledgedSurvivesEveryCrashOnceAndNoCheckpointIsTakenBack() {
    long seed = Seeds.seed();
    for (int i = 0; i < HISTORIES; i++) {
      History history = new History(seed + i);
      try {
        history.run();
      } catch (Throwable e) {
        throw new AssertionError("history with -Dmodelledger.seed=" + (seed + i) + " after "
            + history.crashes + " crashes", e);
      }
    }
  }

  @Test
  void aDiskThatDoesNotKeepWhatWasSyncedIsNoticed() throws Exception {
    // The test above must be able to fail: here the newest acknowledged batch is taken away.
    RandomGenerator random = Seeds.random(Seeds.seed());
    SimulatedDisk disk = new SimulatedDisk();
    LogDirectory log = Steps.open(disk, SIGNER, random::nextLong);
    for (int i = 0; i < 2; i++) {
      log.wal().commit(Steps.batch(i, List.of(new byte[100])));
    }
    String segment = disk.files()
        .stream()
        .filter(name -> name.endsWith(Wal.SUFFIX))
        .findFirst()
        .orElseThrow();
    disk.damage(segment, bytes -> {
      Arrays.fill(bytes, WalFormat.HEADER_BYTES + 128, bytes.length, (byte) 0);
      return bytes;
    });
    disk.kill();
    try (LogDirectory again = Steps.open(disk, SIGNER, random::nextLong)) {
      assertThat(again.checkpoint().size()).isEqualTo(1);
    }
  }
}
