package org.modelledger.tables;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;

/** Runs graphs with ONNX Runtime. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  static Tensors run(byte[] model, Tensors inputs) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> theirs = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options)) {
        for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
          theirs.put(input.getKey(), theirs(environment, input.getValue()));
        }
        try (OrtSession.Result results = session.run(theirs)) {
          LinkedHashMap<String, Tensor> outputs = new LinkedHashMap<>();
          for (String name : session.getOutputNames()) {
            outputs.put(name, ours((OnnxTensor) results.get(name).orElseThrow()));
          }
          return Tensors.of(outputs);
        }
      }
    } finally {
      theirs.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor theirs(OrtEnvironment environment, Tensor tensor) throws OrtException {
    long[] shape = tensor.shape().lengths();
    ByteBuffer data = ByteBuffer.allocateDirect(tensor.data().remaining())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(tensor.data())
        .flip();
    return switch (tensor.dataType()) {
      case FP32 -> OnnxTensor.createTensor(environment, data.asFloatBuffer(), shape);
      case FP64 -> OnnxTensor.createTensor(environment, data.asDoubleBuffer(), shape);
      case INT64 -> OnnxTensor.createTensor(environment, data.asLongBuffer(), shape);
      case BYTES ->
        OnnxTensor.createTensor(environment, tensor.toStrings().toArray(new String[0]), shape);
      default -> throw new IllegalArgumentException(tensor + " is not used here");
    };
  }

  private static Tensor ours(OnnxTensor tensor) throws OrtException {
    long[] shape = tensor.getInfo().getShape();
    OnnxJavaType type = tensor.getInfo().type;
    return switch (type) {
      case FLOAT -> Tensor.of(tensor.getFloatBuffer().array(), shape);
      case DOUBLE -> Tensor.of(tensor.getDoubleBuffer().array(), shape);
      case INT64 -> Tensor.of(tensor.getLongBuffer().array(), shape);
      case STRING -> Tensor.ofStrings(List.of((String[]) tensor.getValue()), shape);
      default -> throw new IllegalArgumentException(type + " is not used here");
    };
  }
}
