package org.modelledger.chain.ethereum;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.support.Backoff;
import org.modelledger.chain.support.Nanos;
import org.modelledger.chain.support.Recorded;
import org.modelledger.chain.support.Threads;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerUnavailableException;

/**
 * Follows the chain on a thread of its own: looks for new blocks, reads each final block's entries
 * once, and ends the waits for what they settle. What is not final yet is not read at all, so that
 * nothing of it has to be taken back.
 */
final class Follower {
  private static final long FIRST_WAIT = TimeUnit.MILLISECONDS.toNanos(3);
  private static final long LEAST_WAIT = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long GREATEST_RANGE = 1L << 30;
  /** Looks at a final block that has another hash before it counts as taken back. */
  private static final int LOOKS_AT_A_REORGANIZATION = 3;

  private final Node node;
  private final Ledger ledger;
  private final History history;
  private final Finality finality;
  private final long greatestWait;
  private final Thread thread;
  private final Semaphore news = new Semaphore(0);
  private final Backoff backoff = Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5));
  private final @Nullable Sender sender;

  private volatile boolean closed;
  // The thread's own.
  private long rangeSize = GREATEST_RANGE;
  private long lastNumber = -1;
  private String lastHash = "";
  private long lastAt = System.nanoTime();
  private long interval = TimeUnit.MILLISECONDS.toNanos(200);
  private long wait = FIRST_WAIT;
  private int differing;
  private BooleanSupplier isAnnounced = () -> false;
  private boolean isReconciled;

  Follower(Node node, Ledger ledger, History history, Finality finality, Duration greatestWait,
      @Nullable Sender sender) {
    this.node = node;
    this.ledger = ledger;
    this.history = history;
    this.finality = finality;
    this.greatestWait = Nanos.of(greatestWait);
    this.sender = sender;
    this.thread = Thread.ofPlatform().daemon().name("ethereum-follower").unstarted(this::run);
  }

  /** @param isAnnounced whether {@link #look} is called for each new block now */
  void start(BooleanSupplier isAnnounced) {
    this.isAnnounced = isAnnounced;
    thread.start();
  }

  /** There may be a new block. */
  void look() {
    if (news.availablePermits() == 0) {
      news.release();
    }
  }

  private void run() {
    while (!closed) {
      long nanos;
      try {
        nanos = step();
        backoff.reset();
        ledger.submissions().readTrouble(null);
      } catch (LedgerUnavailableException e) {
        if (closed) {
          return;
        }
        ledger.submissions().readTrouble(e);
        nanos = Nanos.of(backoff.next());
      } catch (RuntimeException e) {
        if (!closed) {
          ledger.fail(e);
        }
        return;
      }
      try {
        if (news.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
          wait = FIRST_WAIT;
        }
      } catch (InterruptedException e) {
        return; // closed
      }
    }
  }

  /** Looks once; returns how long to wait for the next time. */
  private long step() {
    Block end = ledger.end();
    if (sender != null && !isReconciled) {
      sender.passed(node.standing(sender.lane(), end.number(), false).next());
      isReconciled = true;
    }
    Node.Heads heads = node.heads(finality, end.number());
    long now = System.nanoTime();
    Block last = heads.last();
    if (!last.hash().equals(lastHash)) {
      if (lastNumber >= 0 && last.number() > lastNumber) {
        long each = (now - lastAt) / (last.number() - lastNumber);
        interval = (7 * interval + each) / 8;
      }
      lastNumber = last.number();
      lastHash = last.hash();
      lastAt = now;
      wait = FIRST_WAIT;
      if (sender != null) {
        sender.look(last, interval);
      }
    }
    if (last.number() < end.number()) {
      throw new LedgerUnavailableException("the node's newest block is " + last.number()
          + ", before block " + end.number() + ", which was final; does it lag, or lack blocks?");
    }
    if (heads.again().isPresent() && !heads.again().get().hash().equals(end.hash())) {
      differing++;
      if (differing >= LOOKS_AT_A_REORGANIZATION) {
        throw new ChainReorganizedException("block " + end.number() + " was " + end.hash()
            + " and final by finality=" + finality + "; the chain has " + heads.again().get().hash()
            + " in its place now");
      }
      return LEAST_WAIT;
    }
    differing = 0;
    while (!closed && heads.end().isPresent() && heads.end().get().number() > end.number()) {
      Optional<Block> next = advance(end, heads);
      if (next.isEmpty()) {
        return LEAST_WAIT;
      }
      end = next.get();
    }
    if (sender != null) {
      sender.lookUpPassed(end.number());
    }
    return nextWait();
  }

  private long nextWait() {
    if (isAnnounced.getAsBoolean()) {
      return Math.clamp(2 * interval, LEAST_WAIT, greatestWait); // should an announcement be missed
    }
    boolean isBusy = ledger.submissions().isAnyoneWaiting() || (sender != null && sender.isBusy());
    long most = Math.clamp(isBusy ? interval / 8 : interval / 2, LEAST_WAIT, greatestWait);
    long nanos = Math.min(wait, most);
    wait = Math.min(most, wait * 3 / 2);
    return nanos;
  }

  /** Reads a range of blocks that are final now; empty if the chain changed meanwhile. */
  private Optional<Block> advance(Block end, Node.Heads heads) {
    Block newest = heads.end().orElseThrow();
    long to = Math.min(newest.number(), end.number() + rangeSize);
    Optional<Node.Lane> lane = sender != null && sender.isAnyPending()
        ? Optional.of(sender.lane())
        : Optional.empty();
    Node.Range range;
    try {
      range = node.range(end.number() + 1, to, lane);
    } catch (Node.RangeTooGreatException e) {
      if (to == end.number() + 1) {
        throw e;
      }
      rangeSize = Math.max(1, (to - end.number()) / 2);
      return Optional.of(end);
    }
    rangeSize = Math.min(GREATEST_RANGE, rangeSize * 2);
    if (to == newest.number() && !range.last().hash().equals(newest.hash())) {
      return Optional.empty();
    }
    if (to == end.number() + 1 && !range.last().parent().equals(end.hash())) {
      return Optional.empty(); // the next look finds out
    }
    List<History.Entry> entries = history.read(range.logs());
    List<LedgerEvent> events = new ArrayList<>();
    for (History.Entry entry : entries) {
      if (entry.recorded() instanceof Recorded.Accepted accepted) {
        events.add(accepted.event());
      }
    }
    ledger.advance(range.last(), events);
    if (sender != null) {
      sender.settle(entries);
      if (lane.isPresent()) {
        sender.passed(range.next());
      }
    }
    return Optional.of(range.last());
  }

  void close() {
    closed = true;
    Threads.end(thread);
  }
}
