package org.modelledger.tlog;

/**
 * A public Ed25519 key with its name: a C2SP verifier key (c2sp.org/signed-note). Immutable and
 * thread-safe.
 */
public final class NoteVerifier {

  private final VerifierKey key;

  NoteVerifier(VerifierKey key) {
    this.key = key;
  }

  /**
   * Reads a verifier key, {@code name+hash+base64}.
   *
   * @throws IllegalArgumentException if it is malformed, of another type than Ed25519 (0x01), or its
   *     hash is not that of its name and key
   */
  public static NoteVerifier parse(String vkey) {
    return new NoteVerifier(VerifierKey.parse(VerifierKey.ED25519, vkey));
  }

  /** Returns the key's name; for a log it is the origin of its checkpoints. */
  public String name() {
    return key.name();
  }

  /** Returns the 32-bit key id, as an unsigned number, that marks this key's signatures. */
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

  boolean verifies(byte[] text, byte[] signature) {
    return key.verifies(text, signature, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NoteVerifier that && key.equals(that.key);
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
