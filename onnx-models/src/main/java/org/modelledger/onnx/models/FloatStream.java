package org.modelledger.onnx.models;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.LongToIntFunction;

/** Four little-endian bytes for each place from 0, made as they are read. */
final class FloatStream extends InputStream {
  private static final int BUFFER_BYTES = 1 << 13;

  private final long elements;
  private final LongToIntFunction bits;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES)
      .order(ByteOrder.LITTLE_ENDIAN)
      .limit(0);
  private long next;

  FloatStream(long elements, LongToIntFunction bits) {
    this.elements = elements;
    this.bits = bits;
  }

  @Override
  public int read() {
    return fill() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    var unused = Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    int read = 0;
    while (read < length && fill()) {
      int part = Math.min(length - read, buffer.remaining());
      buffer.get(into, offset + read, part);
      read += part;
    }
    return read == 0 ? -1 : read;
  }

  /** Says whether there is a byte to give. */
  private boolean fill() {
    if (buffer.hasRemaining()) {
      return true;
    }
    int count = (int) Math.min(buffer.capacity() / Float.BYTES, elements - next);
    buffer.clear();
    for (int i = 0; i < count; i++) {
      buffer.putInt(bits.applyAsInt(next++));
    }
    buffer.flip();
    return count > 0;
  }
}
