package org.modelledger.evidence;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.modelledger.tlog.Hash;

/**
 * What stands before each record of a segment; docs/formats/evidence-store.md has the table. State
 * key and the tags of subjects lie behind the check sum, because they are overwritten when the record is
 * erased.
 *
 * @param keyLength of the wrapped key and, behind it, the tags
 */
record RecordHeader(int bodyLength, int keyLength, long index, Hash leaf) {
  static final int BYTES = 50;
  static final int MAX_KEY_BYTES = 4096;
  static final byte STATE_NONE = 0;
  static final byte STATE_KEPT = 1;
  static final byte STATE_ERASED = 2;

  private static final int CHECKED_BYTES = 46;

  /** Returns the length of the whole record: header, state, key and body. */
  long recordLength() {
    return BYTES + 1L + keyLength + bodyLength;
  }

  void put(ByteBuffer out) {
    int start = out.position();
    out.putInt(bodyLength).putShort((short) keyLength).putLong(index).put(leaf.toByteArray());
    out.putInt(checksum(out, start));
  }

  /** Reads a header; null if it is none. */
  static @org.jspecify.annotations.Nullable RecordHeader get(ByteBuffer in) {
    int start = in.position();
    int bodyLength = in.getInt();
    int keyLength = Short.toUnsignedInt(in.getShort());
    long index = in.getLong();
    byte[] leaf = new byte[Hash.BYTES];
    in.get(leaf);
    boolean holds = in.getInt() == checksum(in, start) && bodyLength >= 0 && index >= 0
        && keyLength <= MAX_KEY_BYTES;
    return holds ? new RecordHeader(bodyLength, keyLength, index, Hash.of(leaf)) : null;
  }

  private static int checksum(ByteBuffer buffer, int start) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(start, CHECKED_BYTES));
    return (int) crc.getValue();
  }
}
