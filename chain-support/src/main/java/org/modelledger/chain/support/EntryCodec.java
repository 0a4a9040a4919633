package org.modelledger.chain.support;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.modelledger.registry.SubmissionId;

/** The values of the maps, as the package description draws them. */
final class EntryCodec {
  private static final int CRC_BYTES = 4;
  private static final int ID_BYTES = 16;
  private static final int PENDING_HEAD = CRC_BYTES + ID_BYTES;
  private static final int SETTLED_HEAD = PENDING_HEAD + Long.BYTES + Integer.BYTES;

  private EntryCodec() {}

  /** A value cannot be what this class wrote. */
  static final class MalformedValueException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedValueException(String message) {
      super(message);
    }
  }

  static byte[] pending(OutboxEntry entry) {
    byte[] command = entry.rawCommand();
    byte[] bytes = new byte[PENDING_HEAD + command.length];
    ByteBuffer value = ByteBuffer.wrap(bytes);
    value.position(CRC_BYTES);
    putId(value, entry.id());
    value.put(command);
    return seal(entry.sequence(), bytes);
  }

  static OutboxEntry pending(long sequence, byte[] value) throws MalformedValueException {
    ByteBuffer in = unseal(sequence, value, PENDING_HEAD);
    SubmissionId id = id(in);
    return new OutboxEntry(sequence, id, Arrays.copyOfRange(value, PENDING_HEAD, value.length),
        null);
  }

  /** Makes a settled value of a pending one. */
  static byte[] settled(long sequence, byte[] pending, byte[] outcome, long atMillis)
      throws MalformedValueException {
    OutboxEntry entry = pending(sequence, pending);
    byte[] command = entry.rawCommand();
    byte[] bytes = new byte[SETTLED_HEAD + command.length + outcome.length];
    ByteBuffer value = ByteBuffer.wrap(bytes);
    value.position(CRC_BYTES);
    putId(value, entry.id());
    value.putLong(atMillis).putInt(command.length).put(command).put(outcome);
    return seal(sequence, bytes);
  }

  static OutboxEntry settled(long sequence, byte[] value) throws MalformedValueException {
    ByteBuffer in = unseal(sequence, value, SETTLED_HEAD);
    SubmissionId id = id(in);
    in.getLong();
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new MalformedValueException("entry " + sequence + " has a command of " + length
          + " bytes in " + value.length);
    }
    byte[] command = new byte[length];
    in.get(command);
    byte[] outcome = new byte[in.remaining()];
    in.get(outcome);
    return new OutboxEntry(sequence, id, command, outcome);
  }

  /** Returns when an entry was settled, milliseconds since 1970. */
  static long settledAtMillis(byte[] value) {
    return ByteBuffer.wrap(value).getLong(PENDING_HEAD);
  }

  private static void putId(ByteBuffer value, SubmissionId id) {
    value.putLong(id.value().getMostSignificantBits());
    value.putLong(id.value().getLeastSignificantBits());
  }

  private static SubmissionId id(ByteBuffer in) {
    long most = in.getLong();
    return new SubmissionId(new UUID(most, in.getLong()));
  }

  private static byte[] seal(long sequence, byte[] value) {
    ByteBuffer.wrap(value).putInt(crc(sequence, value));
    return value;
  }

  private static ByteBuffer unseal(long sequence, byte @Nullable [] value, int head)
      throws MalformedValueException {
    if (value == null || value.length < head) {
      throw new MalformedValueException("entry " + sequence + " has fewer than " + head + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    int stored = in.getInt();
    int computed = crc(sequence, value);
    if (stored != computed) {
      throw new MalformedValueException("the check sum of entry " + sequence + " is "
          + Integer.toHexString(computed) + " and should be " + Integer.toHexString(stored));
    }
    return in;
  }

  private static int crc(long sequence, byte[] value) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(sequence).flip());
    crc.update(value, CRC_BYTES, value.length - CRC_BYTES);
    return (int) crc.getValue();
  }
}
