package org.modelledger.chain.local;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * A hash table of row numbers: the rows themselves, and what makes two of them equal, are elsewhere.
 * Four bytes a slot and at most two thirds full. For one thread at a time.
 */
final class IntHashIndex {
  private static final int INITIAL_SLOTS = 16;

  private final IntUnaryOperator hashOfRow;
  private int[] slots = new int[INITIAL_SLOTS]; // row + 1; 0 is free
  private int size;

  /** @param hashOfRow the hash of a row, well mixed and hard to predict from outside */
  IntHashIndex(IntUnaryOperator hashOfRow) {
    this.hashOfRow = hashOfRow;
  }

  /** Returns the row with this hash that is the one looked for, or -1. */
  int find(int hash, IntPredicate isIt) {
    int mask = slots.length - 1;
    for (int slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int row = slots[slot] - 1;
      if (isIt.test(row)) {
        return row;
      }
    }
    return -1;
  }

  /** Adds a row that is not in the table. */
  void add(int row) {
    if (3L * (size + 1) > 2L * slots.length) {
      int[] old = slots;
      slots = new int[Math.multiplyExact(old.length, 2)];
      Arrays.stream(old).filter(entry -> entry != 0).forEach(this::put);
    }
    put(row + 1);
    size++;
  }

  private void put(int entry) {
    int mask = slots.length - 1;
    int slot = hashOfRow.applyAsInt(entry - 1) & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = entry;
  }

  /** Spreads a value over all bits (the finalizer of MurmurHash3, 64 bits). */
  static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
