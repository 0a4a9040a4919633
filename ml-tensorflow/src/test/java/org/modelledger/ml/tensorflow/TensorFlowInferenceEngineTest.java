package org.modelledger.ml.tensorflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.TensorProto;

class TensorFlowInferenceEngineTest {
  private static final org.tensorflow.proto.DataType FLOAT = org.tensorflow.proto.DataType.DT_FLOAT;
  private static final org.tensorflow.proto.DataType STRING = org.tensorflow.proto.DataType.DT_STRING;
  private static final org.tensorflow.proto.DataType INT64 = org.tensorflow.proto.DataType.DT_INT64;

  private final InferenceEngine engine = TensorFlowOptions.defaults().open();

  @AfterEach
  void close() {
    engine.close();
  }

  private static Tensors run(LoadedModel model, Tensor x) throws InterruptedException {
    return model.run(Tensors.of("x", x));
  }

  private static void refuses(InferenceEngine by, ModelFiles files, String... parts) {
    assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> by.load(files))
        .satisfies(e -> assertThat(e).message().contains(parts));
  }

  @Test
  void refusesTypesThatWouldEndTheProcess() {
    TensorProto number = TensorProto.newBuilder()
        .setDtype(FLOAT)
        .setTensorShape(Models.shape())
        .addFloatVal(1)
        .build();
    Map<String, AttrValue> unknown = Map.of("dtype", Models.type(FLOAT), "value",
        Models.tensor(number.toBuilder().setDtypeValue(71).build()));
    Map<String, AttrValue> other = Map.of("dtype", Models.type(FLOAT), "value",
        Models.tensor(number.toBuilder().setDtype(INT64).build()));

    refuses(engine, Models.identity(FLOAT, 1).node("c", "Const", unknown).files(),
        "saved_model.pb", "node.attr.value.tensor.dtype is 71");
    refuses(engine, Models.identity(FLOAT, 1).node("c", "Const", other).files(),
        "saved_model.pb", "the constant 'c'", "DT_INT64", "expected DT_FLOAT");
  }

  @Test
  void saysWhatComputes() {
    assertThat(engine.info()).hasToString(
        "EngineInfo[name=tensorflow, version=2.18.0, device=cpu, threads=1]");
  }

  @ParameterizedTest
  @EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = {"BYTES", "BOOL"})
  void carriesEveryTypeOfNumberBitForBit(DataType type) throws InterruptedException {
    byte[] bytes = new byte[6 * type.size()];
    new SplittableRandom(1).nextBytes(bytes);
    Tensor x = Tensor.wrap(type, Shape.of(2, 3), ByteBuffer.wrap(bytes));
    org.tensorflow.proto.DataType its = org.tensorflow.proto.DataType
        .forNumber(TensorFlowTypes.number(type));
    try (LoadedModel model = engine.load(Models.identity(its, -1, 3).files())) {
      assertThat(model.inputs()).hasToString("[x: " + type + " [?, 3]]");
      Tensor y = run(model, x).get("y");
      assertThat(y).isEqualTo(x);
      assertThat(y.isDirect()).isTrue();
      assertThat(run(model, Tensor.wrap(type, Shape.of(0, 3), ByteBuffer.allocate(0))).get("y")
          .shape()).isEqualTo(Shape.of(0, 3));
    }
  }

  @Test
  void carriesTruths() throws InterruptedException {
    Tensor x = Tensor.of(new boolean[]{true, false, true}, 3);
    try (LoadedModel model = engine.load(
        Models.identity(org.tensorflow.proto.DataType.DT_BOOL, -1).files())) {
      assertThat(run(model, x).get("y")).isEqualTo(x);
    }
  }

  @Test
  void carriesStringsOfAnyLength() throws InterruptedException {
    Tensor x = Tensor.ofStrings(List.of("", "short", "ü".repeat(40), "x".repeat(100_000)), 2, 2);
    try (LoadedModel model = engine.load(Models.identity(STRING, -1, -1).files())) {
      assertThat(run(model, x).get("y")).isEqualTo(x);
      Tensor none = Tensor.ofStrings(List.of(), 0, 2);
      assertThat(run(model, none).get("y")).isEqualTo(none);
    }
  }

  @Test
  void carriesScalars() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{3}, new long[0]);
    try (LoadedModel model = engine.load(Models.identity(FLOAT).files())) {
      assertThat(run(model, x).get("y")).isEqualTo(x);
    }
  }

  @Test
  void runsTheSignatureThatIsAskedFor() throws InterruptedException {
    ModelFiles files = Models.identity(FLOAT, -1)
        .node("twice", "Add", Map.of("T", Models.type(FLOAT)), "x", "x")
        .input("double", "x", "x:0", FLOAT, -1)
        .output("double", "twice", "twice:0", FLOAT, -1)
        .files();
    try (InferenceEngine other = TensorFlowOptions.defaults().signature("double").open();
        LoadedModel model = other.load(files)) {
      assertThat(run(model, Tensor.of(new float[]{1, 2}, 2)).get("twice").toFloats())
          .containsExactly(2, 4);
    }
    try (InferenceEngine other = TensorFlowOptions.defaults().signature("tripple").open()) {
      refuses(other, files, "saved_model.pb", "'tripple'", "[double, serving_default]");
    }
  }

  @Test
  void loadsTheGraphWithTheTags() throws InterruptedException {
    ModelFiles files = Models.identity(FLOAT, -1).tags("serve", "gpu").files();
    refuses(engine, files, "saved_model.pb", "[[gpu, serve]]", "[serve]");
    try (InferenceEngine other = new TensorFlowInferenceEngineProvider()
        .open(ProviderOptions.empty().with("tags", "gpu, serve"));
        LoadedModel model = other.load(files)) {
      assertThat(run(model, Tensor.of(new float[]{1}, 1)).names()).containsExactly("y");
    }
  }

  @Test
  void refusesWhatItCannotCarry() {
    refuses(engine,
        Models.identity(org.tensorflow.proto.DataType.DT_COMPLEX64, -1).files(),
        "saved_model.pb", "input 'x'", "DT_COMPLEX64", "DT_FLOAT");
    refuses(engine, new Models().placeholder("x", FLOAT, -1)
        .input("serving_default", "x", "x:0", FLOAT, -1)
        .outputOfUnknownRank("serving_default", "y", "x:0", FLOAT)
        .files(), "output 'y'", "unknown number of dimensions");
    refuses(engine, new Models().placeholder("x", FLOAT, -1)
        .input("serving_default", "x", "x:0", FLOAT, -1)
        .files(), "'serving_default'", "no outputs");
  }

  @Test
  void refusesASignatureThatDoesNotFitItsGraph() {
    refuses(engine, Models.identity(FLOAT, -1)
        .output("serving_default", "z", "nowhere:0", FLOAT, -1)
        .files(), "'z'", "'nowhere:0'", "does not have");
    refuses(engine, Models.identity(FLOAT, -1)
        .output("serving_default", "z", "y:1", FLOAT, -1)
        .files(), "'z'", "'y:1'", "does not have");
    refuses(engine, Models.identity(FLOAT, -1)
        .output("serving_default", "z", "y:0", INT64, -1)
        .files(), "'z'", "INT64");
  }

  @Test
  void refusesAnOperationThatTensorFlowDoesNotHave() {
    refuses(engine,
        Models.identity(FLOAT, -1).node("other", "Alchemy", Map.of(), "x").files(), "Alchemy");
  }

  @Test
  void failsByNameAndStaysUsable() throws InterruptedException {
    ModelFiles files = new Models().placeholder("x", FLOAT, -1)
        .node("y", "CheckNumerics", Map.of("T", Models.type(FLOAT), "message",
            Models.text("not a number")), "x")
        .input("serving_default", "x", "x:0", FLOAT, -1)
        .output("serving_default", "y", "y:0", FLOAT, -1)
        .files();
    try (LoadedModel model = engine.load(files)) {
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> run(model, Tensor.of(new float[]{Float.NaN}, 1)))
          .withMessageContaining("not a number");
      assertThat(run(model, Tensor.of(new float[]{1}, 1)).get("y").toFloats()).containsExactly(1);
    }
  }

  /** A table that is filled from a file, as text models have: read when it is loaded, not later. */
  @Test
  void readsAssetsWhileItLoads() throws InterruptedException {
    TensorProto path = TensorProto.newBuilder()
        .setDtype(STRING)
        .setTensorShape(Models.shape())
        .addStringVal(com.google.protobuf.ByteString.copyFromUtf8("overwritten"))
        .build();
    TensorProto absent = TensorProto.newBuilder()
        .setDtype(INT64)
        .setTensorShape(Models.shape())
        .addInt64Val(-1)
        .build();
    Models models = new Models().placeholder("x", STRING, -1)
        .constant("path", path)
        .constant("absent", absent)
        .node("table", "HashTableV2",
            Map.of("key_dtype", Models.type(STRING), "value_dtype", Models.type(INT64),
                "shared_name", Models.text("words")))
        .node("fill", "InitializeTableFromTextFileV2",
            Map.of("key_index", Models.number(-2), "value_index", Models.number(-1)), "table",
            "path")
        .node("y", "LookupTableFindV2",
            Map.of("Tin", Models.type(STRING), "Tout", Models.type(INT64)), "table", "x", "absent")
        .input("serving_default", "x", "x:0", STRING, -1)
        .output("serving_default", "y", "y:0", INT64, -1)
        .file("assets/words.txt", "cat\ndog\n".getBytes(UTF_8));
    models.meta()
        .addAssetFileDef(org.tensorflow.proto.AssetFileDef.newBuilder()
            .setFilename("words.txt")
            .setTensorInfo(org.tensorflow.proto.TensorInfo.newBuilder().setName("path:0")))
        .putCollectionDef("saved_model_main_op", CollectionDef.newBuilder()
            .setNodeList(CollectionDef.NodeList.newBuilder().addValue("fill"))
            .build());
    try (LoadedModel model = engine.load(models.files())) {
      assertThat(run(model, Tensor.ofStrings(List.of("dog", "cow", "cat"), 3)).get("y").toLongs())
          .containsExactly(1, -1, 0);
    }
  }

  @Test
  void leavesNothingOnTheDisk() throws IOException, InterruptedException {
    Set<String> before = temporary();
    try (LoadedModel model = engine.load(Models.identity(FLOAT, -1).files())) {
      assertThat(temporary()).isEqualTo(before);
      assertThat(run(model, Tensor.of(new float[]{1}, 1)).names()).isNotEmpty();
    }
    refuses(engine, Models.identity(FLOAT, -1).node("other", "Alchemy", Map.of(), "x").files(),
        "Alchemy");
    assertThat(temporary()).isEqualTo(before);
  }

  private static Set<String> temporary() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("modelledger-tensorflow"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void probesWhatRepeatsAndWhatDoesNot() {
    try (LoadedModel model = engine.load(Models.identity(FLOAT, -1, 3).files())) {
      assertThat(model.determinism()).isEqualTo(Determinism.PROBED);
    }
    ModelFiles random = new Models().placeholder("x", FLOAT, -1)
        .constant("one", TensorProto.newBuilder()
            .setDtype(INT64)
            .setTensorShape(Models.shape(1))
            .addInt64Val(1)
            .build())
        .node("noise", "RandomUniform",
            Map.of("T", Models.type(INT64), "dtype", Models.type(FLOAT)), "one")
        .node("y", "Add", Map.of("T", Models.type(FLOAT)), "x", "noise")
        .input("serving_default", "x", "x:0", FLOAT, -1)
        .output("serving_default", "y", "y:0", FLOAT, -1)
        .files();
    try (LoadedModel model = engine.load(random)) {
      assertThat(model.determinism()).isEqualTo(Determinism.NONE);
    }
  }

  @Test
  void takesTheCallersWordForWhatCannotBeProbed() {
    ModelFiles choosy = new Models().placeholder("x", FLOAT, -1)
        .constant("shape", TensorProto.newBuilder()
            .setDtype(org.tensorflow.proto.DataType.DT_INT32)
            .setTensorShape(Models.shape(1))
            .addIntVal(7)
            .build())
        .node("y", "Reshape", Map.of("T", Models.type(FLOAT), "Tshape",
            Models.type(org.tensorflow.proto.DataType.DT_INT32)), "x", "shape")
        .input("serving_default", "x", "x:0", FLOAT, -1)
        .output("serving_default", "y", "y:0", FLOAT, 7)
        .files();
    try (LoadedModel model = engine.load(choosy)) {
      assertThat(model.determinism()).isEqualTo(Determinism.NONE);
    }
    try (InferenceEngine other = TensorFlowOptions.defaults()
        .determinism(Determinism.tolerance(0.001))
        .open(); LoadedModel model = other.load(choosy)) {
      assertThat(model.determinism()).isEqualTo(Determinism.tolerance(0.001));
    }
    try (InferenceEngine other = TensorFlowOptions.defaults().probe(false).open();
        LoadedModel model = other.load(Models.identity(FLOAT, -1).files())) {
      assertThat(model.determinism()).isEqualTo(Determinism.NONE);
    }
  }

  @Test
  void runsWithThreadsOfItsOwn() throws InterruptedException {
    try (InferenceEngine other = TensorFlowOptions.defaults().interOpThreads(2).open();
        LoadedModel model = other.load(Models.identity(FLOAT, -1).files())) {
      assertThat(run(model, Tensor.of(new float[]{5}, 1)).get("y").toFloats()).containsExactly(5);
    }
  }

  @Test
  void refusesAnotherNumberOfThreadsThanTheProcessHas() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> TensorFlowOptions.defaults().threads(3).open())
        .withMessageContainingAll("'threads' is '3'", "for 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:0", "cuda:7"})
  void refusesADeviceThatIsNotThere(String device) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> TensorFlowOptions.defaults().device(device).open())
        .withMessageContainingAll("'device' is '" + device + "'", "CPU",
            "org.tensorflow:tensorflow-core-native:1.1.0:linux-x86_64-gpu");
  }

  @Test
  void takesTheProcessorWhereThereIsNoGpu() {
    try (InferenceEngine other = TensorFlowOptions.defaults().device("auto").open()) {
      assertThat(other.info().device()).isIn("cpu", "cuda:0");
    }
  }

  @Test
  void refusesOptionsThatAreWrong() {
    for (Map.Entry<String, String> option : Map.of("device", "tpu", "threads", "0",
        "interOpThreads", "x", "gpuMemoryGrowth", "yes", "tags", "serve,,gpu", "probe", "1",
        "determinism", "sure").entrySet()) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> new TensorFlowInferenceEngineProvider()
              .open(ProviderOptions.empty().with(option.getKey(), option.getValue())))
          .withMessageContaining(option.getKey())
          .withMessageContaining(option.getValue());
    }
  }

  @Test
  void closesTheModelsOfAClosedEngine() {
    InferenceEngine other = TensorFlowOptions.defaults().open();
    LoadedModel model = other.load(Models.identity(FLOAT, -1).files());
    other.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> run(model, Tensor.of(new float[]{1}, 1)))
        .withMessageContaining("closed");
    model.close();
  }

  @Test
  void namesTheNativeLibraryOfThePom() throws IOException {
    assertThat(Files.readString(Path.of("../pom.xml")))
        .contains(
            "<version.tensorflow>" + TensorFlowRuntime.JAVA_VERSION + "</version.tensorflow>");
  }
}
