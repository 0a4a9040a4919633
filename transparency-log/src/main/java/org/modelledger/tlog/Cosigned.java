package org.modelledger.tlog;

import java.util.List;
import java.util.Objects;

/**
 * What came of asking the witnesses.
 *
 * @param checkpoint with the cosignatures that came in, all of them checked
 * @param cosignatures those of witnesses that the policy knows
 * @param isQuorum whether they are enough for the policy
 * @param failures one for each witness that was asked and did not cosign
 */
public record Cosigned(SignedCheckpoint checkpoint, List<Cosignature> cosignatures,
    boolean isQuorum, List<WitnessFailure> failures) {

  public Cosigned {
    Objects.requireNonNull(checkpoint, "checkpoint");
    cosignatures = List.copyOf(cosignatures);
    failures = List.copyOf(failures);
  }
}
