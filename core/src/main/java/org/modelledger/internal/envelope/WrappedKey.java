package org.modelledger.internal.envelope;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A data key, wrapped. The arrays are its own: nobody writes to them. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record WrappedKey(String key, byte[] bytes) {
  /** The longest wrapped key. */
  public static final int MAX_BYTES = 4096;
  /** The longest URI in UTF-8. */
  public static final int MAX_URI_BYTES = 2048;

  /** @throws IllegalArgumentException if a part is too long to be kept; says which */
  public WrappedKey {
    Objects.requireNonNull(key, "key");
    int uri = key.getBytes(StandardCharsets.UTF_8).length;
    if (uri < 1 || uri > MAX_URI_BYTES) {
      throw new IllegalArgumentException(
          "the URI of a key has 1 to " + MAX_URI_BYTES + " bytes in UTF-8, not " + uri);
    }
    if (bytes.length < 1 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("the key " + key + " makes " + bytes.length
          + " bytes of a key of 32; 1 to " + MAX_BYTES + " fit");
    }
  }
}
