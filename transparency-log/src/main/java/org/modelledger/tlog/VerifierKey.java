package org.modelledger.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * What verifier keys of all signature types have in common: a name, an Ed25519 key and the type, which
 * is part of the key id (c2sp.org/signed-note). Immutable.
 */
final class VerifierKey {

  /** Signs the text of a note as it is. */
  static final byte ED25519 = 0x01;
  /** Signs a checkpoint together with the time (c2sp.org/tlog-cosignature). */
  static final byte COSIGNATURE = 0x04;

  static final int SIGNATURE_BYTES = 64;

  private final byte type;
  private final String name;
  private final int keyId;
  private final byte[] publicKey;
  private final Ed25519PublicKeyParameters key;

  VerifierKey(byte type, String name, byte[] publicKey) {
    if (!Text.isKeyName(name)) {
      throw new IllegalArgumentException("key name " + Text.quote(name)
          + " must not be empty and must not have a space, a plus or a control character in it");
    }
    this.type = type;
    this.name = name;
    this.publicKey = publicKey.clone();
    this.key = new Ed25519PublicKeyParameters(publicKey, 0);
    this.keyId = keyId(type, name, publicKey);
  }

  // c2sp.org/signed-note: SHA-256(key name || 0x0A || signature type || public key)[:4]
  private static int keyId(byte type, String name, byte[] publicKey) {
    MessageDigest sha256 = TreeHasher.newSha256();
    sha256.update(name.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) '\n');
    sha256.update(type);
    return ByteBuffer.wrap(sha256.digest(publicKey)).getInt();
  }

  /**
   * @throws IllegalArgumentException if it is malformed or of another type
   */
  static VerifierKey parse(byte type, String vkey) {
    String[] parts = vkey.split("\\+", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "verifier key " + Text.quote(vkey) + " is not of the form name+hash+base64");
    }
    byte[] key = Text.base64(parts[2])
        .filter(k -> k.length == 1 + Hash.BYTES && k[0] == type)
        .orElseThrow(() -> new IllegalArgumentException("verifier key of " + Text.quote(parts[0])
            + " does not end in the base64 of " + describe(type) + " and 32 bytes of key"));
    VerifierKey verifier;
    try {
      verifier = new VerifierKey(type, parts[0], Arrays.copyOfRange(key, 1, key.length));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "verifier key " + Text.quote(vkey) + " is not usable: " + e.getMessage(), e);
    }
    if (!parts[1].equals(verifier.hash())) {
      throw new IllegalArgumentException(
          "verifier key of " + Text.quote(parts[0]) + " has the hash "
              + Text.quote(parts[1]) + ", wanted " + verifier.hash());
    }
    return verifier;
  }

  static String describe(byte type) {
    return type == ED25519 ? "0x01 (Ed25519)" : "0x04 (Ed25519 cosignature)";
  }

  byte type() {
    return type;
  }

  String name() {
    return name;
  }

  int keyId() {
    return keyId;
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  String hash() {
    return hash(keyId);
  }

  static String hash(int keyId) {
    return String.format(Locale.ROOT, "%08x", keyId);
  }

  boolean made(SignedNote.Signature signature) {
    return keyId == signature.keyId() && name.equals(signature.keyName());
  }

  /** Checks 64 bytes of signature, from an offset on, over a message. */
  boolean verifies(byte[] message, byte[] signature, int offset) {
    return signature.length - offset == SIGNATURE_BYTES
        && key.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature,
            offset);
  }

  boolean isSameKey(VerifierKey other) {
    return Arrays.equals(publicKey, other.publicKey);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifierKey that && type == that.type && name.equals(that.name)
        && isSameKey(that);
  }

  @Override
  public int hashCode() {
    return keyId;
  }

  /** Returns the text form that {@link #parse} reads. */
  @Override
  public String toString() {
    byte[] typed = new byte[1 + Hash.BYTES];
    typed[0] = type;
    System.arraycopy(publicKey, 0, typed, 1, Hash.BYTES);
    return name + "+" + hash() + "+" + Base64.getEncoder().encodeToString(typed);
  }
}
