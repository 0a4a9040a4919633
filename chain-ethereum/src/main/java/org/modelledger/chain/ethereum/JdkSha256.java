package org.modelledger.chain.ethereum;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.crypto.ExtendedDigest;

/**
 * The JDK's SHA-256, which uses the processor's instructions for it, where Bouncy Castle wants one of
 * its own: the thirty blocks that a nonce of RFC 6979 hashes were a third of a signature's time.
 *
 * <p>For one thread.
 */
final class JdkSha256 implements ExtendedDigest {
  private static final int BYTES = 32;
  private static final int BLOCK_BYTES = 64;

  private final MessageDigest digest;

  JdkSha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  @Override
  public String getAlgorithmName() {
    return "SHA-256";
  }

  @Override
  public int getDigestSize() {
    return BYTES;
  }

  @Override
  public int getByteLength() {
    return BLOCK_BYTES;
  }

  @Override
  public void update(byte in) {
    digest.update(in);
  }

  @Override
  public void update(byte[] in, int offset, int length) {
    digest.update(in, offset, length);
  }

  @Override
  public int doFinal(byte[] out, int offset) {
    try {
      return digest.digest(out, offset, BYTES);
    } catch (DigestException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void reset() {
    digest.reset();
  }
}
