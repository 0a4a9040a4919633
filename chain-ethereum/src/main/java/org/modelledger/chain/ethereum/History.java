package org.modelledger.chain.ethereum;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.support.Recorded;
import org.modelledger.model.AccountId;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;

/** Final events from the node, in ranges of blocks as great as the node takes them. */
final class History {
  private static final long FIRST_RANGE = 4_096;
  private static final long GREATEST_RANGE = 1L << 40;
  private static final int FEW_EVENTS = 4_000;
  private static final int MAX_TIMES = 50_000;
  private static final int BATCH = 100;

  private final Node node;
  private final Ledger ledger;
  private final long firstBlock;
  private final ReentrantLock lock = new ReentrantLock();
  // All below belong to the lock.
  private final Map<Long, Long> times = new HashMap<>();
  private long rangeSize = FIRST_RANGE;
  private @Nullable Chunk lastRead;

  /** @param firstBlock before which there is nothing of the contract */
  History(Node node, Ledger ledger, long firstBlock) {
    this.node = node;
    this.ledger = ledger;
    this.firstBlock = firstBlock;
  }

  /**
   * An entry that was read.
   *
   * @param seconds the time of its block
   */
  record Entry(RawLog log, long seconds, Recorded recorded) {
    AccountId author() {
      return EventCodec.author(log);
    }
  }

  /** All events of some blocks. */
  private record Chunk(long from, long to, List<LedgerEvent> events) {}

  /** Returns final events after a position; fewer than the limit only at the end. */
  Ledger.Page page(LedgerPosition after, int limit) {
    Optional<Ledger.Page> cached = ledger.cached(after, limit);
    if (cached.isPresent()) {
      return cached.get();
    }
    List<LedgerEvent> events = new ArrayList<>();
    LedgerPosition reached = after;
    while (events.size() < limit) {
      cached = ledger.cached(reached, limit - events.size());
      if (cached.isPresent()) {
        events.addAll(cached.get().events());
        return new Ledger.Page(events, cached.get().reached());
      }
      long end = ledger.end().number();
      // at most what the cache lacks; the rest comes from there
      long from = Math.max(firstBlock, reached.index() == Integer.MAX_VALUE || reached.block() < 0
          ? reached.block() + 1
          : reached.block());
      long to = Math.min(end, Math.max(from, ledger.cachedAfter()));
      if (from > end) {
        return new Ledger.Page(events, reached);
      }
      Chunk chunk = chunk(from, to);
      for (LedgerEvent event : chunk.events()) {
        if (event.header().position().compareTo(reached) > 0) {
          if (events.size() == limit) {
            return new Ledger.Page(events, events.get(limit - 1).header().position());
          }
          events.add(event);
        }
      }
      reached = new LedgerPosition(chunk.to(), Integer.MAX_VALUE);
    }
    return new Ledger.Page(events, events.get(limit - 1).header().position());
  }

  /** Returns the events from a block on, up to one that is not after {@code to}. */
  private Chunk chunk(long from, long to) {
    lock.lock();
    try {
      Chunk last = lastRead;
      if (last != null && last.from() <= from && from <= last.to() && last.to() <= to) {
        return last;
      }
    } finally {
      lock.unlock();
    }
    while (true) {
      long size = rangeSize();
      long upTo = Math.min(to, from + size - 1);
      List<RawLog> logs;
      try {
        logs = node.logs(from, upTo, List.of(EventCodec.eventTopics()));
      } catch (Node.RangeTooGreatException e) {
        if (upTo == from) {
          throw e;
        }
        shrink(upTo - from + 1);
        continue;
      }
      List<LedgerEvent> events = new ArrayList<>();
      for (Entry entry : read(logs)) {
        if (entry.recorded() instanceof Recorded.Accepted accepted) {
          events.add(accepted.event());
        }
      }
      Chunk chunk = new Chunk(from, upTo, List.copyOf(events));
      lock.lock();
      try {
        lastRead = chunk;
        if (events.size() < FEW_EVENTS && size == rangeSize && upTo - from + 1 == size) {
          rangeSize = Math.min(GREATEST_RANGE, rangeSize * 4);
        }
      } finally {
        lock.unlock();
      }
      return chunk;
    }
  }

  private long rangeSize() {
    lock.lock();
    try {
      return rangeSize;
    } finally {
      lock.unlock();
    }
  }

  private void shrink(long refused) {
    lock.lock();
    try {
      rangeSize = Math.max(1, refused / 2);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Finds entries by their topics in final blocks, the newest range first.
   *
   * @param to the last block to look at
   * @param enough how many are wanted at most
   */
  List<RawLog> find(List<? extends @Nullable Object> topics, long to, int enough) {
    List<RawLog> found = new ArrayList<>();
    long upTo = to;
    long size = GREATEST_RANGE;
    while (upTo >= firstBlock && found.size() < enough) {
      long from = Math.max(firstBlock, upTo - size + 1);
      try {
        found.addAll(node.logs(from, upTo, topics));
        upTo = from - 1;
      } catch (Node.RangeTooGreatException e) {
        if (from == upTo) {
          throw e;
        }
        size = Math.max(1, (upTo - from + 1) / 2);
      }
    }
    return found;
  }

  /** Reads entries, with the times of their blocks. */
  List<Entry> read(Collection<RawLog> logs) {
    Map<Long, Long> known = new HashMap<>();
    TreeSet<Long> without = new TreeSet<>();
    lock.lock();
    try {
      for (RawLog log : logs) {
        if (log.seconds().isEmpty()) {
          Long seconds = times.get(log.block());
          if (seconds == null) {
            without.add(log.block());
          } else {
            known.put(log.block(), seconds);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    if (!without.isEmpty()) {
      Map<Long, Long> more = new HashMap<>();
      List<Long> blocks = List.copyOf(without);
      for (int i = 0; i < blocks.size(); i += BATCH) {
        more.putAll(node.times(blocks.subList(i, Math.min(blocks.size(), i + BATCH))));
      }
      known.putAll(more);
      lock.lock();
      try {
        if (times.size() > MAX_TIMES) {
          times.clear();
        }
        times.putAll(more);
      } finally {
        lock.unlock();
      }
    }
    List<Entry> entries = new ArrayList<>(logs.size());
    for (RawLog log : logs) {
      long seconds = log.seconds().orElseGet(() -> known.getOrDefault(log.block(), 0L));
      EventCodec.read(log, seconds)
          .ifPresent(recorded -> entries.add(new Entry(log, seconds, recorded)));
    }
    return entries;
  }
}
