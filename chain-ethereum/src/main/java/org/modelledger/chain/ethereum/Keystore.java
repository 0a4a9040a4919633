package org.modelledger.chain.ethereum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bouncycastle.util.BigIntegers;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.WalletUtils;
import org.web3j.crypto.exception.CipherException;

/** Reads keystore files. */
final class Keystore {
  private static final int KEY_BYTES = 32;
  private static final long MAX_BYTES = 1 << 16;

  private Keystore() {}

  static EthereumSigner read(Path file, Path passwordFile) {
    String line;
    try (var lines = Files.lines(passwordFile)) {
      line = lines.findFirst()
          .orElseThrow(() -> new ConfigurationException(
              "the password file " + passwordFile + " is empty; its first line is the password"));
    } catch (NoSuchFileException e) {
      throw new ConfigurationException("there is no password file " + passwordFile, e);
    } catch (IOException | UncheckedIOException e) {
      throw new StorageException("read the password file", passwordFile, e);
    }
    return read(file, line.toCharArray());
  }

  static EthereumSigner read(Path file, char[] password) {
    requireKeystore(file);
    Credentials credentials;
    try {
      credentials = WalletUtils.loadCredentials(new String(password), file.toFile());
    } catch (CipherException e) {
      throw new ConfigurationException(
          "the keystore " + file + " does not open: its password is another one", e);
    } catch (IOException | RuntimeException e) {
      // The cause stays out: a parser's message may quote what it read.
      throw new ConfigurationException("the file " + file
          + " is not a keystore in the form of Web3 Secret Storage, version 3");
    }
    byte[] key = BigIntegers.asUnsignedByteArray(KEY_BYTES,
        credentials.getEcKeyPair().getPrivateKey());
    try {
      return KeySigner.of(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static void requireKeystore(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ConfigurationException("the keystore " + file + " has more than " + MAX_BYTES
            + " bytes: it is something else");
      }
    } catch (NoSuchFileException e) {
      throw new ConfigurationException("there is no keystore " + file, e);
    } catch (IOException e) {
      throw new StorageException("read the keystore", file, e);
    }
  }
}
