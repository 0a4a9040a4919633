package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.Objects;

/**
 * An ECDSA signature over secp256k1 that also tells the key, as Ethereum wants it.
 *
 * @param r from 1 to the curve's order less 1
 * @param s from 1 to half the curve's order (EIP-2)
 * @param parity 0 or 1: whether the point R has an odd y
 */
public record EthereumSignature(BigInteger r, BigInteger s, int parity) {
  /** @throws IllegalArgumentException if a part is out of range */
  public EthereumSignature {
    Objects.requireNonNull(r, "r");
    Objects.requireNonNull(s, "s");
    if (r.signum() <= 0 || r.compareTo(Secp256k1.ORDER) >= 0) {
      throw new IllegalArgumentException("r of a signature is out of range");
    }
    if (s.signum() <= 0 || s.compareTo(Secp256k1.HALF_ORDER) > 0) {
      throw new IllegalArgumentException(
          "s of a signature is not in the lower half of the range; use EthereumSignature.of");
    }
    if (parity != 0 && parity != 1) {
      throw new IllegalArgumentException("parity is 0 or 1, not " + parity);
    }
  }

  /**
   * Completes what a key store or hardware module returns: takes the smaller of the two values that s
   * may have, and finds the parity by trying which one gives the account.
   *
   * @param account the signer's address
   * @param hash 32 bytes that were signed
   * @throws IllegalArgumentException if the signature is not of this account over this hash
   */
  public static EthereumSignature of(org.modelledger.model.AccountId account, byte[] hash,
      BigInteger r, BigInteger s) {
    BigInteger low = s.compareTo(Secp256k1.HALF_ORDER) > 0 ? Secp256k1.ORDER.subtract(s) : s;
    for (int parity = 0; parity <= 1; parity++) {
      EthereumSignature signature = new EthereumSignature(r, low, parity);
      if (Secp256k1.recover(hash, signature)
          .filter(key -> Secp256k1.account(key).equals(account))
          .isPresent()) {
        return signature;
      }
    }
    throw new IllegalArgumentException("the signature was not made by " + account);
  }
}
