package org.modelledger.registry;

import java.util.Objects;
import java.util.UUID;

/**
 * Names one submission of one account, for ever: the idempotency key of its command. Store it before
 * submitting and nothing that happens to the process can lose track of the command.
 *
 * @param value any UUID; random ones do not collide
 */
public record SubmissionId(UUID value) {
  public SubmissionId {
    Objects.requireNonNull(value, "value");
  }

  /** Returns a new, random id. */
  public static SubmissionId random() {
    return new SubmissionId(UUID.randomUUID());
  }

  /**
   * Reads what {@link #toString()} writes.
   *
   * @throws IllegalArgumentException if the text is not a UUID
   */
  public static SubmissionId parse(String text) {
    return new SubmissionId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
