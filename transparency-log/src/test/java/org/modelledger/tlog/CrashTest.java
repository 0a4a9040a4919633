package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stops a simulated machine at any operation, thousands of times, and looks at what is there after.
 * {@code -Dmodelledger.crashes=} sets how often, {@code -Dmodelledger.seed=} from which history on.
 */
class CrashTest {

  private static final int CRASHES = Integer.getInteger("modelledger.crashes", 10_000);
  private static final int CRASHES_OF_A_HISTORY = 10;
  private static final int REPLAYED = 30;
  /** A planted fault is found by some history among so many. */
  private static final int ENOUGH = 3_000;

  @Test
  void whatWasAcknowledgedSurvivesEveryCrashOnceAndNoCheckpointIsTakenBack() {
    long seed = Seeds.seed();
    int crashes = 0;
    AtomicInteger reused = new AtomicInteger();
    for (int i = 0; crashes < CRASHES; i++) {
      CrashHistory history = new CrashHistory(seed + i, disk -> new ForwardingStorage(disk) {
        @Override
        public void rename(String from, String to) throws IOException {
          super.rename(from, to);
          if (from.startsWith(Wal.DIRECTORY + "/" + Wal.SPARE_PREFIX)) {
            reused.incrementAndGet();
          }
        }
      });
      try {
        history.run(CRASHES_OF_A_HISTORY);
      } catch (Throwable e) {
        throw new AssertionError("history with -Dmodelledger.seed=" + (seed + i) + " after "
            + history.crashes() + " crashes", e);
      }
      crashes += history.crashes();
    }
    System.out.println(crashes + " crashes, " + reused + " segments used again");
    assertThat(reused.get()).isGreaterThanOrEqualTo(CRASHES / 1_000);
  }

  @Test
  void aSeedReplaysTheSameHistory() throws Exception {
    long seed = Seeds.seed();
    for (int i = 0; i < REPLAYED; i++) {
      CrashHistory first = new CrashHistory(seed + i, disk -> disk);
      first.run(CRASHES_OF_A_HISTORY);
      CrashHistory second = new CrashHistory(seed + i, disk -> disk);
      second.run(CRASHES_OF_A_HISTORY);
      assertThat(second.operations()).isEqualTo(first.operations());
    }
  }

  /** Disks that do not do what they say, and writers that do not care: the test must be able to fail. */
  enum Lie {
    SYNC_DOES_NOTHING {
      @Override
      LogStorage on(SimulatedDisk disk) {
        return new ForwardingStorage(disk) {
          @Override
          void sync(String name, OpenFile file) {}
        };
      }
    },
    A_FAILED_SYNC_IS_TRIED_AGAIN {
      @Override
      LogStorage on(SimulatedDisk disk) {
        return new ForwardingStorage(disk) {
          @Override
          void sync(String name, OpenFile file) throws IOException {
            try {
              file.sync();
            } catch (FileSystemException e) {
              file.sync();
            }
          }
        };
      }
    },
    A_FAILED_WRITE_IS_IGNORED {
      @Override
      LogStorage on(SimulatedDisk disk) {
        return new ForwardingStorage(disk) {
          @Override
          void write(String name, OpenFile file, ByteBuffer bytes, long position)
              throws IOException {
            try {
              file.write(bytes, position);
            } catch (FileSystemException e) {
              bytes.position(bytes.limit());
            }
          }
        };
      }
    },
    NAMES_ARE_NOT_SYNCED {
      @Override
      LogStorage on(SimulatedDisk disk) {
        return new ForwardingStorage(disk) {
          @Override
          public void syncDirectory(String name) {}
        };
      }
    },
    CHECKPOINTS_ARE_NOT_SYNCED {
      @Override
      LogStorage on(SimulatedDisk disk) {
        return new ForwardingStorage(disk) {
          @Override
          public void syncDirectory(String name) throws IOException {
            if (!name.isEmpty()) {
              super.syncDirectory(name);
            }
          }
        };
      }
    },
    CREATING_EMPTIES_THE_OLD_FILE {
      @Override
      LogStorage on(SimulatedDisk disk) {
        disk.truncateWhenCreating();
        return disk;
      }
    };

    abstract LogStorage on(SimulatedDisk disk);
  }

  @ParameterizedTest
  @EnumSource
  void aPlantedFaultIsFound(Lie lie) {
    long seed = Seeds.seed();
    int found = 0;
    for (int i = 0; found == 0 && i < ENOUGH; i++) {
      try {
        new CrashHistory(seed + i, lie::on).run(CRASHES_OF_A_HISTORY);
      } catch (AssertionError | Exception e) {
        found = i + 1;
      }
    }
    assertThat(found).as("histories until it was found").isPositive();
    System.out.println(lie + " was found by history " + found);
  }
}
