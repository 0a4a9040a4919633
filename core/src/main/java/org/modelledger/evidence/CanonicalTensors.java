package org.modelledger.evidence;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.internal.cbor.CborWriter;
import org.modelledger.model.ModelFormatException;

/** The canonical bytes of tensors, as {@link Tensors} defines them, written out and read back. */
public final class CanonicalTensors {
  private static final byte[] MAGIC = "MLTENS01".getBytes(StandardCharsets.US_ASCII);

  private CanonicalTensors() {}

  /** Returns the canonical bytes, those that {@link Tensors#updateCanonical} feeds to a digest. */
  public static byte[] write(Tensors tensors) {
    CborWriter out = new CborWriter(Math.toIntExact(length(tensors)));
    write(tensors, out);
    return out.toByteArray();
  }

  /** Writes the canonical bytes behind what was written before. */
  static void write(Tensors tensors, CborWriter out) {
    var unused = tensors.updateCanonical(new Recorder(out));
  }

  /** Returns how many canonical bytes there are. */
  static long length(Tensors tensors) {
    long length = (long) MAGIC.length + Integer.BYTES;
    for (Map.Entry<String, Tensor> entry : tensors.asMap().entrySet()) {
      Tensor tensor = entry.getValue();
      length += (long) Integer.BYTES + entry.getKey().getBytes(StandardCharsets.UTF_8).length
          + Integer.BYTES + tensor.dataType().name().length() + Integer.BYTES
          + (long) Long.BYTES * tensor.shape().rank() + Long.BYTES + tensor.data().remaining();
    }
    return length;
  }

  /**
   * Reads canonical bytes, and nothing else: what {@link #write} would write differently is refused.
   *
   * @throws ModelFormatException if the bytes are not canonical; says why not
   */
  public static Tensors read(byte[] bytes) {
    Tensors tensors;
    try {
      tensors = parse(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    } catch (BufferUnderflowException e) {
      throw new ModelFormatException("tensors in canonical bytes are cut off", e);
    } catch (IllegalArgumentException | ArithmeticException | CharacterCodingException e) {
      throw new ModelFormatException("not tensors in canonical bytes: " + e.getMessage(), e);
    }
    if (!Arrays.equals(bytes, write(tensors))) {
      throw new ModelFormatException("tensors in bytes that are not the canonical ones");
    }
    return tensors;
  }

  private static Tensors parse(ByteBuffer in) throws CharacterCodingException {
    if (!Arrays.equals(MAGIC, take(in, MAGIC.length))) {
      throw new IllegalArgumentException("they do not begin with MLTENS01");
    }
    int count = in.getInt();
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String name = text(in);
      DataType type = DataType.valueOf(text(in));
      int rank = in.getInt();
      if (rank < 0 || rank > Shape.MAX_RANK) {
        throw new IllegalArgumentException("a tensor has " + rank + " dimensions");
      }
      long[] lengths = new long[rank];
      for (int d = 0; d < rank; d++) {
        lengths[d] = in.getLong();
      }
      // copied to direct memory, where a native runtime takes it as it is
      byte[] data = take(in, in.getLong());
      ByteBuffer direct = ByteBuffer.allocateDirect(data.length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put(data)
          .flip();
      tensors.put(name, Tensor.wrap(type, Shape.of(lengths), direct));
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(in.remaining() + " bytes follow the last tensor");
    }
    return Tensors.of(tensors);
  }

  private static String text(ByteBuffer in) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder()
        .decode(ByteBuffer.wrap(take(in, in.getInt())))
        .toString();
  }

  private static byte[] take(ByteBuffer in, long length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  /** Keeps what it is fed instead of hashing it. */
  private static final class Recorder extends MessageDigest {
    private final CborWriter out;

    Recorder(CborWriter out) {
      super("none");
      this.out = out;
    }

    @Override
    protected void engineUpdate(byte input) {
      var unused = out.one(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      var unused = out.raw(input, offset, length);
    }

    @Override
    protected void engineUpdate(ByteBuffer input) {
      int length = input.remaining();
      int at = out.room(length); // may move the array
      var unused = input.get(out.array(), at, length);
    }

    @Override
    protected byte[] engineDigest() {
      throw new UnsupportedOperationException("this records, and has no digest");
    }

    @Override
    protected void engineReset() {
      // every recorder is used once
    }
  }
}
