package org.modelledger.verification;

import java.util.Locale;
import java.util.Objects;

/** What came of a step, explained in a sentence for a person. */
public sealed interface Outcome {
  /** Returns what was found, and what was expected where it was not. */
  String explanation();

  /** Returns the word for reports: {@code passed}, {@code failed} or {@code skipped}. */
  default String word() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** It holds. */
  record Passed(String explanation) implements Outcome {
    public Passed {
      Objects.requireNonNull(explanation, "explanation");
    }
  }

  /** It does not hold. */
  record Failed(String explanation) implements Outcome {
    public Failed {
      Objects.requireNonNull(explanation, "explanation");
    }
  }

  /** It was not checked; the explanation says what was missing. */
  record Skipped(String explanation) implements Outcome {
    public Skipped {
      Objects.requireNonNull(explanation, "explanation");
    }
  }
}
