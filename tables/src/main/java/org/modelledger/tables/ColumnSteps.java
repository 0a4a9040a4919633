package org.modelledger.tables;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a column before a model sees it. Immutable; each method returns changed steps.
 *
 * <p>Whatever the order of the calls, a column of numbers is clipped, then filled where it is missing, then
 * scaled, and each step learns from what the steps before it leave of the training rows. A column of
 * categories is filled, then encoded.
 */
public final class ColumnSteps {
  static final ColumnSteps NONE = new ColumnSteps();
  private static final int DEFAULT_MAX_CATEGORIES = 1000;
  /** Codes are float32 numbers, which hold every whole number up to here. */
  private static final int LARGEST_CODE = 1 << 24;

  enum Filling {
    NONE, MEAN, MEDIAN, MOST_FREQUENT, NUMBER, TEXT
  }

  enum Scaling {
    NONE, STANDARDIZE, MIN_MAX
  }

  enum Encoding {
    NONE, CODES, ONE_HOT
  }

  enum Clipping {
    NONE, BOUNDS, QUANTILES
  }

  final Filling filling;
  final double number;
  final @Nullable String text;
  final boolean indicated;
  final Clipping clipping;
  final double low;
  final double high;
  final Scaling scaling;
  final Encoding encoding;
  final int maxCategories;
  final boolean restUnseen;

  private ColumnSteps() {
    this(new Draft());
  }

  private ColumnSteps(Draft draft) {
    this.filling = draft.filling;
    this.number = draft.number;
    this.text = draft.text;
    this.indicated = draft.indicated;
    this.clipping = draft.clipping;
    this.low = draft.low;
    this.high = draft.high;
    this.scaling = draft.scaling;
    this.encoding = draft.encoding;
    this.maxCategories = draft.maxCategories;
    this.restUnseen = draft.restUnseen;
  }

  private Draft draft() {
    Draft draft = new Draft();
    draft.filling = filling;
    draft.number = number;
    draft.text = text;
    draft.indicated = indicated;
    draft.clipping = clipping;
    draft.low = low;
    draft.high = high;
    draft.scaling = scaling;
    draft.encoding = encoding;
    draft.maxCategories = maxCategories;
    draft.restUnseen = restUnseen;
    return draft;
  }

  private ColumnSteps filled(Filling how, double with, @Nullable String word) {
    Draft draft = draft();
    draft.filling = how;
    draft.number = with;
    draft.text = word;
    return new ColumnSteps(draft);
  }

  /** Fills in the mean for missing numbers. */
  public ColumnSteps imputeMean() {
    return filled(Filling.MEAN, 0, null);
  }

  /** Fills in the median for missing numbers; of an even count half of each of the middle two. */
  public ColumnSteps imputeMedian() {
    return filled(Filling.MEDIAN, 0, null);
  }

  /** Fills in the value that is there most often; of several the least. */
  public ColumnSteps imputeMostFrequent() {
    return filled(Filling.MOST_FREQUENT, 0, null);
  }

