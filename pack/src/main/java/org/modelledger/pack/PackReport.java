package org.modelledger.pack;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.modelledger.model.VerificationException;
import org.modelledger.verification.LogReport;
import org.modelledger.verification.VerificationReport;

/**
 * What was checked about a pack.
 *
 * @param description what the pack says of itself; empty if its signature does not hold, because then
 *     nothing in it counts
 * @param vouched whether the signature is by a key that the caller gave. If not, the pack is whole and
 *     consistent, and nothing is known of who made it
 * @param checks every check in order, one line each
 * @param receipts what was found of each receipt, where the pack has proofs of single receipts
 * @param log what was found of the whole log, where the pack has that
 */
public record PackReport(Optional<PackDescription> description, boolean vouched,
    List<PackCheck> checks, List<VerificationReport> receipts, Optional<LogReport> log) {
  public PackReport {
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(log, "log");
    checks = List.copyOf(checks);
    receipts = List.copyOf(receipts);
  }

  /** Says whether nothing failed. What was skipped is in the report, with the reason. */
  public boolean isSound() {
    return checks.stream().noneMatch(PackCheck::isFailed);
  }

  /**
   * Does nothing if nothing failed.
   *
   * @throws VerificationException with what failed first
   */
  public void requireSound() throws VerificationException {
    Optional<PackCheck> failure = checks.stream().filter(PackCheck::isFailed).findFirst();
    if (failure.isPresent()) {
      throw new VerificationException("the pack fails at " + failure.get().name() + ": "
          + failure.get().outcome().explanation());
    }
  }

  /** Returns the verdict in one sentence. */
  public String verdict() {
    if (!isSound()) {
      return "NOT SOUND";
    }
    return vouched
        ? "sound"
        : "consistent, but by nobody known: no key was given to check the signature with";
  }

  /** Returns the verdict and one line for each check, for a person to read. */
  @Override
  public String toString() {
    String about = description
        .map(pack -> "evidence of " + pack.count() + " receipts of " + pack.origin())
        .orElse("evidence pack");
    return checks.stream()
        .map(PackCheck::toString)
        .collect(Collectors.joining("\n  ", about + ": " + verdict() + "\n  ", ""));
  }
}
