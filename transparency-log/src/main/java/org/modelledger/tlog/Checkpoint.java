package org.modelledger.tlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a log commits to: its first {@code size} entries hash to {@code root} (c2sp.org/tlog-checkpoint).
 *
 * @param origin the log's unique name; one line, not empty
 * @param size number of entries, from 0 to 2^63 - 1
 * @param root the RFC 6962 root at that size
 * @param extensions opaque further lines, each one line and not empty; usually none
 */
public record Checkpoint(String origin, long size, Hash root, List<String> extensions) {

  /**
   * @throws IllegalArgumentException if a line is empty, has a control character, or the size is
   *     negative
   */
  public Checkpoint {
    Objects.requireNonNull(root, "root");
    extensions = List.copyOf(extensions);
    requireLine("origin", origin);
    extensions.forEach(line -> requireLine("extension", line));
    if (size < 0) {
      throw new IllegalArgumentException("size is " + size + ", wanted 0 or more");
    }
  }

  /** A checkpoint without extension lines. */
  public Checkpoint(String origin, long size, Hash root) {
    this(origin, size, root, List.of());
  }

  private static void requireLine(String what, String line) {
    if (line.isEmpty() || line.indexOf('\n') >= 0 || !Text.isNoteText(line)) {
      throw new IllegalArgumentException(
          what + " " + Text.quote(line) + " is not one non-empty line of printable text");
    }
  }

  /** Returns the text that is signed: three lines or more, each ending in a newline. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(origin).append('\n').append(size).append('\n').append(root.base64()).append('\n');
    extensions.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /**
   * Reads what {@link #text()} wrote, strictly: each checkpoint has one text.
   *
   * @throws ProofException if the text is not a checkpoint; says which line and what was wanted
   */
  public static Checkpoint parse(String text) throws ProofException {
    if (!text.endsWith("\n")) {
      throw new ProofException("checkpoint does not end in a newline");
    }
    if (!Text.isNoteText(text)) {
      throw new ProofException("checkpoint has a control character or half a character in it");
    }
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    lines.removeLast();
    if (lines.size() < 3) {
      throw new ProofException("checkpoint has " + lines.size() + " lines, wanted at least 3");
    }
    if (lines.contains("")) {
      throw new ProofException("checkpoint line " + (lines.indexOf("") + 1) + " is empty");
    }
    long size = Text.number(lines.get(1))
        .orElseThrow(() -> new ProofException("checkpoint size is " + Text.quote(lines.get(1))
            + ", wanted a decimal number below 2^63 without leading zeroes"));
    Hash root = Text.hash(lines.get(2))
        .orElseThrow(() -> new ProofException(
            "checkpoint root is " + Text.quote(lines.get(2)) + ", wanted 32 bytes in base64"));
    return new Checkpoint(lines.getFirst(), size, root, lines.subList(3, lines.size()));
  }
}
