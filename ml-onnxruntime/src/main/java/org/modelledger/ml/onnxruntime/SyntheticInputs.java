package org.modelledger.ml.onnxruntime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/** Inputs that fit a model, made up: numbers from -1 to 1, whole ones 0 or 1, the same each time. */
final class SyntheticInputs {
  private static final long SEED = 20_260_101;
  private static final long MAX_BYTES = 64L << 20;

  private SyntheticInputs() {}

  /**
   * @param free the length of every free dimension
   * @return nothing if they would take too much memory
   */
  static Optional<Tensors> of(List<TensorSpec> specs, long free) {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long left = MAX_BYTES;
    for (TensorSpec spec : specs) {
      long[] lengths = spec.shape().lengths();
      double bytes = Math.max(1, spec.dataType().size());
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = lengths[i] == Shape.FREE ? free : lengths[i];
        bytes *= lengths[i];
      }
      if (bytes > left) {
        return Optional.empty();
      }
      left -= (long) bytes;
      tensors.put(spec.name(), tensor(spec.dataType(), Shape.of(lengths), random));
    }
    return Optional.of(Tensors.of(tensors));
  }

  private static Tensor tensor(DataType type, Shape shape, SplittableRandom random) {
    int elements = Math.toIntExact(shape.elements());
    if (type == DataType.BYTES) {
      return Tensor.ofStrings(Collections.nCopies(elements, "0"), shape.lengths());
    }
    ByteBuffer data = ByteBuffer.allocateDirect(elements * type.size())
        .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      double number = 2 * random.nextDouble() - 1;
      int whole = number < 0 ? 0 : 1;
      switch (type) {
        case FP64 -> data.putDouble(number);
        case FP32 -> data.putFloat((float) number);
        case FP16 -> data.putShort(Float.floatToFloat16((float) number));
        case BF16 -> data.putShort((short) (Float.floatToIntBits((float) number) >>> 16));
        case INT64, UINT64 -> data.putLong(whole);
        case INT32, UINT32 -> data.putInt(whole);
        case INT16, UINT16 -> data.putShort((short) whole);
        case INT8, UINT8, BOOL, BYTES -> data.put((byte) whole);
      }
    }
    return Tensor.wrap(type, shape, data.flip());
  }
}
