package org.modelledger.encryption;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.UnrecoverableKeyException;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modelledger.internal.secret.SecretFiles;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;

/**
 * Keys in files that only their owner may read: Tink keysets in JSON, AES-256-GCM. The first one has the
 * name that it is given, such as {@code evidence.keyset}; those that {@link #rotate} makes lie beside it,
 * {@code evidence-2.keyset} and so on, and the one of the highest number is the current one. A file is
 * never written to again.
 *
 * <p>The URI of a key has its number and the id that Tink gave it, {@code local:2-9f2c33aa}: so a key
 * that was lost and made anew is not taken for the one that it was.
 *
 * <p>To destroy a key, once {@link KeyRotation#needed} does not name it, delete its file while nobody
 * has the keys open. Safe for use by several threads.
 */
public final class LocalKeys implements KeyManagement {
  /** What the URIs of these keys begin with. */
  public static final String SCHEME = "local:";

  private static final String SUFFIX = ".keyset";

  private record Version(String uri, Aead aead) {}

  private final Path first;
  private final ReentrantLock rotating = new ReentrantLock();
  /** By number, never changed, replaced by the holder of the lock. */
  private volatile NavigableMap<Integer, Version> versions;

  private LocalKeys(Path first, NavigableMap<Integer, Version> versions) {
    this.first = first;
    this.versions = versions;
  }

  /**
   * Reads all keys, or makes the first one and stores it there, mode 0600.
   *
   * @param first the file of the first key
   * @throws ConfigurationException if a file is no keyset, or others may read it
   * @throws StorageException if it cannot be read or written
   */
  public static LocalKeys readOrCreate(Path first) {
    NavigableMap<Integer, Version> versions = readAll(first);
    if (versions.isEmpty()) {
      versions.put(1, read(first, 1));
    }
    return new LocalKeys(first, versions);
  }

  /**
   * Says whether there is a key already.
   *
   * @param first the file of the first key; later ones count, too
   */
  public static boolean exist(Path first) {
    return !readAll(first).isEmpty();
  }

  /**
   * Returns the URI of the first key, as which files from before keys had URIs know it.
   *
   * @param wrapped a data key that was wrapped by it; Tink's format begins with the id of the key
   */
  public static String firstKeyOf(byte[] wrapped) {
    int id = 0;
    for (int i = 1; i < 5 && i < wrapped.length; i++) {
      id = id << 8 | wrapped[i] & 0xff;
    }
    return uri(1, id);
  }

  private static NavigableMap<Integer, Version> readAll(Path first) {
    TreeMap<Integer, Version> versions = new TreeMap<>();
    Path directory = Objects.requireNonNull(first.toAbsolutePath().getParent());
    if (!Files.isDirectory(directory)) {
      return versions;
    }
    Pattern names = Pattern
        .compile(Pattern.quote(stem(first)) + "-([1-9][0-9]{0,8})" + Pattern.quote(SUFFIX));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        Matcher later = names.matcher(name);
        if (name.equals(String.valueOf(first.getFileName()))) {
          versions.put(1, read(file, 1));
        } else if (later.matches()) {
          int number = Integer.parseInt(later.group(1));
          versions.put(number, read(file, number));
        }
      }
    } catch (IOException e) {
      throw new StorageException("read the keys in", directory, e);
    }
    return versions;
  }

  private static Version read(Path file, int number) {
    try {
      byte[] json = SecretFiles.readOrCreate(file, LocalKeys::generate);
      KeysetHandle keyset = TinkJsonProtoKeysetFormat.parseKeyset(
          new String(json, StandardCharsets.UTF_8), AeadConfig2026.get(),
          InsecureSecretKeyAccess.get());
      return new Version(uri(number, keyset.getPrimary().getId()),
          keyset.getPrimitive(AeadConfig2026.get(), Aead.class));
    } catch (GeneralSecurityException e) {
      throw new ConfigurationException(
          file + " is not a Tink keyset in JSON for authenticated encryption", e);
    }
  }

  private static byte[] generate() {
    try {
      KeysetHandle fresh = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM,
          AeadConfig2026.get());
      return TinkJsonProtoKeysetFormat
          .serializeKeyset(fresh, AeadConfig2026.get(), InsecureSecretKeyAccess.get())
          .getBytes(StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink makes AES-256-GCM keys on every Java platform", e);
    }
  }

  private static String uri(int number, int id) {
    return String.format(Locale.ROOT, "%s%d-%08x", SCHEME, number, id);
  }

  private static String stem(Path first) {
    String name = String.valueOf(first.getFileName());
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  private Path file(int number) {
    return number == 1 ? first : first.resolveSibling(stem(first) + "-" + number + SUFFIX);
  }

  /** Says whether a key is here. */
  public boolean has(String key) {
    return versions.values().stream().anyMatch(version -> version.uri().equals(key));
  }

  @Override
  public String currentKey() {
    return Objects.requireNonNull(versions.lastEntry()).getValue().uri();
  }

  @Override
  public byte[] wrap(String key, byte[] dataKey, byte[] context) throws GeneralSecurityException {
    return find(key).encrypt(dataKey, context);
  }

  @Override
  public byte[] unwrap(String key, byte[] wrapped, byte[] context)
      throws GeneralSecurityException {
    return find(key).decrypt(wrapped, context);
  }

  private Aead find(String key) throws UnrecoverableKeyException {
    for (Version version : versions.values()) {
      if (version.uri().equals(key)) {
        return version.aead();
      }
    }
    throw new UnrecoverableKeyException(whereIsIt(key));
  }

  private String whereIsIt(String key) {
    Matcher parts = Pattern.compile(SCHEME + "([1-9][0-9]{0,8})-[0-9a-f]{8}").matcher(key);
    if (!parts.matches()) {
      return "it is none of the keys in files beside " + first;
    }
    int number = Integer.parseInt(parts.group(1));
    Version other = versions.get(number);
    return other == null
        ? "there was no file " + file(number)
        : file(number) + " has another key, " + other.uri();
  }

  @Override
  public String rotate() {
    rotating.lock();
    try {
      TreeMap<Integer, Version> all = new TreeMap<>(versions);
      int number = all.lastKey() + 1;
      all.put(number, read(file(number), number));
      versions = all;
      return currentKey();
    } finally {
      rotating.unlock();
    }
  }

  @Override
  public String toString() {
    return "LocalKeys[" + first + ", " + currentKey() + "]";
  }
}
