package org.modelledger.tlog;

import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * What private keys of all signature types have in common; the text form is the one of
 * golang.org/x/mod/sumdb/note and its relatives. Immutable.
 */
final class SignerKey {

  private static final String PREFIX = "PRIVATE+KEY+";

  private final Ed25519PrivateKeyParameters key;
  private final VerifierKey verifier;

  private SignerKey(byte type, String name, Ed25519PrivateKeyParameters key) {
    this.key = key;
    this.verifier = new VerifierKey(type, name, key.generatePublicKey().getEncoded());
  }

  static SignerKey generate(byte type, String name, SecureRandom random) {
    return new SignerKey(type, name, new Ed25519PrivateKeyParameters(random));
  }

  /**
   * @throws IllegalArgumentException if it is malformed, of another type or its hash does not fit; the
   *     message shows nothing of the key
   */
  static SignerKey parse(byte type, String encoded) {
    String[] parts = encoded.startsWith(PREFIX)
        ? encoded.substring(PREFIX.length()).split("\\+", 3)
        : new String[0];
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "private key is not of the form PRIVATE+KEY+name+hash+base64");
    }
    byte[] seed = Text.base64(parts[2])
        .filter(k -> k.length == 1 + Hash.BYTES && k[0] == type)
        .orElseThrow(() -> new IllegalArgumentException("private key of " + Text.quote(parts[0])
            + " does not end in the base64 of " + VerifierKey.describe(type)
            + " and 32 bytes of seed"));
    SignerKey signer = new SignerKey(type, parts[0], new Ed25519PrivateKeyParameters(seed, 1));
    if (!parts[1].equals(signer.verifier.hash())) {
      throw new IllegalArgumentException("private key of " + Text.quote(parts[0])
          + " carries another hash than its name and public key have");
    }
    return signer;
  }

  /** Returns the secret text form that {@link #parse} reads. */
  String encoded() {
    byte[] typed = new byte[1 + Hash.BYTES];
    typed[0] = verifier.type();
    key.encode(typed, 1);
    return PREFIX + verifier.name() + "+" + verifier.hash() + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  VerifierKey verifier() {
    return verifier;
  }

  /** Writes 64 bytes of signature over a message at an offset. */
  void sign(byte[] message, byte[] signature, int offset) {
    key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, offset);
  }

  SignedNote.Signature signature(byte[] bytes) {
    return new SignedNote.Signature(verifier.name(), verifier.keyId(),
        Base64.getEncoder().encodeToString(bytes));
  }
}
