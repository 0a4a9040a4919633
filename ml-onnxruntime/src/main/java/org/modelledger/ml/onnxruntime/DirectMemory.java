package org.modelledger.ml.onnxruntime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;

/** Reads files of a model into memory outside the Java heap, each to its end, so that it is verified. */
final class DirectMemory {
  private static final int CHUNK = 1 << 20;

  private DirectMemory() {}

  /** Is told of the bytes of a file as they come. */
  interface Sink {
    void take(long position, byte[] bytes, int length);
  }

  /**
   * Allocates memory.
   *
   * @param what it is for, as messages call it
   * @throws ModelFormatException if it is more than one buffer holds
   * @throws ConfigurationException if the JVM does not give so much
   */
  static ByteBuffer allocate(long bytes, String what) {
    if (bytes > Integer.MAX_VALUE - Scratch.ALIGNMENT) {
      throw new ModelFormatException(what + " has " + bytes + " bytes; supported are up to "
          + (Integer.MAX_VALUE - Scratch.ALIGNMENT) + " in one piece");
    }
    try {
      return Scratch.allocate((int) bytes);
    } catch (OutOfMemoryError e) {
      throw new ConfigurationException(what + " takes " + bytes
          + " bytes outside the Java heap, and the JVM does not give them (" + e.getMessage()
          + "); raise -XX:MaxDirectMemorySize, or -Xmx if that is not set", e);
    }
  }

  /** Reads a whole file into new memory. */
  static ByteBuffer read(ModelFiles files, String name) {
    ByteBuffer memory = allocate(files.size(name), name);
    pass(files, name, (position, bytes, length) -> memory.put(bytes, 0, length));
    return memory.flip();
  }

  /**
   * Hands out a file from its first byte to its last.
   *
   * @throws ModelFormatException if it is not as long as it was said to be, or not what was registered
   * @throws StorageException if it cannot be read
   */
  static void pass(ModelFiles files, String name, Sink sink) {
    long size = files.size(name);
    long position = 0;
    byte[] chunk = new byte[(int) Math.max(1, Math.min(CHUNK, size))];
    try (InputStream in = files.open(name)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (n > size - position) {
          throw new ModelFormatException(name + " has more than the " + size
              + " bytes it was said to have");
        }
        sink.take(position, chunk, n);
        position += n;
      }
    } catch (IOException e) {
      throw new StorageException("cannot read " + name + " of the model: " + e.getMessage(), e);
    }
    if (position < size) {
      throw new ModelFormatException(
          name + " ends after " + position + " of " + size + " bytes");
    }
  }
}
