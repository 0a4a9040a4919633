package org.modelledger.bench.inference;

import java.util.List;
import java.util.SplittableRandom;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;

/**
 * Dense layers with ReLU between them and softmax at the end. The weights come from a seed: how fast a
 * network is does not depend on what it has learnt.
 *
 * @param name such as {@code digits}
 * @param widths of the input and of each layer
 */
record Mlp(String name, List<Integer> widths) implements BenchModel {
  static final String INPUT = "x";
  static final String OUTPUT = "scores";
  static final int CLASSES = 10;
  private static final int SEED = 42;

  /** They cost one core, for one row, about 10 µs, 1 ms and 10 ms. */
  static final List<Mlp> ALL = List.of(
      new Mlp("digits", List.of(64, 128, 64, CLASSES)),
      new Mlp("mlp-3m", List.of(1024, 1024, 1024, 1024, CLASSES)),
      new Mlp("mlp-30m", List.of(2048, 2048, 2048, 2048, 2048, 2048, 2048, 2048, CLASSES)));

  Mlp {
    widths = List.copyOf(widths);
  }

  int features() {
    return widths.get(0);
  }

  int layers() {
    return widths.size() - 1;
  }

  int from(int layer) {
    return widths.get(layer);
  }

  int to(int layer) {
    return widths.get(layer + 1);
  }

  /** Returns a layer's weights: a row for each of its inputs, a column for each of its outputs. */
  float[] weights(int layer) {
    // He et al., "Delving Deep into Rectifiers", 2015: as large as keeps values from growing or vanishing
    return uniform(SEED + 2 * layer, from(layer) * to(layer), Math.sqrt(6.0 / from(layer)));
  }

  /** Returns what is added to a layer's outputs. */
  float[] biases(int layer) {
    return uniform(SEED + 2 * layer + 1, to(layer), 0.1);
  }

  @Override
  public Tensors inputs(int batch) {
    return Tensors.of(INPUT,
        Tensor.of(uniform(SEED - 1, batch * features(), 1), batch, features()));
  }

  @Override
  public String output() {
    return OUTPUT;
  }

  @Override
  public ModelFiles onnx() {
    return OnnxMlp.files(this);
  }

  @Override
  public boolean isLarge() {
    return false;
  }

  private static float[] uniform(int seed, int count, double limit) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-limit, limit);
    }
    return values;
  }
}
