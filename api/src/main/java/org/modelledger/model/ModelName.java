package org.modelledger.model;

import java.util.Objects;

/**
 * The name of a model: 1 to 128 characters, segments {@code [a-z0-9][a-z0-9._-]*} joined by
 * {@code /}, such as {@code acme/digits}.
 *
 * @param value the name
 */
public record ModelName(String value) implements Comparable<ModelName> {
  /** The greatest length in characters. */
  public static final int MAX_LENGTH = 128;

  /** @throws InvalidNameException if the name does not follow the grammar */
  public ModelName {
    Objects.requireNonNull(value, "value");
    if (value.length() > MAX_LENGTH || !Names.isPath(value)) {
      throw new InvalidNameException("model name", value,
          "1 to 128 characters, segments [a-z0-9][a-z0-9._-]* joined by '/'");
    }
  }

  /**
   * Returns the name with this value.
   *
   * @throws InvalidNameException if the name does not follow the grammar
   */
  public static ModelName of(String value) {
    return new ModelName(value);
  }

  /**
   * Returns a version of this model.
   *
   * @throws IllegalArgumentException if {@code number} is less than 1
   */
  public ModelVersionId version(long number) {
    return new ModelVersionId(this, number);
  }

  @Override
  public int compareTo(ModelName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
