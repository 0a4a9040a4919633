package org.modelledger.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.modelledger.internal.envelope.Envelope;
import org.modelledger.internal.envelope.KeyFile;
import org.modelledger.internal.envelope.WrappedKey;
import org.modelledger.internal.secret.RandomBytes;
import org.modelledger.model.Digest;

/**
 * Turns subjects into tags that say nothing of them to whoever lacks the key, however guessable they are.
 * The key lies beside the evidence, wrapped like the keys of files, and is never changed: a rotation wraps
 * it anew. Safe for use by several threads.
 */
final class SubjectKey {
  static final String FILE = "subjects.key";
  /** Four bytes that tell the key, and 28 of an HMAC-SHA256. */
  static final int TAG_BYTES = 32;
  /** How many of them tell the key. */
  static final int CHECK_BYTES = 4;

  private static final byte[] WRAPPING = "modelledger evidence subjects 1"
      .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TAGGING = "modelledger evidence subject 1"
      .getBytes(StandardCharsets.US_ASCII);
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;
  private final byte[] check;

  private SubjectKey(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.check = Arrays.copyOf(Digest.sha256(key).bytes(), CHECK_BYTES);
  }

  /** Reads the key of a store, if it has one. */
  static Optional<SubjectKey> read(Envelope keys, Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    try {
      return Optional.of(new SubjectKey(
          Envelope.requireDataKey(keys.unwrap(file, KeyFile.read(file).wrapped(), WRAPPING))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw damaged(file, e);
    }
  }

  /** Makes the key of a store that has none. */
  static SubjectKey create(Envelope keys, Path directory, RandomBytes random) throws IOException {
    Path file = directory.resolve(FILE);
    byte[] key = random.next(Envelope.KEY_BYTES);
    new KeyFile(0, 0, keys.wrap(file, key, WRAPPING)).write(file);
    return new SubjectKey(key);
  }

  /** Wraps the key by the current key-encryption key; says whether there is one. */
  static boolean rewrap(Envelope keys, Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    try {
      WrappedKey wrapped = KeyFile.read(file).wrapped();
      new KeyFile(0, 0, keys.rewrap(file, wrapped, WRAPPING)).write(file);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw damaged(file, e);
    }
  }

  private static EvidenceCorruptException damaged(Path file, GeneralSecurityException cause) {
    return new EvidenceCorruptException(file.toString(), 0,
        "the key of subjects does not decrypt; it was changed", cause);
  }

  byte[] tag(String attribute, String value) {
    byte[] name = attribute.getBytes(StandardCharsets.UTF_8);
    Mac mac = mac();
    mac.update(TAGGING);
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
    mac.update(name);
    byte[] full = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.allocate(TAG_BYTES)
        .put(check)
        .put(full, 0, TAG_BYTES - CHECK_BYTES)
        .array();
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256 (Mac javadoc)", e);
    }
  }
}
