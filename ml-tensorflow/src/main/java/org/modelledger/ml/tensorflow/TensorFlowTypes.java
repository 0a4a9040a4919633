package org.modelledger.ml.tensorflow;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.modelledger.inference.DataType;

/** TensorFlow's element types that have a name in the Open Inference Protocol. */
final class TensorFlowTypes {
  private static final Map<org.tensorflow.proto.DataType, DataType> TYPES = types();

  private TensorFlowTypes() {}

  private static Map<org.tensorflow.proto.DataType, DataType> types() {
    EnumMap<org.tensorflow.proto.DataType, DataType> types = new EnumMap<>(
        org.tensorflow.proto.DataType.class);
    types.put(org.tensorflow.proto.DataType.DT_BOOL, DataType.BOOL);
    types.put(org.tensorflow.proto.DataType.DT_UINT8, DataType.UINT8);
    types.put(org.tensorflow.proto.DataType.DT_UINT16, DataType.UINT16);
    types.put(org.tensorflow.proto.DataType.DT_UINT32, DataType.UINT32);
    types.put(org.tensorflow.proto.DataType.DT_UINT64, DataType.UINT64);
    types.put(org.tensorflow.proto.DataType.DT_INT8, DataType.INT8);
    types.put(org.tensorflow.proto.DataType.DT_INT16, DataType.INT16);
    types.put(org.tensorflow.proto.DataType.DT_INT32, DataType.INT32);
    types.put(org.tensorflow.proto.DataType.DT_INT64, DataType.INT64);
    types.put(org.tensorflow.proto.DataType.DT_HALF, DataType.FP16);
    types.put(org.tensorflow.proto.DataType.DT_BFLOAT16, DataType.BF16);
    types.put(org.tensorflow.proto.DataType.DT_FLOAT, DataType.FP32);
    types.put(org.tensorflow.proto.DataType.DT_DOUBLE, DataType.FP64);
    types.put(org.tensorflow.proto.DataType.DT_STRING, DataType.BYTES);
    return Map.copyOf(types);
  }

  static Optional<DataType> of(org.tensorflow.proto.DataType type) {
    return Optional.ofNullable(TYPES.get(type));
  }

  /** Returns TensorFlow's number of a type. */
  static int number(DataType type) {
    for (Map.Entry<org.tensorflow.proto.DataType, DataType> entry : TYPES.entrySet()) {
      if (entry.getValue() == type) {
        return entry.getKey().getNumber();
      }
    }
    throw new IllegalStateException("TensorFlow has no type for " + type);
  }

  /** Returns the supported types, for messages. */
  static String known() {
    return Arrays.toString(TYPES.keySet().stream().sorted().toArray());
  }
}
