package org.modelledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.UnrecoverableKeyException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.KeyUnavailableException;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.internal.envelope.KeyFile;
import org.modelledger.internal.secret.SecretFiles;
import org.modelledger.model.StorageException;
import org.modelledger.signing.SigningKeys;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tlog.NoteSigner;

/** The directory in which a ledger keeps what is its own: keys, receipts, evidence, artifacts. */
final class Home {
  private static final String ORIGIN = "modelledger.local/";

  private final Path directory;

  Home(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(this.directory);
    } catch (IOException e) {
      throw new StorageException("create directory", directory, e);
    }
    SecretFiles.createDirectory(keys());
  }

  Path directory() {
    return directory;
  }

  Path receipts() {
    return directory.resolve("receipts");
  }

  Path statements() {
    return directory.resolve("statements");
  }

  Path artifacts() {
    return directory.resolve("artifacts");
  }

  Path evidence() {
    return directory.resolve("evidence");
  }

  private Path keys() {
    return directory.resolve("keys");
  }

  Path ledgerLogKey() {
    return keys().resolve("ledger-log.key");
  }

  /** Returns the file of the account's Ed25519 key, PKCS#8 in PEM; makes the key on first use. */
  Path accountKey() {
    Path file = keys().resolve("account.pem");
    var unused = SecretFiles.readOrCreate(file, Home::newAccountKey);
    return file;
  }

  private static byte[] newAccountKey() {
    try {
      byte[] der = KeyPairGenerator.getInstance("Ed25519")
          .generateKeyPair()
          .getPrivate()
          .getEncoded();
      return ("-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(der)
          + "\n-----END PRIVATE KEY-----\n").getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
  }

  /** Reads the key of the receipt log, or makes one with a random origin. */
  NoteSigner receiptsKey() {
    return logKey("receipts");
  }

  /** Reads the key of the log of statements, or makes one with a random origin. */
  NoteSigner statementsKey() {
    return logKey("statements");
  }

  private NoteSigner logKey(String log) {
    Path file = keys().resolve(log + "-log.key");
    byte[] text = SecretFiles.readOrCreate(file, () -> {
      SecureRandom random = new SecureRandom();
      byte[] name = new byte[12];
      random.nextBytes(name);
      String origin = ORIGIN + log + "-" + HexFormat.of().formatHex(name);
      return (NoteSigner.generate(origin, random).encoded() + "\n")
          .getBytes(StandardCharsets.UTF_8);
    });
    try {
      return NoteSigner.parse(new String(text, StandardCharsets.UTF_8).strip());
    } catch (IllegalArgumentException e) {
      // without the cause, whose message may quote what it read
      throw new ConfigurationException("the key of the log of " + log + ", " + file
          + ", is not one line PRIVATE+KEY+name+hash+base64 of an Ed25519 note key");
    }
  }

  /** Reads the key that signs models and statements, or makes one. */
  SigningKeys signingKeys() {
    Path file = keys().resolve("model-signing.pem");
    if (!Files.exists(file)) {
      try {
        SigningKeys.generate().save(file);
      } catch (StorageException e) {
        if (!Files.exists(file)) {
          throw e;
        } // another process was first: its key counts
      }
    }
    SecretFiles.requireOwnerOnly(file);
    return SigningKeys.load(file);
  }

  /**
   * Returns the keys that encrypt keys: those that were given, or else those in files here, made on first
   * use. What was encrypted before is never a first use.
   *
   * @throws KeyUnavailableException if something here is encrypted under a key that is not here, and no
   *     keys were given
   */
  KeyManagement encryptionKeys(Optional<KeyManagement> given) {
    Path first = keys().resolve("evidence.keyset");
    if (given.isPresent()) {
      return new HomeKeys(given.get(), first);
    }
    newestEncrypted().ifPresent(file -> requireLocal(file, first));
    return LocalKeys.readOrCreate(first);
  }

  private static void requireLocal(Path file, Path first) {
    String key = LocalKeys.SCHEME + "1";
    if (file.toString().endsWith(".key")) {
      try {
        key = KeyFile.read(file).wrapped().key();
      } catch (IOException e) {
        throw new StorageException("read", file, e);
      }
    }
    if (!key.startsWith(LocalKeys.SCHEME)) {
      throw new KeyUnavailableException(key, file, new UnrecoverableKeyException(
          "no key management was given (ModelLedger.Builder.keyManagement)"));
    }
    if (!LocalKeys.exist(first)) {
      throw new KeyUnavailableException(key, file,
          new UnrecoverableKeyException("there is no file " + first + ", and none like it"));
    }
    if (file.toString().endsWith(".key") && !LocalKeys.readOrCreate(first).has(key)) {
      throw new KeyUnavailableException(key, file,
          new UnrecoverableKeyException("it is none of the keys in " + first + " and beside it"));
    }
  }

  /** Returns the newest file that has a wrapped key, or had it before keys had files. */
  private Optional<Path> newestEncrypted() {
    List<Path> files = new ArrayList<>();
    for (Path directory : List.of(artifacts().resolve("keys"), evidence())) {
      if (Files.isDirectory(directory)) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*.{key,evidence}")) {
          all.forEach(files::add);
        } catch (IOException e) {
          throw new StorageException("read", directory, e);
        }
      }
    }
    return files.stream()
        .max(Comparator.comparing((Path file) -> file.toString().endsWith(".key"))
            .thenComparing(file -> String.valueOf(file.getFileName())));
  }

  /**
   * Returns what was made for this before, or makes it, durably: signatures are random, and the same
   * thing is to be signed once, also if the process dies on the way.
   */
  byte[] once(String kind, String name, Supplier<byte[]> fresh) {
    return SecretFiles.readOrCreate(directory.resolve(kind).resolve(name), fresh);
  }
}
