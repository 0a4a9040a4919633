package org.modelledger.onnx.models;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/** A parameter as the model's files have it: as in checkpoints, or with rows and columns exchanged. */
record StoredParameter(String name, Parameter parameter, boolean exchanged) {

  List<Long> shape() {
    return exchanged ? parameter.shape().reversed() : parameter.shape();
  }

  long byteCount() {
    return parameter.byteCount();
  }

  /** Reads all of it into memory. */
  byte[] read(Weights weights) {
    if (byteCount() > Integer.MAX_VALUE - 8) {
      throw new ModelFormatException("parameter '" + parameter.name() + "' has " + byteCount()
          + " bytes, which is too long to be read at once");
    }
    try (InputStream in = open(weights)) {
      return all(in);
    } catch (IOException e) {
      throw new StorageException(
          "cannot read the parameter '" + parameter.name() + "': " + e.getMessage(), e);
    }
  }

  private byte[] all(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes((int) byteCount());
    if (bytes.length != byteCount() || in.read() >= 0) {
      throw new ModelFormatException("parameter '" + parameter.name() + "' does not have the "
          + byteCount() + " bytes of " + parameter.shape());
    }
    return bytes;
  }

  /** Opens it; one that is to be exchanged is held in memory. */
  InputStream open(Weights weights) throws IOException {
    InputStream in = weights.open(parameter);
    if (!exchanged) {
      return in;
    }
    try (in) {
      return new ByteArrayInputStream(exchange(all(in)));
    }
  }

  private byte[] exchange(byte[] matrix) {
    int rows = Math.toIntExact(parameter.shape().get(0));
    int columns = Math.toIntExact(parameter.shape().get(1));
    ByteBuffer from = ByteBuffer.wrap(matrix);
    ByteBuffer to = ByteBuffer.allocate(matrix.length);
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        to.putInt(from.getInt((row * columns + column) * Float.BYTES));
      }
    }
    return to.array();
  }
}
