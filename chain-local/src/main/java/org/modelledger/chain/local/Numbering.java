package org.modelledger.chain.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives names numbers from 0, in the order in which they come. For one thread at a time. */
final class Numbering<T> {
  private final Map<T, Integer> numbers = new HashMap<>();
  private final List<T> names = new ArrayList<>();

  /** Returns the number of a name, a new one if it has none. */
  int number(T name) {
    Integer known = numbers.get(name);
    if (known != null) {
      return known;
    }
    numbers.put(name, names.size());
    names.add(name);
    return names.size() - 1;
  }

  /** Returns the number of a name, or -1. */
  int find(T name) {
    return numbers.getOrDefault(name, -1);
  }

  T name(int number) {
    return names.get(number);
  }

  List<T> copy() {
    return List.copyOf(names);
  }
}
