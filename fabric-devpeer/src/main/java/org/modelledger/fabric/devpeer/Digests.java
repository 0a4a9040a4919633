package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256. */
final class Digests {
  private Digests() {}

  static ByteString sha256(ByteString... parts) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
    for (ByteString part : parts) {
      digest.update(part.asReadOnlyByteBuffer());
    }
    return ByteString.copyFrom(digest.digest());
  }
}
