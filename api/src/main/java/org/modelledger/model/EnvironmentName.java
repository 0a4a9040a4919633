package org.modelledger.model;

import java.util.Objects;

/**
 * Where a version is deployed: one segment {@code [a-z0-9][a-z0-9._-]*} of 1 to 64 characters, such
 * as {@code production}.
 *
 * @param value the name
 */
public record EnvironmentName(String value) implements Comparable<EnvironmentName> {
  /** The greatest length in characters. */
  public static final int MAX_LENGTH = 64;

  /** @throws InvalidNameException if the name does not follow the grammar */
  public EnvironmentName {
    Objects.requireNonNull(value, "value");
    if (value.length() > MAX_LENGTH || !Names.isSegment(value, 0, value.length())) {
      throw new InvalidNameException("environment name", value,
          "1 to 64 characters [a-z0-9][a-z0-9._-]*");
    }
  }

  /**
   * Returns the name with this value.
   *
   * @throws InvalidNameException if the name does not follow the grammar
   */
  public static EnvironmentName of(String value) {
    return new EnvironmentName(value);
  }

  @Override
  public int compareTo(EnvironmentName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
