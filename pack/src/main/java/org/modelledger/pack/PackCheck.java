package org.modelledger.pack;

import java.util.Locale;
import java.util.Objects;
import org.modelledger.verification.Outcome;

/**
 * Something that was checked about a pack, and what came of it.
 *
 * @param name one word or two, such as {@code signature}
 * @param outcome passed, failed or skipped, and why
 */
public record PackCheck(String name, Outcome outcome) {
  public PackCheck {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(outcome, "outcome");
  }

  static PackCheck passed(String name, String explanation) {
    return new PackCheck(name, new Outcome.Passed(explanation));
  }

  static PackCheck failed(String name, String explanation) {
    return new PackCheck(name, new Outcome.Failed(explanation));
  }

  static PackCheck failed(String name, Throwable cause) {
    return failed(name, Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
  }

  static PackCheck skipped(String name, String explanation) {
    return new PackCheck(name, new Outcome.Skipped(explanation));
  }

  /** Says whether it was checked and does not hold. */
  public boolean isFailed() {
    return outcome instanceof Outcome.Failed;
  }

  /** Returns one line. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%-8s %-15s %s", outcome.word(), name,
        outcome.explanation());
  }
}
