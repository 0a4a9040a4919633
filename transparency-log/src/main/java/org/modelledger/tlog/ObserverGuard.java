package org.modelledger.tlog;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Keeps what observers throw away from the log, and from each other. */
final class ObserverGuard implements LogObserver {

  private static final System.Logger LOGGER = System.getLogger(LogObserver.class.getName());

  private final List<? extends LogObserver> observers;
  private final AtomicBoolean logged = new AtomicBoolean();

  private ObserverGuard(List<? extends LogObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  static LogObserver of(LogObserver observer) {
    return observer instanceof ObserverGuard ? observer : new ObserverGuard(List.of(observer));
  }

  /** Takes observers that are guarded each. */
  static LogObserver of(List<LogObserver> guarded) {
    return new ObserverGuard(guarded);
  }

  private void tell(Consumer<LogObserver> call) {
    for (LogObserver observer : observers) {
      try {
        call.accept(observer);
      } catch (Throwable e) { // even a class that is missing is no reason to lose entries
        if (logged.compareAndSet(false, true)) {
          LOGGER
              .log(System.Logger.Level.WARNING,
                  "the log's observer " + observer.getClass().getName()
                      + " has failed; the log goes on, and further failures of it are not logged",
                  e);
        }
      }
    }
  }

  @Override
  public void opened(LogWriter log) {
    tell(observer -> observer.opened(log));
  }

  @Override
  public void committed(int entries, long bytes, long writeNanos, long syncNanos) {
    tell(observer -> observer.committed(entries, bytes, writeNanos, syncNanos));
  }

  @Override
  public void published(SignedCheckpoint checkpoint, long nanos) {
    tell(observer -> observer.published(checkpoint, nanos));
  }

  @Override
  public void cosigned(Cosigned outcome, long nanos) {
    tell(observer -> observer.cosigned(outcome, nanos));
  }

  @Override
  public void failed(Throwable cause) {
    tell(observer -> observer.failed(cause));
  }

  @Override
  public void closed() {
    tell(LogObserver::closed);
  }
}
