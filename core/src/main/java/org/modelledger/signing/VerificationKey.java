package org.modelledger.signing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;

/**
 * The public key of who signs models and statements: EC on P-256, P-384 or P-521, with ECDSA over
 * SHA-256, SHA-384 or SHA-512 respectively. Immutable.
 */
public final class VerificationKey {
  private static final String LABEL = "PUBLIC KEY";

  private final ECPublicKey key;
  private final Curve curve;

  VerificationKey(ECPublicKey key) {
    this.key = key;
    curve = Curve.of(key);
  }

  /**
   * Reads a key from PEM, as {@code openssl ec -pubout} writes it (SubjectPublicKeyInfo, RFC 5480).
   *
   * @throws ModelFormatException if the text is not that, or the key is of another kind
   */
  public static VerificationKey parse(String pem) {
    byte[] der = Pem.decode(pem, LABEL).der();
    try {
      return new VerificationKey(
          (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException e) {
      throw new ModelFormatException("not an EC public key on P-256, P-384 or P-521", e);
    }
  }

  /**
   * Reads a PEM file; see {@link #parse}.
   *
   * @throws ModelFormatException if the file is something else
   * @throws StorageException if it cannot be read
   */
  public static VerificationKey load(Path path) {
    String pem = Pem.read(path);
    try {
      return parse(pem);
    } catch (ModelFormatException e) {
      throw new ModelFormatException(path + ": " + e.getMessage(), e);
    }
  }

  /** Returns the key as PEM. */
  public String toPem() {
    return Pem.encode(LABEL, key.getEncoded());
  }

  /**
   * Writes the key as a PEM file, over one that may be there.
   *
   * @throws StorageException if it cannot be written
   */
  public void save(Path path) {
    try {
      Files.writeString(path, toPem());
    } catch (IOException e) {
      throw new StorageException("write the public key", path, e);
    }
  }

  /** Returns what bundles know the key by: the SHA-256 of its PEM text, in hexadecimal. */
  public String hint() {
    return Digest.sha256(toPem().getBytes(StandardCharsets.US_ASCII)).hex();
  }

  /**
   * Checks a signature.
   *
   * @param signature DER (RFC 3279 §2.2.3)
   * @throws VerificationException if it is not a signature of this content by this key
   */
  public void verify(byte[] content, byte[] signature) throws VerificationException {
    try {
      if (!verifies(content, signature, curve.signatureAlgorithm)) {
        throw new VerificationException(
            "the signature is not by the key " + hint() + ", or not of this content");
      }
    } catch (GeneralSecurityException e) {
      throw new VerificationException("the signature cannot be checked with the key " + hint()
          + ": it is not a DER encoded ECDSA signature", e);
    }
  }

  /** Says whether it is a signature of this content by this key, with another hash than its own. */
  boolean isSignature(byte[] content, byte[] signature, String algorithm) {
    try {
      return verifies(content, signature, algorithm);
    } catch (GeneralSecurityException e) {
      return false; // of another form
    }
  }

  private boolean verifies(byte[] content, byte[] signature, String algorithm)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key);
    verifier.update(content);
    return verifier.verify(signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VerificationKey that && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return "VerificationKey[" + curve + ", hint " + hint() + "]";
  }
}
