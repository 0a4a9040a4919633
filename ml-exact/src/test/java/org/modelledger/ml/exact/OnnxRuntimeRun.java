package org.modelledger.ml.exact;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;

/** What ONNX Runtime makes of a graph with one input. */
final class OnnxRuntimeRun {
  private OnnxRuntimeRun() {}

  static Tensors run(byte[] model, String input, Tensor x) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = x.shape().lengths();
    ByteBuffer data = ByteBuffer.allocateDirect(x.data().remaining())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(x.data())
        .flip();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor tensor = x.dataType() == DataType.FP32
              ? OnnxTensor.createTensor(environment, data.asFloatBuffer(), shape)
              : OnnxTensor.createTensor(environment, data.asDoubleBuffer(), shape);
          OrtSession.Result results = session.run(Map.of(input, tensor))) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (String name : session.getOutputNames()) {
          OnnxTensor output = (OnnxTensor) results.get(name).orElseThrow();
          long[] lengths = output.getInfo().getShape();
          outputs.put(name, switch (output.getInfo().type) {
            case FLOAT -> Tensor.of(output.getFloatBuffer().array(), lengths);
            case DOUBLE -> Tensor.of(output.getDoubleBuffer().array(), lengths);
            default -> Tensor.of(output.getLongBuffer().array(), lengths);
          });
        }
        return Tensors.of(outputs);
      }
    }
  }
}
