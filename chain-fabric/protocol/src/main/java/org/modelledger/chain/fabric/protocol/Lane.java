package org.modelledger.chain.fabric.protocol;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A stream of submissions that their author numbers from 0: that of one outbox.
 *
 * @param hex 32 bytes, random where the outbox was made, as 64 lower-case hexadecimal digits
 */
public record Lane(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /** @throws MalformedInputException if it is not 64 lower-case hexadecimal digits */
  public Lane {
    Objects.requireNonNull(hex, "hex");
    if (!FORM.matcher(hex).matches()) {
      throw new MalformedInputException("the lane is '" + Texts.shortened(hex)
          + "'; expected 32 bytes as 64 hexadecimal digits [0-9a-f]");
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
