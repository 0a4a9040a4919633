package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;

class PyTorchInferenceEngineTest {
  private static final TensorSpec X = new TensorSpec("x", DataType.FP32, Shape.of(Shape.FREE, 3));
  private static final TensorSpec Y = new TensorSpec("y", DataType.FP32, Shape.of(Shape.FREE, 3));

  @SuppressWarnings("NullAway.Init")
  private InferenceEngine engine;

  @BeforeEach
  void open() {
    engine = PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults());
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private LoadedModel load(TorchScripts module, List<TensorSpec> inputs, TensorSpec... outputs) {
    return engine.load(TorchScripts.files(module, inputs, List.of(outputs)));
  }

  private static Tensor x() {
    return Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 2, 3);
  }

  @Test
  void saysWhatComputes() {
    assertThat(engine.info().name()).isEqualTo("pytorch");
    assertThat(engine.info().version()).isEqualTo("2.7.1+djl-0.35.1");
    assertThat(engine.info().device()).isEqualTo("cpu");
    assertThat(engine.info().threads()).isEqualTo(1);
  }

  @Test
  void takesATupleInItsOrderAndADictionaryByItsNames() throws Exception {
    TensorSpec sum = new TensorSpec("sum", DataType.FP32, Shape.of(Shape.FREE));
    try (
        LoadedModel tuple = load(new TorchScripts("x: Tensor", "Tuple[Tensor, Tensor]",
            "return (torch.mul(x, x), torch.sum(x, [1]))"), List.of(X), Y, sum);
        LoadedModel dictionary = load(
            new TorchScripts("x: Tensor", "Dict[str, Tensor]",
                "return {\"sum\": torch.sum(x, [1]), \"y\": torch.mul(x, x)}"),
            List.of(X), Y, sum)) {
      for (LoadedModel model : List.of(tuple, dictionary)) {
        Tensors outputs = model.run(Tensors.of("x", x()));
        assertThat(outputs.get("y").toFloats()).containsExactly(1, 4, 9, 16, 25, 36);
        assertThat(outputs.get("sum").toFloats()).containsExactly(6, 15);
      }
    }
  }

  @Test
  void passesSeveralInputsInTheirOrder() throws Exception {
    TensorSpec z = new TensorSpec("a", DataType.FP32, Shape.of(Shape.FREE, 3));
    try (LoadedModel model = load(
        new TorchScripts("x: Tensor,\n    a: Tensor", "Tensor", "return torch.sub(x, a)"),
        List.of(X, z), Y)) {
      Tensors outputs = model
          .run(Tensors.of("a", Tensor.of(new float[]{1, 1, 1, 1, 1, 1}, 2, 3), "x", x()));

      assertThat(outputs.get("y").toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
    }
  }

  @Test
  void everySupportedTypeGoesInAndComesOutAsItIs() throws Exception {
    for (DataType type : NDTensors.supported()) {
      TensorSpec in = new TensorSpec("x", type, Shape.of(Shape.FREE, 2));
      TensorSpec out = new TensorSpec("y", type, Shape.of(2, Shape.FREE));
      // a transposed view: what comes out is not in row-major order inside
      try (LoadedModel model = load(
          new TorchScripts("x: Tensor", "Tensor", "return torch.t(x)"), List.of(in), out)) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(6 * type.size())
            .order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer transposed = ByteBuffer.allocate(6 * type.size())
            .order(ByteOrder.LITTLE_ENDIAN);
        for (int r = 0; r < 3; r++) {
          for (int c = 0; c < 2; c++) {
            for (int b = 0; b < type.size(); b++) {
              byte element = (byte) (type == DataType.BOOL ? (r + c) % 2 : 1 + r * 2 + c);
              bytes.put((r * 2 + c) * type.size() + b, element);
              transposed.put((c * 3 + r) * type.size() + b, element);
            }
          }
        }
        Tensors outputs = model
            .run(Tensors.of("x", Tensor.wrap(type, Shape.of(3, 2), bytes)));

        assertThat(outputs.get("y")).as(type.name())
            .isEqualTo(Tensor.wrap(type, Shape.of(2, 3), transposed));
      }
    }
  }

  @Test
  void aTypeThatDoesNotPassIsRefusedByName() {
    for (DataType type : List.of(DataType.BF16, DataType.BYTES, DataType.UINT64)) {
      ModelFiles files = TorchScripts.files(
          new TorchScripts("x: Tensor", "Tensor", "return x"),
          List.of(new TensorSpec("x", type, Shape.of(Shape.FREE))), List.of(Y));
      assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> engine.load(files))
          .withMessageContaining("signature.json")
          .withMessageContaining(type.name())
          .withMessageContaining("FP32");
    }
  }

  @Test
  void aModelThatYieldsAnotherTypeFailsByName() {
    try (LoadedModel model = load(
        new TorchScripts("x: Tensor", "Tensor", "return torch.to(x, 7)"), List.of(X), Y)) {
      assertThat(model.determinism()).isEqualTo(Determinism.NONE);
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> model.run(Tensors.of("x", x())))
          .withMessageContaining("'y'")
          .withMessageContaining("FP64")
          .withMessageContaining("FP32");
    }
  }

  @Test
  void aFailureInsideIsAnInferenceExceptionAndTheModelStaysUsable() throws Exception {
    TensorSpec free = new TensorSpec("x", DataType.FP32, Shape.of(Shape.FREE, Shape.FREE));
    try (LoadedModel model = load(
        new TorchScripts("x: Tensor", "Tensor", "return torch.add(torch.reshape(x, [-1, 3]), 0)"),
        List.of(free), Y)) {
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> model.run(Tensors.of("x", Tensor.of(new float[]{1, 2}, 1, 2))))
          .withMessageContaining("PyTorch failed");
      assertThat(model.run(Tensors.of("x", x())).get("y").toFloats()).hasSize(6);
    }
  }

  @Test
  void aModelThatWritesIntoItsInputsDoesNotChangeThoseOfTheCaller() throws Exception {
    try (LoadedModel model = load(
        new TorchScripts("x: Tensor", "Tensor", "return torch.add_(x, 1)"), List.of(X), Y)) {
      Tensor x = x();

      Tensors outputs = model.run(Tensors.of("x", x));

      assertThat(outputs.get("y").toFloats()).containsExactly(2, 3, 4, 5, 6, 7);
      assertThat(x).isEqualTo(x());
      assertThat(model.determinism()).isEqualTo(Determinism.PROBED);
    }
  }

  @Test
  void aModelThatDrawsAtRandomIsNotTakenForOneThatRepeats() {
    try (LoadedModel model = load(
        new TorchScripts("x: Tensor", "Tensor", "return torch.rand_like(x)"), List.of(X), Y)) {
      assertThat(model.determinism()).isNotEqualTo(Determinism.PROBED);
    }
  }

  @Test
  void withoutProbingAModelDeclaresWhatTheOptionsSay() throws Exception {
    ModelFiles files = TorchScripts.files(
        new TorchScripts("x: Tensor", "Tensor", "return torch.add_(x, 1)"), List.of(X),
        List.of(Y));
    try (InferenceEngine silent = new PyTorchInferenceEngineProvider()
        .open(ProviderOptions.empty().with("probe", "false"));
        InferenceEngine declaring = PyTorchInferenceEngineProvider
            .open(PyTorchOptions.defaults().probe(false).determinism(Determinism.tolerance(0.1)));
        LoadedModel none = silent.load(files);
        LoadedModel declared = declaring.load(files)) {
      assertThat(none.determinism()).isEqualTo(Determinism.NONE);
      assertThat(declared.determinism()).isEqualTo(Determinism.tolerance(0.1));
      Tensor x = x();
      var unused = none.run(Tensors.of("x", x));
      assertThat(x).isEqualTo(x());
    }
  }

  @Test
  void otherFilesOfTheModelAreReadAndLeftAlone() throws Exception {
    ModelFiles perceptron = TorchScripts.perceptronFiles(1);
    Map<String, byte[]> more = new HashMap<>();
    perceptron.names().forEach(name -> more.put(name, perceptron.read(name)));
    more.put("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
    try (LoadedModel model = engine.load(ModelFiles.of(more))) {
      assertThat(model.outputs()).extracting(TensorSpec::name).containsExactly("logits");
    }
  }

  @Test
  void aModuleWithoutASignatureOrWithABrokenOneIsRefused() {
    byte[] module = TorchScripts.perceptron(1).bytes();
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> engine.load(ModelFiles.of(Map.of("a.pt", module))))
        .withMessageContaining("signature.json");
    for (String json : List.of("[]", "{\"name\": 1}", "{\"name\": \"x\", \"inputs\": []}",
        "{\"name\": \"x\", \"inputs\": [{\"name\": \"x\", \"datatype\": \"FP31\", \"shape\": []}]}",
        "{\"name\": \"x\", \"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [1.5]}]}",
        "{\"name\": \"x\", \"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [1e30]}]}",
        "{\"name\": \"x\", \"inputs\": [{\"name\": \"\", \"datatype\": \"FP32\", \"shape\": [1]}]}",
        "{name: 'x'}", "{} {}")) {
      assertThatExceptionOfType(ModelFormatException.class).as(json)
          .isThrownBy(() -> engine.load(ModelFiles.of(Map.of("a.pt", module, "signature.json",
              json.getBytes(StandardCharsets.UTF_8)))))
          .withMessageContaining("signature.json");
    }
  }

  @Test
  void aNumberOfThreadsThatThisProcessDoesNotHaveIsRefused() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () -> PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults().threads(2)))
        .withMessageContaining("'threads' is 2")
        .withMessageContaining("expected 1");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> new PyTorchTrainerProvider()
            .open(ProviderOptions.empty().with("interOpThreads", "3")))
        .withMessageContaining("'interOpThreads' is 3");
  }

  @Test
  void aDeviceThatIsNotThereIsNamedWithWhatWasLookedFor() {
    for (String device : List.of("cuda", "cuda:7")) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(
              () -> PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults().device(device)))
          .withMessageContaining("'" + device + "'")
          .withMessageContaining("CUDA")
          .withMessageContaining("PYTORCH_LIBRARY_PATH");
    }
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () -> PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults().device("tpu")))
        .withMessageContaining("tpu")
        .withMessageContaining("cuda:N");
    try (InferenceEngine automatic = PyTorchInferenceEngineProvider
        .open(PyTorchOptions.defaults().device("auto"))) {
      assertThat(automatic.info().device()).isEqualTo("cpu");
    }
  }

  @Test
  void wrongOptionsAreNamed() {
    for (Map.Entry<String, String> wrong : Map
        .of("threads", "0", "probe", "maybe", "determinism", "sometimes", "interOpThreads", "x")
        .entrySet()) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> new PyTorchInferenceEngineProvider()
              .open(ProviderOptions.empty().with(wrong.getKey(), wrong.getValue())))
          .withMessageContaining(wrong.getKey())
          .withMessageContaining(wrong.getValue());
    }
  }

  @Test
  void runsOnVirtualThreads() throws Exception {
    try (LoadedModel model = engine.load(TorchScripts.perceptronFiles(2));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Tensors inputs = Tensors.of("pixels", Tensor.of(new float[128], 2, 64));
      Tensors expected = model.run(inputs);
      List<Future<Tensors>> runs = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        runs.add(threads.submit(() -> model.run(inputs)));
      }
      for (Future<Tensors> run : runs) {
        assertThat(run.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void anInputThatBeginsAtAnOddAddressIsCopied() throws Exception {
    try (LoadedModel model = load(
        new TorchScripts("x: Tensor", "Tensor", "return torch.mul(x, 2)"), List.of(X), Y)) {
      ByteBuffer odd = ByteBuffer.allocateDirect(25).order(ByteOrder.LITTLE_ENDIAN);
      odd.position(1);
      ByteBuffer slice = odd.slice().order(ByteOrder.LITTLE_ENDIAN);
      slice.put(0, x().data(), 0, 24);

      Tensors outputs = model
          .run(Tensors.of("x", Tensor.wrap(DataType.FP32, Shape.of(2, 3), slice)));

      assertThat(outputs.get("y").toFloats()).containsExactly(2, 4, 6, 8, 10, 12);
    }
  }

  @Test
  void theSignatureIsReadAsItWasWritten() {
    TorchScriptSignature signature = new TorchScriptSignature("näme", List.of(X), List.of(Y));

    assertThat(TorchScriptSignature.parse(signature.toJson())).isEqualTo(signature);
    assertThat(new String(signature.toJson(), StandardCharsets.UTF_8))
        .contains("\"datatype\": \"FP32\"")
        .contains("\"platform\"");
  }

  @Test
  void aBatchOfNoRowsHasNoResults() throws Exception {
    try (LoadedModel model = engine.load(TorchScripts.perceptronFiles(2))) {
      Map<String, Tensor> empty = new LinkedHashMap<>();
      empty.put("pixels", Tensor.of(new float[0], 0, 64));

      assertThat(model.run(Tensors.of(empty)).get("logits").shape()).isEqualTo(Shape.of(0, 10));
    }
  }
}
