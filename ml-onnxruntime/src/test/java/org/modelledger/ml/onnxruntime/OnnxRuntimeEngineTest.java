package org.modelledger.ml.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.exact.ExactInferenceEngineProvider;
import org.modelledger.ml.exact.ExactTrainerProvider;
import org.modelledger.ml.exact.MlpSpec;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;

class OnnxRuntimeEngineTest {
  private static final OnnxDataType FLOAT = OnnxDataType.FLOAT;
  private static final OnnxDataType INT64 = OnnxDataType.INT64;

  private final OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(OnnxRuntimeOptions.defaults());

  @AfterEach
  void close() {
    engine.close();
  }

  private static Tensors x(Tensor tensor) {
    return Tensors.of("x", tensor);
  }

  private static Tensor ones(long... shape) {
    float[] elements = new float[(int) Shape.of(shape).elements()];
    Arrays.fill(elements, 1);
    return Tensor.of(elements, shape);
  }

  @Test
  void saysWhatComputes() {
    assertThat(engine.info()).isEqualTo(new EngineInfo("onnxruntime", "1.29.0", "cpu", 1));
    try (OnnxRuntimeEngine many = OnnxRuntimeEngine
        .open(OnnxRuntimeOptions.builder().threads(3).interOpThreads(2).build())) {
      assertThat(many.info().threads()).isEqualTo(4);
    }
  }

  @Test
  void saysWhatAModelSaysOfItself() {
    byte[] model = Graphs.bytes(Graphs.identity(FLOAT, 2)
        .producer("maker", "2")
        .metadata("author", "Zoë")
        .metadata("task", "none"));
    try (OnnxRuntimeModel loaded = engine.load(ModelFiles.of(Map.of("model.onnx", model)))) {
      OnnxMetadata metadata = loaded.metadata();
      assertThat(metadata.producer()).isEqualTo("maker");
      assertThat(metadata.graph()).isEqualTo("one");
      assertThat(metadata.custom()).containsOnly(Map.entry("author", "Zoë"),
          Map.entry("task", "none"));
    }
  }

  @Test
  void agreesWithTheExactEngineOnTheDigits() throws Exception {
    TrainedModel trained;
    Tensor pixels = Tensor.of(Graphs.floats(new SplittableRandom(4), 64 * 200), 200, 64);
    long[] labels = new SplittableRandom(5).longs(200, 0, 10).toArray();
    try (Trainer trainer = ExactTrainerProvider.open(1, InstantSource.system())) {
      trained = trainer.train(
          new MlpSpec("x", "y").hidden(128, 64).epochs(2).toTrainingSpec(),
          Dataset.of("made-up", Tensors.of("x", pixels, "y", Tensor.of(labels, 200))),
          TrainingListener.NONE);
    }
    try (LoadedModel exact = new ExactInferenceEngineProvider().open(ProviderOptions.empty())
        .load(trained.files());
        OnnxRuntimeModel fast = engine.load(trained.files())) {
      assertThat(fast.outputs()).isEqualTo(exact.outputs());
      for (int i = 0; i < 3; i++) {
        Tensors expected = exact.run(x(pixels));
        Tensors actual = fast.run(x(pixels));
        assertThat(actual.get("scores").toFloats())
            .containsExactly(expected.get("scores").toFloats(), within(1e-5f));
        assertThat(actual.get("label")).isEqualTo(expected.get("label"));
      }
    }
  }

