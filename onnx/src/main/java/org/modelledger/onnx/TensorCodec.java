package org.modelledger.onnx;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.internal.OnnxProto.StringStringEntryProto;
import org.modelledger.onnx.internal.OnnxProto.TensorProto;

/** Tensors as the specification's TensorProto has them, where elements lie in one of six fields. */
final class TensorCodec {
  private static final int EXTERNAL = 1;

  private TensorCodec() {}

  /** @param where how messages call the tensor */
  static OnnxTensor read(TensorProto proto, String where) {
    OnnxDataType type = dataType(proto.getDataType(), where);
    if (type == OnnxDataType.STRING) {
      throw new ModelFormatException(
          where + " has type STRING, which is not supported for constants");
    }
    if (proto.getDataLocation() == EXTERNAL || proto.getExternalDataCount() > 0) {
      throw new ModelFormatException(
          where + " keeps its elements in another file (external data), which is not"
              + " supported; save the model with its tensors inside");
    }
    long[] shape = new long[proto.getDimsCount()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = proto.getDims(i);
    }
    long wanted;
    try {
      wanted = OnnxTensor.byteCount(type, shape);
    } catch (ArithmeticException e) {
      throw new ModelFormatException(
          where + " has shape " + Arrays.toString(shape)
              + "; wanted sizes of 0 or more whose product fits",
          e);
    }
    ByteString raw = elements(proto, type, wanted, where);
    if (raw.size() != wanted) {
      throw new ModelFormatException(
          where + " has " + raw.size() + " bytes of elements; " + type + " with shape "
              + Arrays.toString(shape) + " takes " + wanted);
    }
    return new OnnxTensor(proto.getName(), type, shape, raw);
  }

  static boolean isExternal(TensorProto proto) {
    return proto.getDataLocation() == EXTERNAL;
  }

  static OnnxDataType dataType(int number, String where) {
    return OnnxDataType.ofNumber(number)
        .orElseThrow(() -> new ModelFormatException(
            where + " has data type " + number + "; supported are 1 to 16 (FLOAT to BFLOAT16)"));
  }

  private static ByteString elements(TensorProto proto, OnnxDataType type, long wanted,
      String where) {
    int fields = 0;
    fields += proto.hasRawData() ? 1 : 0;
    fields += proto.getFloatDataCount() > 0 ? 1 : 0;
    fields += proto.getInt32DataCount() > 0 ? 1 : 0;
    fields += proto.getInt64DataCount() > 0 ? 1 : 0;
    fields += proto.getDoubleDataCount() > 0 ? 1 : 0;
    fields += proto.getUint64DataCount() > 0 ? 1 : 0;
    fields += proto.getStringDataCount() > 0 ? 1 : 0;
    if (fields > 1) {
      throw new ModelFormatException(where + " has elements in " + fields + " fields; wanted one");
    }
    if (proto.hasRawData() || wanted == 0) {
      return proto.getRawData();
    }
    int count = switch (type) {
      case FLOAT, COMPLEX64 -> proto.getFloatDataCount();
      case DOUBLE, COMPLEX128 -> proto.getDoubleDataCount();
      case INT64 -> proto.getInt64DataCount();
      case UINT32, UINT64 -> proto.getUint64DataCount();
      case INT32, INT16, INT8, UINT16, UINT8, BOOL, FLOAT16, BFLOAT16 -> proto.getInt32DataCount();
      case STRING -> 0;
    };
    int parts = type == OnnxDataType.COMPLEX64 || type == OnnxDataType.COMPLEX128 ? 2 : 1;
    int size = type.byteSize() / parts;
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(count, size))
        .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT, COMPLEX64 -> bytes.putFloat(proto.getFloatData(i));
        case DOUBLE, COMPLEX128 -> bytes.putDouble(proto.getDoubleData(i));
        case INT64 -> bytes.putLong(proto.getInt64Data(i));
        case UINT64 -> bytes.putLong(proto.getUint64Data(i));
        case UINT32 -> bytes.putInt((int) proto.getUint64Data(i));
        case INT32 -> bytes.putInt(proto.getInt32Data(i));
        case INT16, UINT16, FLOAT16, BFLOAT16 -> bytes.putShort((short) proto.getInt32Data(i));
        case INT8, UINT8, BOOL -> bytes.put((byte) proto.getInt32Data(i));
        case STRING -> throw new ModelFormatException(where + " has type STRING");
      }
    }
    return OnnxTensor.wrap(bytes.flip());
  }

  static TensorProto write(OnnxTensor tensor) {
    TensorProto.Builder proto = TensorProto.newBuilder()
        .setDataType(tensor.type().number())
        .setRawData(tensor.raw());
    tensor.shape().forEach(proto::addDims);
    if (!tensor.name().isEmpty()) {
      proto.setName(tensor.name());
    }
    return proto.build();
  }

  static TensorProto writeExternal(OnnxExternalTensor tensor) {
    TensorProto.Builder proto = TensorProto.newBuilder()
        .setDataType(tensor.type().number())
        .setName(tensor.name())
        .setDataLocation(EXTERNAL)
        .addExternalData(entry("location", tensor.location()))
        .addExternalData(entry("offset", Long.toString(tensor.offset())));
    tensor.length()
        .ifPresent(length -> proto.addExternalData(entry("length", Long.toString(length))));
    tensor.shape().forEach(proto::addDims);
    return proto.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
