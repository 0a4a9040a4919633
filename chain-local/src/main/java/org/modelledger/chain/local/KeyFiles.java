package org.modelledger.chain.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.NoteVerifier;

/** Reads and makes the files with the log's keys. */
final class KeyFiles {
  private static final int MAX_BYTES = 1 << 14;
  private static final int MAX_CHECKPOINT_BYTES = 1_000_000;
  private static final String ORIGIN_PREFIX = "modelledger.local/";
  private static final int ORIGIN_RANDOM_BYTES = 12;

  private KeyFiles() {}

  /**
   * Refuses a secret that would be served with the ledger.
   *
   * @throws ConfigurationException if the file lies in the directory
   */
  static void requireOutside(String what, Path file, Path directory) {
    if (real(file).startsWith(real(directory))) {
      throw new ConfigurationException(
          "the " + what + " " + file + " lies in the ledger's directory "
              + directory + ", which may be served to anyone; put it elsewhere");
    }
  }

  /** Resolves links as far as the path exists. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path there = absolute;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      return there.toRealPath().resolve(there.relativize(absolute)).normalize();
    } catch (IOException e) {
      return absolute; // not to be resolved, and soon not to be read either
    }
  }

  /**
   * Reads a short text file.
   *
   * @throws ConfigurationException if it is missing, too long or not text
   * @throws StorageException if it cannot be read
   */
  static String read(String what, Path file, int maxBytes) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(maxBytes + 1);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException("there is no " + what + " " + file, e);
    } catch (IOException e) {
      throw new StorageException("read the " + what, file, e);
    }
    if (bytes.length > maxBytes) {
      throw new ConfigurationException("the " + what + " " + file + " has more than " + maxBytes
          + " bytes: it is something else");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ConfigurationException("the " + what + " " + file + " is not text", e);
    }
  }

  /**
   * Reads the log's private key.
   *
   * @throws ConfigurationException if it is missing or no such key; shows nothing of it
   */
  static NoteSigner readLogKey(Path file) {
    String text = read("log key", file, MAX_BYTES).strip();
    NoteSigner signer;
    try {
      signer = NoteSigner.parse(text);
    } catch (IllegalArgumentException e) {
      // The cause stays out: its message may quote what it read.
      throw new ConfigurationException("the log key " + file
          + " is not one line PRIVATE+KEY+name+hash+base64 of an Ed25519 note key");
    }
    origin(signer.verifier());
    return signer;
  }

  /**
   * Reads the log's private key, or makes it where there is none: a file that only its owner may
   * read, whole or not there.
   *
   * @param origin the name of a new key; a random one if empty
   */
  static NoteSigner openLogKey(Path file, Optional<LogOrigin> origin) {
    if (Files.exists(file)) {
      return readLogKey(file);
    }
    SecureRandom random = new SecureRandom();
    NoteSigner signer = NoteSigner
        .generate(origin.map(LogOrigin::value).orElseGet(() -> randomOrigin(random)), random);
    try {
      create(file, signer.encoded() + "\n");
    } catch (FileAlreadyExistsException e) {
      return readLogKey(file); // another process was faster
    } catch (IOException e) {
      throw new StorageException("write the log key", file, e);
    }
    return signer;
  }

  private static String randomOrigin(SecureRandom random) {
    byte[] bytes = new byte[ORIGIN_RANDOM_BYTES];
    random.nextBytes(bytes);
    return ORIGIN_PREFIX + HexFormat.of().formatHex(bytes);
  }

  private static void create(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new NoSuchFileException(file.toString());
    }
    Files.createDirectories(directory);
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly = posix
        ? new FileAttribute<?>[]{
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
        : new FileAttribute<?>[0];
    Path temporary = Files.createTempFile(directory, ".key", ".tmp", ownerOnly);
    try {
      try (FileChannel channel = FileChannel.open(temporary, Set.of(StandardOpenOption.WRITE))) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      link(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
    Durable.syncDirectory(directory);
  }

  private static void link(Path temporary, Path file) throws IOException {
    try {
      Files.createLink(file, temporary); // fails if the file is there, which a rename would replace
    } catch (UnsupportedOperationException e) {
      Files.move(temporary, file);
    }
  }

  /**
   * Reads the log's public key.
   *
   * @param fileOrKey {@code name+hash+base64}, or a file with such keys, one a line, of which the one
   *     is taken that the ledger in the directory names as its origin
   * @throws ConfigurationException if it is neither
   */
  static NoteVerifier readVerifier(String fileOrKey, Path directory) {
    Optional<NoteVerifier> literal = parseVerifier(fileOrKey);
    NoteVerifier verifier = literal.orElseGet(() -> {
      Path file = path(fileOrKey);
      List<NoteVerifier> keys = read("log's public key", file, MAX_BYTES).lines()
          .map(line -> parseVerifier(line).orElseThrow(() -> new ConfigurationException("the file "
              + file + " has a line that is not a verifier key name+hash+base64")))
          .toList();
      return keys.size() == 1 ? keys.getFirst() : choose(keys, file, directory);
    });
    origin(verifier);
    return verifier;
  }

  /** The checkpoint is not trusted: it only picks among keys that are. */
  private static NoteVerifier choose(List<NoteVerifier> keys, Path file, Path directory) {
    String origin = read("checkpoint", directory.resolve("checkpoint"), MAX_CHECKPOINT_BYTES)
        .lines()
        .findFirst()
        .orElse("");
    return keys.stream()
        .filter(key -> key.name().equals(origin))
        .findFirst()
        .orElseThrow(() -> new ConfigurationException("the file " + file
            + " has no verifier key for '" + origin + "', the origin of the ledger " + directory));
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new ConfigurationException(
          "'" + text + "' is neither a verifier key name+hash+base64 nor a path", e);
    }
  }

  private static Optional<NoteVerifier> parseVerifier(String text) {
    try {
      return Optional.of(NoteVerifier.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the origin that a key is for. */
  static LogOrigin origin(NoteVerifier verifier) {
    try {
      return LogOrigin.of(verifier.name());
    } catch (InvalidNameException e) {
      throw new ConfigurationException("the name of the log key " + verifier + " is not an origin: "
          + e.getMessage(), e);
    }
  }
}
