package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;

/** Between our tensors and DJL's arrays. */
final class NDTensors {
  // what DJL's JNI library knows; it ends the process for any other type
  private static final Map<DataType, ai.djl.ndarray.types.DataType> TYPES = types();

  private NDTensors() {}

  private static Map<DataType, ai.djl.ndarray.types.DataType> types() {
    EnumMap<DataType, ai.djl.ndarray.types.DataType> types = new EnumMap<>(DataType.class);
    types.put(DataType.FP32, ai.djl.ndarray.types.DataType.FLOAT32);
    types.put(DataType.FP64, ai.djl.ndarray.types.DataType.FLOAT64);
    types.put(DataType.FP16, ai.djl.ndarray.types.DataType.FLOAT16);
    types.put(DataType.UINT8, ai.djl.ndarray.types.DataType.UINT8);
    types.put(DataType.INT8, ai.djl.ndarray.types.DataType.INT8);
    types.put(DataType.INT32, ai.djl.ndarray.types.DataType.INT32);
    types.put(DataType.INT64, ai.djl.ndarray.types.DataType.INT64);
    types.put(DataType.BOOL, ai.djl.ndarray.types.DataType.BOOLEAN);
    return Collections.unmodifiableMap(types);
  }

  /** Returns the types that can go in and come out. */
  static Set<DataType> supported() {
    return TYPES.keySet();
  }

  static Optional<DataType> type(ai.djl.ndarray.types.DataType type) {
    return TYPES.entrySet()
        .stream()
        .filter(entry -> entry.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Returns a tensor as an array.
   *
   * @param copies whether to give the array memory of its own; otherwise it uses the tensor's where that is outside the heap, so
   *     the tensor must be reachable as long as the array is used
   */
  static NDArray create(NDManager manager, Tensor tensor, boolean copies) {
    ai.djl.ndarray.types.DataType type = TYPES.get(tensor.dataType());
    if (type == null) {
      throw new IllegalArgumentException(
          tensor + ": the type is not supported; supported are " + supported());
    }
    ByteBuffer data = tensor.data();
    if (copies || !data.isDirect() || data.alignmentOffset(0, tensor.dataType().size()) != 0) {
      data = ByteBuffer.allocateDirect(data.remaining())
          .order(ByteOrder.nativeOrder())
          .put(data)
          .flip();
    }
    return manager.create(data, new ai.djl.ndarray.types.Shape(tensor.shape().lengths()), type);
  }

  /**
   * Returns an array as a tensor with memory of its own: one copy from PyTorch's memory.
   *
   * @param what the array is, for messages
   */
  static Tensor read(NDArray array, String what) {
    DataType type = type(array.getDataType()).orElseThrow(() -> new InferenceException(
        what + " has DJL's type " + array.getDataType() + ", which is not supported; supported are "
            + supported()));
    ByteBuffer elements = array.toByteBuffer(true);
    ByteBuffer own = ByteBuffer.allocateDirect(elements.remaining())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(elements)
        .flip();
    return Tensor.wrap(type, Shape.of(array.getShape().getShape()), own);
  }

  /** Writes numbers over those of an array, where they lie. */
  static void overwrite(NDArray array, float[] elements) {
    try (NDArray from = TrainedNetwork.array(array.getManager(), elements, array.getShape())) {
      from.copyTo(array);
    }
  }
}
