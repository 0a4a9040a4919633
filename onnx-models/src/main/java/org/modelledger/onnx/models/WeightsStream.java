package org.modelledger.onnx.models;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelFormatException;

/** Parameters one after the other, each at its offset, with zeros between. One is open at a time. */
final class WeightsStream extends InputStream {
  private final Weights weights;
  private final List<StoredParameter> parameters;
  private final List<Long> offsets;
  private int next;
  private long position;
  private @Nullable InputStream open;
  private long left;
  private boolean closed;

  WeightsStream(Weights weights, List<StoredParameter> parameters, List<Long> offsets) {
    this.weights = weights;
    this.parameters = parameters;
    this.offsets = offsets;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    var unused = Objects.checkFromIndexSize(offset, length, into.length);
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (length == 0) {
      return 0;
    }
    InputStream in = open;
    if (in == null) {
      if (next == parameters.size()) {
        return -1;
      }
      long gap = offsets.get(next) - position;
      if (gap > 0) {
        return zeros(into, offset, (int) Math.min(gap, length));
      }
      left = parameters.get(next).byteCount();
      in = parameters.get(next).open(weights);
      open = in;
    }
    return elements(in, into, offset, length);
  }

  private int zeros(byte[] into, int offset, int length) {
    Arrays.fill(into, offset, offset + length, (byte) 0);
    position += length;
    return length;
  }

  private int elements(InputStream in, byte[] into, int offset, int length) throws IOException {
    int read = in.read(into, offset, (int) Math.min(left, length));
    if (read < 0) {
      throw wrongLength("ends " + left + " bytes early");
    }
    position += read;
    left -= read;
    if (left == 0) {
      if (in.read() >= 0) {
        throw wrongLength("goes on behind them");
      }
      open = null;
      next++;
      in.close();
    }
    return read;
  }

  private ModelFormatException wrongLength(String how) {
    Parameter parameter = parameters.get(next).parameter();
    return new ModelFormatException("parameter '" + parameter.name() + "' has "
        + parameter.byteCount() + " bytes by its shape " + parameter.shape() + "; its source "
        + how);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    InputStream in = open;
    open = null;
    if (in != null) {
      in.close();
    }
  }
}
