package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9IntegerConverter;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;
import org.modelledger.model.AccountId;
import org.web3j.crypto.Keys;

/** Signatures on Ethereum's curve. */
final class Secp256k1 {
  /** Its own arithmetic for this prime: five times as fast as the one for any prime. */
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final ECPoint BASE = CURVE.getG();

  static final BigInteger ORDER = CURVE.getN();
  static final BigInteger HALF_ORDER = ORDER.shiftRight(1);
  static final FixedBaseMultiplier MULTIPLIER = new FixedBaseMultiplier(BASE, ORDER);
  static final int HASH_BYTES = 32;
  private static final int ADDRESS_BYTES = 20;
  private static final int ADDRESS_OFFSET = HASH_BYTES - ADDRESS_BYTES;

  private Secp256k1() {}

  static byte[] keccak256(byte[] bytes) {
    KeccakDigest digest = new KeccakDigest(HASH_BYTES * Byte.SIZE);
    digest.update(bytes, 0, bytes.length);
    byte[] hash = new byte[HASH_BYTES];
    digest.doFinal(hash, 0);
    return hash;
  }

  static boolean isKey(BigInteger key) {
    return key.signum() > 0 && key.compareTo(ORDER) < 0;
  }

  static ECPoint publicKey(BigInteger key) {
    return MULTIPLIER.multiply(key);
  }

  /** Returns the account of a public key: the last 20 bytes of its hash, spelled as EIP-55 has it. */
  static AccountId account(ECPoint publicKey) {
    byte[] encoded = publicKey.getEncoded(false);
    byte[] hash = keccak256(Arrays.copyOfRange(encoded, 1, encoded.length));
    byte[] address = Arrays.copyOfRange(hash, ADDRESS_OFFSET, HASH_BYTES);
    return AccountId.of(Keys.toChecksumAddress(NodeCalls.hex(address)));
  }

  /**
   * Signs a hash, always with the same result (RFC 6979 §3.2). The parity is known from R, so that
   * nobody has to try which one fits.
   */
  static EthereumSignature sign(BigInteger key, byte[] hash) {
    BigInteger e = new BigInteger(1, hash);
    HMacDSAKCalculator nonces = new HMacDSAKCalculator(new JdkSha256());
    nonces.init(ORDER, key, hash);
    while (true) {
      BigInteger k = nonces.nextK();
      ECPoint point = MULTIPLIER.multiply(k);
      BigInteger x = point.getAffineXCoord().toBigInteger();
      BigInteger r = x.mod(ORDER);
      BigInteger s = BigIntegers.modOddInverse(ORDER, k)
          .multiply(e.add(key.multiply(r)))
          .mod(ORDER);
      // SEC 1 §4.1.3; x ≥ n would need another recovery id, and happens once in 2^127
      if (r.signum() == 0 || s.signum() == 0 || x.compareTo(ORDER) >= 0) {
        continue;
      }
      int parity = point.getAffineYCoord().testBitZero() ? 1 : 0;
      return s.compareTo(HALF_ORDER) > 0
          ? new EthereumSignature(r, ORDER.subtract(s), 1 - parity)
          : new EthereumSignature(r, s, parity);
    }
  }

  /** Returns the public key that made a signature (SEC 1 §4.1.6). */
  static Optional<ECPoint> recover(byte[] hash, EthereumSignature signature) {
    byte[] encoded = new X9IntegerConverter().integerToBytes(signature.r(), HASH_BYTES + 1);
    encoded[0] = (byte) (2 + signature.parity());
    ECPoint point;
    try {
      point = CURVE.getCurve().decodePoint(encoded);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no point has this x
    }
    BigInteger inverse = BigIntegers.modOddInverse(ORDER, signature.r());
    BigInteger u1 = inverse.multiply(new BigInteger(1, hash)).negate().mod(ORDER);
    BigInteger u2 = inverse.multiply(signature.s()).mod(ORDER);
    ECPoint key = ECAlgorithms.sumOfTwoMultiplies(BASE, u1, point, u2).normalize();
    return key.isInfinity() ? Optional.empty() : Optional.of(key);
  }

}
