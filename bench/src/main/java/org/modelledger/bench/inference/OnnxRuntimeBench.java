package org.modelledger.bench.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;

/** ONNX Runtime; bare is a session whose input lies in direct memory. */
final class OnnxRuntimeBench implements BenchEngine {
  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public boolean runs(BenchModel model) {
    return true;
  }

  @Override
  public ModelFiles files(BenchModel model) {
    return model.onnx();
  }

  @Override
  public BareModel bare(BenchModel model, ModelFiles files, String device, int threads,
      Tensors inputs) throws OrtException {
    return new Session(files.read(OnnxMlp.FILE), model.output(), device, threads, inputs);
  }

  private static final class Session implements BareModel {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    private final OrtSession session;
    private final String output;
    private final Tensors inputs;

    Session(byte[] model, String output, String device, int threads, Tensors inputs)
        throws OrtException {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      if (device.startsWith("cuda")) {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(BenchEngine.gpu(device))) {
          options.addCUDA(cuda);
        }
      }
      session = environment.createSession(model, options);
      this.output = output;
      this.inputs = inputs;
    }

    @Override
    public Map<String, FloatBuffer> run() throws OrtException {
      Map<String, OnnxTensor> given = new HashMap<>();
      try {
        for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
          given.put(input.getKey(), tensor(input.getValue()));
        }
        Map<String, FloatBuffer> outputs = new HashMap<>();
        try (OrtSession.Result result = session.run(given)) {
          for (Map.Entry<String, OnnxValue> each : result) {
            outputs.put(each.getKey(), ((OnnxTensor) each.getValue()).getFloatBuffer()); // a copy
          }
        }
        return outputs;
      } finally {
        given.values().forEach(OnnxTensor::close);
      }
    }

    /** Over the same memory. */
    private OnnxTensor tensor(Tensor input) throws OrtException {
      return OnnxTensor.createTensor(environment, input.data(), input.shape().lengths(),
          input.dataType() == DataType.INT64 ? OnnxJavaType.INT64 : OnnxJavaType.FLOAT);
    }

    @Override
    public float[] scores() throws OrtException {
      FloatBuffer values = Objects.requireNonNull(run().get(output), output);
      float[] scores = new float[values.remaining()];
      values.get(scores);
      return scores;
    }

    @Override
    public void close() {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("the session does not close", e);
      }
      options.close();
    }
  }
}
