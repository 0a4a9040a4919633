package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.ml.exact.OnnxGraphs.graph;
import static org.modelledger.ml.exact.OnnxGraphs.load;
import static org.modelledger.ml.exact.OnnxGraphs.one;
import static org.modelledger.ml.exact.OnnxGraphs.shape;
import static org.modelledger.ml.exact.OnnxGraphs.two;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;

class ExactInferenceEngineTest {
  private static final OnnxDataType FLOAT = OnnxDataType.FLOAT;

  private static Tensors run(byte[] graph, Tensor x) throws InterruptedException {
    try (LoadedModel model = load(graph)) {
      return model.run(Tensors.of("x", x));
    }
  }

  private static float[] floats(byte[] graph, Tensor x) throws InterruptedException {
    return run(graph, x).get("y").toFloats();
  }

  private static void refuses(byte[] graph, String... parts) {
    assertThatThrownBy(() -> load(graph)).isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(parts)
        .hasMessageStartingWith("model.onnx: ");
  }

  private static TrainedModel digits(boolean float64) throws InterruptedException {
    MlpSpec spec = new MlpSpec("x", "y").hidden(33, 17).epochs(3).standardize();
    try (Trainer trainer = ExactTrainerProvider.open(1, InstantSource.system())) {
      return trainer.train((float64 ? spec.float64() : spec).toTrainingSpec(),
          Golden.clusters(300, 21, 5, 1, float64), TrainingListener.NONE);
    }
  }

