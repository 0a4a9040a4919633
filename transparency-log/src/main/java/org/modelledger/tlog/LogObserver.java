package org.modelledger.tlog;

import java.util.List;
import java.util.stream.Stream;

/**
 * Is told what a {@link LogWriter} does, for meters and traces. Every method does nothing unless
 * overridden.
 *
 * <p>The calls come on the writer's own threads, and entries wait while they last: return at once,
 * never block, and change nothing in the log. They may come from several threads at the same time. An
 * exception goes no further than the writer, which logs the first one and goes on.
 *
 * <p>An observer is for one log at a time. A log that is opened again may use it again.
 */
public interface LogObserver {

  /** Takes no notice. */
  LogObserver NONE = new LogObserver() {
  };

  /** Returns an observer that tells each of these, in this order, whatever another one throws. */
  static LogObserver of(LogObserver... observers) {
    return ObserverGuard.of(Stream.of(observers).map(ObserverGuard::of).toList());
  }

  /** Returns an observer that tells each of these; see {@link #of(LogObserver...)}. */
  static LogObserver of(List<? extends LogObserver> observers) {
    return of(observers.toArray(LogObserver[]::new));
  }

  /**
   * A log was opened; everything that was durable is published. The first call, before anything is
   * appended.
   *
   * @param log to read sizes and the checkpoint from, until {@link #closed()}
   */
  default void opened(LogWriter log) {}

  /**
   * Entries have become durable together: one group commit.
   *
   * @param entries how many, from 1
   * @param bytes how many bytes they have
   * @param writeNanos how long writing them to the write-ahead file took, in nanoseconds
   * @param syncNanos how long the sync after that took, which ended just now
   */
  default void committed(int entries, long bytes, long writeNanos, long syncNanos) {}

  /**
   * A checkpoint is on the disk for readers to see.
   *
   * @param checkpoint covers more entries than the one before
   * @param nanos how long tiles, bundles and the checkpoint took, which was done just now; for a log
   *     with witnesses, how long they took
   */
  default void published(SignedCheckpoint checkpoint, long nanos) {}

  /**
   * The witnesses of a log were asked. If they were a quorum, {@link #published} follows; otherwise
   * they will be asked again.
   *
   * @param outcome which of them have cosigned, and why the others have not
   * @param nanos how long it took, until just now
   */
  default void cosigned(Cosigned outcome, long nanos) {}

  /** The writer has failed for good. At most once after {@link #opened}; {@link #closed} follows. */
  default void failed(Throwable cause) {}

  /** The log was closed, whether it had failed or not. The last call. */
  default void closed() {}
}
