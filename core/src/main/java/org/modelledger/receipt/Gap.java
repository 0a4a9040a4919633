package org.modelledger.receipt;

import java.time.Instant;
import java.util.Objects;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;

/**
 * States that inferences of a session have no receipt, because the user chose to go on without:
 * fail-open. So the absence itself is in the log.
 *
 * @param session the session in which they happened
 * @param sequence the number of the first one in its session, from 0
 * @param time when the first one was found to be without, from 1970 to 9999, to the microsecond
 * @param version the version that ran
 * @param artifact the OMS root digest of its files
 * @param count how many there are in a row, from 1
 * @param reason why they have none
 */
public record Gap(SessionId session, long sequence, Instant time, ModelVersionId version,
    Digest artifact, long count, Reason reason) implements ReceiptEntry {
  /** Why inferences have no receipt. */
  public enum Reason {
    /** They came faster than receipts could be written. */
    BACKLOG_FULL("backlog-full"),
    /** The receipt log could not be written. */
    LOG_FAILED("log-failed");

    private final String word;

    Reason(String word) {
      this.word = word;
    }

    /** Returns the word that stands in the log. */
    public String word() {
      return word;
    }
  }

  /** @throws IllegalArgumentException if a component is outside its range; names it */
  public Gap {
    Objects.requireNonNull(session, "session");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(artifact, "artifact");
    Objects.requireNonNull(reason, "reason");
    Receipt.requireSequence(sequence);
    time = Receipt.requireTime(time);
    if (count < 1 || sequence + count < 0) {
      throw new IllegalArgumentException("a gap has at least 1 inference, not " + count);
    }
  }

  @Override
  public byte[] encode() {
    return ReceiptCodec.encode(this);
  }
}