  /**
   * Fills in a number for missing ones.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  public ColumnSteps impute(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "what is filled in is " + value + "; expected a finite number");
    }
    return filled(Filling.NUMBER, value, null);
  }

  /**
   * Fills in a text for missing ones.
   *
   * @throws IllegalArgumentException if it is empty, which is what a missing one is
   */
  public ColumnSteps impute(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("what is filled in is empty; expected a text");
    }
    return filled(Filling.TEXT, 0, value);
  }

  /** Adds a feature that is 1 where the value is missing and 0 elsewhere. */
  public ColumnSteps indicateMissing() {
    Draft draft = draft();
    draft.indicated = true;
    return new ColumnSteps(draft);
  }

  /**
   * Moves numbers below a bound up to it, and above another one down to it.
   *
   * @throws IllegalArgumentException if a bound is not finite, or the first is not below the second
   */
  public ColumnSteps clip(double low, double high) {
    if (!(Double.isFinite(low) && Double.isFinite(high) && low < high)) {
      throw new IllegalArgumentException(
          "the bounds are " + low + " and " + high
              + "; expected finite numbers, the first below the second");
    }
    return clipped(Clipping.BOUNDS, low, high);
  }

  /**
   * Clips to two quantiles of the training rows, such as 0.01 and 0.99: winsorising. A quantile between two
   * values is interpolated (type 7 of Hyndman and Fan, 1996, as in R and NumPy).
   *
   * @throws IllegalArgumentException if one is not from 0 to 1, or the first is not below the second
   */
  public ColumnSteps clipQuantiles(double low, double high) {
    if (!(low >= 0 && low < high && high <= 1)) {
      throw new IllegalArgumentException("the quantiles are " + low + " and " + high
          + "; expected numbers from 0 to 1, the first below the second");
    }
    return clipped(Clipping.QUANTILES, low, high);
  }

  private ColumnSteps clipped(Clipping how, double from, double to) {
    Draft draft = draft();
    draft.clipping = how;
    draft.low = from;
    draft.high = to;
    return new ColumnSteps(draft);
  }

  /**
   * Subtracts the mean and divides by the standard deviation (of the population); a column of one value only
   * is not divided.
   */
  public ColumnSteps standardize() {
    Draft draft = draft();
    draft.scaling = Scaling.STANDARDIZE;
    return new ColumnSteps(draft);
  }

  /** Scales the training rows to 0 to 1; a column of one value only is not divided. */
  public ColumnSteps minMax() {
    Draft draft = draft();
    draft.scaling = Scaling.MIN_MAX;
    return new ColumnSteps(draft);
  }

  /**
   * Makes each category of the training rows a whole number: 0 and up in the order of the categories, texts
   * by their UTF-16 code units. One that was not seen there is the number after the last, a missing one NaN,
   * unless it is filled.
   */
  public ColumnSteps codes() {
    Draft draft = draft();
    draft.encoding = Encoding.CODES;
    return new ColumnSteps(draft);
  }

  /**
   * Makes each category of the training rows a feature that is 1 or 0, in the order of {@link #codes}. All are
   * 0 for one that was not seen there, and for a missing one, unless it is filled.
   */
  public ColumnSteps oneHot() {
    Draft draft = draft();
    draft.encoding = Encoding.ONE_HOT;
    return new ColumnSteps(draft);
  }

  /**
   * Refuses training rows with more categories than this; 1,000 if not set.
   *
   * @throws IllegalArgumentException if it is not from 1 to 16,777,216
   */
  public ColumnSteps maxCategories(int max) {
    return limited(max, false);
  }

  /**
   * Takes the categories that are there most often, of equally frequent ones the least; the others are as if
   * not seen.
   *
   * @param count how many at most
   * @throws IllegalArgumentException if it is not from 1 to 16,777,216
   */
  public ColumnSteps keepMostFrequent(int count) {
    return limited(count, true);
  }

  private ColumnSteps limited(int max, boolean rest) {
    if (max < 1 || max > LARGEST_CODE) {
      throw new IllegalArgumentException(
          "the number of categories is " + max + "; expected 1 to " + LARGEST_CODE);
    }
    Draft draft = draft();
    draft.maxCategories = max;
    draft.restUnseen = rest;
    return new ColumnSteps(draft);
  }

  /** Returns the steps as the lineage tells them, such as {@code impute median, standardize}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (indicated) {
      parts.add("indicate missing");
    }
    if (clipping != Clipping.NONE) {
      parts.add(
          "clip " + (clipping == Clipping.QUANTILES ? "quantiles " : "") + low + " to " + high);
    }
    switch (filling) {
      case NONE -> {
      }
      case MEAN -> parts.add("impute mean");
      case MEDIAN -> parts.add("impute median");
      case MOST_FREQUENT -> parts.add("impute most frequent");
      case NUMBER -> parts.add("impute " + number);
      case TEXT -> parts.add("impute '" + text + "'");
    }
    switch (scaling) {
      case NONE -> {
      }
      case STANDARDIZE -> parts.add("standardize");
      case MIN_MAX -> parts.add("scale to 0 to 1");
    }
    if (encoding != Encoding.NONE) {
      parts.add(encoding == Encoding.CODES ? "codes" : "one-hot");
      parts.add(restUnseen
          ? "the " + maxCategories + " most frequent"
          : "at most " + maxCategories + " categories");
    }
    return parts.isEmpty() ? "as it is" : String.join(", ", parts);
  }

  /** What is being changed. */
  private static final class Draft {
    private Filling filling = Filling.NONE;
    private double number;
    private @Nullable String text;
    private boolean indicated;
    private Clipping clipping = Clipping.NONE;
    private double low;
    private double high;
    private Scaling scaling = Scaling.NONE;
    private Encoding encoding = Encoding.NONE;
    private int maxCategories = DEFAULT_MAX_CATEGORIES;
    private boolean restUnseen;
  }
}
