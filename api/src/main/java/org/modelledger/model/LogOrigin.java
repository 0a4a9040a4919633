package org.modelledger.model;

import java.util.Objects;

/**
 * The origin of a transparency log, as the first line of its checkpoints has it (C2SP
 * tlog-checkpoint): by convention a URL without a scheme, such as {@code acme.example/receipts}.
 *
 * @param value 1 to 255 visible ASCII characters, no spaces and no {@code +}
 */
public record LogOrigin(String value) implements Comparable<LogOrigin> {
  /** The greatest length in characters. */
  public static final int MAX_LENGTH = 255;

  /** @throws InvalidNameException if the value does not follow the grammar */
  public LogOrigin {
    Objects.requireNonNull(value, "value");
    if (value.isEmpty() || value.length() > MAX_LENGTH || value.indexOf('+') >= 0
        || !Names.isVisibleAscii(value)) {
      throw new InvalidNameException("log origin", value,
          "1 to 255 visible ASCII characters without spaces and '+'");
    }
  }

  /**
   * Returns the name with this value.
   *
   * @throws InvalidNameException if the value does not follow the grammar
   */
  public static LogOrigin of(String value) {
    return new LogOrigin(value);
  }

  @Override
  public int compareTo(LogOrigin other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
