package org.modelledger.registry;

import java.time.Duration;
import java.util.Optional;

/**
 * Events in the ledger's order, each final one exactly once, over reconnects. Over restarts too:
 * store {@link #position()} with whatever the event caused, and subscribe from there.
 *
 * <p>For one thread at a time; {@link #close()} may come from any and ends a waiting {@link #next}.
 */
public interface Subscription extends AutoCloseable {
  /**
   * Takes the next event, waiting for it if need be.
   *
   * @param timeout how long to wait at most; zero or less looks once
   * @return the event, or empty if none came in time
   * @throws InterruptedException if interrupted; no event is lost
   * @throws IllegalStateException if the subscription or its registry is closed
   * @throws LedgerUnavailableException if the ledger could not be read; call again, nothing is lost
   */
  Optional<LedgerEvent> next(Duration timeout) throws InterruptedException;

  /** Returns the position of the event taken last, at first the one subscribed from. */
  LedgerPosition position();

  /** Ends the subscription; idempotent. */
  @Override
  void close();
}
