package org.modelledger.chain.fabric.chaincode;

import java.util.Random;
import org.junit.jupiter.api.TestReporter;

/** Random tests that can be run again: {@code -Dmodelledger.seed=…}. */
final class Seeds {
  private Seeds() {}

  static long seed() {
    return Long.getLong("modelledger.seed", System.nanoTime());
  }

  static Random random(TestReporter reporter) {
    long seed = seed();
    reporter.publishEntry("modelledger.seed", Long.toString(seed));
    return new Random(seed);
  }
}
