package org.modelledger.bench.suite;

import java.util.Map;

/** Which combinations of a class's parameters are rows; has a constructor without arguments. */
public interface Filter {
  /** Says whether a combination is a row. */
  boolean has(Map<String, String> params);

  /** All are. */
  final class All implements Filter {
    public All() {}

    @Override
    public boolean has(Map<String, String> params) {
      return true;
    }
  }
}
