package org.modelledger.bench.boosting;

/** What all libraries are told alike. */
final class Sizes {
  static final int LEAVES = 31;
  static final int MAX_BINS = 255;
  static final int MIN_ROWS = 20;
  static final double RATE = 0.1;

  private Sizes() {}
}
