package org.modelledger.bench.inference;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.models.Architecture;
import org.modelledger.onnx.models.Bert;
import org.modelledger.onnx.models.Gpt2;
import org.modelledger.onnx.models.ResNet;
import org.modelledger.onnx.models.SeededWeights;

/**
 * A well-known architecture in its own size, with weights from a seed.
 *
 * @param name such as {@code resnet-50}
 * @param architecture what it is
 * @param output the one that is compared
 * @param rows makes inputs
 */
record LargeModel(String name, Architecture architecture, String output,
    IntFunction<Tensors> rows) implements BenchModel {
  private static final int SEED = 42;
  private static final int IMAGE = 224;
  private static final int BERT_TOKENS = 128;
  private static final int GPT_TOKENS = 64;
  /** All vocabularies have as many tokens. */
  private static final int TOKENS = 30_000;

  static final List<LargeModel> ALL = List.of(
      new LargeModel("resnet-50", ResNet.resNet50(), "logits", LargeModel::images),
      new LargeModel("bert-base", Bert.base(), "last_hidden_state",
          batch -> text(batch, BERT_TOKENS, "token_type_ids", false)),
      new LargeModel("gpt-2", Gpt2.small().withoutCache(), "logits",
          batch -> text(batch, GPT_TOKENS, "position_ids", true)));

  @Override
  public Tensors inputs(int batch) {
    return rows.apply(batch);
  }

  @Override
  public ModelFiles onnx() {
    // one file, which every runtime takes from memory
    return architecture.graph().files(new SeededWeights(SEED), Long.MAX_VALUE);
  }

  @Override
  public boolean isLarge() {
    return true;
  }

  private static Tensors images(int batch) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] pixels = new float[batch * 3 * IMAGE * IMAGE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble(-2, 2);
    }
    return Tensors.of("pixel_values", Tensor.of(pixels, batch, 3, IMAGE, IMAGE));
  }

  /** Text without padding, and a third input that is all zeros or counts from 0. */
  private static Tensors text(int batch, int tokens, String third, boolean counts) {
    long[] ids = new SplittableRandom(SEED).longs((long) batch * tokens, 0, TOKENS).toArray();
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    long[] positions = LongStream.range(0, ids.length).map(i -> counts ? i % tokens : 0).toArray();
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("input_ids", Tensor.of(ids, batch, tokens));
    inputs.put("attention_mask", Tensor.of(mask, batch, tokens));
    inputs.put(third, Tensor.of(positions, batch, tokens));
    return Tensors.of(inputs);
  }
}
