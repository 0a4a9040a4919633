package org.modelledger.signing;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.jcajce.provider.digest.Blake2b;
import org.bouncycastle.jcajce.provider.digest.Blake3;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;

/** The hashes that OMS has for the content of files (OMS algorithm registry). */
public enum HashAlgorithm {
  /** SHA-256 (FIPS 180-4), which every OMS tool has. */
  SHA256("sha256", 32),
  /** BLAKE2b with 512 bits (RFC 7693). */
  BLAKE2B("blake2b", 64),
  /** BLAKE3 with 256 bits. */
  BLAKE3("blake3", 32);

  private final String identifier;
  private final int bytes;

  HashAlgorithm(String identifier, int bytes) {
    this.identifier = identifier;
    this.bytes = bytes;
  }

  /** Returns the name that signatures know it by. */
  public String identifier() {
    return identifier;
  }

  /** Returns the length of a digest in bytes. */
  int bytes() {
    return bytes;
  }

  MessageDigest newDigest() {
    return switch (this) {
      case SHA256 -> Digest.sha256();
      case BLAKE2B -> new Blake2b.Blake2b512();
      case BLAKE3 -> new Blake3.Blake3_256();
    };
  }

  /** @throws ModelFormatException if OMS has no such hash */
  static HashAlgorithm of(String identifier) {
    return Arrays.stream(values())
        .filter(hash -> hash.identifier.equals(identifier))
        .findFirst()
        .orElseThrow(() -> new ModelFormatException(
            "the hash algorithm '" + identifier + "' is not supported; supported are "
                + Arrays.stream(values()).map(HashAlgorithm::identifier).toList()));
  }
}
