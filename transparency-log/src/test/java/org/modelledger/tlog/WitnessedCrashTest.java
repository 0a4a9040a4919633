package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Stops the machine of a log that shows readers only what witnesses have cosigned, and looks after it. */
class WitnessedCrashTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final int HISTORIES = 150;
  private static final int CRASHES = 10;

  /** One log through many crashes; everything it does follows from the seed. */
  private static final class History {
    private final RandomGenerator random;
    private final SimulatedDisk disk = new SimulatedDisk();
    private final List<byte[]> entries = new ArrayList<>();
    private final List<Checkpoint> seen = new ArrayList<>();
    /** What readers have been shown by a log that shows only what it is told to. */
    private final List<SignedCheckpoint> shown = new ArrayList<>();
    private long durablyShown;
    private boolean witnessed;
    private int acknowledged;
    private int crashes;

    History(long seed) {
      random = Seeds.random(seed);
    }

    void run() throws Exception {
      while (crashes < CRASHES) {
        disk.stopAfter(random.nextInt(random.nextBoolean() ? 20 : 300));
        try (LogDirectory log = open()) {
          check(log);
          work(log);
        } catch (IOException | LogStorageException e) {
          assertThat(root(e)).isInstanceOf(SimulatedDisk.Stopped.class);
          crash();
        }
      }
      disk.stopAfter(Long.MAX_VALUE);
      try (LogDirectory log = open()) {
        check(log);
        reader().verifyAll(log.checkpoint()).requireIntact();
      }
    }

    private static Throwable root(Throwable e) {
      Throwable cause = e.getCause();
      return cause == null ? e : root(cause);
    }

    /** Each time it is opened by somebody who has witnesses or has none. */
    private LogDirectory open() {
      witnessed = random.nextInt(4) > 0;
      return witnessed
          ? Steps.openWitnessed(disk, SIGNER, random::nextLong)
          : Steps.open(disk, SIGNER, random::nextLong);
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
        if (!witnessed || random.nextBoolean()) {
          shown.add(checkpoint);
          if (witnessed) {
            log.show(checkpoint);
          }
          durablyShown = checkpoint.size();
        }
        log.publisher().deletePartials(witnessed ? visible() : checkpoint.size());
        log.wal().drop(checkpoint.size());
      }
    }

    private long visible() {
      try {
        return reader().latest().size();
      } catch (ProofException e) {
        throw new AssertionError(e);
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
        SignedCheckpoint checkpoint = SignedCheckpoint.parse(visible.get(), SIGNER.verifier());
        seen.add(checkpoint.checkpoint());
        if (!witnessed) {
          shown.add(checkpoint);
        }
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

    private void check(LogDirectory log) throws ProofException {
      SignedCheckpoint checkpoint = log.checkpoint();
      int size = (int) checkpoint.size();
      assertThat(size).isBetween(acknowledged, entries.size());
      LogReader reader = reader();
      SignedCheckpoint latest = reader.latest();
      assertThat(latest).isEqualTo(log.shown());
      assertThat(latest.size()).isGreaterThanOrEqualTo(durablyShown);
      if (!witnessed) {
        assertThat(latest).isEqualTo(checkpoint);
        shown.add(latest);
        durablyShown = latest.size();
      } else if (latest.size() > 0) { // a new log shows that it is empty before anybody is asked
        assertThat(latest).isIn(shown);
        if (random.nextInt(4) == 0) {
          reader.verifyAll(latest).requireIntact();
        }
      }
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
  void readersOfAWitnessedLogSeeNothingElseThanTheyWereShown() {
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
}
