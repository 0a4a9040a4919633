package org.modelledger.tlog;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/**
 * A program that works on several logs until it is killed, each opened, appended to by several threads,
 * published and closed over and over. Says on its standard output, a line each:
 *
 * <pre>
 * opened LOG SIZE                   what was there when it was opened
 * acknowledged LOG INDEX NUMBER     an entry is durable
 * published LOG SIZE ROOT           a checkpoint is there for readers
 * locked                            another process has the log
 * </pre>
 */
final class KilledWriter {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int PRODUCERS = 3;
  private static final int NUMBERS_OF_A_PRODUCER = 1_000_000;

  private KilledWriter() {}

  /** Takes the key, a seed, the first number that no entry has yet, and the directories. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = System.out;
    NoteSigner signer = NoteSigner.parse(arguments[0]);
    RandomGenerator random = Seeds.random(Long.parseLong(arguments[1]));
    long number = Long.parseLong(arguments[2]);
    List<Future<?>> logs = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 3; i < arguments.length; i++) {
        int log = i - 3;
        Path directory = Path.of(arguments[i]);
        RandomGenerator own = Seeds.random(random.nextLong());
        logs.add(threads.submit(() -> {
          work(out, log, directory, signer, own, number);
          return null;
        }));
      }
      for (Future<?> log : logs) {
        log.get();
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof LogLockedException)) {
        throw e;
      }
      out.println("locked");
    }
  }

  private static void work(PrintStream out, int number, Path directory, NoteSigner signer,
      RandomGenerator random, long firstNumber) throws Exception {
    LogOptions options = LogOptions.builder()
        .signer(signer)
        .publishInterval(Duration.ofMillis(3))
        .maxPendingBytes(1 << 18)
        .build();
    long next = firstNumber;
    while (true) {
      try (LogWriter log = LogWriter.open(directory, options);
          ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        out.println("opened " + number + " " + log.size());
        List<Future<?>> producers = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
          long first = next;
          next += NUMBERS_OF_A_PRODUCER;
          RandomGenerator own = Seeds.random(random.nextLong());
          producers.add(threads.submit(() -> {
            produce(out, number, log, own, first);
            return null;
          }));
        }
        for (Future<?> producer : producers) {
          producer.get();
        }
      }
    }
  }

  private static void produce(PrintStream out, int number, LogWriter log, RandomGenerator random,
      long first) throws InterruptedException {
    long next = first;
    for (int rounds = random.nextInt(1, 6); rounds > 0; rounds--) {
      List<Appended> appended = new ArrayList<>();
      long from = next;
      for (int i = random.nextInt(1, random.nextInt(8) == 0 ? 300 : 20); i > 0; i--) {
        appended.add(log.append(entry(next++)));
      }
      if (random.nextInt(3) == 0) {
        SignedCheckpoint at = log.publish();
        out.println("published " + number + " " + at.size() + " " + at.root());
      }
      for (Appended each : appended) {
        each.await(LIMIT);
        out.println("acknowledged " + number + " " + each.index() + " " + from++);
      }
    }
  }

  /** Returns the entry with a number: it begins with it, and its length varies. */
  static byte[] entry(long number) {
    return ByteBuffer.allocate(Long.BYTES + new SplittableRandom(number).nextInt(300))
        .putLong(number)
        .array();
  }
}
