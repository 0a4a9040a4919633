package org.modelledger.tlog;

import java.util.Objects;

/**
 * Why a witness did not cosign a checkpoint.
 *
 * @param witness the one that was asked
 * @param kind what sort of failure, for programs
 * @param reason for a person
 */
public record WitnessFailure(KnownWitness witness, Kind kind, String reason) {

  /** What sort of failure it is. */
  public enum Kind {
    /** It could not be reached, or did not answer in time. Ask again. */
    UNREACHABLE,
    /** It refuses the request: it does not know the log or its key, or is out of service. */
    REFUSED,
    /**
     * It says that the checkpoint does not continue what it has cosigned: the log was rewritten, or the
     * witness is broken.
     */
    INCONSISTENT,
    /**
     * It has cosigned a larger tree of this log: the log was put back to an older state, or somebody
     * else signs with its key, or a newer checkpoint has gone to it already.
     */
    AHEAD,
    /** It answered something else than the protocol says, or its cosignature does not verify. */
    INVALID_ANSWER
  }

  public WitnessFailure {
    Objects.requireNonNull(witness, "witness");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(reason, "reason");
  }

  @Override
  public String toString() {
    return "the witness " + witness.name() + " did not cosign: " + reason;
  }
}
