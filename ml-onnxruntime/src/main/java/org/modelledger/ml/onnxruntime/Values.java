package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;

/** Tensors and types, ours and ONNX Runtime's. */
final class Values {
  private Values() {}

  /** Returns our type, or nothing for one that we do not have. */
  static Optional<DataType> type(TensorInfo info) {
    return Optional.ofNullable(switch (info.onnxType) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DataType.BOOL;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DataType.UINT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> DataType.UINT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> DataType.UINT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> DataType.UINT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DataType.INT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> DataType.INT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DataType.INT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DataType.INT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DataType.FP16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> DataType.BF16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DataType.FP32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> DataType.FP64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> DataType.BYTES;
      default -> null;
    });
  }

  /** Says whether ONNX Runtime's Java API can make a tensor of a type over memory that is given. */
  static boolean overMemory(DataType type) {
    return switch (type) {
      case UINT16, UINT32, UINT64, BYTES -> false;
      default -> true;
    };
  }

  /** Says whether ONNX Runtime's Java API can make a tensor of a type at all. */
  static boolean canBeMade(DataType type) {
    return overMemory(type) || type == DataType.BYTES;
  }

  /**
   * Makes a tensor over direct memory, which it does not copy. What has no elements has no address either, and
   * gets one.
   *
   * @param type one that {@link #overMemory} allows
   * @param data direct, little-endian, all of it
   */
  static OnnxTensor over(OrtEnvironment environment, DataType type, Shape shape, ByteBuffer data)
      throws OrtException {
    long[] lengths = shape.lengths();
    return switch (type) {
      case FP32 -> OnnxTensor.createTensor(environment, data.asFloatBuffer(), lengths);
      case FP64 -> OnnxTensor.createTensor(environment, data.asDoubleBuffer(), lengths);
      case INT64 -> OnnxTensor.createTensor(environment, data.asLongBuffer(), lengths);
      case INT32 -> OnnxTensor.createTensor(environment, data.asIntBuffer(), lengths);
      case INT16 ->
        OnnxTensor.createTensor(environment, data.asShortBuffer(), lengths, OnnxJavaType.INT16);
      case FP16 ->
        OnnxTensor.createTensor(environment, data.asShortBuffer(), lengths, OnnxJavaType.FLOAT16);
      case BF16 ->
        OnnxTensor.createTensor(environment, data.asShortBuffer(), lengths, OnnxJavaType.BFLOAT16);
      case INT8 -> OnnxTensor.createTensor(environment, data, lengths, OnnxJavaType.INT8);
      case UINT8 -> OnnxTensor.createTensor(environment, data, lengths, OnnxJavaType.UINT8);
      case BOOL -> OnnxTensor.createTensor(environment, data, lengths, OnnxJavaType.BOOL);
      case UINT16, UINT32, UINT64, BYTES -> throw new IllegalStateException(
          "ONNX Runtime's Java API makes no tensors of type " + type + " over memory");
    };
  }

  static Shape shape(OnnxTensor tensor) {
    return Shape.of(tensor.getInfo().getShape());
  }

  /**
   * Copies an output of numbers onto the heap.
   *
   * @throws InferenceException if it is no tensor of the type
   */
  static Tensor copy(OnnxTensor value, DataType type, String where) {
    requireType(value, type, where);
    ByteBuffer data = value.getByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return Tensor.wrap(type, shape(value), data);
  }

  static void requireType(OnnxTensor value, DataType type, String where) {
    if (type(value.getInfo()).orElse(null) != type) {
      throw new InferenceException(
          where + " has type " + value.getInfo().onnxType + "; expected " + type);
    }
  }

  /** @throws InferenceException if the value is none, or no tensor */
  static OnnxTensor requireTensor(Optional<OnnxValue> value, String where) {
    if (value.isPresent() && value.get() instanceof OnnxTensor tensor) {
      return tensor;
    }
    throw new InferenceException(where + " is " + value.map(v -> v.getType().toString())
        .orElse("missing") + "; expected a tensor");
  }
}