  @Test
  void outputsAreWrittenWhereTheCallerHasThem() throws InterruptedException {
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.mlp(2, 4, 3)))) {
      assertThat(model.run(x(ones(5, 4))).get("y").isDirect()).isFalse();
      Tensor second = model.run(x(ones(5, 4))).get("y");
      Tensor third = model.run(x(ones(5, 4))).get("y");

      assertThat(second.isDirect()).isTrue();
      assertThat(third.isDirect()).isTrue();
      assertThat(third).isEqualTo(second);
    }
  }

  @Test
  void anOutputThatIsAnInputComesBack() throws InterruptedException {
    byte[] model = Graphs.bytes(Graphs.builder("through")
        .input(OnnxValue.of("x", FLOAT, Graphs.shape(2)))
        .output(OnnxValue.of("x", FLOAT, Graphs.shape(2)))
        .output(OnnxValue.of("y", FLOAT, Graphs.shape(2)))
        .node(OnnxNode.of("Neg", List.of("x"), List.of("y"))));
    try (OnnxRuntimeModel loaded = engine.load(ModelFiles.of(Map.of("model.onnx", model)))) {
      for (int i = 1; i < 4; i++) {
        Tensors outputs = loaded.run(x(Tensor.of(new float[]{i, -i}, 2)));
        assertThat(outputs.get("x").toFloats()).containsExactly(i, -i);
        assertThat(outputs.get("y").toFloats()).containsExactly(-i, i);
      }
    }
  }

  @Test
  void anOutputThatIsAConstantComesOut() throws InterruptedException {
    byte[] model = Graphs.bytes(Graphs.builder("constant")
        .input(OnnxValue.of("x", FLOAT, Graphs.shape(2)))
        .output(OnnxValue.of("c", FLOAT, Graphs.shape(2)))
        .output(OnnxValue.of("d", FLOAT, Graphs.shape(2)))
        .output(OnnxValue.of("y", FLOAT, Graphs.shape(2)))
        .initializer(OnnxTensor.ofFloats("c", new float[]{5, 6}, 2))
        .node(OnnxNode.of("Neg", List.of("c"), List.of("d")))
        .node(OnnxNode.of("Neg", List.of("x"), List.of("y"))));
    try (OnnxRuntimeModel loaded = engine.load(ModelFiles.of(Map.of("model.onnx", model)))) {
      for (int i = 1; i < 4; i++) {
        Tensors outputs = loaded.run(x(Tensor.of(new float[]{i, -i}, 2)));
        assertThat(outputs.get("c").toFloats()).containsExactly(5, 6);
        assertThat(outputs.get("d").toFloats()).containsExactly(-5, -6);
        assertThat(outputs.get("y").toFloats()).containsExactly(-i, i);
      }
    }
  }

  @Test
  void outputsKeepTheModelsOrder() throws InterruptedException {
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.builder("order")
        .input(OnnxValue.of("x", FLOAT, Graphs.shape(-1)))
        .output(OnnxValue.of("b", OnnxDataType.UINT32, Graphs.shape(-1)))
        .output(OnnxValue.of("a", FLOAT, Graphs.shape(-1)))
        .output(OnnxValue.of("c", FLOAT, Graphs.shape(-1)))
        .node(OnnxNode.of("Neg", List.of("x"), List.of("a")))
        .node(OnnxNode.of("Abs", List.of("x"), List.of("c")))
        .node(OnnxNode.of("Cast", List.of("x"), List.of("b"),
            new OnnxAttribute.IntValue("to", OnnxDataType.UINT32.number())))))) {
      for (int i = 0; i < 3; i++) {
        assertThat(model.run(x(ones(2))).names()).containsExactly("b", "a", "c");
      }
    }
  }

  @Test
  void outputsWhoseShapeDependsOnValuesAreRight() throws InterruptedException {
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.one(INT64, Graphs.shape(-1),
        INT64, new OnnxDimension[]{OnnxDimension.of(1), OnnxDimension.free("M")}, "NonZero")))) {
      for (long[] elements : new long[][]{{0, 0, 0}, {1, 0, 1}, {1, 1, 1}, {1, 1, 1}, {0, 1, 0},
          {0, 0, 0}, {1, 0, 1}}) {
        long[] indices = LongStream.range(0, 3)
            .filter(i -> elements[(int) i] != 0)
            .toArray();
        Tensor y = model.run(x(Tensor.of(elements, 3))).get("y");
        assertThat(y.shape()).isEqualTo(Shape.of(1, indices.length));
        assertThat(y.toLongs()).containsExactly(indices);
      }
    }
  }

  @Test
  void manyThreadsMayFindOutTogetherThatShapesDependOnValues() throws Exception {
    for (int round = 0; round < 5; round++) {
      try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.one(INT64, Graphs.shape(-1),
          INT64, new OnnxDimension[]{OnnxDimension.of(1), OnnxDimension.free("M")}, "NonZero")));
          ExecutorService threads = Executors.newFixedThreadPool(6)) {
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
          int count = t;
          work.add(() -> {
            long[] elements = new long[8];
            Arrays.fill(elements, 0, count, 1);
            for (int i = 0; i < 50; i++) {
              Tensor y = model.run(x(Tensor.of(elements, 8))).get("y");
              assertThat(y.toLongs())
                  .containsExactly(LongStream.range(0, count).toArray());
            }
            return true;
          });
        }
        for (Future<Boolean> future : threads.invokeAll(work)) {
          assertThat(future.get()).isTrue();
        }
      }
    }
  }

  @Test
  void shapesThatFollowFromShapesAreKeptWithinBounds() throws InterruptedException {
    OutputShapes shapes = new OutputShapes(
        List.of(new TensorSpec("x", DataType.FP32, Shape.of(Shape.FREE))));
    for (int n = 1; n <= 3 * OutputShapes.MAX_ENTRIES; n++) {
      Tensors inputs = x(ones(n));
      assertThat(shapes.find(inputs)).isNull();
      shapes.remember(inputs, List.of(Shape.of(n, 2)));
      OutputShapes.Entry entry = shapes.find(inputs);
      assertThat(entry).isNotNull();
      assertThat(Objects.requireNonNull(entry).outputs())
          .containsExactly(Shape.of(n, 2));
      assertThat(shapes.size()).isLessThanOrEqualTo(OutputShapes.MAX_ENTRIES);
    }
  }

  @Test
  void aNameOfTwoDimensionsStandsForOneLength() throws InterruptedException {
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.builder("ties")
        .input(OnnxValue.of("a", FLOAT, OnnxDimension.free("batch"), OnnxDimension.free("")))
        .input(OnnxValue.of("b", FLOAT, OnnxDimension.free("batch"), OnnxDimension.free("")))
        .output(OnnxValue.of("y", FLOAT, OnnxDimension.free("batch"), OnnxDimension.of(2)))
        .initializer(OnnxTensor.ofLongs("axes", new long[]{1}, 1))
        .node(OnnxNode.of("ReduceSum", List.of("a", "axes"), List.of("p")))
        .node(OnnxNode.of("ReduceSum", List.of("b", "axes"), List.of("q")))
        .node(OnnxNode.of("Concat", List.of("p", "q"), List.of("y"),
            new OnnxAttribute.IntValue("axis", 1)))))) {
      assertThat(model.inputs()).extracting(TensorSpec::shape)
          .containsOnly(Shape.of(Shape.FREE, Shape.FREE));
      for (int i = 0; i < 2; i++) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> model.run(Tensors.of("a", ones(2, 3), "b", ones(1, 3))))
            .withMessageContainingAll("batch", "'a'", "'b'", "2", "1");
        assertThat(model.run(Tensors.of("a", ones(2, 3), "b", ones(2, 5))).get("y").toFloats())
            .containsExactly(3, 5, 3, 5);
      }
    }
  }

  @Test
  void aFreeDimensionCanBeFixed() {
    try (OnnxRuntimeEngine fixed = OnnxRuntimeEngine
        .open(OnnxRuntimeOptions.builder().dimension("N", 4).build());
        OnnxRuntimeModel model = fixed.load(Graphs.files(Graphs.mlp(2, 4, 3)))) {
      assertThat(model.inputs()).extracting(TensorSpec::shape).containsExactly(Shape.of(4, 4));
      assertThatIllegalArgumentException().isThrownBy(() -> model.run(x(ones(2, 4))));
    }
  }

  @Test
  void outputsWithoutADeclaredShapeGetTheirRankFromATrialRun() throws InterruptedException {
    // what Reshape makes depends on values, so the graph does not even tell the rank
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.builder("shapeless")
        .input(OnnxValue.of("x", FLOAT, Graphs.shape(-1)))
        .output(new OnnxValue("y", FLOAT, Optional.empty()))
        .initializer(OnnxTensor.ofLongs("more", new long[]{1, 1}, 2))
        .node(OnnxNode.of("Shape", List.of("x"), List.of("n")))
        .node(OnnxNode.of("NonZero", List.of("x"), List.of("at")))
        .node(OnnxNode.of("Shape", List.of("at"), List.of("m")))
        .node(OnnxNode.of("Concat", List.of("more", "n"), List.of("shape"),
            new OnnxAttribute.IntValue("axis", 0)))
        .node(OnnxNode.of("Reshape", List.of("x", "shape"), List.of("y")))))) {
      assertThat(model.outputs()).extracting(TensorSpec::shape)
          .singleElement()
          .satisfies(shape -> assertThat(shape.rank()).isEqualTo(3));
      assertThat(model.run(x(ones(4))).get("y").shape()).isEqualTo(Shape.of(1, 1, 4));
    }
  }

  @Test
  void inputsWithoutAShapeAreRefused() {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> engine.load(Graphs.files(Graphs.builder("shapeless")
            .input(new OnnxValue("x", FLOAT, Optional.empty()))
            .output(OnnxValue.of("y", FLOAT, Graphs.shape(2)))
            .node(OnnxNode.of("Neg", List.of("x"), List.of("y"))))))
        .withMessageContainingAll("model.onnx", "'x'", "shape");
  }

  @Test
  void aRunThatFailsIsAnInferenceExceptionAndHarmsNothing() throws InterruptedException {
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.builder("gather")
        .input(OnnxValue.of("x", INT64, Graphs.shape(1)))
        .output(OnnxValue.of("y", FLOAT, Graphs.shape(1)))
        .initializer(OnnxTensor.ofFloats("table", new float[]{10, 20, 30}, 3))
        .node(OnnxNode.of("Gather", List.of("table", "x"), List.of("y")))))) {
      for (int i = 0; i < 3; i++) {
        assertThat(model.run(x(Tensor.of(new long[]{2}, 1))).get("y").toFloats())
            .containsExactly(30);
        assertThatExceptionOfType(InferenceException.class)
            .isThrownBy(() -> model.run(x(Tensor.of(new long[]{7}, 1))))
            .withMessageContainingAll("model.onnx", "Gather");
      }
      // it failed, but not for its shapes
      assertThat(model.run(x(Tensor.of(new long[]{0}, 1))).get("y").isDirect()).isTrue();
    }
  }

  @Test
  void aModelThatCannotBeIsRefusedWithTheReason() {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> engine.load(
            Graphs.files(Graphs.one(FLOAT, Graphs.shape(2), FLOAT, Graphs.shape(2), "Nonsense"))))
        .withMessageContainingAll("model.onnx", "Nonsense");
  }

  @Test
  void takesModelOnnxOrTheOnlyGraph() throws InterruptedException {
    byte[] graph = Graphs.bytes(Graphs.identity(FLOAT, 1));
    byte[] note = "a note".getBytes(StandardCharsets.UTF_8);
    for (Map<String, byte[]> files : List.of(Map.of("model.onnx", graph),
        Map.of("digits.onnx", graph), Map.of("deep/net.onnx", graph, "README.md", note),
        Map.of("model.onnx", graph, "other.onnx", note))) {
      try (OnnxRuntimeModel model = engine.load(ModelFiles.of(files))) {
        assertThat(model.run(x(ones(1))).get("y")).isEqualTo(ones(1));
      }
    }
    for (Map<String, byte[]> files : List.of(Map.of("a.onnx", graph, "b.onnx", graph),
        Map.of("README.md", note))) {
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> engine.load(ModelFiles.of(files)))
          .withMessageContainingAll(files.keySet().toArray(String[]::new));
    }
  }

  @Test
  void memoryThatBeginsAnywhereGivesTheSameBits() throws InterruptedException {
    // sums of many numbers, whose last bits depend on their order
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.builder("sums")
        .input(OnnxValue.of("x", FLOAT, Graphs.shape(1, 1003)))
        .output(OnnxValue.of("sum", FLOAT))
        .output(OnnxValue.of("norm", FLOAT, Graphs.shape(1, 1003)))
        .output(OnnxValue.of("mean", FLOAT))
        .node(OnnxNode.of("ReduceSum", List.of("x"), List.of("sum"),
            new OnnxAttribute.IntValue("keepdims", 0)))
        .node(OnnxNode.of("ReduceMean", List.of("x"), List.of("mean"),
            new OnnxAttribute.IntValue("keepdims", 0)))
        .node(OnnxNode.of("Softmax", List.of("x"), List.of("norm")))))) {
      byte[] bytes = new byte[4 * 1003];
      Tensor.of(Graphs.floats(new SplittableRandom(9), 1003), 1, 1003).data().get(bytes);
      ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length + 256);
      Tensors expected = model
          .run(x(Tensor.wrap(DataType.FP32, Shape.of(1, 1003), ByteBuffer.wrap(bytes))));
      for (int at = 0; at < 128; at += 4) {
        ByteBuffer there = memory.slice(at, bytes.length).put(bytes).flip();
        assertThat(model.run(x(Tensor.wrap(DataType.FP32, Shape.of(1, 1003), there))))
            .as("from byte %d", at)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void determinismIsProbed() {
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.mlp(3, 4, 3)))) {
      assertThat(model.determinism()).isEqualTo(Determinism.PROBED);
    }
    byte[] random = Graphs.bytes(Graphs.builder("random")
        .input(OnnxValue.of("x", FLOAT, Graphs.shape(8)))
        .output(OnnxValue.of("y", FLOAT, Graphs.shape(8)))
        .node(OnnxNode.of("RandomNormalLike", List.of("x"), List.of("r")))
        .node(OnnxNode.of("Add", List.of("x", "r"), List.of("y"))));
    try (OnnxRuntimeModel model = engine.load(ModelFiles.of(Map.of("model.onnx", random)))) {
      assertThat(model.determinism()).isEqualTo(Determinism.NONE);
    }
  }

  @Test
  void whatCannotBeProbedIsAsDeclared() {
    ModelFiles files = Graphs.files(Graphs.builder("picky")
        .input(OnnxValue.of("x", INT64, Graphs.shape(1)))
        .output(OnnxValue.of("y", FLOAT, Graphs.shape(1)))
        .initializer(OnnxTensor.ofLongs("big", new long[]{1000}, 1))
        .initializer(OnnxTensor.ofFloats("table", new float[]{1, 2}, 2))
        .node(OnnxNode.of("Add", List.of("x", "big"), List.of("i")))
        .node(OnnxNode.of("Gather", List.of("table", "i"), List.of("y"))));
    try (OnnxRuntimeModel model = engine.load(files)) {
      assertThat(model.determinism()).isEqualTo(Determinism.NONE);
    }
    OnnxRuntimeOptions declared = OnnxRuntimeOptions.builder()
        .determinism(Determinism.tolerance(1e-3))
        .build();
    try (OnnxRuntimeEngine other = OnnxRuntimeEngine.open(declared);
        OnnxRuntimeModel picky = other.load(files);
        OnnxRuntimeModel other2 = other.load(Graphs.files(Graphs.mlp(3, 4, 3)))) {
      assertThat(picky.determinism()).isEqualTo(Determinism.tolerance(1e-3));
      assertThat(other2.determinism()).isEqualTo(Determinism.PROBED);
    }
    try (OnnxRuntimeEngine other = OnnxRuntimeEngine
        .open(OnnxRuntimeOptions.builder().probe(false).build());
        OnnxRuntimeModel model = other.load(Graphs.files(Graphs.mlp(3, 4, 3)))) {
      assertThat(model.determinism()).isEqualTo(Determinism.NONE);
    }
  }

  @Test
  void differencesAreJudged() {
    Tensors a = x(Tensor.of(new float[]{1, 200}, 2));
    assertThat(DeterminismProbe.compare(List.of(a, x(Tensor.of(new float[]{1, 200}, 2)))))
        .isEqualTo(Determinism.PROBED);
    Determinism near = DeterminismProbe
        .compare(List.of(a, a, x(Tensor.of(new float[]{1, 200.02f}, 2))));
    assertThat(near).isInstanceOfSatisfying(Determinism.Tolerance.class,
        tolerance -> assertThat(tolerance.epsilon()).isCloseTo(8e-4, within(1e-5)));
    assertThat(DeterminismProbe.compare(List.of(a, x(Tensor.of(new float[]{1, 210}, 2)))))
        .isEqualTo(Determinism.NONE);
    assertThat(DeterminismProbe
        .compare(List.of(a, x(Tensor.of(new float[]{1, Float.NaN}, 2)))))
        .isEqualTo(Determinism.NONE);
    assertThat(DeterminismProbe.compare(
        List.of(x(Tensor.of(new long[]{1}, 1)), x(Tensor.of(new long[]{2}, 1)))))
        .isEqualTo(Determinism.NONE);
    assertThat(DeterminismProbe.compare(
        List.of(x(Tensor.of(new float[]{0f}, 1)), x(Tensor.of(new float[]{-0f}, 1)))))
        .isEqualTo(Determinism.tolerance(1e-7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:1", "tensorrt"})
  void aDeviceThatIsNotThereIsNamedWithWhatToInstall(String device) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () -> OnnxRuntimeEngine.open(OnnxRuntimeOptions.builder().device(device).build()))
        .withMessageContainingAll("'" + (device.contains(":") ? device : device + ":0") + "'",
            "com.microsoft.onnxruntime:onnxruntime_gpu:1.29.0", "driver", "cuDNN");
  }

  @Test
  void autoIsTheCpuWhereThereIsNothingElse() {
    try (OnnxRuntimeEngine auto = OnnxRuntimeEngine
        .open(OnnxRuntimeOptions.builder().device("auto").build())) {
      assertThat(auto.info().device()).isEqualTo("cpu");
    }
  }

  @Test
  void optionsThatOnnxRuntimeRefusesAreAConfigurationException() {
    try (OnnxRuntimeEngine other = OnnxRuntimeEngine.open(
        OnnxRuntimeOptions.builder().customOperators(Path.of("/no/such/library.so")).build())) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> other.load(Graphs.files(Graphs.mlp(3, 4, 3))))
          .withMessageContaining("/no/such/library.so");
    }
  }

  @Test
  void aProfileIsWholeWhenTheModelIsClosed(@TempDir Path directory)
      throws IOException, InterruptedException {
    try (OnnxRuntimeEngine profiled = OnnxRuntimeEngine
        .open(OnnxRuntimeOptions.builder().profile(directory.resolve("run")).build());
        OnnxRuntimeModel model = profiled.load(Graphs.files(Graphs.mlp(3, 4, 3)))) {
      model.run(x(ones(1, 4)));
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).singleElement().satisfies(file -> {
        assertThat(file.getFileName().toString()).startsWith("run").endsWith(".json");
        assertThat(Files.readString(file).strip()).startsWith("[").endsWith("]");
      });
    }
  }

  @Test
  void everyWayToRunGivesTheSameAnswer() throws InterruptedException {
    Tensors inputs = x(Tensor.of(Graphs.floats(new SplittableRandom(1), 12), 3, 4));
    ModelFiles files = Graphs.files(Graphs.mlp(3, 4, 16, 3));
    float[] expected;
    try (OnnxRuntimeModel model = engine.load(files)) {
      expected = model.run(inputs).get("y").toFloats();
    }
    for (OnnxRuntimeOptions options : List.of(
        OnnxRuntimeOptions.builder().threads(2).interOpThreads(2).spinning(true).build(),
        OnnxRuntimeOptions.builder().optimization(OnnxRuntimeOptions.Optimization.NONE).build(),
        OnnxRuntimeOptions.builder().arena(false).memoryPattern(false).build(),
        OnnxRuntimeOptions.builder().deterministicCompute(false).denormalsAsZero(true).build(),
        OnnxRuntimeOptions.builder().config("session.disable_prepacking", "1").build())) {
      try (OnnxRuntimeEngine other = OnnxRuntimeEngine.open(options);
          OnnxRuntimeModel model = other.load(files)) {
        for (int i = 0; i < 2; i++) {
          assertThat(model.run(inputs).get("y").toFloats())
              .containsExactly(expected, within(1e-6f));
        }
      }
    }
  }

  @Test
  void closingTheEngineClosesItsModels() {
    OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.mlp(3, 4, 3)));

    engine.close();

    assertThatIllegalStateException().isThrownBy(() -> model.run(x(ones(1, 4))));
    assertThatIllegalStateException().isThrownBy(model::metadata);
    model.close();
  }

  @Test
  void manyThreadsMayRunWithManyShapes() throws Exception {
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.mlp(6, 4, 32, 3)));
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Tensors> inputs = new ArrayList<>();
      List<Tensors> expected = new ArrayList<>();
      for (int n = 1; n <= 16; n++) {
        Tensors some = x(Tensor.of(Graphs.floats(new SplittableRandom(n), 4 * n), n, 4));
        inputs.add(some);
        expected.add(model.run(some));
      }
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int first = t;
        work.add(() -> {
          for (int i = 0; i < 400; i++) {
            int n = (first * 5 + i) % 16;
            assertThat(model.run(inputs.get(n))).isEqualTo(expected.get(n));
          }
          return true;
        });
      }
      for (Future<Boolean> future : threads.invokeAll(work)) {
        assertThat(future.get()).isTrue();
      }
    }
  }
}
