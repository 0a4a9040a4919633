package org.modelledger.chain.ethereum;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.modelledger.model.AccountId;

/**
 * Holds an account's key, or reaches who holds it: a key in memory, a keystore file, or – implemented
 * by the user – a key management service, a hardware module, a signing server.
 *
 * <p>Safe for use by several threads. An implementation overrides one of the two {@code sign} methods:
 * {@link #sign(byte[])} where the key's holder signs hashes, {@link #signPayload(byte[])} where it
 * wants to see what it signs. {@link EthereumSignature#of} makes a signature of what most of them
 * return.
 */
public interface EthereumSigner extends AutoCloseable {
  /** Returns the account, its address spelled as EIP-55 has it. Always the same; does no I/O. */
  AccountId account();

  /**
   * Signs a hash.
   *
   * @param hash 32 bytes; not retained
   * @return a signature of {@link #account()} over it
   * @throws org.modelledger.registry.LedgerUnavailableException if the holder of the key cannot be
   *     reached: nothing was signed
   * @throws IllegalStateException if it is closed
   */
  EthereumSignature sign(byte[] hash);

  /**
   * Signs a transaction: the hash of its payload. Default: hashes it, and {@link #sign(byte[])}.
   *
   * @param payload what EIP-2718 or EIP-155 says is hashed and signed; not retained
   * @throws org.modelledger.registry.LedgerUnavailableException as above
   */
  default EthereumSignature signPayload(byte[] payload) {
    return sign(Secp256k1.keccak256(payload));
  }

  /** Forgets the key, or lets go of who holds it; idempotent. */
  @Override
  void close();

  /**
   * Returns a signer with a key in this process's memory.
   *
   * @param privateKey 32 bytes; copied, and the caller may wipe them
   * @throws org.modelledger.spi.ConfigurationException if it is not a private key of secp256k1
   */
  static EthereumSigner inMemory(byte[] privateKey) {
    return KeySigner.of(privateKey);
  }

  /** Returns a signer with a new key, which only this process knows: for tests and trials. */
  static EthereumSigner random() {
    return KeySigner.random(new SecureRandom());
  }

  /**
   * Reads a keystore file (Web3 Secret Storage, version 3), which geth, web3j and most wallets write.
   * Takes as long as its scrypt or PBKDF2 parameters ask for, about a second.
   *
   * @param password may be wiped by the caller afterwards
   * @throws org.modelledger.spi.ConfigurationException if there is no such file, it is no keystore, or
   *     the password is wrong
   */
  static EthereumSigner keystore(Path file, char[] password) {
    return Keystore.read(file, password);
  }

  /**
   * Reads a keystore file with the password in another file, its first line.
   *
   * @throws org.modelledger.spi.ConfigurationException as above, or if there is no password file
   */
  static EthereumSigner keystore(Path file, Path passwordFile) {
    return Keystore.read(file, passwordFile);
  }
}
