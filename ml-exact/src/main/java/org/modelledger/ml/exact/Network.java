package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;

/**
 * Dense layers, each with an activation after it except for the last, whose outputs are logits.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Network<A> {

  /** What comes after a hidden layer. */
  enum Activation {
    RELU, TANH
  }

  /** The numbers of all layers, or as many others: gradients, moments. */
  static final class Parameters<A> {
    /** For each layer one row for each of its inputs, one column for each of its outputs. */
    final List<A[]> weights = new ArrayList<>();
    final List<A> biases = new ArrayList<>();
    /** All of the above, row by row; element i is a bias if {@code isBias.get(i)}. */
    final List<A> vectors = new ArrayList<>();
    final List<Boolean> isBias = new ArrayList<>();

    Parameters(Kernels<A> kernels, int[] widths) {
      for (int layer = 0; layer + 1 < widths.length; layer++) {
        A[] rows = kernels.matrix(widths[layer], widths[layer + 1]);
        weights.add(rows);
        for (A row : rows) {
          vectors.add(row);
          isBias.add(false);
        }
        A bias = kernels.vector(widths[layer + 1]);
        biases.add(bias);
        vectors.add(bias);
        isBias.add(true);
      }
    }

    void copyFrom(Parameters<A> other) {
      for (int i = 0; i < vectors.size(); i++) {
        Object from = other.vectors.get(i);
        System.arraycopy(from, 0, vectors.get(i), 0, java.lang.reflect.Array.getLength(from));
      }
    }
  }

  /** Room for the values and gradients of some rows; each thread has its own. */
  static final class Workspace<A> {
    /** The outputs of each layer; after the backward pass, of the last layer, the gradients. */
    final List<A[]> outputs = new ArrayList<>();
    /** The gradients of the outputs of each layer but the last. */
    final List<A[]> gradients = new ArrayList<>();

    private Workspace(Kernels<A> kernels, int[] widths, int rows) {
      for (int layer = 1; layer < widths.length; layer++) {
        outputs.add(kernels.matrix(rows, widths[layer]));
        if (layer + 1 < widths.length) {
          gradients.add(kernels.matrix(rows, widths[layer]));
        }
      }
    }

    A[] logits() {
      return outputs.getLast();
    }
  }

  final Kernels<A> kernels;
  final int[] widths;
  final Activation activation;
  final Parameters<A> parameters;
  /** The weights of every layer but the first, transposed; kept in step by whoever changes them. */
  private final List<A[]> transposed = new ArrayList<>();

  /** @param widths of the input, the hidden layers and the output */
  Network(Kernels<A> kernels, int[] widths, Activation activation) {
    this.kernels = kernels;
    this.widths = widths.clone();
    this.activation = activation;
    this.parameters = new Parameters<>(kernels, widths);
    for (int layer = 1; layer + 1 < widths.length; layer++) {
      transposed.add(kernels.matrix(widths[layer + 1], widths[layer]));
    }
  }

  int layers() {
    return widths.length - 1;
  }

  Workspace<A> workspace(int rows) {
    return new Workspace<>(kernels, widths, rows);
  }

  Parameters<A> zeros() {
    return new Parameters<>(kernels, widths);
  }

  /**
   * Draws weights uniformly from -b to b, biases 0. After ReLU b = √(6 / inputs) (He et al., 2015),
   * otherwise √(6 / (inputs + outputs)) (Glorot and Bengio, 2010). Without hidden layers all are 0: the
   * loss has one minimum, wherever one starts.
   */
  void initialize(Xoshiro256 random) {
    for (int layer = 0; layers() > 1 && layer < layers(); layer++) {
      boolean relu = activation == Activation.RELU && layer + 1 < layers();
      int fan = relu ? widths[layer] : widths[layer] + widths[layer + 1];
      double bound = Math.sqrt(6.0 / fan);
      A[] rows = parameters.weights.get(layer);
      for (int k = 0; k < rows.length; k++) {
        for (int j = 0; j < widths[layer + 1]; j++) {
          kernels.set(rows[k], j, (2 * random.nextDouble() - 1) * bound);
        }
        changed(layer, k);
      }
    }
  }

  /** Says that one row of a layer's weights was changed. */
  void changed(int layer, int row) {
    if (layer > 0) {
      kernels.putColumn(parameters.weights.get(layer)[row], transposed.get(layer - 1), row);
    }
  }

  /** Computes the outputs of all layers for the first rows of x. */
  void forward(A[] x, int rows, Workspace<A> workspace) {
    A[] in = x;
    for (int layer = 0; layer < layers(); layer++) {
      A[] out = workspace.outputs.get(layer);
      A bias = parameters.biases.get(layer);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(bias, 0, out[r], 0, widths[layer + 1]);
      }
      kernels.addProduct(in, parameters.weights.get(layer), out, rows);
      if (layer + 1 < layers()) {
        for (int r = 0; r < rows; r++) {
          kernels.unary(activation == Activation.RELU ? Kernels.Unary.RELU : Kernels.Unary.TANH,
              out[r], out[r]);
        }
      }
      in = out;
    }
  }

  /**
   * Adds the gradients of some rows, after {@link #forward}.
   *
   * @param workspace whose last outputs are the gradients of the logits
   */
  void backward(A[] x, int rows, Workspace<A> workspace, Parameters<A> gradient) {
    A[] delta = workspace.logits();
    for (int layer = layers() - 1; layer >= 0; layer--) {
      A[] in = layer == 0 ? x : workspace.outputs.get(layer - 1);
      kernels.addOuterProduct(in, delta, gradient.weights.get(layer), rows);
      for (int r = 0; r < rows; r++) {
        kernels.add(delta[r], gradient.biases.get(layer));
      }
      if (layer > 0) {
        A[] below = workspace.gradients.get(layer - 1);
        for (int r = 0; r < rows; r++) {
          kernels.fill(below[r], 0);
        }
        kernels.addProduct(delta, transposed.get(layer - 1), below, rows);
        for (int r = 0; r < rows; r++) {
          if (activation == Activation.RELU) {
            kernels.reluBackward(in[r], below[r]);
          } else {
            kernels.tanhBackward(in[r], below[r]);
          }
        }
        delta = below;
      }
    }
  }
}
