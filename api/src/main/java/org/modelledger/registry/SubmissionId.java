package org.modelledger.registry;

import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names one submission of one account, for ever: the idempotency key of its command. Store it before
 * submitting and nothing that happens to the process can lose track of the command.
 *
 * @param value any UUID; random ones do not collide
 */
public record SubmissionId(UUID value) {
  // RFC 9562 §4; UUID.fromString takes shorter groups as well
  private static final Pattern FORM = Pattern
      .compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

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
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a submission id: '" + text
          + "'; expected a UUID, such as 123e4567-e89b-12d3-a456-426614174000");
    }
    return new SubmissionId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
