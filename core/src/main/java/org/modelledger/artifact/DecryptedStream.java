package org.modelledger.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.modelledger.model.Digest;

/**
 * What an encrypted file decrypts to. Every byte that is handed out was authenticated, and is of that
 * place in the file of that digest. What is not right is an {@link ArtifactCorruptException}.
 */
final class DecryptedStream extends InputStream {
  /** The file, what it should be, and what its users call it. */
  record Source(BlobCipher cipher, Path path, String name, Digest digest, long size) {}

  private final Source source;
  private final FileWindow file;
  private final SeekableByteChannel plain;
  private final byte[] one = new byte[1];

  private DecryptedStream(Source source, FileWindow file, SeekableByteChannel plain) {
    this.source = source;
    this.file = file;
    this.plain = plain;
  }

  /** @param from where to begin, in plain bytes */
  static DecryptedStream open(Source source, long from) throws IOException {
    FileWindow file = FileWindow.open(source.path());
    try {
      SeekableByteChannel plain = source.cipher()
          .decrypt(file, source.path(), source.digest(), source.size());
      return new DecryptedStream(source, file, plain.position(from));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a file, and says what it is if it is damaged.
   *
   * @throws ArtifactCorruptException if it does not begin or end as it should
   */
  static DecryptedStream openChecked(Source source, long from) throws IOException {
    try {
      return open(source, from);
    } catch (BlobCipher.DamagedException e) {
      throw corrupt(source, Digest.of(Digest.sha256().digest()), 0, e);
    }
  }

  private static ArtifactCorruptException corrupt(Source source, Digest found, long position,
      IOException cause) {
    return new ArtifactCorruptException(source.name(), source.digest(), found, position, cause);
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    long position = plain.position();
    if (position >= source.size()) {
      return -1; // the channel itself says 0 there, if it has not been read up to it
    }
    try {
      int read = plain.read(ByteBuffer.wrap(bytes, offset, length));
      if (read <= 0) {
        throw new BlobCipher.DamagedException(source.path() + " ends too early");
      }
      return read;
    } catch (IOException e) {
      if (file.hasFailed()) {
        throw e;
      }
      Arrays.fill(bytes, offset, offset + length, (byte) 0);
      throw corrupt(source, digestOfFirst(position), position, e);
    }
  }

  /** Hashes what can be read, up to a place: it is told to whom asks what was found. */
  private Digest digestOfFirst(long limit) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (DecryptedStream again = open(source, 0)) {
      byte[] buffer = new byte[1 << 16];
      long left = limit;
      while (left > 0) {
        int read = again.plain.read(
            ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, left)));
        if (read <= 0) {
          break;
        }
        sha256.update(buffer, 0, read);
        left -= read;
      }
    } catch (IOException e) {
      // the digest of what came before says what there is to say
    }
    return Digest.of(sha256.digest());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
