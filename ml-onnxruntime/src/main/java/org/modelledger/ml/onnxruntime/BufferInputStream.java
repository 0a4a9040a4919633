package org.modelledger.ml.onnxruntime;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads memory from its position to its limit, and leaves both as they are. */
final class BufferInputStream extends InputStream {
  private final ByteBuffer rest;

  BufferInputStream(ByteBuffer memory) {
    this.rest = memory.duplicate();
  }

  @Override
  public int read() {
    return rest.hasRemaining() ? rest.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int from, int length) {
    if (length == 0) {
      return 0;
    }
    if (!rest.hasRemaining()) {
      return -1;
    }
    int n = Math.min(length, rest.remaining());
    rest.get(bytes, from, n);
    return n;
  }

  @Override
  public long skip(long bytes) {
    int n = (int) Math.max(0, Math.min(bytes, rest.remaining()));
    rest.position(rest.position() + n);
    return n;
  }

  @Override
  public int available() {
    return rest.remaining();
  }
}
