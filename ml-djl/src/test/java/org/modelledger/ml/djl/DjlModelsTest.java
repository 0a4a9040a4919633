package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;

class DjlModelsTest {
  /** What a user of DJL has written: rows of pixels to the number of the best class. */
  private static final class Classify implements Translator<float[], Long> {
    @Override
    public NDList processInput(TranslatorContext context, float[] pixels) {
      return new NDList(context.getNDManager().create(pixels));
    }

    @Override
    public Long processOutput(TranslatorContext context, NDList list) {
      return list.head().argMax().getLong();
    }

    @Override
    public Batchifier getBatchifier() {
      return Batchifier.STACK;
    }
  }

  private static float[] pixels(int number) {
    float[] pixels = new float[64];
    for (int i = 0; i < 64; i++) {
      pixels[i] = (i * (number + 3) % 17) / 16f;
    }
    return pixels;
  }

  private static InferenceEngine engine() {
    return PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults());
  }

  @Test
  void aTranslatorOfDjlRunsOverAModelOfOurs() throws Exception {
    try (InferenceEngine engine = engine();
        LoadedModel model = engine.load(TorchScripts.perceptronFiles(4));
        Predictor<float[], Long> predictor = DjlModels.predictor(model, new Classify())) {
      List<float[]> images = new ArrayList<>();
      List<Long> expected = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        images.add(pixels(i));
        float[] logits = model
            .run(Tensors.of("pixels", Tensor.of(pixels(i), 1, 64)))
            .get("logits")
            .toFloats();
        long best = 0;
        for (int c = 1; c < 10; c++) {
          best = logits[c] > logits[(int) best] ? c : best;
        }
        expected.add(best);
      }

      assertThat(predictor.batchPredict(images)).isEqualTo(expected);
      assertThat(predictor.predict(images.get(3))).isEqualTo(expected.get(3));
    }
  }

  @Test
  void whateverRunsTensorsMayStandBehindAPredictor() throws Exception {
    List<Tensors> seen = new ArrayList<>();
    try (InferenceEngine engine = engine();
        LoadedModel model = engine.load(TorchScripts.perceptronFiles(4));
        Predictor<float[], Long> predictor = DjlModels.predictor(inputs -> {
          seen.add(inputs); // where an attested model would write a receipt
          return model.run(inputs);
        }, model.inputs(), model.outputs(), new Classify())) {
      var unused = predictor.predict(pixels(1));

      assertThat(seen).containsExactly(
          Tensors.of("pixels", Tensor.of(pixels(1), 1, 64)));
    }
  }

  private static Model criteria(Path directory) throws Exception {
    return Criteria.builder()
        .setTypes(NDList.class, NDList.class)
        .optEngine("PyTorch")
        .optModelPath(directory)
        .optModelName("model")
        .build()
        .loadModel();
  }

  @Test
  void aModelThatCriteriaLoadedRunsAsOneOfOurs() throws Exception {
    ModelFiles files = TorchScripts.perceptronFiles(4);
    TorchScriptSignature signature = TorchScriptSignature.parse(files.read("signature.json"));
    Tensors inputs = Tensors.of("pixels", Tensor.of(pixels(2), 1, 64));
    List<Path> directories = new ArrayList<>();
    try (InferenceEngine engine = engine();
        LoadedModel ours = engine.load(files);
        InferenceEngine theirs = DjlModels.engine(new EngineInfo("acme-djl", "1", "cpu", 1),
            directory -> {
              directories.add(directory);
              return criteria(directory);
            }, Determinism.tolerance(1e-5));
        LoadedModel wrapped = theirs.load(files)) {
      assertThat(wrapped.determinism()).isEqualTo(Determinism.tolerance(1e-5));
      assertThat(wrapped.inputs()).isEqualTo(signature.inputs());
      assertThat(wrapped.run(inputs)).isEqualTo(ours.run(inputs));
      assertThat(directories).hasSize(1).noneMatch(Files::exists);

    }
  }

  @Test
  @SuppressWarnings("try") // closed before the block ends, which is what is tested
  void whatIsClosedRunsNoMore() throws Exception {
    ModelFiles files = TorchScripts.perceptronFiles(4);
    Tensors inputs = Tensors.of("pixels", Tensor.of(pixels(2), 1, 64));
    try (InferenceEngine engine = DjlModels.engine(new EngineInfo("acme-djl", "1", "cpu", 1),
        DjlModelsTest::criteria, Determinism.NONE); LoadedModel model = engine.load(files)) {
      engine.close();

      assertThatIllegalStateException().isThrownBy(() -> model.run(inputs));
      assertThatIllegalStateException().isThrownBy(() -> engine.load(files));
    }
  }

  @Test
  void whatDjlDoesNotLoadIsAModelFormatException() {
    try (InferenceEngine engine = DjlModels.engine(new EngineInfo("acme-djl", "1", "cpu", 1),
        directory -> {
          throw new IOException("no such luck");
        }, Determinism.NONE)) {
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> engine.load(TorchScripts.perceptronFiles(4)))
          .withMessageContaining("no such luck");
    }
  }
}
