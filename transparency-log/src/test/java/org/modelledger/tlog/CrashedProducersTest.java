package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Stops a simulated machine while many threads append, and a reader looks on. The seed decides when it
 * stops and what survives; what the threads have done by then is theirs.
 */
class CrashedProducersTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int HISTORIES = 60;
  private static final int CRASHES = 10;
  private static final int MAX_PRODUCERS = 8;

  /** One log; every entry begins with a number of its own. */
  private static final class History {
    private final RandomGenerator random;
    private final SimulatedDisk disk = new SimulatedDisk();
    /** Outlives the crashes, and so refuses a log that takes back what it has shown. */
    private final LogReader spectator = LogReader.open(disk::read, SIGNER.verifier());
    private final Map<Long, Hash> seen = new TreeMap<>();
    private final AtomicLong numbers = new AtomicLong();
    /** The index of every entry that was given one, by its number; -1 until append has returned. */
    private final Map<Long, Long> attempted = new ConcurrentHashMap<>();
    private final Map<Long, Long> acknowledged = new ConcurrentHashMap<>();

    History(long seed) {
      random = Seeds.random(seed);
    }

    void run() throws Exception {
      for (int crash = 0; crash < CRASHES; crash++) {
        boolean stops = random.nextBoolean();
        int operations = random.nextInt(random.nextBoolean() ? 30 : 300);
        if (stops) {
          disk.stopAfter(operations);
        } else {
          disk.failAfter(operations, Seeds.random(random.nextLong()));
        }
        try {
          LogWriter log = open();
          check(log);
          produceUntilItFails(log);
          assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::close);
        } catch (LogStorageException e) {
          assertThat(disk.hasStopped() || disk.hasFailed()).isTrue();
        }
        if (random.nextInt(3) == 0) {
          disk.kill();
          disk.forgetDropped(random);
        } else {
          disk.cutPower(random);
        }
      }
      try (LogWriter log = open()) {
        check(log);
        log.reader().verifyAll(log.checkpoint()).requireIntact();
      }
    }

    private LogWriter open() {
      ExecutorService tileThreads = Executors.newFixedThreadPool(4);
      return LogWriter.start(disk, LogOptions.builder()
          .signer(SIGNER)
          .publishInterval(Duration.ofMillis(2))
          .maxPendingBytes(1 << 18)
          .build(), Steps.open(disk, SIGNER, new SecureRandom()::nextLong, tileThreads));
    }

    private void produceUntilItFails(LogWriter log) throws Exception {
      AtomicBoolean over = new AtomicBoolean();
      // The one who looks never waits: on a virtual thread it would keep a processor from the others, and
      // Java 21 may then forget to run one of them.
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
          ExecutorService spectators = Executors.newSingleThreadExecutor()) {
        List<Future<?>> producers = new ArrayList<>();
        for (int i = random.nextInt(1, MAX_PRODUCERS + 1); i > 0; i--) {
          RandomGenerator own = Seeds.random(random.nextLong());
          producers.add(threads.submit(() -> {
            produce(log, own);
            return null;
          }));
        }
        Future<?> looking = spectators.submit(() -> {
          while (!over.get()) {
            look();
          }
          return null;
        });
        try {
          for (Future<?> producer : producers) {
            producer.get();
          }
        } catch (ExecutionException e) {
          throw new AssertionError("a producer", e.getCause());
        } finally {
          over.set(true);
        }
        looking.get();
        look();
      }
      for (long index : acknowledged.values()) {
        assertThat(index).isLessThan(log.durableSize());
      }
    }

    private void look() throws ProofException {
      SignedCheckpoint checkpoint = spectator.latest();
      remember(checkpoint);
    }

    private synchronized void remember(SignedCheckpoint checkpoint) {
      @Nullable
      Hash before = seen.putIfAbsent(checkpoint.size(), checkpoint.root());
      assertThat(before == null || before.equals(checkpoint.root())).isTrue();
    }

    private void produce(LogWriter log, RandomGenerator own) throws InterruptedException {
      long previous = -1;
      Map<Long, Appended> waiting = new HashMap<>();
      try {
        while (true) {
          for (int i = own.nextInt(1, 40); i > 0; i--) {
            long number = numbers.getAndIncrement();
            attempted.put(number, -1L);
            Appended appended = log.append(entry(number));
            attempted.put(number, appended.index());
            assertThat(appended.index()).isGreaterThan(previous);
            previous = appended.index();
            waiting.put(number, appended);
          }
          if (own.nextInt(10) == 0) {
            assertThat(log.publish().size()).isGreaterThan(previous);
          }
          for (Map.Entry<Long, Appended> each : waiting.entrySet()) {
            each.getValue().await(LIMIT);
            acknowledged.put(each.getKey(), each.getValue().index());
          }
          waiting.clear();
        }
      } catch (LogFailedException e) {
        assertThat(disk.hasStopped() || disk.hasFailed()).isTrue();
        for (Map.Entry<Long, Appended> each : waiting.entrySet()) {
          if (each.getValue().isDurable()) {
            acknowledged.put(each.getKey(), each.getValue().index());
          }
        }
        assertThatExceptionOfType(LogFailedException.class)
            .isThrownBy(() -> log.append(new byte[0]));
      }
    }

    private static byte[] entry(long number) {
      return ByteBuffer.allocate(Long.BYTES + (int) (number * 37 % 500)).putLong(number).array();
    }

    private void check(LogWriter log) throws ProofException {
      SignedCheckpoint now = log.checkpoint();
      Set<Long> found = new HashSet<>();
      log.reader().entries(0, now.size(), now, (index, entry) -> {
        long number = ByteBuffer.wrap(entry).getLong();
        @Nullable
        Long given = attempted.get(number);
        if (!Arrays.equals(entry, entry(number)) || given == null
            || given != -1 && given != index || !found.add(number)) {
          throw new AssertionError("entry " + number + " is at " + index + ", was given " + given
              + "; twice: " + found.contains(number));
        }
        attempted.put(number, index);
        acknowledged.put(number, index); // what is there once stays
      });
      assertThat(found.containsAll(acknowledged.keySet())).as("nothing is lost").isTrue();
      look();
      for (Map.Entry<Long, Hash> old : seen.entrySet()) {
        assertThat(log.reader().rootAt(old.getKey(), now)).isEqualTo(old.getValue());
      }
      attempted.keySet().retainAll(found);
    }
  }

  @Test
  void manyProducersLoseNothingThatWasAcknowledgedToThem() {
    long seed = Seeds.seed();
    for (int i = 0; i < HISTORIES; i++) {
      try {
        new History(seed + i).run();
      } catch (Throwable e) {
        throw new AssertionError("history with -Dmodelledger.seed=" + (seed + i), e);
      }
    }
  }
}
