package org.modelledger.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The public key of a witness: Ed25519, for timestamped cosignatures of checkpoints
 * (c2sp.org/tlog-cosignature, signature type 0x04). It can stand nowhere where the key of a log is
 * wanted. Immutable and thread-safe.
 */
public final class CosignatureVerifier {

  static final int SIGNATURE_BYTES = Long.BYTES + VerifierKey.SIGNATURE_BYTES;

  private final VerifierKey key;

  CosignatureVerifier(VerifierKey key) {
    this.key = key;
  }

  /**
   * Reads a verifier key, {@code name+hash+base64}.
   *
   * @throws IllegalArgumentException if it is malformed, of another type than 0x04, or its hash is not
   *     that of its name and key
   */
  public static CosignatureVerifier parse(String vkey) {
    return new CosignatureVerifier(VerifierKey.parse(VerifierKey.COSIGNATURE, vkey));
  }

  /** Returns the witness's name. */
  public String name() {
    return key.name();
  }

  /** Returns the 32-bit key id, as an unsigned number, that marks this key's cosignatures. */
  public int keyId() {
    return key.keyId();
  }

  /** Returns a copy of the raw Ed25519 public key, 32 bytes (RFC 8032). */
  public byte[] publicKey() {
    return key.publicKey();
  }

  VerifierKey key() {
    return key;
  }

  // c2sp.org/tlog-cosignature, Ed25519 signed message
  static byte[] message(String checkpoint, long timestamp) {
    return ("cosignature/v1\ntime " + timestamp + "\n" + checkpoint)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the cosignature in this signature, or nothing if it does not verify. */
  Optional<Cosignature> verified(String checkpoint, SignedNote.Signature signature) {
    byte[] bytes = signature.bytes();
    if (bytes.length != SIGNATURE_BYTES) {
      return Optional.empty();
    }
    long timestamp = ByteBuffer.wrap(bytes).getLong();
    return timestamp > 0 && key.verifies(message(checkpoint, timestamp), bytes, Long.BYTES)
        ? Optional.of(new Cosignature(this, timestamp))
        : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CosignatureVerifier that && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  /** Returns the verifier key in its text form, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return key.toString();
  }
}
