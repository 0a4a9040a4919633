package org.modelledger.receipt;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.modelledger.evidence.EvidenceBatch;

/**
 * Makes the receipts of a batch. A large one, by the bytes that are to be hashed and the number of
 * receipts, is divided among some threads. For one calling thread.
 */
final class ReceiptFactory implements AutoCloseable {
  /** Parts make a batch faster on as many cores; more than these would take them from the models. */
  private static final int MAX_PARTS = 8;
  /** What a receipt costs beside the hashing, in bytes that are hashed in that time. */
  private static final long COST = 4096;
  /** Less than this, about half a millisecond, is not worth handing over. */
  private static final long PART_COST = 1 << 19;

  private final List<ReceiptMaker> makers = new ArrayList<>();
  private final ReceiptOptions options;
  private final String name;
  private final int parts;
  private @Nullable ExecutorService pool;

  ReceiptFactory(ReceiptOptions options, String name) {
    this.options = options;
    this.name = name;
    this.parts = Math.min(MAX_PARTS, Runtime.getRuntime().availableProcessors());
  }

  /** How many evidence batches {@link #make} may need. */
  int parts() {
    return parts;
  }

  /** Fills a batch whose first entry gets this index; returns how many evidence batches it took. */
  int make(Batch batch, long first, List<EvidenceBatch> evidence)
      throws InterruptedException {
    List<Recording> recordings = batch.recordings();
    long cost = recordings.size() * COST;
    for (Recording recording : recordings) {
      cost += recording.bytes();
    }
    int number = Math.clamp(cost / PART_COST, 1, Math.min(parts, batch.size()));
    List<Future<?>> others = new ArrayList<>();
    int begin = 0;
    long done = 0;
    for (int part = 0; part < number - 1; part++) {
      int end = begin;
      while (end < recordings.size() && done < (part + 1) * cost / number) {
        done += COST + recordings.get(end++).bytes();
      }
      EvidenceBatch sealed = evidence.get(part).begin(first + begin);
      ReceiptMaker maker = maker(part);
      int from = begin;
      int to = end;
      others.add(pool().submit(() -> make(batch, from, to, maker, sealed)));
      begin = end;
    }
    try {
      make(batch, begin, batch.size(), maker(number - 1),
          evidence.get(number - 1).begin(first + begin));
    } finally {
      join(others);
    }
    return number;
  }

  private static void make(Batch batch, int from, int to, ReceiptMaker maker,
      EvidenceBatch evidence) {
    int receipts = batch.recordings().size();
    for (int i = from; i < to; i++) {
      batch.leaves()[i] = i < receipts
          ? maker.make(batch.recordings().get(i), evidence)
          : maker.make(batch.gaps().get(i - receipts), evidence);
    }
  }

  private static void join(List<Future<?>> others) throws InterruptedException {
    Throwable failure = null;
    for (Future<?> other : others) {
      try {
        other.get();
      } catch (ExecutionException e) {
        failure = e.getCause();
      }
    }
    switch (failure) {
      case null -> {
      }
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  private ReceiptMaker maker(int part) {
    while (makers.size() <= part) {
      makers.add(new ReceiptMaker(options.retention(), options.subjects()));
    }
    return makers.get(part);
  }

  private ExecutorService pool() {
    ExecutorService known = pool;
    if (known == null) {
      AtomicInteger number = new AtomicInteger();
      known = Executors.newFixedThreadPool(parts - 1, work -> Thread.ofPlatform()
          .name("receipts " + name + " " + number.incrementAndGet())
          .daemon()
          .unstarted(work));
      pool = known;
    }
    return known;
  }

  @Override
  public void close() {
    ExecutorService known = pool;
    if (known != null) {
      known.shutdown();
    }
  }
}
