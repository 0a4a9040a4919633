package org.modelledger.chain.support;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;

/**
 * The newest final events of a chain: all of those in blocks after one. {@link Integer#MAX_VALUE} as a
 * position's index is the end of its block.
 *
 * <p>Guarded by who uses it.
 */
public final class EventCache {
  private final int capacity;
  private final TreeMap<LedgerPosition, LedgerEvent> events = new TreeMap<>();
  private long after;

  /**
   * Makes one without events.
   *
   * @param capacity how many events {@link #trim} leaves at most
   * @param after the block after which events are added
   */
  public EventCache(int capacity, long after) {
    this.capacity = capacity;
    this.after = after;
  }

  /** Returns the block after which it has every event. */
  public long after() {
    return after;
  }

  /** Returns whether it has every event after a position. */
  public boolean covers(LedgerPosition position) {
    return position.block() > after
        || (position.block() == after && position.index() == Integer.MAX_VALUE);
  }

  /** Adds an event. */
  public void add(LedgerEvent event) {
    events.put(event.header().position(), event);
  }

  /** Forgets the oldest blocks while there are too many events. */
  public void trim() {
    while (events.size() > capacity) {
      after = events.firstKey().block();
      events.headMap(new LedgerPosition(after, Integer.MAX_VALUE), true).clear();
    }
  }

  /**
   * Returns the events that it has after a position, in order.
   *
   * @param limit how many at most
   */
  public List<LedgerEvent> after(LedgerPosition position, int limit) {
    List<LedgerEvent> page = new ArrayList<>();
    for (LedgerEvent event : events.tailMap(position, false).values()) {
      if (page.size() == limit) {
        break;
      }
      page.add(event);
    }
    return page;
  }
}
