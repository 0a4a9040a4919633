package org.modelledger.artifact;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.modelledger.model.Digest;

/**
 * Hashes what it hands out, and hands out the end only if all of it was right: the read that would
 * return the last byte compares the digest first.
 */
final class VerifiedInputStream extends InputStream {
  private final InputStream in;
  private final String name;
  private final long size;
  private final Digest expected;
  private final MessageDigest digest = Digest.sha256();
  private final byte[] one = new byte[1];
  private long position;
  private boolean verified;

  VerifiedInputStream(InputStream in, String name, long size, Digest expected) {
    this.in = in;
    this.name = name;
    this.size = size;
    this.expected = expected;
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
    int read = position == size
        ? -1
        : in.read(bytes, offset, (int) Math.min(length, size - position));
    if (read < 0) {
      verify();
      return -1;
    }
    digest.update(bytes, offset, read);
    position += read;
    if (position == size) {
      try {
        verify();
      } catch (ArtifactCorruptException e) {
        Arrays.fill(bytes, offset, offset + read, (byte) 0);
        throw e;
      }
    }
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = 0;
    byte[] buffer = new byte[(int) Math.min(Math.max(count, 1), 8192)];
    while (skipped < count) { // what is skipped is hashed as well
      int read = read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void verify() throws IOException {
    if (verified) {
      return;
    }
    if (position == size) { // more than was stored, or less, is another content
      int more = in.read(one, 0, 1);
      if (more > 0) {
        digest.update(one[0]);
      }
    }
    Digest found = Digest.of(digest.digest());
    if (!found.equals(expected)) {
      throw new ArtifactCorruptException(name, expected, found);
    }
    if (position != size) {
      throw new EOFException(name + " ended after " + position + " of " + size + " bytes");
    }
    verified = true;
  }
}
