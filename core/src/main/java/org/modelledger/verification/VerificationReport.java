package org.modelledger.verification;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.ReceiptEntry;

/**
 * What was checked about one entry of a receipt log.
 *
 * @param index the entry's place in the log, from 0
 * @param entry what it says, if it can be read; believe it only if the report is sound
 * @param steps every step in order, each exactly once
 * @param revocation on which side of its version's revocation it falls. It makes no report unsound:
 *     evidence of what should not have happened is evidence
 */
public record VerificationReport(long index, Optional<ReceiptEntry> entry,
    List<StepResult> steps, RevocationSide revocation) {
  public VerificationReport {
    Objects.requireNonNull(revocation, "revocation");
    steps = List.copyOf(steps);
  }

  /** Returns what came of a step. */
  public Outcome outcome(Step step) {
    return steps.stream()
        .filter(result -> result.step() == step)
        .map(StepResult::outcome)
        .findFirst()
        .orElseGet(() -> new Outcome.Skipped("not reached"));
  }

  /** Says whether no step failed. What was skipped is in the report, with the reason. */
  public boolean isSound() {
    return steps.stream().noneMatch(StepResult::isFailed);
  }

  /** Returns the first step that failed. */
  public Optional<StepResult> firstFailure() {
    return steps.stream().filter(StepResult::isFailed).findFirst();
  }

  /**
   * Does nothing if no step failed.
   *
   * @throws VerificationException with the first step that failed, and why
   */
  public void requireSound() throws VerificationException {
    Optional<StepResult> failure = firstFailure();
    if (failure.isPresent()) {
      throw new VerificationException("receipt " + index + " fails at the step "
          + failure.get().step().word() + ": " + failure.get().outcome().explanation());
    }
  }

  /** Returns one line for each step, and one for a revocation, for a person to read. */
  @Override
  public String toString() {
    String revoked = revocation instanceof RevocationSide.NotRevoked
        || revocation instanceof RevocationSide.Unknown
            ? ""
            : "\n  revoked               " + revocation.explanation();
    return steps.stream()
        .map(StepResult::toString)
        .collect(Collectors.joining("\n  ",
            "receipt " + index + (isSound() ? ": sound" : ": NOT SOUND") + "\n  ", revoked));
  }
}
