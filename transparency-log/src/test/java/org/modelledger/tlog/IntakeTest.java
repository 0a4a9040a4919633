package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class IntakeTest {

  private static final int PRODUCERS = 6;
  private static final int ENTRIES = 20_000;

  /** Appends without a committing thread's help until the intake ends; returns the indices it got. */
  private static List<Long> produce(Intake intake, int number, int entries) {
    List<Long> indices = new ArrayList<>();
    Batch batch = intake.open();
    while (indices.size() < entries && !batch.isEnd()) {
      byte[] entry = ByteBuffer.allocate(2 * Integer.BYTES)
          .putInt(number)
          .putInt(indices.size())
          .array();
      long claim = batch.claim(entry.length);
      if (claim != Batch.NO_PLACE) {
        indices.add(batch.fill(claim, entry, 0, entry.length));
      } else if (batch.isSealed()) {
        batch = intake.after(batch).orElse(batch);
      } else {
        Thread.onSpinWait(); // full: somebody seals it
      }
    }
    return indices;
  }

  @Test
  void everyEntryHasAnIndexOfItsOwnHoweverManyOpenTheNextBatch() throws Exception {
    Intake intake = new Intake(7, 1 << 20);
    RandomGenerator random = Seeds.random(Seeds.seed());
    BitSet given = new BitSet();
    BitSet found = new BitSet();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<List<Long>>> producers = new ArrayList<>();
      for (int i = 0; i < PRODUCERS; i++) {
        int number = i;
        producers.add(threads.submit(() -> produce(intake, number, ENTRIES)));
      }
      Callable<Boolean> done = () -> producers.stream().allMatch(Future::isDone);
      int[] next = new int[PRODUCERS];
      Batch batch = intake.open();
      while (!batch.isEnd()) {
        if (done.call()) {
          intake.end();
        }
        for (int spins = random.nextInt(2_000); spins > 0; spins--) {
          Thread.onSpinWait();
        }
        batch.seal();
        batch.awaitFilled();
        ByteBuffer entries = ByteBuffer.wrap(batch.bytes(), batch.payloadStart(), batch.payload());
        for (long index = batch.first(); index < batch.nextIndex(); index++) {
          assertThat(entries.getShort()).isEqualTo((short) 8);
          int producer = entries.getInt();
          assertThat(entries.getInt()).isEqualTo(next[producer]++);
          found.set((int) index);
        }
        assertThat(entries.hasRemaining()).isFalse();
        if (batch.count() > 0) {
          batch.release();
        }
        Optional<Batch> following = intake.after(batch);
        while (following.isEmpty()) {
          following = intake.after(batch);
        }
        assertThat(following.get().first()).isEqualTo(batch.nextIndex());
        batch = following.get();
      }
      for (Future<List<Long>> producer : producers) {
        for (long index : producer.get()) {
          assertThat(given.get((int) index)).as("index %s given before", index).isFalse();
          given.set((int) index);
        }
      }
    }
    assertThat(given.cardinality()).isEqualTo(PRODUCERS * ENTRIES);
    assertThat(given.nextSetBit(0)).isEqualTo(7);
    assertThat(found).isEqualTo(given);
  }

  @Test
  void nothingComesAfterTheEndAndNoThreadFindsAWayAroundIt() throws Exception {
    for (int round = 0; round < 200; round++) {
      Intake intake = new Intake(0, 1 << 18);
      try (ExecutorService threads = Executors.newCachedThreadPool()) {
        Future<List<Long>> one = threads.submit(() -> produce(intake, 0, Integer.MAX_VALUE));
        Future<List<Long>> other = threads.submit(() -> produce(intake, 1, Integer.MAX_VALUE));
        Batch first = intake.open();
        while (first.count() < 10) {
          Thread.onSpinWait();
        }
        intake.end();
        long size = intake.open().nextIndex();
        assertThat((long) one.get().size() + other.get().size()).isEqualTo(size);
        assertThat(intake.open().isEnd()).isTrue();
        assertThat(intake.after(intake.open())).containsSame(intake.open());
        assertThat(intake.open().claim(0)).isEqualTo(Batch.NO_PLACE);
      }
    }
  }
}
