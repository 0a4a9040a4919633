package org.modelledger.ml.djl;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Some of the rows of a table, in an order. Immutable. */
final class Rows {
  private final TrainingTable table;
  private final int[] order;

  private Rows(TrainingTable table, int[] order) {
    this.table = table;
    this.order = order;
  }

  static Rows all(TrainingTable table) {
    return new Rows(table, IntStream.range(0, table.size()).toArray());
  }

  TrainingTable table() {
    return table;
  }

  int size() {
    return order.length;
  }

  /** Returns the row's place in the table. */
  int get(int i) {
    return order[i];
  }

  int label(int i) {
    return table.labels()[order[i]];
  }

  /** Returns the same rows in an order drawn at random (Fisher and Yates). */
  Rows shuffled(SplittableRandom random) {
    int[] drawn = order.clone();
    for (int i = drawn.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = drawn[i];
      drawn[i] = drawn[j];
      drawn[j] = swapped;
    }
    return new Rows(table, drawn);
  }

  Rows from(int from, int to) {
    return new Rows(table, Arrays.copyOfRange(order, from, to));
  }
}
