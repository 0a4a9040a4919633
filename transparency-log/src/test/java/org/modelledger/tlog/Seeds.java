package org.modelledger.tlog;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random numbers that repeat: the seed is printed and can be set with -Dmodelledger.seed=… */
final class Seeds {

  private Seeds() {}

  static long seed() {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    return seed;
  }

  static RandomGenerator random(long seed) {
    return new SplittableRandom(seed);
  }
}
