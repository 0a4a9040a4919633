package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.StorageException;

/** Kills and power failures at every operation of a simulated disk, and its failing at every one. */
class OutboxCrashTest {
  private static final int ROUNDS = 80;
  private static final int CRASHES = Integer.getInteger("modelledger.crashes", 150);
  private static final long RUN = 7;
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir
  Path directory;

  private OutboxOptions options() {
    return OutboxOptions.of(directory.resolve("outbox"), "b")
        .withCommitInterval(Duration.ofNanos(1))
        .withMaxSettled(Integer.MAX_VALUE);
  }

  private Path file() {
    return directory.resolve("outbox").resolve(OutboxStore.FILE);
  }

  /** At an operation, so many entries were known to be durable. */
  private record Known(int operation, long durable) {}

  @Test
  void losesNothingDurableToACrashAtAnyPoint(TestReporter reporter) throws Exception {
    Random random = Seeds.random(reporter);
    Outbox.open(options()).close(); // creation has its own file and a rename
    byte[] before = Files.readAllBytes(file());
    List<Known> known = new ArrayList<>();
    long added = 0;
    try (TestDisk disk = new TestDisk("crash")) {
      known.add(new Known(0, 0));
      try (Outbox outbox = Outbox.open(options().withFileSystem(disk.prefix()))) {
        for (int round = 0; round < ROUNDS; round++) {
          int many = random.nextInt(40) + 1;
          for (int i = 0; i < many; i++) {
            outbox.add(History.id(RUN, added), History.command(RUN, added));
            added++;
          }
          assertThat(outbox.awaitDurable(added - 1, LONG)).isTrue();
          known.add(new Known(disk.operations(), added));
          History.settleSome(outbox, random);
        }
      }
      int operations = disk.operations();
      for (int crash = 0; crash < CRASHES; crash++) {
        int at = random.nextInt(operations + 1);
        long durable = known.stream()
            .filter(k -> k.operation() <= at)
            .mapToLong(Known::durable)
            .max()
            .orElseThrow();
        byte[] image = random.nextBoolean()
            ? disk.killedAfter(before, at, random)
            : disk.powerLostAfter(before, at, random);
        Files.write(file(), image);
        try (Outbox outbox = Outbox.open(options())) {
          History.check(outbox, RUN, 0, durable, added);
        } catch (RuntimeException e) {
          throw new AssertionError("after operation " + at + " of " + operations + " (crash "
              + crash + ")", e);
        }
      }
    }
  }

  @Test
  void refusesEverythingAfterTheDiskHasFailedAndLosesNothingDurable() throws Exception {
    int failAt = 0;
    boolean hasFailed = true;
    while (hasFailed) {
      Path place = directory.resolve("outbox" + failAt);
      OutboxOptions options = OutboxOptions.of(place, "b")
          .withCommitInterval(Duration.ofNanos(1));
      Outbox.open(options).close();
      long added = 0;
      long durable = 0;
      try (TestDisk disk = new TestDisk("faulty")) {
        disk.failAt(failAt);
        try (Outbox outbox = Outbox.open(options.withFileSystem(disk.prefix()))) {
          for (int round = 0; round < 6; round++) {
            outbox.add(History.id(RUN, added), History.command(RUN, added));
            added++;
            assertThat(outbox.awaitDurable(added - 1, LONG)).isTrue();
            durable = added;
          }
        } catch (StorageException e) {
          assertThat(e).hasMessageContaining(place.toString());
          assertThat(disk.hasFailed()).isTrue();
        }
        hasFailed = disk.hasFailed();
      }
      try (Outbox outbox = Outbox.open(options)) {
        History.check(outbox, RUN, 0, durable, added);
      }
      failAt++;
    }
    assertThat(failAt).isGreaterThan(10);
  }

  @Test
  void staysFailedWhileTheDiskWorksAgain() throws Exception {
    Outbox.open(options()).close();
    try (TestDisk disk = new TestDisk("failing");
        Outbox outbox = Outbox.open(options().withFileSystem(disk.prefix()))) {
      OutboxEntry lost = outbox.add(History.id(RUN, 0), History.command(RUN, 0));
      assertThat(outbox.awaitDurable(lost.sequence(), LONG)).isTrue();
      disk.failAt(0);
      outbox.add(History.id(RUN, 1), History.command(RUN, 1));
      assertThatThrownBy(() -> outbox.awaitDurable(1, LONG)).isInstanceOf(StorageException.class)
          .hasMessageContaining("Open it again");
      disk.failAt(Integer.MAX_VALUE);
      assertThatThrownBy(() -> outbox.add(History.id(RUN, 2), History.command(RUN, 2)))
          .isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> outbox.find(lost.id())).isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> outbox.pending(0, 1)).isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> outbox.settle(lost.id(), new byte[0]))
          .isInstanceOf(StorageException.class);
    }
  }
}
