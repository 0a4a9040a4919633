package org.modelledger.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A SHA-256 digest (FIPS 180-4): 32 bytes, held as 64 lower-case hexadecimal digits.
 *
 * @param hex 64 characters of {@code [0-9a-f]}
 */
public record Digest(String hex) implements Comparable<Digest> {
  /** The length of a digest in bytes. */
  public static final int BYTES = 32;

  /** @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits */
  public Digest {
    Objects.requireNonNull(hex, "hex");
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException(
          "a SHA-256 digest has 64 hexadecimal digits, not " + hex.length());
    }
    for (int i = 0; i < hex.length(); i++) {
      char c = hex.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        throw new IllegalArgumentException(
            "a SHA-256 digest is written in [0-9a-f]; found '" + c + "' at " + i + " in " + hex);
      }
    }
  }

  /**
   * Wraps the 32 bytes of a digest that was computed elsewhere.
   *
   * @param bytes copied, not retained
   * @throws IllegalArgumentException if there are not 32 of them
   */
  public static Digest of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a SHA-256 digest has 32 bytes, not " + bytes.length);
    }
    return new Digest(HexFormat.of().formatHex(bytes));
  }

  /** Returns the SHA-256 digest of these bytes. */
  public static Digest sha256(byte[] content) {
    return of(sha256().digest(content));
  }

  /** Returns a new SHA-256 computation, for content that comes in pieces. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256 (MessageDigest javadoc)", e);
    }
  }

  /**
   * Reads what {@link #toString()} writes, and the bare hexadecimal digits.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static Digest parse(String text) {
    return new Digest(text.startsWith("sha256:") ? text.substring("sha256:".length()) : text);
  }

  /** Returns the 32 bytes, a new array each time. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** Orders by the bytes, unsigned. */
  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  /** Returns {@code sha256:} and the hexadecimal digits. */
  @Override
  public String toString() {
    return "sha256:" + hex;
  }
}
