package org.modelledger.tlog;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;

/**
 * A private Ed25519 key with its name, as golang.org/x/mod/sumdb/note and its relatives write it.
 * Immutable and thread-safe. {@code toString} shows the public half only.
 */
public final class NoteSigner {

  private final SignerKey key;
  private final NoteVerifier verifier;

  private NoteSigner(SignerKey key) {
    this.key = key;
    this.verifier = new NoteVerifier(key.verifier());
  }

  /**
   * Makes a new key.
   *
   * @param name not empty, without spaces and plus signs; for a log, its origin, by custom its URL
   *     without the scheme
   * @throws IllegalArgumentException if the name is not such a name
   */
  public static NoteSigner generate(String name, SecureRandom random) {
    return new NoteSigner(SignerKey.generate(VerifierKey.ED25519, name, random));
  }

  /**
   * Reads a private key, {@code PRIVATE+KEY+name+hash+base64}.
   *
   * @throws IllegalArgumentException if it is malformed or its hash does not fit; the message shows
   *     nothing of the key
   */
  public static NoteSigner parse(String encoded) {
    return new NoteSigner(SignerKey.parse(VerifierKey.ED25519, encoded));
  }

  /** Returns the private key in the form that {@link #parse} reads. A secret: keep it so. */
  public String encoded() {
    return key.encoded();
  }

  /** Returns the public half. */
  public NoteVerifier verifier() {
    return verifier;
  }

  /**
   * Signs a text as a note with one signature.
   *
   * @param text ends in a newline and has no control character besides newlines
   * @throws IllegalArgumentException if the text cannot be a note
   */
  public SignedNote sign(String text) {
    byte[] signature = new byte[VerifierKey.SIGNATURE_BYTES];
    key.sign(text.getBytes(StandardCharsets.UTF_8), signature, 0);
    return new SignedNote(text, List.of(key.signature(signature)));
  }

  /** Returns the public verifier key. */
  @Override
  public String toString() {
    return "NoteSigner[" + verifier + "]";
  }
}
