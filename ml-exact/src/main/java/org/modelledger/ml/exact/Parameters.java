package org.modelledger.ml.exact;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/** The numbers that a network learns, or as many others: gradients, moments. */
class Parameters<A> {
  /** All of them, vector by vector; element i is a bias if {@code isBias.get(i)}. */
  final List<A> vectors = new ArrayList<>();
  final List<Boolean> isBias = new ArrayList<>();

  final void add(A vector, boolean bias) {
    vectors.add(vector);
    isBias.add(bias);
  }

  final void addAll(Parameters<A> others) {
    vectors.addAll(others.vectors);
    isBias.addAll(others.isBias);
  }

  /** Copies vectors into others of the same lengths. */
  static <A> void copy(List<A> from, List<A> into) {
    for (int i = 0; i < into.size(); i++) {
      System.arraycopy(from.get(i), 0, into.get(i), 0, length(from.get(i)));
    }
  }

  static int length(Object vector) {
    return Array.getLength(vector);
  }
}
