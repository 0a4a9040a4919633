package org.modelledger.chain.local;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.modelledger.model.AccountId;
import org.modelledger.spi.ConfigurationException;

/** An account's private Ed25519 key. Immutable; {@code toString} shows the account only. */
final class AccountKey {
  static final int PUBLIC_KEY_BYTES = Ed25519.PUBLIC_KEY_SIZE;
  static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

  private static final String SCHEME = "ed25519:";
  private static final int MAX_FILE_BYTES = 1 << 16;

  private final Ed25519PrivateKeyParameters key;
  private final byte[] publicKey;
  private final AccountId account;

  private AccountKey(Ed25519PrivateKeyParameters key) {
    this.key = key;
    this.publicKey = key.generatePublicKey().getEncoded();
    this.account = account(publicKey);
  }

  /**
   * Reads a PKCS#8 key in PEM (RFC 5958, RFC 7468).
   *
   * @throws ConfigurationException if the file is missing, or not such a key; shows nothing of it
   */
  static AccountKey read(Path file) {
    String text = KeyFiles.read("account key", file, MAX_FILE_BYTES);
    try (PemReader reader = new PemReader(new StringReader(text))) {
      PemObject pem = reader.readPemObject();
      if (pem == null || !pem.getType().equals("PRIVATE KEY")) {
        throw unreadable(file,
            pem == null ? "no PEM block" : "a PEM block '" + pem.getType() + "'");
      }
      AsymmetricKeyParameter key = PrivateKeyFactory.createKey(pem.getContent());
      if (key instanceof Ed25519PrivateKeyParameters ed25519) {
        return new AccountKey(ed25519);
      }
      throw unreadable(file, "a private key of another algorithm");
    } catch (IOException | IllegalArgumentException | IllegalStateException
        | ClassCastException e) {
      // The cause stays out: a parser's message may quote what it read.
      throw unreadable(file, "a damaged or truncated PEM block");
    }
  }

  private static ConfigurationException unreadable(Path file, String found) {
    return new ConfigurationException("account key " + file + " has " + found
        + "; expected an Ed25519 private key in PKCS#8 PEM (-----BEGIN PRIVATE KEY-----)");
  }

  /** Returns {@code ed25519:} and the public key in 64 hexadecimal digits. */
  static AccountId account(byte[] publicKey) {
    return AccountId.of(SCHEME + HexFormat.of().formatHex(publicKey));
  }

  /** Says whether an account's public key made this signature (RFC 8032 §5.1.7). */
  static boolean verifies(byte[] publicKey, byte[] message, byte[] signature) {
    return Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
  }

  AccountId account() {
    return account;
  }

  /** Returns the raw public key, not to be changed. */
  byte[] publicKey() {
    return publicKey;
  }

  byte[] sign(byte[] message) {
    byte[] signature = new byte[SIGNATURE_BYTES];
    key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    return signature;
  }

  /** For tests. */
  static AccountKey of(Ed25519PrivateKeyParameters key) {
    return new AccountKey(key);
  }

  @Override
  public String toString() {
    return "AccountKey[" + account + "]";
  }
}
