package org.modelledger.ml.exact;

/**
 * What the specifications of all tree models have in common. Not for use by several threads at once.
 *
 * <p>Values are checked when a training begins, so that text and this say the same.
 *
 * @param <S> the specification itself
 */
public abstract sealed class TreeSpec<S extends TreeSpec<S>> extends ExactSpec<S>
    permits GradientBoostingSpec, RandomForestSpec {
  TreeSpec(String algorithm, String features, String target) {
    super(algorithm, features, target);
  }

  /** Sets what all random choices are derived from; 0 if not set. */
  public final S seed(long seed) {
    return derivedFrom(seed);
  }

  /** Sets how many splits lie on the way to a leaf at most; 0, which is what happens if nothing is set, is no limit. */
  public final S maxDepth(int splits) {
    return set("maxDepth", splits);
  }

  /** Sets how many rows a leaf has at least, from 1. */
  public final S minSamplesLeaf(int rows) {
    return set("minSamplesLeaf", rows);
  }

  /** Sets how many bins the values of a feature are put into at most, 2 to 255; 255 if not set. */
  public final S maxBins(int bins) {
    return set("maxBins", bins);
  }

  /** Takes NaN for a missing value; if this is not set, a NaN is refused. */
  public final S missingAsNan() {
    return set("missing", "nan");
  }

  /** Sets the features whose numbers are names, counted from 0; none if not set. */
  public final S categorical(int... features) {
    return set("categorical", features);
  }
}
