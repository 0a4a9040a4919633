package org.modelledger.verification;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;

/**
 * What was checked about a whole receipt log.
 *
 * @param size the number of entries that were covered by the checkpoint
 * @param receipts how many of them are receipts
 * @param missing how many inferences lie in gaps: the user chose to go on without receipts
 * @param unacknowledged how many numbers of sessions are in no entry: inferences whose process died
 *     before their receipts were durable
 * @param opened how many receipts' commitments were opened with kept evidence, and hold
 * @param erased how many receipts' evidence was erased
 * @param replayed how many inferences were run again, and gave the same
 * @param log the steps about the log as a whole: checkpoint, inclusion, anchor
 * @param versions the steps about each model version
 * @param revocations of each version that is revoked, on which side of it its inferences fall, those in
 *     gaps included
 * @param failures everything that failed, the first 100, each with the entry it is about
 */
public record LogReport(long size, long receipts, long missing, long unacknowledged, long opened,
    long erased, long replayed, List<StepResult> log,
    SortedMap<ModelVersionId, List<StepResult>> versions,
    SortedMap<ModelVersionId, RevocationCounts> revocations, List<Failure> failures) {
  /**
   * Something that failed.
   *
   * @param index the entry it is about, from 0, or -1 if it is about the whole log
   * @param result the step and why
   */
  public record Failure(long index, StepResult result) {
    @Override
    public String toString() {
      return (index < 0 ? "the log" : "receipt " + index) + " fails at the step "
          + result.step().word() + ": " + result.outcome().explanation();
    }
  }

  public LogReport {
    log = List.copyOf(log);
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    revocations = Collections.unmodifiableSortedMap(new TreeMap<>(revocations));
    failures = List.copyOf(failures);
  }

  /** Says whether nothing failed. */
  public boolean isSound() {
    return failures.isEmpty();
  }

  /**
   * Does nothing if nothing failed.
   *
   * @throws VerificationException with what failed first
   */
  public void requireSound() throws VerificationException {
    if (!failures.isEmpty()) {
      throw new VerificationException(failures.getFirst()
          + (failures.size() > 1 ? " (and " + (failures.size() - 1) + " more)" : ""));
    }
  }

  /** Returns a few lines for a person to read. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(receipts)
        .append(" receipts in a log of ")
        .append(size)
        .append(isSound() ? ": sound" : ": NOT SOUND")
        .append("; ")
        .append(opened)
        .append(" opened, ")
        .append(erased)
        .append(" erased, ")
        .append(replayed)
        .append(" replayed, ")
        .append(missing)
        .append(" missing, ")
        .append(unacknowledged)
        .append(" unacknowledged");
    log.forEach(result -> text.append("\n  ").append(result));
    for (Map.Entry<ModelVersionId, List<StepResult>> version : versions.entrySet()) {
      text.append("\n  ").append(version.getKey());
      version.getValue().forEach(result -> text.append("\n    ").append(result));
      RevocationCounts sides = revocations.get(version.getKey());
      if (sides != null) {
        text.append("\n    revoked               ").append(sides);
      }
    }
    return text.append(failures.stream()
        .map(failure -> "\n  " + failure)
        .collect(Collectors.joining())).toString();
  }
}
