package org.modelledger.tables;

import java.util.SplittableRandom;

/** Where the random choices of tests come from. */
final class Seeds {
  static final long SEED = Long.getLong("modelledger.seed", 20260701L);

  private Seeds() {}

  static SplittableRandom random() {
    return new SplittableRandom(SEED);
  }

  /** What a message begins with, so that a failure can be made again. */
  static String seed() {
    return "-Dmodelledger.seed=" + SEED;
  }
}
