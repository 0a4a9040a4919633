package org.modelledger.tables;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a table are parted. The same table and specification give the same parts on every JVM.
 * Immutable; each method returns a changed specification.
 */
public final class SplitSpec {
  private static final double TOLERANCE = 1e-9;

  private final double training;
  private final double validation;
  private final double test;
  private final long seed;
  private final @Nullable String stratifiedBy;
  private final @Nullable String groupedBy;

  private SplitSpec(double training, double validation, double test, long seed,
      @Nullable String stratifiedBy, @Nullable String groupedBy) {
    this.training = training;
    this.validation = validation;
    this.test = test;
    this.seed = seed;
    this.stratifiedBy = stratifiedBy;
    this.groupedBy = groupedBy;
  }

  /**
   * Returns a specification by seed 0.
   *
   * @param training what part of the rows to learn from, above 0
   * @param validation what part to choose by, from 0
   * @param test what part to judge by, from 0
   * @throws IllegalArgumentException if one is out of range, or they do not add up to 1
   */
  public static SplitSpec fractions(double training, double validation, double test) {
    double sum = training + validation + test;
    if (!(training > 0 && validation >= 0 && test >= 0 && Math.abs(sum - 1) <= TOLERANCE)) {
      throw new IllegalArgumentException(
          "the fractions are " + training + ", " + validation + ", " + test
              + "; expected numbers from 0 that add up to 1, the first one above 0");
    }
    return new SplitSpec(training, validation, test, 0, null, null);
  }

  /** Sets what the random choices are derived from. */
  public SplitSpec seed(long seed) {
    return new SplitSpec(training, validation, test, seed, stratifiedBy, groupedBy);
  }

  /**
   * Has each value of a column, such as the target, in all parts as often as in the whole, as far as whole
   * rows go.
   *
   * @param column of text, whole numbers or truth values
   */
  public SplitSpec stratifiedBy(String column) {
    return new SplitSpec(training, validation, test, seed, Objects.requireNonNull(column, "column"),
        groupedBy);
  }

  /**
   * Keeps rows together that have one value in a column, such as a customer's, so that nobody is in two
   * parts. The parts then are as large as whole groups allow.
   *
   * @param column of text, whole numbers or truth values
   */
  public SplitSpec groupedBy(String column) {
    return new SplitSpec(training, validation, test, seed, stratifiedBy,
        Objects.requireNonNull(column, "column"));
  }

  double fraction(Split.Part part) {
    return switch (part) {
      case TRAINING -> training;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }

  long seed() {
    return seed;
  }

  Optional<String> stratified() {
    return Optional.ofNullable(stratifiedBy);
  }

  Optional<String> grouped() {
    return Optional.ofNullable(groupedBy);
  }

  /** Returns what the lineage says of it, such as {@code seed 42, 0.7/0.15/0.15, stratified by 'default'}. */
  @Override
  public String toString() {
    return "seed " + seed + ", " + training + "/" + validation + "/" + test
        + stratified().map(column -> ", stratified by '" + column + "'").orElse("")
        + grouped().map(column -> ", grouped by '" + column + "'").orElse("");
  }
}
