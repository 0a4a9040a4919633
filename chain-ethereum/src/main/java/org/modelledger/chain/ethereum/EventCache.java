package org.modelledger.chain.ethereum;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;

/** The newest final events: all of those in blocks after one. Guarded by who uses it. */
final class EventCache {
  private final int capacity;
  private final TreeMap<LedgerPosition, LedgerEvent> events = new TreeMap<>();
  private long after;

  /** @param after the block after which events are added */
  EventCache(int capacity, long after) {
    this.capacity = capacity;
    this.after = after;
  }

  /** The block after which it has every event. */
  long after() {
    return after;
  }

  boolean covers(LedgerPosition position) {
    return position.block() > after
        || (position.block() == after && position.index() == Integer.MAX_VALUE);
  }

  void add(LedgerEvent event) {
    events.put(event.header().position(), event);
  }

  /** Forgets the oldest blocks while there are too many events. */
  void trim() {
    while (events.size() > capacity) {
      after = events.firstKey().block();
      events.headMap(new LedgerPosition(after, Integer.MAX_VALUE), true).clear();
    }
  }

  List<LedgerEvent> after(LedgerPosition position, int limit) {
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
