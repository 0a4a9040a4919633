package org.modelledger.evidence;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.modelledger.internal.cbor.CborWriter;

/**
 * 32 random bytes that hide what a commitment commits to. A secret: whoever has it can test guesses.
 * Immutable; {@link #toString()} does not show it.
 */
public final class Salt {
  /** The length of a salt in bytes. */
  public static final int BYTES = 32;

  private final byte[] bytes;

  private Salt(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Wraps the bytes of a salt.
   *
   * @param bytes copied
   * @throws IllegalArgumentException if there are not 32 of them
   */
  public static Salt of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a salt has 32 bytes, not " + bytes.length);
    }
    return new Salt(bytes.clone());
  }

  /** Draws a new salt. */
  public static Salt random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new Salt(bytes);
  }

  /** Returns the 32 bytes, a new array each time. */
  public byte[] bytes() {
    return bytes.clone();
  }

  void writeTo(CborWriter out) {
    var unused = out.bytes(bytes);
  }

  /** Feeds the bytes to a digest. */
  public void update(MessageDigest digest) {
    digest.update(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Salt salt && MessageDigest.isEqual(bytes, salt.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Salt";
  }
}
