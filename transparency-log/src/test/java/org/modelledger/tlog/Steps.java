package org.modelledger.tlog;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What a test needs to drive a {@link LogDirectory} step by step, on its own thread. */
final class Steps {

  /** Small, so that a short test sees segments roll and be used again. */
  private static final Wal.SegmentSizes SEGMENTS = new Wal.SegmentSizes(1 << 14, 1 << 15);

  private Steps() {}

  static LogDirectory open(LogStorage storage, NoteSigner signer, LongSupplier salts) {
    return open(storage, signer, salts, SEGMENTS);
  }

  static LogDirectory open(LogStorage storage, NoteSigner signer, LongSupplier salts,
      Wal.SegmentSizes segments) {
    return LogDirectory.open(storage, signer, sameThread(), salts, segments, false);
  }

  /** Opens a log that shows readers only what it is told to. */
  static LogDirectory openWitnessed(LogStorage storage, NoteSigner signer, LongSupplier salts) {
    return LogDirectory.open(storage, signer, sameThread(), salts, SEGMENTS, true);
  }

  static LogDirectory open(LogStorage storage, NoteSigner signer, LongSupplier salts,
      ExecutorService tileThreads) {
    return LogDirectory.open(storage, signer, tileThreads, salts, SEGMENTS, false);
  }

  /** Returns a sealed batch with these entries. */
  static Batch batch(long first, List<byte[]> entries) {
    int payload = entries.stream().mapToInt(entry -> Short.BYTES + entry.length).sum();
    EntryBuffer buffer = new EntryBuffer(Math.max(EntryBuffer.MIN_BYTES, 2 * payload + 100));
    Batch batch = buffer.first(first);
    for (byte[] entry : entries) {
      batch.fill(batch.claim(entry.length), entry, 0, entry.length);
    }
    batch.seal();
    return batch;
  }

  /** Returns an executor that runs everything at once, on the thread that submits it. */
  static ExecutorService sameThread() {
    return new AbstractExecutorService() {
      private boolean shutdown;

      @Override
      public void execute(Runnable task) {
        task.run();
      }

      @Override
      public void shutdown() {
        shutdown = true;
      }

      @Override
      public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
      }

      @Override
      public boolean isShutdown() {
        return shutdown;
      }

      @Override
      public boolean isTerminated() {
        return shutdown;
      }

      @Override
      public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
      }
    };
  }
}
