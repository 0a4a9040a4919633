package org.modelledger.tck;

import java.util.SplittableRandom;

/** The seed of random tests: {@code -Dtck.seed=42}, or another one in each run. */
final class TckSeed {
  private TckSeed() {}

  /** Returns the seed that was set, or a new one. */
  static long choose() {
    Long set = Long.getLong("tck.seed");
    return set != null ? set : new SplittableRandom().nextLong();
  }
}
