package org.modelledger.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A public Ed25519 key with its name: a C2SP verifier key (c2sp.org/signed-note). Immutable and
 * thread-safe.
 */
public final class NoteVerifier {

  static final byte ED25519 = 1;
  static final int SIGNATURE_BYTES = 64;

  private final String name;
  private final int keyId;
  private final byte[] publicKey;
  private final Ed25519PublicKeyParameters key;

  NoteVerifier(String name, byte[] publicKey) {
    if (!Text.isKeyName(name)) {
      throw new IllegalArgumentException("key name " + Text.quote(name)
          + " must not be empty and must not have a space, a plus or a control character in it");
    }
    this.name = name;
    this.publicKey = publicKey.clone();
    this.key = new Ed25519PublicKeyParameters(publicKey, 0);
    this.keyId = keyId(name, publicKey);
  }

  // c2sp.org/signed-note: SHA-256(key name || 0x0A || signature type || public key)[:4]
  private static int keyId(String name, byte[] publicKey) {
    MessageDigest sha256 = TreeHasher.newSha256();
    sha256.update(name.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) '\n');
    sha256.update(ED25519);
    return ByteBuffer.wrap(sha256.digest(publicKey)).getInt();
  }

  /**
   * Reads a verifier key, {@code name+hash+base64}.
   *
   * @throws IllegalArgumentException if it is malformed, of another type than Ed25519 (0x01), or its
   *     hash is not that of its name and key
   */
  public static NoteVerifier parse(String vkey) {
    String[] parts = vkey.split("\\+", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "verifier key " + Text.quote(vkey) + " is not of the form name+hash+base64");
    }
    byte[] key = Text.base64(parts[2])
        .filter(k -> k.length == 1 + Hash.BYTES && k[0] == ED25519)
        .orElseThrow(() -> new IllegalArgumentException("verifier key of " + Text.quote(parts[0])
            + " does not end in the base64 of 0x01 (Ed25519) and 32 bytes of key"));
    NoteVerifier verifier;
    try {
      verifier = new NoteVerifier(parts[0], Arrays.copyOfRange(key, 1, key.length));
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

  /** Returns the key's name; for a log it is the origin of its checkpoints. */
  public String name() {
    return name;
  }

  /** Returns the 32-bit key id, as an unsigned number, that marks this key's signatures. */
  public int keyId() {
    return keyId;
  }

  /** Returns a copy of the raw Ed25519 public key, 32 bytes (RFC 8032). */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  String hash() {
    return hash(keyId);
  }

  static String hash(int keyId) {
    return String.format(java.util.Locale.ROOT, "%08x", keyId);
  }

  boolean verifies(byte[] text, byte[] signature) {
    return signature.length == SIGNATURE_BYTES
        && key.verify(Ed25519.Algorithm.Ed25519, null, text, 0, text.length, signature, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NoteVerifier that && name.equals(that.name)
        && Arrays.equals(publicKey, that.publicKey);
  }

  @Override
  public int hashCode() {
    return keyId;
  }

  /** Returns the verifier key in its text form, as {@link #parse} reads it. */
  @Override
  public String toString() {
    byte[] typed = new byte[1 + Hash.BYTES];
    typed[0] = ED25519;
    System.arraycopy(publicKey, 0, typed, 1, Hash.BYTES);
    return name + "+" + hash() + "+" + Base64.getEncoder().encodeToString(typed);
  }
}
