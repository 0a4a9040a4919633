package org.modelledger.ml.exact;

/** What the scores of {@link IntegerTrees} are. */
enum IntegerTreesKind {
  /** One score, which stands for a number. */
  NUMBER,
  /** One score, above 0 for the second of two classes. */
  TWO_CLASSES,
  /** A score for each class. */
  CLASSES
}
