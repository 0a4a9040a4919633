package org.modelledger.bench.inference;

import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ProviderOptions;

/**
 * {@code ml-exact}, which is its own runtime; bare is what one writes in Java by hand for this very
 * network, in loops that HotSpot vectorizes.
 */
final class ExactBench implements BenchEngine {
  @Override
  public String name() {
    return "exact";
  }

  @Override
  public ProviderOptions options(String device, int threads) {
    if (!device.equals("cpu") || threads != 1) {
      throw new IllegalArgumentException(
          "the engine 'exact' computes on the cpu, on the thread that"
              + " calls, not on " + device + " with " + threads + " threads");
    }
    return ProviderOptions.empty();
  }

  @Override
  public boolean hasGpu() {
    return false;
  }

  @Override
  public ModelFiles files(BenchModel model) {
    return model.onnx();
  }

  @Override
  public BareModel bare(BenchModel model, ModelFiles files, String device, int threads,
      Tensors inputs) {
    return new Loops((Mlp) model, inputs.get(Mlp.INPUT));
  }

  private static final class Loops implements BareModel {
    private final float[][][] weights;
    private final float[][] biases;
    private final float[][] inputs;

    Loops(Mlp network, Tensor inputs) {
      weights = new float[network.layers()][][];
      biases = new float[network.layers()][];
      for (int layer = 0; layer < weights.length; layer++) {
        weights[layer] = rows(network.weights(layer), network.from(layer), network.to(layer));
        biases[layer] = network.biases(layer);
      }
      this.inputs = rows(inputs.toFloats(), Math.toIntExact(inputs.shape().length(0)),
          network.features());
    }

    private static float[][] rows(float[] flat, int rows, int columns) {
      float[][] matrix = new float[rows][columns];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(flat, row * columns, matrix[row], 0, columns);
      }
      return matrix;
    }

    @Override
    public float[][] run() {
      float[][] values = inputs;
      for (int layer = 0; layer < weights.length; layer++) {
        values = dense(values, layer);
      }
      for (float[] row : values) {
        softmax(row);
      }
      return values;
    }

    private float[][] dense(float[][] in, int layer) {
      float[][] out = new float[in.length][];
      float[][] matrix = weights[layer];
      for (int row = 0; row < in.length; row++) {
        out[row] = biases[layer].clone();
      }
      // a row of the weights serves the whole batch while it is in the cache
      for (int k = 0; k < matrix.length; k++) {
        for (int row = 0; row < in.length; row++) {
          add(out[row], in[row][k], matrix[k]);
        }
      }
      if (layer + 1 < weights.length) {
        for (float[] row : out) {
          for (int i = 0; i < row.length; i++) {
            row[i] = Math.max(row[i], 0);
          }
        }
      }
      return out;
    }

    private static void add(float[] to, float factor, float[] row) {
      for (int i = 0; i < to.length; i++) {
        to[i] += factor * row[i];
      }
    }

    private static void softmax(float[] row) {
      float greatest = Float.NEGATIVE_INFINITY;
      for (float each : row) {
        greatest = Math.max(greatest, each);
      }
      float sum = 0;
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) Math.exp(row[i] - greatest);
        sum += row[i];
      }
      for (int i = 0; i < row.length; i++) {
        row[i] /= sum;
      }
    }

    @Override
    public float[] scores() {
      float[][] rows = run();
      float[] scores = new float[rows.length * Mlp.CLASSES];
      for (int row = 0; row < rows.length; row++) {
        System.arraycopy(rows[row], 0, scores, row * Mlp.CLASSES, Mlp.CLASSES);
      }
      return scores;
    }

    @Override
    public void close() {
      // there is nothing to give back
    }
  }
}
