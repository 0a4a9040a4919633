package org.modelledger.onnx.models;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;

/** A model in ONNX Runtime, by itself: on one thread, from its files in a directory. */
final class Ort implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  Ort(ModelFiles files, Path directory) throws IOException, OrtException {
    for (String name : files.names()) {
      try (InputStream in = files.open(name)) {
        Files.copy(in, directory.resolve(name));
      }
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(
          directory.resolve(GraphBuilder.GRAPH_FILE).toString(), options);
    }
  }

  /** Takes INT64 and FP32, gives FP32. */
  Tensors run(Tensors inputs) throws OrtException {
    Map<String, OnnxTensor> theirs = new HashMap<>();
    try {
      for (String name : inputs.names()) {
        theirs.put(name, theirs(inputs.get(name)));
      }
      Map<String, Tensor> outputs = new HashMap<>();
      try (OrtSession.Result result = session.run(theirs)) {
        for (String name : session.getOutputNames()) {
          OnnxTensor tensor = (OnnxTensor) result.get(name).orElseThrow();
          FloatBuffer buffer = tensor.getFloatBuffer();
          float[] elements = new float[buffer.remaining()];
          buffer.get(elements);
          outputs.put(name, Tensor.of(elements, tensor.getInfo().getShape()));
        }
      }
      return Tensors.of(outputs);
    } finally {
      theirs.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor theirs(Tensor tensor) throws OrtException {
    long[] shape = tensor.shape().lengths();
    return tensor.dataType() == DataType.INT64
        ? OnnxTensor.createTensor(environment, LongBuffer.wrap(tensor.toLongs()), shape)
        : OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.toFloats()), shape);
  }

  List<TensorSpec> inputs() {
    try {
      return specs(session.getInputInfo());
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  List<TensorSpec> outputs() {
    try {
      return specs(session.getOutputInfo());
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<TensorSpec> specs(Map<String, NodeInfo> nodes) {
    List<TensorSpec> specs = new ArrayList<>();
    nodes.forEach((name, node) -> {
      TensorInfo info = (TensorInfo) node.getInfo();
      specs.add(new TensorSpec(name,
          info.type == OnnxJavaType.INT64 ? DataType.INT64 : DataType.FP32,
          Shape.of(info.getShape())));
    });
    return specs;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
