package org.modelledger.chain.local;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.Subscription;

/** Pages through the history and waits at its end. */
final class LocalSubscription implements Subscription {
  private static final int PAGE = 256;

  private final Ledger ledger;
  private final BooleanSupplier isRegistryClosed;
  private final ArrayDeque<LedgerEvent> page = new ArrayDeque<>();
  private LedgerPosition position;
  private volatile boolean closed;

  LocalSubscription(Ledger ledger, BooleanSupplier isRegistryClosed, LedgerPosition after) {
    this.ledger = ledger;
    this.isRegistryClosed = isRegistryClosed;
    this.position = after;
  }

  @Override
  public Optional<LedgerEvent> next(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + Nanos.of(timeout);
    requireOpen();
    while (page.isEmpty()) {
      page.addAll(ledger.history(position, PAGE));
      if (page.isEmpty()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return Optional.empty();
        }
        ledger.awaitEntry(Ledger.entryAfter(position), left, this::isClosed);
        requireOpen();
      }
    }
    LedgerEvent event = page.remove();
    position = event.header().position();
    return Optional.of(event);
  }

  private boolean isClosed() {
    return closed || isRegistryClosed.getAsBoolean();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the subscription is closed");
    }
    if (isRegistryClosed.getAsBoolean()) {
      throw new IllegalStateException("the registry of the subscription is closed");
    }
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
