package org.modelledger.receipt;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.modelledger.tlog.LogObserver;

/** Keeps what observers throw away from the receipts, and from each other. */
final class ReceiptObserverGuard implements ReceiptObserver {
  private static final System.Logger LOGGER = System.getLogger(ReceiptObserver.class.getName());

  private final List<? extends ReceiptObserver> observers;
  private final AtomicBoolean logged = new AtomicBoolean();

  private ReceiptObserverGuard(List<? extends ReceiptObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  static ReceiptObserver of(ReceiptObserver observer) {
    return observer instanceof ReceiptObserverGuard
        ? observer
        : new ReceiptObserverGuard(List.of(observer));
  }

  /** Takes observers that are guarded each. */
  static ReceiptObserver of(List<ReceiptObserver> guarded) {
    return new ReceiptObserverGuard(guarded);
  }

  private void tell(Consumer<ReceiptObserver> call) {
    for (ReceiptObserver observer : observers) {
      try {
        call.accept(observer);
      } catch (Throwable e) { // even a class that is missing is no reason to lose receipts
        if (logged.compareAndSet(false, true)) {
          LOGGER.log(System.Logger.Level.WARNING, "the observer " + observer.getClass().getName()
              + " of receipts has failed; they go on, and further failures of it are not logged",
              e);
        }
      }
    }
  }

  @Override
  public LogObserver log() {
    List<LogObserver> logs = new ArrayList<>();
    tell(observer -> logs.add(observer.log()));
    return LogObserver.of(logs);
  }

  @Override
  public void opened(ReceiptLog log) {
    tell(observer -> observer.opened(log));
  }

  @Override
  public void recorded(RecordedBatch batch) {
    tell(observer -> observer.recorded(batch));
  }

  @Override
  public void failed(Throwable cause) {
    tell(observer -> observer.failed(cause));
  }

  @Override
  public void reopened() {
    tell(ReceiptObserver::reopened);
  }

  @Override
  public void closed() {
    tell(ReceiptObserver::closed);
  }
}
