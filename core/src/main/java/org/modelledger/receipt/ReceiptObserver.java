package org.modelledger.receipt;

import java.util.List;
import java.util.stream.Stream;
import org.modelledger.tlog.LogObserver;

/**
 * Is told what a {@link ReceiptLog} does, for meters and traces. Every method does nothing unless
 * overridden.
 *
 * <p>The calls come one after the other, on the thread that writes receipts and never on one that runs
 * a model. Receipts wait while they last: return at once, never block, and call nothing of the log but
 * what reads a number. An exception goes no further than the log, which logs the first one and goes on.
 *
 * <p>An observer is for one receipt log at a time.
 */
public interface ReceiptObserver {

  /** Takes no notice. */
  ReceiptObserver NONE = new ReceiptObserver() {
  };

  /** Returns an observer that tells each of these, in this order, whatever another one throws. */
  static ReceiptObserver of(ReceiptObserver... observers) {
    return ReceiptObserverGuard.of(Stream.of(observers).map(ReceiptObserverGuard::of).toList());
  }

  /** Returns an observer that tells each of these; see {@link #of(ReceiptObserver...)}. */
  static ReceiptObserver of(List<? extends ReceiptObserver> observers) {
    return of(observers.toArray(ReceiptObserver[]::new));
  }

  /**
   * Returns who is told what the transparency log under the receipts does. Asked each time it is
   * opened; its calls come on threads of their own.
   */
  default LogObserver log() {
    return LogObserver.NONE;
  }

  /**
   * The log was opened. The first call.
   *
   * @param log to read numbers from, until {@link #closed()}
   */
  default void opened(ReceiptLog log) {}

  /** Receipts, gaps or both have become durable, and whoever awaited them knows. */
  default void recorded(RecordedBatch batch) {}

  /**
   * The log cannot be written any more. Fail-closed, this is for good; fail-open, {@link #reopened}
   * follows when it can be.
   */
  default void failed(Throwable cause) {}

  /** The log was opened again after a failure. */
  default void reopened() {}

  /** The log was closed, whether it had failed or not. The last call. */
  default void closed() {}
}
