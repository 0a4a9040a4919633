package org.modelledger.tlog;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps a bounded number of values and drops first what was not asked for lately: the CLOCK algorithm
 * (Corbató, "A Paging Experiment with the Multics System", 1968). Looking something up takes no lock
 * and, for what is asked for often, writes nothing, so that threads do not slow each other down.
 * Thread-safe.
 */
final class ClockCache<K, V> {

  private static final class Slot<K, V> {
    final K key;
    volatile V value;
    volatile boolean used;

    Slot(K key, V value) {
      this.key = key;
      this.value = value;
    }
  }

  private final int max;
  private final Map<K, Slot<K, V>> slots = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Slot<K, V>> clock = new ArrayDeque<>();

  ClockCache(int max) {
    this.max = max;
  }

  Optional<V> get(K key) {
    Slot<K, V> slot = slots.get(key);
    if (slot == null) {
      return Optional.empty();
    }
    if (!slot.used) {
      slot.used = true;
    }
    return Optional.of(slot.value);
  }

  /** Keeps a value in place of the one there is under this key, or of one that is not used. */
  void put(K key, V value) {
    lock.lock();
    try {
      Slot<K, V> known = slots.get(key);
      if (known != null) {
        known.value = value;
        return;
      }
      if (clock.size() == max) {
        dropOne();
      }
      Slot<K, V> slot = new Slot<>(key, value);
      clock.add(slot);
      slots.put(key, slot);
    } finally {
      lock.unlock();
    }
  }

  private void dropOne() {
    Slot<K, V> oldest = clock.remove();
    // one turn at most, however busily others mark what has been passed
    for (int turn = max; turn > 0 && oldest.used; turn--) {
      oldest.used = false;
      clock.add(oldest);
      oldest = clock.remove();
    }
    slots.remove(oldest.key);
  }
}
