package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.DataType;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** ONNX Runtime opens what we save and agrees with what we compute. */
class OnnxRuntimeTest {

  static void agree(byte[] model, Tensor x) throws OrtException, InterruptedException {
    agree(model, x, 1e-5f);
  }

  /** @param tolerance where two ways to round a number can make more of a difference */
  static void agree(byte[] model, Tensor x, float tolerance)
      throws OrtException, InterruptedException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      long[] shape = x.shape().lengths();
      ByteBuffer data = ByteBuffer.allocateDirect(x.data().remaining())
          .order(ByteOrder.LITTLE_ENDIAN)
          .put(x.data())
          .flip();
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor input = x.dataType() == DataType.FP32
              ? OnnxTensor.createTensor(environment, data.asFloatBuffer(), shape)
              : OnnxTensor.createTensor(environment, data.asDoubleBuffer(), shape);
          OrtSession.Result theirs = session.run(Map.of("x", input));
          LoadedModel ours = OnnxGraphs.load(model)) {
        Tensors results = ours.run(Tensors.of("x", x));
        assertThat(session.getOutputNames()).containsExactlyElementsOf(
            ours.outputs().stream().map(TensorSpec::name).toList());
        for (String name : results.names()) {
          Tensor mine = results.get(name);
          OnnxTensor other = (OnnxTensor) theirs.get(name).orElseThrow();
          assertThat(other.getInfo().getShape()).isEqualTo(mine.shape().lengths());
          switch (mine.dataType()) {
            case FP32 -> assertThat(mine.toFloats()).containsExactly(other.getFloatBuffer().array(),
                within(tolerance));
            case FP64 -> assertThat(mine.toDoubles())
                .containsExactly(other.getDoubleBuffer().array(), within(1e-5));
            default -> assertThat(mine.toLongs()).containsExactly(other.getLongBuffer().array());
          }
        }
      }
    }
  }

  @Test
  void agreesOnEveryClassifier() throws OrtException, InterruptedException {
    for (boolean float64 : new boolean[]{false, true}) {
      Dataset data = Golden.clusters(200, 21, 5, 4, float64);
      for (ClassifierSpec<?> spec : List.of(new MlpSpec("x", "y").hidden(33, 17).standardize(),
          new MlpSpec("x", "y").tanh().inputScale(0.5), new SoftmaxSpec("x", "y"),
          new CnnSpec("x", "y").image(1, 3, 7).standardize())) {
        if (float64 && spec instanceof CnnSpec) {
          continue; // ONNX Runtime has no convolutions in float64
        }
        TrainingSpec training = (float64 ? spec.float64() : spec.float32()).toTrainingSpec();
        try (Trainer trainer = ExactTrainerProvider.open(1, InstantSource.system())) {
          agree(trainer.train(training, data, TrainingListener.NONE).files().read("model.onnx"),
              data.read(0, 200).get("x"));
        }
      }
    }
  }

  @Test
  void agreesOnEveryOperator() throws OrtException, InterruptedException {
    for (boolean float64 : new boolean[]{false, true}) {
      OnnxDataType type = float64 ? OnnxDataType.DOUBLE : OnnxDataType.FLOAT;
      Xoshiro256 random = Xoshiro256.seeded(11, 0);
      double[] elements = doubles(random, 5 * 2 * 6);
      Tensor x = float64 ? Tensor.of(elements, 5, 2, 6) : Tensor.of(floats(elements), 5, 2, 6);
      byte[] graph = OnnxGraphs.graph(type, OnnxGraphs.shape(-1, 2, 6), type, g -> g
          .initializer(constant("w", float64, doubles(random, 12 * 7), 7, 12))
          .initializer(constant("b", float64, doubles(random, 7), 7))
          .initializer(constant("m", float64, doubles(random, 7 * 3), 7, 3))
          .initializer(constant("s", float64, doubles(random, 1)))
          .initializer(org.modelledger.onnx.OnnxTensor.ofLongs("shape", new long[]{-1, 3, 1}, 3))
          .initializer(org.modelledger.onnx.OnnxTensor.ofLongs("axes", new long[]{2}, 1))
          .node(OnnxNode.of("Flatten", List.of("x"), List.of("flat")))
          .node(OnnxNode.of("Gemm", List.of("flat", "w", "b"), List.of("g"),
              new OnnxAttribute.IntValue("transB", 1),
              new OnnxAttribute.FloatValue("alpha", 0.7f),
              new OnnxAttribute.FloatValue("beta", 0.3f)))
          .node(OnnxNode.of("Relu", List.of("g"), List.of("relu")))
          .node(OnnxNode.of("Tanh", List.of("g"), List.of("tanh")))
          .node(OnnxNode.of("Sigmoid", List.of("g"), List.of("sigmoid")))
          .node(OnnxNode.of("Exp", List.of("tanh"), List.of("exp")))
          .node(OnnxNode.of("Sqrt", List.of("exp"), List.of("sqrt")))
          .node(OnnxNode.of("Log", List.of("exp"), List.of("log")))
          .node(OnnxNode.of("Add", List.of("relu", "sqrt"), List.of("add")))
          .node(OnnxNode.of("Sub", List.of("add", "b"), List.of("sub")))
          .node(OnnxNode.of("Mul", List.of("sub", "s"), List.of("mul")))
          .node(OnnxNode.of("Div", List.of("mul", "exp"), List.of("div")))
          .node(OnnxNode.of("Add", List.of("div", "sigmoid"), List.of("sum")))
          .node(OnnxNode.of("Add", List.of("sum", "log"), List.of("total")))
          .node(OnnxNode.of("MatMul", List.of("total", "m"), List.of("matmul")))
          .node(OnnxNode.of("Reshape", List.of("matmul", "shape"), List.of("cube")))
          .node(OnnxNode.of("Squeeze", List.of("cube", "axes"), List.of("square")))
          .node(OnnxNode.of("Unsqueeze", List.of("square", "axes"), List.of("cubeAgain")))
          .node(OnnxNode.of("Identity", List.of("cubeAgain"), List.of("same")))
          .node(OnnxNode.of("Squeeze", List.of("same", "axes"), List.of("squareAgain")))
          .node(OnnxNode.of("Softmax", List.of("squareAgain"), List.of("softmax"),
              new OnnxAttribute.IntValue("axis", 1)))
          .node(OnnxNode.of("LogSoftmax", List.of("squareAgain"), List.of("logSoftmax")))
          .node(OnnxNode.of("ArgMax", List.of("softmax"), List.of("best"),
              new OnnxAttribute.IntValue("axis", 1)))
          .node(OnnxNode.of("Cast", List.of("best"), List.of("cast"),
              new OnnxAttribute.IntValue("to", type.number())))
          .node(OnnxNode.of("Concat", List.of("softmax", "logSoftmax", "cast"), List.of("y"),
              new OnnxAttribute.IntValue("axis", 1))));
      agree(graph, x);
    }
  }

  /** ONNX Runtime has no convolutions in float64; ours have to be close to those in float32. */
  @Test
  void agreesOnImages() throws OrtException, InterruptedException {
    Tensor x = ImageGraph.images(false);
    agree(ImageGraph.of(false), x);
    try (LoadedModel single = OnnxGraphs.load(ImageGraph.of(false));
        LoadedModel twice = OnnxGraphs.load(ImageGraph.of(true))) {
      float[] y = single.run(Tensors.of("x", x)).get("y").toFloats();
      Tensor exact = twice.run(Tensors.of("x", ImageGraph.images(true))).get("y");
      assertThat(y).hasSizeGreaterThan(100);
      assertThat(floats(exact.toDoubles())).containsExactly(y, within(1e-5f));
    }
  }

  private static org.modelledger.onnx.OnnxTensor constant(String name, boolean float64,
      double[] elements,
      long... shape) {
    return float64
        ? org.modelledger.onnx.OnnxTensor.ofDoubles(name, elements, shape)
        : org.modelledger.onnx.OnnxTensor.ofFloats(name, floats(elements), shape);
  }

  private static double[] doubles(Xoshiro256 random, int count) {
    double[] elements = new double[count];
    for (int i = 0; i < count; i++) {
      elements[i] = random.nextDouble() + 0.1;
    }
    return elements;
  }

  private static float[] floats(double[] elements) {
    float[] floats = new float[elements.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) elements[i];
    }
    return floats;
  }
}
