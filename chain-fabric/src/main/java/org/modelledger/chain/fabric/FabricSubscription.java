package org.modelledger.chain.fabric;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.modelledger.chain.support.Nanos;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.Subscription;

/** Pages through the history and waits at its end. */
final class FabricSubscription implements Subscription {
  private static final int PAGE = 1_000;

  private final Ledger ledger;
  private final ArrayDeque<LedgerEvent> page = new ArrayDeque<>();
  private LedgerPosition position;
  private volatile boolean closed;

  FabricSubscription(Ledger ledger, LedgerPosition after) {
    this.ledger = ledger;
    this.position = after;
  }

  @Override
  public Optional<LedgerEvent> next(Duration timeout) throws InterruptedException {
    long left = Nanos.of(timeout);
    while (true) {
      requireOpen();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long height = ledger.height();
      if (page.isEmpty()) {
        page.addAll(ledger.events(position, PAGE));
      }
      LedgerEvent event = page.poll();
      if (event != null) {
        position = event.header().position();
        return Optional.of(event);
      }
      if (left <= 0) {
        return Optional.empty();
      }
      left = ledger.awaitMoreThan(height, left, () -> closed);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the subscription is closed");
    }
    ledger.submissions().requireOpen();
  }

  @Override
  public LedgerPosition position() {
    return position;
  }

  @Override
  public void close() {
    closed = true;
    ledger.wakeAll();
  }
}
