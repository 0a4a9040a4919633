package org.modelledger.tlog;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A private Ed25519 key with its name, as golang.org/x/mod/sumdb/note and its relatives write it.
 * Immutable and thread-safe. {@code toString} shows the public half only.
 */
public final class NoteSigner {

  private static final String PREFIX = "PRIVATE+KEY+";

  private final Ed25519PrivateKeyParameters key;
  private final NoteVerifier verifier;

  private NoteSigner(String name, Ed25519PrivateKeyParameters key) {
    this.key = key;
    this.verifier = new NoteVerifier(name, key.generatePublicKey().getEncoded());
  }

  /**
   * Makes a new key.
   *
   * @param name not empty, without spaces and plus signs; for a log, its origin, by custom its URL
   *     without the scheme
   * @throws IllegalArgumentException if the name is not such a name
   */
  public static NoteSigner generate(String name, SecureRandom random) {
    return new NoteSigner(name, new Ed25519PrivateKeyParameters(random));
  }

  /**
   * Reads a private key, {@code PRIVATE+KEY+name+hash+base64}.
   *
   * @throws IllegalArgumentException if it is malformed or its hash does not fit; the message shows
   *     nothing of the key
   */
  public static NoteSigner parse(String encoded) {
    String[] parts = encoded.startsWith(PREFIX)
        ? encoded.substring(PREFIX.length()).split("\\+", 3)
        : new String[0];
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "private key is not of the form PRIVATE+KEY+name+hash+base64");
    }
    byte[] seed = Text.base64(parts[2])
        .filter(k -> k.length == 1 + Hash.BYTES && k[0] == NoteVerifier.ED25519)
        .orElseThrow(() -> new IllegalArgumentException("private key of " + Text.quote(parts[0])
            + " does not end in the base64 of 0x01 (Ed25519) and 32 bytes of seed"));
    NoteSigner signer = new NoteSigner(parts[0], new Ed25519PrivateKeyParameters(seed, 1));
    if (!parts[1].equals(signer.verifier.hash())) {
      throw new IllegalArgumentException("private key of " + Text.quote(parts[0])
          + " carries another hash than its name and public key have");
    }
    return signer;
  }

  /** Returns the private key in the form that {@link #parse} reads. A secret: keep it so. */
  public String encoded() {
    byte[] typed = new byte[1 + Hash.BYTES];
    typed[0] = NoteVerifier.ED25519;
    key.encode(typed, 1);
    return PREFIX + verifier.name() + "+" + verifier.hash() + "+"
        + Base64.getEncoder().encodeToString(typed);
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
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    byte[] signature = new byte[NoteVerifier.SIGNATURE_BYTES];
    key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    return new SignedNote(text, List.of(new SignedNote.Signature(verifier.name(), verifier.keyId(),
        Base64.getEncoder().encodeToString(signature))));
  }

  /** Returns the public verifier key. */
  @Override
  public String toString() {
    return "NoteSigner[" + verifier + "]";
  }
}
