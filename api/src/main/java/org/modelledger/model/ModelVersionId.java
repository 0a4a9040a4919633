package org.modelledger.model;

import java.util.Objects;

/**
 * One version of one model, written {@code acme/digits:3}.
 *
 * @param model the model
 * @param number the version, counted from 1
 */
public record ModelVersionId(ModelName model, long number) implements Comparable<ModelVersionId> {
  /** @throws IllegalArgumentException if {@code number} is less than 1 */
  public ModelVersionId {
    Objects.requireNonNull(model, "model");
    if (number < 1) {
      throw new IllegalArgumentException("versions count from 1, not " + number);
    }
  }

  /**
   * Reads what {@link #toString()} writes.
   *
   * @throws InvalidNameException if the text is not a model name, a colon and a version number
   */
  public static ModelVersionId parse(String text) {
    int colon = text.lastIndexOf(':');
    String digits = colon < 0 ? "" : text.substring(colon + 1);
    boolean number = !digits.isEmpty() && digits.length() <= 19 && digits.charAt(0) != '0'
        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    try {
      if (number) {
        return new ModelVersionId(new ModelName(text.substring(0, colon)), Long.parseLong(digits));
      }
    } catch (NumberFormatException tooGreat) {
      // nineteen digits may be more than a long holds
    }
    throw new InvalidNameException("model version", text,
        "a model name, ':' and a version number from 1, such as acme/digits:3");
  }

  /** Orders by model name, then by number. */
  @Override
  public int compareTo(ModelVersionId other) {
    int byModel = model.compareTo(other.model);
    return byModel != 0 ? byModel : Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return model + ":" + number;
  }
}
