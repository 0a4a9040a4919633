package org.modelledger.internal.hashing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;

/** Hashes a file in one pass, and copies it in the same pass if that is wanted. */
public final class FileHashing {
  /** How much is read at once. */
  public static final int BUFFER_BYTES = 256 << 10;

  private FileHashing() {}

  /** What went through: its digest and its length in bytes. */
  public record Copied(Digest digest, long size) {}

  /** Opens what is read. */
  public interface Source {
    InputStream open() throws IOException;
  }

  /** Where what is read goes as well. */
  public interface Sink {
    /** Takes all remaining bytes. */
    void write(ByteBuffer bytes) throws InterruptedException;
  }

  /** What is done with an open stream. */
  public interface Reading<T> {
    T of(InputStream in) throws IOException, InterruptedException;
  }

  /** Returns the SHA-256 of a file. */
  public static Digest hash(ModelFiles files, String name) throws InterruptedException {
    return copy(name, () -> files.open(name), null).digest();
  }

  /**
   * Reads a file to its end.
   *
   * @param what names it in messages
   * @param sink where the bytes go as well, or null
   */
  public static Copied copy(String what, Source source, @Nullable Sink sink)
      throws InterruptedException {
    return reading(what, source, in -> {
      MessageDigest sha256 = Digest.sha256();
      long size = hash(what, in, Long.MAX_VALUE, sha256, sink);
      return new Copied(Digest.of(sha256.digest()), size);
    });
  }

  /**
   * Opens a file, does something with it and closes it.
   *
   * @param what names it in messages
   */
  public static <T> T reading(String what, Source source, Reading<T> body)
      throws InterruptedException {
    try (InputStream in = source.open()) {
      return body.of(in);
    } catch (IOException e) {
      Interrupts.rethrowIfInterrupted(e);
      throw new StorageException("cannot read '" + what + "': " + e, e);
    }
  }

  /**
   * Hashes what comes next in a stream.
   *
   * @param what names it in messages
   * @param limit how many bytes at most; 1 or more
   * @param digest is given the bytes; nobody else uses it meanwhile
   * @param sink where the bytes go as well, or null
   * @return how many there were; fewer than the limit only at the end of the stream
   */
  public static long hash(String what, InputStream in, long limit, MessageDigest digest,
      @Nullable Sink sink) throws IOException, InterruptedException {
    try (HashPipe pipe = new HashPipe(digest, (int) Math.min(limit, BUFFER_BYTES))) {
      long size = 0;
      while (true) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while reading '" + what + "'");
        }
        byte[] buffer = pipe.buffer();
        int wanted = (int) Math.min(buffer.length, limit - size);
        int read = in.readNBytes(buffer, 0, wanted);
        size += read;
        boolean last = read < wanted || size == limit;
        pipe.hash(buffer, read, last);
        if (sink != null) {
          sink.write(ByteBuffer.wrap(buffer, 0, read));
        }
        if (last) {
          pipe.finish();
          return size;
        }
      }
    }
  }
}
