package org.modelledger.onnx.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.models.safetensors.SafetensorsEntry;
import org.modelledger.onnx.models.safetensors.SafetensorsFile;
import org.modelledger.onnx.models.safetensors.SafetensorsType;

/**
 * Weights from a safetensors file: F32 as it is, F16 and BF16 widened, which changes no value. Tensors
 * that no parameter asks for are left alone.
 */
public final class SafetensorsWeights implements Weights {
  private final SafetensorsFile file;
  private final UnaryOperator<String> names;

  /** Takes tensors by the names of the parameters; the file stays the caller's. */
  public SafetensorsWeights(SafetensorsFile file) {
    this(file, name -> name);
  }

  /**
   * Takes tensors by other names; the file stays the caller's.
   *
   * @param names from a parameter's name to the tensor's, such as {@code name -> "bert." + name}
   */
  public SafetensorsWeights(SafetensorsFile file, UnaryOperator<String> names) {
    this.file = Objects.requireNonNull(file, "file");
    this.names = Objects.requireNonNull(names, "names");
  }

  @Override
  public void check(Parameter parameter) {
    var unused = entry(parameter);
  }

  @Override
  public InputStream open(Parameter parameter) throws IOException {
    SafetensorsEntry entry = entry(parameter);
    InputStream in = file.read(entry.name());
    return switch (entry.type()) {
      case F32 -> in;
      case F16 -> new Widened(in, SafetensorsWeights::fromHalf);
      case BF16 -> new Widened(in, half -> half << 16);
      default -> throw unsupported(entry);
    };
  }

  /** IEEE 754 binary16 to binary32, as bits. */
  private static int fromHalf(int half) {
    return Float.floatToRawIntBits(Float.float16ToFloat((short) half));
  }

  private SafetensorsEntry entry(Parameter parameter) {
    String name = names.apply(parameter.name());
    SafetensorsEntry entry = file.tensors().get(name);
    if (entry == null) {
      throw new ModelFormatException(file + " has no tensor '" + name + "', which the parameter '"
          + parameter.name() + "' " + parameter.shape() + " wants; it has "
          + file.tensors().keySet().stream().limit(20).toList());
    }
    if (!entry.shape().equals(parameter.shape())) {
      throw new ModelFormatException(file + " has tensor '" + name + "' of shape " + entry.shape()
          + "; the parameter '" + parameter.name() + "' wants " + parameter.shape());
    }
    if (entry.type() != SafetensorsType.F32 && entry.type() != SafetensorsType.F16
        && entry.type() != SafetensorsType.BF16) {
      throw unsupported(entry);
    }
    return entry;
  }

  private ModelFormatException unsupported(SafetensorsEntry entry) {
    return new ModelFormatException(file + " has tensor '" + entry.name() + "' of type "
        + entry.type() + "; weights are F32, F16 or BF16");
  }

  /** Turns two bytes into four. */
  private static final class Widened extends InputStream {
    private static final int ELEMENTS = 2048;

    private final InputStream in;
    private final IntUnaryOperator widen;
    private final ByteBuffer wide = ByteBuffer.allocate(ELEMENTS * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .limit(0);

    Widened(InputStream in, IntUnaryOperator widen) {
      this.in = in;
      this.widen = widen;
    }

    @Override
    public int read() throws IOException {
      return fill() ? wide.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      var unused = Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int part = Math.min(length, wide.remaining());
      wide.get(into, offset, part);
      return part;
    }

    private boolean fill() throws IOException {
      if (wide.hasRemaining()) {
        return true;
      }
      ByteBuffer narrow = ByteBuffer.wrap(in.readNBytes(ELEMENTS * Short.BYTES))
          .order(ByteOrder.LITTLE_ENDIAN);
      wide.clear();
      while (narrow.hasRemaining()) {
        wide.putInt(widen.applyAsInt(narrow.getShort() & 0xffff));
      }
      wide.flip();
      return wide.hasRemaining();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
