package org.modelledger.bench.boosting;

/** A library that learns boosted trees. */
interface Booster extends AutoCloseable {

  /**
   * Learns, from the rows as a caller has them to a model that can be asked.
   *
   * @param rows what to learn from
   * @param rounds how many trees
   */
  Model train(BoostingRows rows, int rounds) throws Exception;

  @Override
  void close();

  /** What was learned. */
  interface Model extends AutoCloseable {

    /** Returns a score for each row, the higher, the more likely it has label 1. */
    double[] score(BoostingRows rows) throws Exception;

    @Override
    void close();
  }
}
