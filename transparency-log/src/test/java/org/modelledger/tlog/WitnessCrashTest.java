package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Stops a witness's machine at any operation and looks whether it still stands by its word. */
class WitnessCrashTest {

  private static final NoteSigner LOG = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final CosignatureSigner KEY = CosignatureSigner.generate("witness.example",
      new SecureRandom());
  private static final int HISTORIES = 100;
  private static final int CRASHES = 20;
  private static final int SIZES = 40;

  private static SmallLog log;
  private static SmallLog fork;

  @BeforeAll
  static void begin() throws Exception {
    log = new SmallLog(LOG, "history");
    fork = new SmallLog(LOG, "fork");
    for (long size = 0; size <= SIZES; size++) {
      var unused = log.at(size);
      unused = fork.at(size);
    }
  }

  @AfterAll
  static void end() {
    log.close();
    fork.close();
  }

  /** One witness through many crashes, asked by two histories of the same log. */
  private static final class History {
    private final RandomGenerator random;
    private final SimulatedDisk disk = new SimulatedDisk();
    private @Nullable SmallLog chosen;
    private long cosigned;
    private long asked;
    private boolean created;
    private int crashes;

    History(long seed) {
      random = Seeds.random(seed);
    }

    void run() throws Exception {
      while (crashes < CRASHES && cosigned < SIZES) {
        disk.stopAfter(random.nextInt(25));
        try (Witness witness = open()) {
          check(witness);
          work(witness);
        } catch (LogStorageException | LogFailedException e) {
          assertThat(e).hasRootCauseInstanceOf(SimulatedDisk.Stopped.class);
          crashes++;
          if (random.nextInt(3) == 0) {
            disk.kill();
          } else {
            disk.cutPower(random);
          }
        }
      }
      disk.stopAfter(Long.MAX_VALUE);
      try (Witness witness = open()) {
        check(witness);
      }
    }

    private Witness open() {
      List<NoteVerifier> logs = List.of(LOG.verifier());
      if (!created) {
        try {
          Witness witness = Witness.create(disk, KEY, logs, InstantSource.system());
          created = true;
          return witness;
        } catch (LogFormatException e) {
          // the crash came when it was made already, but perhaps not durable
        }
      }
      Witness witness = Witness.open(disk, KEY, logs, InstantSource.system());
      created = true;
      return witness;
    }

    /** What left the witness is there; what it was only asked for may be, and is shown from now on. */
    private void check(Witness witness) throws Exception {
      Optional<SignedNote> latest = witness.latest("example.com/log");
      if (latest.isEmpty()) {
        assertThat(cosigned).isZero();
        return;
      }
      Checkpoint kept = Checkpoint.parse(latest.get().text());
      assertThat(kept.size()).isBetween(cosigned, Math.max(asked, cosigned));
      if (kept.size() > 0) {
        SmallLog history = log.at(kept.size()).root().equals(kept.root()) ? log : fork;
        assertThat(history.at(kept.size()).root()).isEqualTo(kept.root());
        assertThat(chosen).isIn(null, history);
        chosen = history;
        cosigned = kept.size();
      }
    }

    private void work(Witness witness) throws Exception {
      while (cosigned < SIZES) {
        SmallLog from = random.nextBoolean() ? log : fork;
        long size = cosigned + random.nextLong(SIZES - cosigned + 1);
        asked = Math.max(asked, size);
        WitnessAnswer answer = witness.addCheckpoint(from.request(cosigned, size));
        if (answer instanceof WitnessAnswer.Cosigned && size > 0) {
          assertThat(chosen).isIn(null, from);
          chosen = from;
          cosigned = size;
        } else if (chosen == from) {
          assertThat(answer.status()).isEqualTo(200);
        }
      }
    }
  }

  @Test
  void noCrashMakesItVouchForASecondHistory() {
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
