package org.modelledger.ml.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_AllocateTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Dim;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NumDims;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_Copy;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_Dealloc;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_GetDataPointer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_GetSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_Init;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorByteSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * Tensors into TensorFlow's own memory and out of it, one copy each way.
 *
 * <p>TensorFlow computes on memory that is aligned to 64 bytes, which Java's direct buffers are not, so that it would copy
 * them itself if it were given them as they are.
 */
final class NativeTensors {
  private NativeTensors() {}

  /** Copies a tensor; the caller deletes what is returned. */
  static TF_Tensor copyOf(Tensor tensor) {
    Shape shape = tensor.shape();
    int type = TensorFlowTypes.number(tensor.dataType());
    boolean strings = tensor.dataType() == DataType.BYTES;
    long bytes = strings
        ? Math.multiplyExact(shape.elements(), stringBytes())
        : tensor.data().remaining();
    TF_Tensor copy = TF_AllocateTensor(type, shape.lengths(), shape.rank(), bytes);
    if (copy == null || copy.isNull()) {
      throw new InferenceException(
          "TensorFlow has no room for an input of " + bytes + " bytes: " + tensor);
    }
    if (strings) {
      writeStrings(tensor.data(), copy, shape.elements());
    } else if (bytes > 0) {
      memory(copy, bytes).put(tensor.data());
    }
    return copy;
  }

  private static long stringBytes() {
    return org.bytedeco.javacpp.Loader.sizeof(TF_TString.class);
  }

  private static void writeStrings(ByteBuffer elements, TF_Tensor copy, long count) {
    if (count == 0) {
      return;
    }
    TF_TString strings = new TF_TString(TF_TensorData(copy));
    for (long i = 0; i < count; i++) {
      byte[] bytes = new byte[elements.getInt()];
      elements.get(bytes);
      TF_TString string = strings.getPointer(i);
      TF_TString_Init(string);
      try (BytePointer pointer = new BytePointer(Math.max(1, bytes.length))) {
        pointer.put(bytes, 0, bytes.length);
        TF_TString_Copy(string, pointer, bytes.length);
      }
    }
  }

  /** Copies what a run has yielded. */
  static Tensor read(TF_Tensor tensor, DataType type, String name) {
    if (TF_TensorType(tensor) != TensorFlowTypes.number(type)) {
      throw new InferenceException("output '" + name + "' came as TensorFlow's type "
          + TF_TensorType(tensor) + "; the signature declares " + type);
    }
    long[] lengths = new long[TF_NumDims(tensor)];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = TF_Dim(tensor, i);
    }
    Shape shape = Shape.of(lengths);
    if (type == DataType.BYTES) {
      return Tensor.wrap(type, shape, readStrings(tensor, shape.elements(), name));
    }
    long bytes = TF_TensorByteSize(tensor);
    requireArray(bytes, name);
    ByteBuffer copy = ByteBuffer.allocateDirect((int) bytes);
    if (bytes > 0) {
      copy.put(memory(tensor, bytes)).flip();
    }
    return Tensor.wrap(type, shape, copy);
  }

  private static ByteBuffer readStrings(TF_Tensor tensor, long count, String name) {
    if (count == 0) {
      return ByteBuffer.allocateDirect(0);
    }
    TF_TString strings = new TF_TString(TF_TensorData(tensor));
    long bytes = 0;
    for (long i = 0; i < count; i++) {
      bytes += Integer.BYTES + TF_TString_GetSize(strings.getPointer(i));
      requireArray(bytes, name);
    }
    ByteBuffer copy = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < count; i++) {
      TF_TString string = strings.getPointer(i);
      int size = (int) TF_TString_GetSize(string);
      copy.putInt(size);
      if (size > 0) {
        copy.put(TF_TString_GetDataPointer(string).capacity(size).asByteBuffer());
      }
    }
    return copy.flip();
  }

  private static void requireArray(long bytes, String name) {
    if (bytes > Integer.MAX_VALUE) {
      throw new InferenceException("output '" + name + "' has " + bytes
          + " bytes; a tensor has at most " + Integer.MAX_VALUE);
    }
  }

  /** Deletes a tensor of {@link #copyOf}, with its strings, which such a tensor does not own. */
  static void delete(TF_Tensor copy, Tensor of) {
    if (of.dataType() == DataType.BYTES && of.shape().elements() > 0) {
      TF_TString strings = new TF_TString(TF_TensorData(copy));
      for (long i = 0; i < of.shape().elements(); i++) {
        TF_TString_Dealloc(strings.getPointer(i));
      }
    }
    TF_DeleteTensor(copy);
  }

  private static ByteBuffer memory(TF_Tensor tensor, long bytes) {
    return TF_TensorData(tensor).capacity(bytes).asByteBuffer();
  }
}
