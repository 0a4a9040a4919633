package org.modelledger.receipt;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.UUID;

/**
 * Names one session: one loading of one model version by one process, in which receipts are numbered.
 *
 * @param value a random UUID
 */
public record SessionId(UUID value) {
  static final int BYTES = 16;

  public SessionId {
    Objects.requireNonNull(value, "value");
  }

  /** Returns a new, random id. */
  public static SessionId random() {
    return new SessionId(UUID.randomUUID());
  }

  byte[] bytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(value.getMostSignificantBits())
        .putLong(value.getLeastSignificantBits())
        .array();
  }

  static SessionId of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new SessionId(new UUID(buffer.getLong(), buffer.getLong()));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