  @Test
  void saysWhatItIs() throws InterruptedException {
    try (
        InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty())) {
      assertThat(engine.info().name()).isEqualTo("exact");
      assertThat(engine.info().device()).isEqualTo("cpu");
      try (LoadedModel model = engine.load(digits(false).files())) {
        assertThat(model.determinism()).isEqualTo(Determinism.BIT_EXACT);
      }
    }
  }

  @Test
  void isFoundByName() {
    assertThat(ServiceLoader.load(InferenceEngineProvider.class))
        .extracting(InferenceEngineProvider::name)
        .contains("exact");
  }

  @Test
  void hasNoOptions() {
    assertThatThrownBy(
        () -> new ExactInferenceEngineProvider().open(ProviderOptions.empty().with("threads", "1")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'threads'");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRowComesOutAloneAsInAnyBatch(boolean float64) throws InterruptedException {
    TrainedModel trained = digits(float64);
    int rows = 131;
    Dataset data = Golden.clusters(rows, 21, 5, 8, float64);
    try (LoadedModel model = load(trained.files().read("model.onnx"))) {
      Tensors all = model.run(Tensors.of("x", data.read(0, rows).get("x")));
      for (int size : new int[]{1, 2, 3, 4, 5, 16, 64, 130}) {
        for (int from = 0; from + size <= rows; from += size) {
          Tensors some = model.run(Tensors.of("x", data.read(from, size).get("x")));
          for (String name : all.names()) {
            ByteBuffer whole = all.get(name).data();
            int bytes = whole.remaining() / rows;
            assertThat(some.get(name).data()).as("%s from row %d, %d rows", name, from, size)
                .isEqualTo(whole.slice(from * bytes, size * bytes));
          }
        }
      }
    }
  }

  @Test
  void aBatchMayBeEmpty() throws InterruptedException {
    try (LoadedModel model = load(digits(false).files().read("model.onnx"))) {
      Tensors none = model.run(Tensors.of("x", Tensor.of(new float[0], 0, 21)));
      assertThat(none.get("scores").shape()).hasToString("[0, 5]");
      assertThat(none.get("label").toLongs()).isEmpty();
    }
  }

  @Test
  void manyThreadsGetWhatOneGets() throws Exception {
    TrainedModel trained = digits(false);
    Dataset data = Golden.clusters(64, 21, 5, 9, false);
    try (LoadedModel model = load(trained.files().read("model.onnx"));
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Tensors> wanted = new ArrayList<>();
      for (int size = 1; size <= 16; size++) {
        wanted.add(model.run(Tensors.of("x", data.read(size, size).get("x"))));
      }
      Callable<Integer> task = () -> {
        int same = 0;
        for (int i = 0; i < 300; i++) {
          int size = i % 16 + 1;
          same += model.run(Tensors.of("x", data.read(size, size).get("x")))
              .equals(wanted.get(size - 1)) ? 1 : 0;
        }
        return same;
      };
      for (Future<Integer> same : threads.invokeAll(Collections.nCopies(16, task))) {
        assertThat(same.get()).isEqualTo(300);
      }
    }
  }

  @Test
  void resultsAreTheCallersOwn() throws InterruptedException {
    LoadedModel model = load(one(shape(-1, 2), FLOAT, "Relu"));
    Tensor first = model.run(Tensors.of("x", Tensor.of(new float[]{1, -2}, 1, 2))).get("y");
    Tensor second = model.run(Tensors.of("x", Tensor.of(new float[]{-3, 4}, 1, 2))).get("y");
    model.close();
    assertThat(first.toFloats()).containsExactly(1, 0);
    assertThat(second.toFloats()).containsExactly(0, 4);
  }

  @Test
  void takesBuffersOfAnyKind() throws InterruptedException {
    ByteBuffer heap = ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(-1)
        .putFloat(2)
        .flip();
    assertThat(floats(one(shape(-1, 2), FLOAT, "Relu"),
        Tensor.wrap(org.modelledger.inference.DataType.FP32,
            org.modelledger.inference.Shape.of(1, 2), heap)))
        .containsExactly(0, 2);
  }

  @Test
  void refusesInputsThatDoNotFit() throws InterruptedException {
    try (LoadedModel model = load(digits(false).files().read("model.onnx"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.run(Tensors.of("x", Tensor.of(new float[20], 1, 20))))
          .withMessageContainingAll("'x'", "[1, 20]", "[?, 21]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.run(Tensors.of("x", Tensor.of(new float[21], 21))))
          .withMessageContainingAll("'x'", "[21]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.run(Tensors.of("x", Tensor.of(new double[21], 1, 21))))
          .withMessageContainingAll("'x'", "FP64", "FP32");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.run(Tensors.of("z", Tensor.of(new float[21], 1, 21))))
          .withMessageContaining("'x'");
      assertThatIllegalArgumentException().isThrownBy(() -> model.run(
          Tensors.of("x", Tensor.of(new float[21], 1, 21), "z", Tensor.of(new float[21], 1, 21))))
          .withMessageContaining("z");
    }
  }

  @Test
  void anInterruptIsSeen() throws InterruptedException {
    try (LoadedModel model = load(one(shape(-1, 2), FLOAT, "Relu"))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> model.run(Tensors.of("x", Tensor.of(new float[2], 1, 2))))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void whatIsClosedDoesNothing() {
    InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
    ModelFiles files = ModelFiles.of(Map.of("model.onnx", one(shape(-1, 2), FLOAT, "Relu")));
    LoadedModel closed = engine.load(files);
    LoadedModel open = engine.load(files);
    Tensors x = Tensors.of("x", Tensor.of(new float[2], 1, 2));
    closed.close();
    closed.close();
    assertThatIllegalStateException().isThrownBy(() -> closed.run(x))
        .withMessageContaining("model is closed");
    assertThatIllegalStateException().isThrownBy(closed::inputs);
    engine.close();
    engine.close();
    assertThatIllegalStateException().isThrownBy(() -> open.run(x))
        .withMessageContaining("engine is closed");
    assertThatIllegalStateException().isThrownBy(open::outputs);
    assertThatIllegalStateException().isThrownBy(open::determinism);
    assertThatIllegalStateException().isThrownBy(() -> engine.load(files));
    assertThatIllegalStateException().isThrownBy(engine::info);
  }

  @Test
  void refusesFilesThatAreNoModel() {
    try (
        InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty())) {
      byte[] model = one(shape(-1, 2), FLOAT, "Relu");
      assertThatThrownBy(() -> engine.load(ModelFiles.of(Map.of("model.pt", model))))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContainingAll("model.pt", "exactly one *.onnx");
      assertThatThrownBy(() -> engine.load(ModelFiles.of(Map.of("a.onnx", model, "b.onnx", model))))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContainingAll("a.onnx", "b.onnx");
      assertThat(
          engine.load(ModelFiles.of(Map.of("other.onnx", model, "README", new byte[1]))).inputs())
          .hasSize(1);
    }
    refuses(Arrays.copyOf(one(shape(-1, 2), FLOAT, "Relu"), 20), "truncated");
    refuses(new byte[]{'P', 'K', 3, 4}, "not an ONNX model");
  }

  @Test
  void refusesOtherOperatorsByNameAndListsItsOwn() {
    refuses(one(shape(-1, 2), FLOAT, "Gelu"), "node 0", "Gelu", "Gemm", "Softmax", "Unsqueeze");
    refuses(OnnxWriter.write(new OnnxModelBuilder("g").opset("", 17)
        .opset("com.acme", 1)
        .input(OnnxValue.of("x", FLOAT, shape(1)))
        .output(OnnxValue.of("y", FLOAT, shape(1)))
        .node(new OnnxNode("n", "com.acme", "Relu", List.of("x"), List.of("y"), List.of()))
        .build()), "Relu",
        "'com.acme'");
  }

  @Test
  void refusesOtherAttributes() {
    refuses(one(shape(-1, 2), FLOAT, "Relu", new OnnxAttribute.FloatValue("slope", 1)),
        "node 0 Relu", "'slope'");
    refuses(two(shape(-1, 2), OnnxTensor.ofFloats("w", new float[4], 2, 2), "Gemm",
        new OnnxAttribute.IntValue("transA", 1)), "node 0 Gemm", "'transA'");
    refuses(two(shape(-1, 2), OnnxTensor.ofFloats("w", new float[4], 2, 2), "Gemm",
        new OnnxAttribute.IntValue("transB", 2)), "'transB'", "0 or 1");
    refuses(one(shape(-1, 2), FLOAT, "Softmax", new OnnxAttribute.IntValue("axis", 0)), "axis is 0",
        "last");
    refuses(one(shape(-1, 2), FLOAT, "Softmax", new OnnxAttribute.IntValue("axis", 7)),
        "axis is 7");
    refuses(one(shape(-1, 2), FLOAT, "Softmax", new OnnxAttribute.FloatValue("axis", 1)), "'axis'",
        "INT");
    refuses(two(shape(-1, 2), OnnxTensor.ofFloats("w", new float[4], 2, 2), "Gemm",
        new OnnxAttribute.IntValue("alpha", 1)), "'alpha'", "FLOAT");
    refuses(one(shape(-1, 2), FLOAT, "Cast", new OnnxAttribute.IntValue("to", 10)), "'to' as 10",
        "FLOAT, DOUBLE");
    refuses(one(shape(-1, 2), FLOAT, "Concat"), "'axis'");
  }

  @Test
  void refusesOtherTypes() {
    refuses(graph(OnnxDataType.FLOAT16, shape(-1, 2), OnnxDataType.FLOAT16,
        g -> g.node(OnnxNode.of("Identity", List.of("x"), List.of("y")))), "input 'x'", "FLOAT16",
        "DOUBLE");
    refuses(graph(OnnxDataType.INT64, shape(-1, 2), OnnxDataType.INT64,
        g -> g.node(OnnxNode.of("Relu", List.of("x"), List.of("y")))), "node 0 Relu", "INT64",
        "FP32 or FP64");
    refuses(graph(FLOAT, shape(-1, 2), FLOAT,
        g -> g.initializer(OnnxTensor.of("w", OnnxDataType.UINT8, ByteBuffer.allocate(2), 2))
            .node(OnnxNode.of("Add", List.of("x", "w"), List.of("y")))),
        "initializer 'w'", "UINT8");
    refuses(two(shape(-1, 2), OnnxTensor.ofDoubles("w", new double[2], 2), "Add"), "FP32 and FP64",
        "one type");
  }

  @Test
  void refusesOtherOpsets() {
    for (long version : new long[]{7, 24}) {
      refuses(OnnxWriter.write(new OnnxModelBuilder("g").opset("", version)
          .input(OnnxValue.of("x", FLOAT, shape(1)))
          .output(OnnxValue.of("x", FLOAT, shape(1)))
          .build()),
          "version " + version, "8 to 23");
    }
  }

  @Test
  void refusesShapesThatDoNotFitWhenLoading() {
    refuses(two(shape(-1, 3), OnnxTensor.ofFloats("w", new float[4], 2, 2), "MatMul"),
        "node 0 MatMul", "[1, 3]",
        "[2, 2]");
    refuses(two(shape(-1, 3), OnnxTensor.ofFloats("w", new float[4], 2, 2), "Gemm"), "node 0 Gemm",
        "[1, 3]");
    refuses(two(shape(-1, 3), OnnxTensor.ofFloats("w", new float[2], 2), "Add"), "node 0 Add",
        "[1, 3]", "[2]");
    refuses(two(shape(-1, 3), OnnxTensor.ofLongs("w", new long[]{4}, 1), "Reshape"),
        "node 0 Reshape", "[4]",
        "same number");
    refuses(two(shape(-1, 3), OnnxTensor.ofLongs("w", new long[]{-1, -1}, 2), "Reshape"),
        "one -1 at most");
    refuses(two(shape(-1, 3), OnnxTensor.ofLongs("w", new long[]{1}, 1), "Squeeze"), "length 1");
    // one row would do, two would not
    refuses(two(shape(-1, 3), OnnxTensor.ofLongs("w", new long[]{1, 3}, 2), "Reshape"),
        "with 2 for every free dimension");
    refuses(
        OnnxWriter.write(new OnnxModelBuilder("g").opset("", 17)
            .input(OnnxValue.of("x", FLOAT, shape(-1, 3)))
            .output(OnnxValue.of("y", FLOAT, shape(-1, 4)))
            .node(OnnxNode.of("Relu", List.of("x"), List.of("y")))
            .build()),
        "output 'y'", "[?, 3]");
    refuses(OnnxWriter.write(new OnnxModelBuilder("g").opset("", 17)
        .input(OnnxValue.of("x", FLOAT, shape(-1, 3)))
        .output(OnnxValue.of("y", OnnxDataType.INT64, shape(-1, 3)))
        .node(OnnxNode.of("Relu", List.of("x"), List.of("y")))
        .build()), "output 'y'", "INT64", "FP32");
    refuses(OnnxWriter.write(new OnnxModelBuilder("g").opset("", 17)
        .input(new OnnxValue("x", FLOAT, Optional.empty()))
        .output(OnnxValue.of("x", FLOAT))
        .build()),
        "input 'x'", "no shape");
  }

  @Test
  void refusesAWrongNumberOfInputsAndOutputs() {
    refuses(one(shape(-1, 2), FLOAT, "Add"), "node 0 Add", "1 inputs", "2 to 2");
    refuses(
        graph(FLOAT, shape(-1, 2), FLOAT,
            g -> g.node(OnnxNode.of("Add", List.of("x", ""), List.of("y")))),
        "input 1 left out");
    refuses(
        graph(FLOAT, shape(-1, 2), FLOAT,
            g -> g.node(OnnxNode.of("Relu", List.of("x"), List.of("y", "z")))),
        "2 outputs");
  }

  @Test
  void multipliesMatrices() throws InterruptedException {
    OnnxTensor w = OnnxTensor.ofFloats("w", new float[]{1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(floats(two(shape(-1, 2), w, "MatMul"), Tensor.of(new float[]{1, 10}, 1, 2)))
        .containsExactly(41, 52, 63);
    Tensors cube = run(two(shape(-1, 2, 2), w, "MatMul"),
        Tensor.of(new float[]{1, 0, 0, 1}, 1, 2, 2));
    assertThat(cube.get("y").shape()).hasToString("[1, 2, 3]");
    assertThat(cube.get("y").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void gemmScalesTransposesAndRepeats() throws InterruptedException {
    OnnxTensor w = OnnxTensor.ofFloats("w", new float[]{1, 4, 2, 5, 3, 6}, 3, 2);
    Tensor x = Tensor.of(new float[]{1, 10, 0, 1}, 2, 2);
    for (OnnxTensor c : List.of(OnnxTensor.ofFloats("c", new float[]{100}),
        OnnxTensor.ofFloats("c", new float[]{100}, 1),
        OnnxTensor.ofFloats("c", new float[]{100, 100, 100}, 3),
        OnnxTensor.ofFloats("c", new float[]{100, 100, 100}, 1, 3))) {
      byte[] gemm = graph(FLOAT, shape(-1, 2), FLOAT, g -> g.initializer(w)
          .initializer(c)
          .node(OnnxNode.of("Gemm", List.of("x", "w", "c"), List.of("y"),
              new OnnxAttribute.IntValue("transB", 1),
              new OnnxAttribute.FloatValue("alpha", 2),
              new OnnxAttribute.FloatValue("beta", 0.5f))));
      assertThat(floats(gemm, x)).containsExactly(132, 154, 176, 58, 60, 62);
    }
    byte[] column = graph(FLOAT, shape(2, 2), FLOAT,
        g -> g.initializer(OnnxTensor.ofFloats("w", new float[]{1, 2, 3, 4}, 2, 2))
            .initializer(OnnxTensor.ofFloats("c", new float[]{100, 200}, 2, 1))
            .node(OnnxNode.of("Gemm", List.of("x", "w", "c"), List.of("y"))));
    assertThat(floats(column, x)).containsExactly(131, 142, 203, 204);
  }

  @Test
  void repeatsWhatIsTooShort() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(floats(two(shape(2, 3), OnnxTensor.ofFloats("w", new float[]{10}), "Sub"), x))
        .containsExactly(-9, -8, -7, -6, -5, -4);
    assertThat(
        floats(two(shape(2, 3), OnnxTensor.ofFloats("w", new float[]{1, 2, 3}, 3), "Mul"), x))
        .containsExactly(1, 4, 9, 4, 10, 18);
    assertThat(
        floats(two(shape(2, 3), OnnxTensor.ofFloats("w", new float[]{2, 4}, 2, 1), "Div"), x))
        .containsExactly(0.5f, 1, 1.5f, 1, 1.25f, 1.5f);
    Tensors cube = run(
        two(shape(2, 3), OnnxTensor.ofFloats("w", new float[]{10, 20}, 2, 1, 1), "Add"), x);
    assertThat(cube.get("y").shape()).hasToString("[2, 2, 3]");
    assertThat(cube.get("y").toFloats()).containsExactly(11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25,
        26);
  }

  @Test
  void appliesFunctions() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{-1, 0, 4}, 1, 3);
    assertThat(floats(one(shape(-1, 3), FLOAT, "Relu"), x)).containsExactly(0, 0, 4);
    assertThat(floats(one(shape(-1, 3), FLOAT, "Exp"), x)).containsExactly(
        (float) StrictMath.exp(-1), 1,
        (float) StrictMath.exp(4));
    assertThat(floats(one(shape(-1, 3), FLOAT, "Tanh"), x)).containsExactly(
        (float) StrictMath.tanh(-1), 0,
        (float) StrictMath.tanh(4));
    assertThat(floats(one(shape(-1, 3), FLOAT, "Sigmoid"), x)[1]).isEqualTo(0.5f);
    assertThat(floats(one(shape(-1, 3), FLOAT, "Sqrt"), x)[2]).isEqualTo(2);
    assertThat(floats(one(shape(-1, 3), FLOAT, "Log"), x)).containsExactly(Float.NaN,
        Float.NEGATIVE_INFINITY,
        (float) StrictMath.log(4));
  }

  @Test
  void aNanIsTheSameBitsEverywhere() throws InterruptedException {
    Tensor nan = Tensor.of(new float[]{Float.intBitsToFloat(0xffc12345), 1}, 1, 2);
    for (String operator : List.of("Relu", "Identity", "Softmax", "Exp")) {
      assertThat(run(one(shape(-1, 2), FLOAT, operator), nan).get("y").data().getInt(0))
          .as(operator)
          .isEqualTo(0x7fc00000);
    }
  }

  @Test
  void findsTheGreatest() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{1, 7, 7, 9, 2, 9}, 2, 3);
    OnnxAttribute last = new OnnxAttribute.IntValue("axis", -1);
    Tensor kept = run(one(shape(-1, 3), OnnxDataType.INT64, "ArgMax", last), x).get("y");
    assertThat(kept.toLongs()).containsExactly(1, 0);
    assertThat(kept.shape()).hasToString("[2, 1]");
    Tensor bare = run(one(shape(-1, 3), OnnxDataType.INT64, "ArgMax", last,
        new OnnxAttribute.IntValue("keepdims", 0),
        new OnnxAttribute.IntValue("select_last_index", 1)), x).get("y");
    assertThat(bare.toLongs()).containsExactly(2, 2);
    assertThat(bare.shape()).hasToString("[2]");
    Tensor scalar = run(
        one(shape(3), OnnxDataType.INT64, "ArgMax", new OnnxAttribute.IntValue("keepdims", 0)),
        Tensor.of(new float[]{1, 2, 0}, 3)).get("y");
    assertThat(scalar.toLongs()).containsExactly(1);
    assertThat(scalar.shape()).hasToString("[]");
    refuses(one(shape(-1, 0), OnnxDataType.INT64, "ArgMax", last), "at least one element");
  }

  @Test
  void changesShapes() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 1, 2, 3);
    float[] same = {1, 2, 3, 4, 5, 6};
    for (Map.Entry<byte[], String> c : List.of(
        Map.entry(one(shape(-1, 2, 3), FLOAT, "Flatten"), "[1, 6]"),
        Map.entry(one(shape(-1, 2, 3), FLOAT, "Flatten", new OnnxAttribute.IntValue("axis", 2)),
            "[2, 3]"),
        Map.entry(one(shape(-1, 2, 3), FLOAT, "Flatten", new OnnxAttribute.IntValue("axis", 0)),
            "[1, 6]"),
        Map.entry(one(shape(-1, 2, 3), FLOAT, "Flatten", new OnnxAttribute.IntValue("axis", 3)),
            "[6, 1]"),
        Map.entry(two(shape(-1, 2, 3), OnnxTensor.ofLongs("s", new long[]{0, -1}, 2), "Reshape"),
            "[1, 6]"),
        Map.entry(two(shape(-1, 2, 3), OnnxTensor.ofLongs("s", new long[]{-1, 2}, 2), "Reshape"),
            "[3, 2]"),
        Map.entry(two(shape(1, 2, 3), OnnxTensor.ofLongs("s", new long[]{0}, 1), "Squeeze"),
            "[2, 3]"),
        Map.entry(one(shape(1, 2, 3), FLOAT, "Squeeze"), "[2, 3]"),
        Map.entry(two(shape(-1, 2, 3), OnnxTensor.ofLongs("s", new long[]{-1, 0}, 2), "Unsqueeze"),
            "[1, 1, 2, 3, 1]"),
        Map.entry(one(shape(-1, 2, 3), FLOAT, "Identity"), "[1, 2, 3]"))) {
      Tensor y = run(c.getKey(), x).get("y");
      assertThat(y.shape()).hasToString(c.getValue());
      assertThat(y.toFloats()).containsExactly(same);
    }
  }

  @Test
  void joins() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{1, 2, 3, 4}, 2, 2);
    OnnxTensor w = OnnxTensor.ofFloats("w", new float[]{9, 8}, 2, 1);
    assertThat(floats(two(shape(2, 2), w, "Concat", new OnnxAttribute.IntValue("axis", -1)), x))
        .containsExactly(1, 2, 9, 3, 4, 8);
    assertThat(floats(two(shape(2, 2), OnnxTensor.ofFloats("w", new float[]{9, 8}, 1, 2), "Concat",
        new OnnxAttribute.IntValue("axis", 0)), x)).containsExactly(1, 2, 3, 4, 9, 8);
    assertThat(floats(
        two(shape(2, 1, 2), OnnxTensor.ofFloats("w", new float[]{9, 8, 7, 6}, 2, 1, 2), "Concat",
            new OnnxAttribute.IntValue("axis", 1)),
        Tensor.of(new float[]{1, 2, 3, 4}, 2, 1, 2)))
        .containsExactly(1, 2, 9, 8, 3, 4, 7, 6);
    refuses(two(shape(2, 2), w, "Concat", new OnnxAttribute.IntValue("axis", 0)), "node 0 Concat",
        "[2, 1]");
  }

  @Test
  void castsBetweenTypes() throws InterruptedException {
    OnnxAttribute toLong = new OnnxAttribute.IntValue("to", 7);
    Tensor x = Tensor.of(new float[]{-1.9f, 2.5f, Float.NaN, 1e30f}, 4);
    assertThat(run(one(shape(4), OnnxDataType.INT64, "Cast", toLong), x).get("y").toLongs())
        .containsExactly(-1, 2, 0,
            Long.MAX_VALUE);
    assertThat(
        run(one(shape(4), OnnxDataType.INT32, "Cast", new OnnxAttribute.IntValue("to", 6)), x)
            .get("y")
            .toInts())
        .containsExactly(-1, 2, 0, Integer.MAX_VALUE);
    assertThat(
        run(one(shape(4), OnnxDataType.DOUBLE, "Cast", new OnnxAttribute.IntValue("to", 11)), x)
            .get("y")
            .toDoubles())
        .startsWith((double) -1.9f, 2.5);
    byte[] back = graph(OnnxDataType.INT64, shape(2), FLOAT,
        g -> g.node(
            OnnxNode.of("Cast", List.of("x"), List.of("y"), new OnnxAttribute.IntValue("to", 1))));
    // rounded once: by way of float64 the first would become 2^60
    assertThat(floats(back, Tensor.of(new long[]{(1L << 60) + (1L << 36) + 1, -3}, 2)))
        .containsExactly((float) ((1L << 60) + (1L << 36) + 1), -3);
    byte[] narrow = graph(OnnxDataType.INT64, shape(2), OnnxDataType.INT32,
        g -> g.node(
            OnnxNode.of("Cast", List.of("x"), List.of("y"), new OnnxAttribute.IntValue("to", 6))));
    assertThat(run(narrow, Tensor.of(new long[]{5, 1L << 32}, 2)).get("y").toInts())
        .containsExactly(5, 0);
  }

  @Test
  void takesConstantsOfEveryKind() throws InterruptedException {
    for (OnnxAttribute constant : List.of(new OnnxAttribute.FloatValue("value_float", 2),
        new OnnxAttribute.FloatList("value_floats", List.of(2f, 2f)),
        new OnnxAttribute.TensorValue("value", OnnxTensor.ofFloats("", new float[]{2, 2}, 2)))) {
      byte[] graph = graph(FLOAT, shape(-1, 2), FLOAT,
          g -> g.node(OnnxNode.of("Constant", List.of(), List.of("c"), constant))
              .node(OnnxNode.of("Mul", List.of("x", "c"), List.of("y"))));
      assertThat(floats(graph, Tensor.of(new float[]{1, 3}, 1, 2))).containsExactly(2, 6);
    }
    byte[] reshaped = graph(FLOAT, shape(1, 2), FLOAT,
        g -> g.node(OnnxNode.of("Constant", List.of(), List.of("c"),
            new OnnxAttribute.IntList("value_ints", List.of(2L, 1L))))
            .node(OnnxNode.of("Reshape", List.of("x", "c"), List.of("y"))));
    assertThat(run(reshaped, Tensor.of(new float[]{1, 3}, 1, 2)).get("y").shape())
        .hasToString("[2, 1]");
  }

  @Test
  void refusesInputsThatDoNotFitEachOther() throws InterruptedException {
    byte[] graph = OnnxWriter.write(new OnnxModelBuilder("g").opset("", 17)
        .input(OnnxValue.of("x", FLOAT, shape(-1, 2)))
        .input(OnnxValue.of("z", FLOAT, shape(-1, 2)))
        .output(OnnxValue.of("y", FLOAT, shape(-1, 2)))
        .node(OnnxNode.of("Add", List.of("x", "z"), List.of("y")))
        .build());
    try (LoadedModel model = load(graph)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.run(
              Tensors.of("x", Tensor.of(new float[4], 2, 2), "z", Tensor.of(new float[6], 3, 2))))
          .withMessageContainingAll("node 0 Add", "[2, 2]", "[3, 2]");
      assertThat(model
          .run(Tensors.of("x", Tensor.of(new float[4], 2, 2), "z", Tensor.of(new float[4], 2, 2)))
          .get("y")
          .toFloats()).containsExactly(0, 0, 0, 0);
    }
  }

  @Test
  void refusesASmallFileThatAsksForAllMemory() {
    refuses(one(shape(-1, 1L << 30), FLOAT, "Relu"), "room for", "at most");
    refuses(one(shape(1L << 40), FLOAT, "Relu"), "input 'x'", Long.toString(1L << 40));
    refuses(one(shape(1 << 20, 1 << 20, 4), FLOAT, "Relu"), "too many elements");
    refuses(two(shape(-1, 3), OnnxTensor.ofFloats("w", new float[0], Integer.MAX_VALUE, 0), "Add"),
        "initializer 'w'", "room for");
    byte[] outer = graph(FLOAT, shape(1 << 16, 1), FLOAT,
        g -> g.initializer(OnnxTensor.ofFloats("w", new float[1 << 16], 1 << 16))
            .node(OnnxNode.of("Add", List.of("x", "w"), List.of("y"))));
    refuses(outer, "room for");
  }

  @Test
  void mutatedModelsAreRunOrRefusedButNothingElse() throws InterruptedException {
    byte[] bytes = digits(false).files().read("model.onnx");
    long seed = Long.getLong("modelledger.seed", 20260101L);
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] mutant = bytes.clone();
      for (int k = random.nextInt(1, 4); k > 0; k--) {
        // most of the file is weights: half of the hits go to where the graph is
        int at = random.nextBoolean() ? random.nextInt(mutant.length) : random.nextInt(400);
        mutant[at] = (byte) random.nextInt(256);
      }
      try (LoadedModel model = load(mutant)) {
        if (model.inputs().toString().equals("[x: FP32 [?, 21]]")) {
          assertThat(model.run(Tensors.of("x", Tensor.of(new float[21], 1, 21))).names())
              .as("seed %d", seed)
              .hasSize(2);
        }
      } catch (ModelFormatException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isBetween(300, 2900);
  }
}
