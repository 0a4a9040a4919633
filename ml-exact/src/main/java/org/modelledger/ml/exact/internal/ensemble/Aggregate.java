package org.modelledger.ml.exact.internal.ensemble;

/** What is made of the weights that the trees give to one target; the names are ONNX-ML's. */
public enum Aggregate {
  AVERAGE, SUM, MIN, MAX
}
