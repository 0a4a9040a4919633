package org.modelledger.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;

/** Hashes a file in one pass, and copies it in the same pass if that is wanted. */
final class FileHashing {
  private FileHashing() {}

  /** What went through: its digest and its length in bytes. */
  record Copied(Digest digest, long size) {}

  /** Opens what is read. */
  interface Source {
    InputStream open() throws IOException;
  }

  /** Where a copy goes. */
  interface Sink {
    /** Takes all remaining bytes. */
    void write(ByteBuffer bytes) throws InterruptedException;
  }

  static Digest hash(ModelFiles files, String name) throws InterruptedException {
    return copy(name, () -> files.open(name), null).digest();
  }

  /**
   * Reads a file to its end.
   *
   * @param what names it in messages
   * @param sink where the bytes go as well, or null
   */
  static Copied copy(String what, Source source, @Nullable Sink sink) throws InterruptedException {
    try (InputStream in = source.open(); HashPipe pipe = new HashPipe()) {
      long size = 0;
      while (true) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while reading '" + what + "'");
        }
        byte[] buffer = pipe.buffer();
        int read = in.readNBytes(buffer, 0, buffer.length);
        size += read;
        boolean last = read < buffer.length;
        pipe.hash(buffer, read, last);
        if (sink != null) {
          sink.write(ByteBuffer.wrap(buffer, 0, read));
        }
        if (last) {
          return new Copied(pipe.digest(), size);
        }
      }
    } catch (IOException e) {
      StorageFailures.rethrowIfInterrupted(e);
      throw new StorageException("cannot read '" + what + "': " + e, e);
    }
  }
}
