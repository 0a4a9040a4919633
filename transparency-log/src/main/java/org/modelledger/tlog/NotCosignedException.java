package org.modelledger.tlog;

import java.util.List;

/**
 * The witnesses that were asked are no quorum, so the checkpoint is not shown to readers. Nothing is
 * lost: the entries are durable, the witnesses will be asked again, and so may the caller.
 */
public final class NotCosignedException extends TransparencyLogException {

  private static final long serialVersionUID = 1L;

  private final transient List<WitnessFailure> failures;

  NotCosignedException(String message, List<WitnessFailure> failures) {
    super(message);
    this.failures = List.copyOf(failures);
  }

  /** Returns why each witness did not cosign. */
  public List<WitnessFailure> failures() {
    return failures;
  }
}
