package org.modelledger.chain.support;

import java.util.Random;
import org.junit.jupiter.api.TestReporter;

/** Random tests that can be run again: {@code -Dmodelledger.seed=…}. */
final class Seeds {
  private Seeds() {}

  static Random random(TestReporter reporter) {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    reporter.publishEntry("modelledger.seed", Long.toString(seed));
    return new Random(seed);
  }
}
