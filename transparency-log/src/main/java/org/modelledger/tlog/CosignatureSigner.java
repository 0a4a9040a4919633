package org.modelledger.tlog;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The private key of a {@link Witness}: Ed25519, for timestamped cosignatures of checkpoints
 * (c2sp.org/tlog-cosignature, signature type 0x04). Immutable and thread-safe. {@code toString} shows
 * the public half only.
 *
 * <p>It signs through a witness only: a cosignature says that the log was seen to grow without
 * rewriting anything, and whoever signs must have looked.
 */
public final class CosignatureSigner {

  private final SignerKey key;
  private final CosignatureVerifier verifier;

  private CosignatureSigner(SignerKey key) {
    this.key = key;
    this.verifier = new CosignatureVerifier(key.verifier());
  }

  /**
   * Makes a new key. It is for one witness and for nothing else: cosignatures do not commit to the
   * witness's name.
   *
   * @param name not empty, without spaces and plus signs; by custom a URL without the scheme
   * @throws IllegalArgumentException if the name is not such a name
   */
  public static CosignatureSigner generate(String name, SecureRandom random) {
    return new CosignatureSigner(SignerKey.generate(VerifierKey.COSIGNATURE, name, random));
  }

  /**
   * Reads a private key, {@code PRIVATE+KEY+name+hash+base64}.
   *
   * @throws IllegalArgumentException if it is malformed, of another type than 0x04, or its hash does
   *     not fit; the message shows nothing of the key
   */
  public static CosignatureSigner parse(String encoded) {
    return new CosignatureSigner(SignerKey.parse(VerifierKey.COSIGNATURE, encoded));
  }

  /** Returns the private key in the form that {@link #parse} reads. A secret: keep it so. */
  public String encoded() {
    return key.encoded();
  }

  /** Returns the public half. */
  public CosignatureVerifier verifier() {
    return verifier;
  }

  /**
   * @param timestamp POSIX seconds, from 1
   */
  SignedNote.Signature cosign(Checkpoint checkpoint, long timestamp) {
    byte[] signature = ByteBuffer.allocate(CosignatureVerifier.SIGNATURE_BYTES)
        .putLong(timestamp)
        .array();
    key.sign(CosignatureVerifier.message(checkpoint.text(), timestamp), signature, Long.BYTES);
    return key.signature(signature);
  }

  /** Returns the public verifier key. */
  @Override
  public String toString() {
    return "CosignatureSigner[" + verifier + "]";
  }
}
