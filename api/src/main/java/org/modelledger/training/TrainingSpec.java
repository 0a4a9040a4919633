package org.modelledger.training;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What to train, and how. With the same data, seed and trainer version a trainer that is {@linkplain
 * org.modelledger.inference.Determinism#BIT_EXACT bit-exact} makes the same files from it.
 *
 * <p>Hyper-parameters are text by name, as in MLflow and in the lineage statement; a trainer knows
 * their names and types and refuses those it does not know. Immutable.
 */
public final class TrainingSpec {
  private final String algorithm;
  private final String features;
  private final String target;
  private final long seed;
  private final SortedMap<String, String> parameters;

  private TrainingSpec(Builder builder) {
    this.algorithm = builder.algorithm;
    this.features = builder.features;
    this.target = builder.target;
    this.seed = builder.seed;
    this.parameters = Collections.unmodifiableSortedMap(new TreeMap<>(builder.parameters));
  }

  /** Begins a specification for an algorithm, by the trainer's name for it, such as {@code mlp}. */
  public static Builder builder(String algorithm) {
    return new Builder(algorithm);
  }

  /** Returns the trainer's name for what it is to do. */
  public String algorithm() {
    return algorithm;
  }

  /** Returns the dataset's column to learn from. */
  public String features() {
    return features;
  }

  /** Returns the dataset's column to predict. */
  public String target() {
    return target;
  }

  /** Returns what all random choices are derived from. */
  public long seed() {
    return seed;
  }

  /** Returns the hyper-parameters that were set, by name. */
  public SortedMap<String, String> parameters() {
    return parameters;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrainingSpec spec && algorithm.equals(spec.algorithm)
        && features.equals(spec.features) && target.equals(spec.target) && seed == spec.seed
        && parameters.equals(spec.parameters);
  }

  @Override
  public int hashCode() {
    return Objects.hash(algorithm, features, target, seed, parameters);
  }

  @Override
  public String toString() {
    return algorithm + "(" + features + " -> " + target + ", seed " + seed + ", " + parameters
        + ")";
  }

  /** Collects a specification. Not for use by several threads at once. */
  public static final class Builder {
    private final String algorithm;
    private String features = "features";
    private String target = "label";
    private long seed;
    private final TreeMap<String, String> parameters = new TreeMap<>();

    private Builder(String algorithm) {
      this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
    }

    /** Sets the column to learn from; {@code features} if not set. */
    public Builder features(String column) {
      this.features = Objects.requireNonNull(column, "column");
      return this;
    }

    /** Sets the column to predict; {@code label} if not set. */
    public Builder target(String column) {
      this.target = Objects.requireNonNull(column, "column");
      return this;
    }

    /** Sets what all random choices are derived from; 0 if not set. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Sets a hyper-parameter, in place of what was set before. */
    public Builder parameter(String name, String value) {
      parameters.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /** Sets a hyper-parameter to a whole number. */
    public Builder parameter(String name, long value) {
      return parameter(name, Long.toString(value));
    }

    /** Sets a hyper-parameter to a number. */
    public Builder parameter(String name, double value) {
      return parameter(name, Double.toString(value));
    }

    public TrainingSpec build() {
      return new TrainingSpec(this);
    }
  }
}
