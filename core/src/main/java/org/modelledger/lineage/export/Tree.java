package org.modelledger.lineage.export;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.modelledger.model.Digest;

/** What both formats are made of: JSON with members in a fixed order. */
final class Tree {
  private static final int UUID_BYTES = 16;

  private Tree() {}

  /** Returns members in this order. */
  static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return members;
  }

  /** RFC 9562 §5.8: a UUID of version 8 from a digest, so that the same thing has the same one. */
  static UUID uuid(String purpose, Digest digest) {
    byte[] hash = Digest.sha256((purpose + "\n" + digest.hex())
        .getBytes(StandardCharsets.US_ASCII)).bytes();
    hash[6] = (byte) (hash[6] & 0x0f | 0x80);
    hash[8] = (byte) (hash[8] & 0x3f | 0x80);
    ByteBuffer bits = ByteBuffer.wrap(hash, 0, UUID_BYTES);
    return new UUID(bits.getLong(), bits.getLong());
  }
}
