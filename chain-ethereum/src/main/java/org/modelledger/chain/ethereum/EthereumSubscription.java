package org.modelledger.chain.ethereum;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.modelledger.chain.support.Nanos;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.Subscription;

/** Pages through the history and waits at its end. */
final class EthereumSubscription implements Subscription {
  private static final int PAGE = 1_000;

  private final Ledger ledger;
  private final History history;
  private final ArrayDeque<LedgerEvent> page = new ArrayDeque<>();
  private LedgerPosition position;
  /** Up to where everything is in the page or was taken. */
  private LedgerPosition reached;
  private volatile boolean closed;

  EthereumSubscription(Ledger ledger, History history, LedgerPosition after) {
    this.ledger = ledger;
    this.history = history;
    this.position = after;
    this.reached = after;
  }

  @Override
  public Optional<LedgerEvent> next(Duration timeout) throws InterruptedException {
    long left = Nanos.of(timeout);
    while (true) {
      requireOpen();
      if (page.isEmpty()) {
        Ledger.Page more = read();
        page.addAll(more.events());
        reached = more.reached();
      }
      LedgerEvent event = page.poll();
      if (event != null) {
        position = event.header().position();
        return Optional.of(event);
      }
      if (left <= 0) {
        return Optional.empty();
      }
      left = ledger.awaitAfter(reached, left, () -> closed);
    }
  }

  private Ledger.Page read() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try {
      return history.page(reached, PAGE);
    } catch (LedgerUnavailableException e) {
      requireOpen();
      if (Thread.interrupted()) {
        InterruptedException interrupted = new InterruptedException();
        interrupted.initCause(e);
        throw interrupted;
      }
      throw e;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the subscription is closed");
    }
    ledger.requireOpen();
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
