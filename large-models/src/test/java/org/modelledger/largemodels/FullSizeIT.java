package org.modelledger.largemodels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.onnx.models.Bert;
import org.modelledger.onnx.models.Gpt2;
import org.modelledger.onnx.models.ResNet;
import org.modelledger.onnx.models.SeededWeights;
import org.modelledger.onnx.models.generation.GenerationSettings;
import org.modelledger.onnx.models.generation.TextGeneration;

/**
 * ResNet-50, BERT-base and GPT-2 in their full size, with seeded weights: registered, deployed, loaded with every byte
 * verified, run with receipts, replayed.
 */
class FullSizeIT {
  @TempDir
  Path dir;

  @Test
  void resNet50TellsImagesApart() throws InterruptedException {
    try (Workbench bench = new Workbench(dir);
        AttestedModel model = bench.load("acme/resnet", ResNet.resNet50()
            .files(new SeededWeights(1)))) {
      float[] pixels = new float[3 * 224 * 224];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (i % 37 - 18) / 9f;
      }
      Tensor logits = bench
          .attested(model, Tensors.of("pixel_values", Tensor.of(pixels, 1, 3, 224, 224)))
          .get("logits");
      assertThat(logits.shape().lengths()).containsExactly(1, 1000);
      assertThat(logits.toFloats()).doesNotContain(Float.NaN);
    }
  }

  @Test
  void bertBaseEncodesSequences() throws InterruptedException {
    try (Workbench bench = new Workbench(dir);
        AttestedModel model = bench.load("acme/bert", Bert.base().files(new SeededWeights(1)))) {
      long[] ids = new long[2 * 8];
      Arrays.setAll(ids, i -> 1000 + 17 * i);
      long[] ones = new long[ids.length];
      Arrays.fill(ones, 1);
      Tensors outputs = bench.attested(model,
          Tensors.of(Map.of("input_ids", Tensor.of(ids, 2, 8), "attention_mask",
              Tensor.of(ones, 2, 8), "token_type_ids", Tensor.of(new long[ids.length], 2, 8))));
      assertThat(outputs.get("last_hidden_state").shape().lengths()).containsExactly(2, 8, 768);
      assertThat(outputs.get("pooler_output").shape().lengths()).containsExactly(2, 768);
    }
  }

  @Test
  void gpt2AnswersWithItsCache() throws InterruptedException {
    try (Workbench bench = new Workbench(dir);
        AttestedModel model = bench.load("acme/gpt2", Gpt2.small().files(new SeededWeights(1)))) {
      Inference answer = model.infer(
          GenerationSettings.sampled(6, 1, 7).withTopP(0.9).inputs(15496, 11, 995), Map.of(),
          new TextGeneration());
      assertThat(answer.outputs().get("answer").toLongs()).hasSize(6);
      bench.verify(answer, new TextGeneration());
    }
  }
}
