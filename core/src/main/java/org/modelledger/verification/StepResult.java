package org.modelledger.verification;

import java.util.Locale;
import java.util.Objects;

/**
 * One step and what came of it.
 *
 * @param step which one
 * @param outcome passed, failed or skipped, and why
 */
public record StepResult(Step step, Outcome outcome) {
  public StepResult {
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(outcome, "outcome");
  }

  static StepResult passed(Step step, String explanation) {
    return new StepResult(step, new Outcome.Passed(explanation));
  }

  static StepResult failed(Step step, String explanation) {
    return new StepResult(step, new Outcome.Failed(explanation));
  }

  static StepResult failed(Step step, Throwable cause) {
    return failed(step, Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
  }

  static StepResult skipped(Step step, String explanation) {
    return new StepResult(step, new Outcome.Skipped(explanation));
  }

  /** Says whether the step was checked and does not hold. */
  public boolean isFailed() {
    return outcome instanceof Outcome.Failed;
  }

  /** Says whether the step was checked and holds. */
  public boolean isPassed() {
    return outcome instanceof Outcome.Passed;
  }

  /** Returns one line, such as {@code passed   inclusion    entry 5 of 360 is in the log}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%-8s %-12s %s", outcome.word(), step.word(),
        outcome.explanation());
  }
}
