package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.AccountId;
import org.modelledger.spi.ConfigurationException;

/**
 * A signer with its key in memory. The key's bytes are wiped when it is closed; the numbers that one
 * signature needs are garbage after it, which Java cannot wipe.
 */
final class KeySigner implements EthereumSigner {
  private static final int KEY_BYTES = 32;

  private final AccountId account;
  private byte @Nullable [] key;

  private KeySigner(byte[] key, AccountId account) {
    this.key = key;
    this.account = account;
  }

  static KeySigner of(byte[] privateKey) {
    if (privateKey.length != KEY_BYTES) {
      throw new ConfigurationException(
          "a private key has 32 bytes, not " + privateKey.length);
    }
    BigInteger number = new BigInteger(1, privateKey);
    if (!Secp256k1.isKey(number)) {
      throw new ConfigurationException("the private key is not in the range of secp256k1's keys");
    }
    return new KeySigner(privateKey.clone(), Secp256k1.account(Secp256k1.publicKey(number)));
  }

  static KeySigner random(SecureRandom random) {
    byte[] bytes = new byte[KEY_BYTES];
    do {
      random.nextBytes(bytes);
    } while (!Secp256k1.isKey(new BigInteger(1, bytes)));
    KeySigner signer = of(bytes);
    Arrays.fill(bytes, (byte) 0);
    return signer;
  }

  @Override
  public AccountId account() {
    return account;
  }

  @Override
  public EthereumSignature sign(byte[] hash) {
    if (hash.length != Secp256k1.HASH_BYTES) {
      throw new IllegalArgumentException("a hash has 32 bytes, not " + hash.length);
    }
    return Secp256k1.sign(number(), hash);
  }

  private synchronized BigInteger number() {
    if (key == null) {
      throw new IllegalStateException("the signer of " + account + " is closed");
    }
    return new BigInteger(1, key);
  }

  @Override
  public synchronized void close() {
    if (key != null) {
      Arrays.fill(key, (byte) 0);
      key = null;
    }
  }

  /** Shows the account, never the key. */
  @Override
  public String toString() {
    return "EthereumSigner[" + account + "]";
  }
}
