package org.modelledger.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a ledger's one order of events, written {@code 1207.3}.
 *
 * @param block the block, or the entry of a log; from 0
 * @param index the event within it, from 0
 */
public record LedgerPosition(long block, int index) implements Comparable<LedgerPosition> {
  /** Before every event. */
  public static final LedgerPosition START = new LedgerPosition(-1, 0);

  private static final Pattern FORM = Pattern.compile("(-1|[0-9]{1,19})\\.([0-9]{1,10})");

  /** @throws IllegalArgumentException if it is neither {@link #START} nor from 0.0 on */
  public LedgerPosition {
    if (block < -1 || index < 0 || (block == -1 && index != 0)) {
      throw new IllegalArgumentException(
          "a position counts blocks and indexes from 0, not " + block + "." + index);
    }
  }

  /**
   * Reads what {@link #toString()} writes.
   *
   * @throws IllegalArgumentException if the text is not a position
   */
  public static LedgerPosition parse(String text) {
    Matcher matcher = FORM.matcher(text);
    String expected = "not a ledger position: '" + text + "'; expected block.index, such as 1207.3";
    if (!matcher.matches()) {
      throw new IllegalArgumentException(expected);
    }
    try {
      return new LedgerPosition(Long.parseLong(matcher.group(1)),
          Integer.parseInt(matcher.group(2)));
    } catch (NumberFormatException tooGreat) {
      throw new IllegalArgumentException(expected, tooGreat);
    }
  }

  @Override
  public int compareTo(LedgerPosition other) {
    int byBlock = Long.compare(block, other.block);
    return byBlock != 0 ? byBlock : Integer.compare(index, other.index);
  }

  @Override
  public String toString() {
    return block + "." + index;
  }
}
