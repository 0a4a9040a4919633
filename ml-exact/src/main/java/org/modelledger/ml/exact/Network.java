package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;

/**
 * Dense layers, each with an activation after it except for the last, whose outputs are logits.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Network<A> implements Trainable<A> {

  /** What comes after a hidden layer. */
  enum Activation {
    RELU, TANH;

    Kernels.Unary operation() {
      return this == RELU ? Kernels.Unary.RELU : Kernels.Unary.TANH;
    }

    /** Turns the gradient of what comes out into that of what goes in. */
    <A> void backward(Kernels<A> kernels, A activation, A delta) {
      if (this == RELU) {
        kernels.reluBackward(activation, delta);
      } else {
        kernels.tanhBackward(activation, delta);
      }
    }
  }

  /** The numbers of all layers, or as many others: gradients, moments. */
  static final class Layers<A> extends Parameters<A> {
    /** For each layer one row for each of its inputs, one column for each of its outputs. */
    final List<A[]> weights = new ArrayList<>();
    final List<A> biases = new ArrayList<>();

    Layers(Kernels<A> kernels, int[] widths) {
      for (int layer = 0; layer + 1 < widths.length; layer++) {
        A[] rows = kernels.matrix(widths[layer], widths[layer + 1]);
        weights.add(rows);
        for (A row : rows) {
          add(row, false);
        }
        A bias = kernels.vector(widths[layer + 1]);
        biases.add(bias);
        add(bias, true);
      }
    }
  }

  /** Room for the values and gradients of some rows; each thread has its own. */
  final class Workspace implements Pass<A> {
    /** The outputs of each layer; after the backward pass, of the last layer, the gradients. */
    private final List<A[]> outputs = new ArrayList<>();
    /** The gradients of the inputs of each layer; of the first only where they are wanted. */
    private final List<A[]> gradients = new ArrayList<>();

    private Workspace(int rows) {
      for (int layer = 0; layer < layers(); layer++) {
        outputs.add(kernels.matrix(rows, widths[layer + 1]));
        gradients.add(kernels.matrix(layer > 0 || inputGradients ? rows : 0, widths[layer]));
      }
    }

    @Override
    public A[] logits() {
      return outputs.getLast();
    }

    /** Returns the gradients of the rows that went in. */
    A[] inputGradients() {
      return gradients.getFirst();
    }

    @Override
    public void evaluate(A[] x, int rows) {
      A[] in = x;
      for (int layer = 0; layer < layers(); layer++) {
        A[] out = outputs.get(layer);
        A bias = parameters.biases.get(layer);
        for (int r = 0; r < rows; r++) {
          System.arraycopy(bias, 0, out[r], 0, widths[layer + 1]);
        }
        kernels.addProduct(in, parameters.weights.get(layer), out, rows);
        if (layer + 1 < layers()) {
          for (int r = 0; r < rows; r++) {
            kernels.unary(activation.operation(), out[r], out[r]);
          }
        }
        in = out;
      }
    }

    @Override
    public void learn(A[] x, int rows, int block) {
      evaluate(x, rows);
    }

    @Override
    public void backward(A[] x, int rows, Parameters<A> gradient) {
      Layers<A> sums = (Layers<A>) gradient;
      A[] delta = logits();
      for (int layer = layers() - 1; layer >= 0; layer--) {
        A[] in = layer == 0 ? x : outputs.get(layer - 1);
        kernels.addOuterProduct(in, delta, sums.weights.get(layer), rows);
        for (int r = 0; r < rows; r++) {
          kernels.add(delta[r], sums.biases.get(layer));
        }
        if (layer > 0 || inputGradients) {
          A[] below = gradients.get(layer);
          for (int r = 0; r < rows; r++) {
            kernels.fill(below[r], 0);
          }
          kernels.addProduct(delta, transposed.get(layer), below, rows);
          for (int r = 0; layer > 0 && r < rows; r++) {
            activation.backward(kernels, in[r], below[r]);
          }
          delta = below;
        }
      }
    }
  }

  final Kernels<A> kernels;
  final int[] widths;
  final Activation activation;
  final Layers<A> parameters;
  private final boolean inputGradients;
  /** The weights of every layer whose inputs' gradients are needed, transposed; kept in step. */
  private final List<A[]> transposed = new ArrayList<>();
  /** Which layer and row of weights each vector of the parameters is; -1 for a bias. */
  private final int[] layerOf;
  private final int[] rowOf;

  /** @param widths of the input, the hidden layers and the output */
  Network(Kernels<A> kernels, int[] widths, Activation activation) {
    this(kernels, widths, activation, false);
  }

  /** @param inputGradients whether the gradients of what goes in are wanted: something is beneath */
  Network(Kernels<A> kernels, int[] widths, Activation activation, boolean inputGradients) {
    this.kernels = kernels;
    this.widths = widths.clone();
    this.activation = activation;
    this.inputGradients = inputGradients;
    this.parameters = new Layers<>(kernels, widths);
    this.layerOf = new int[parameters.vectors.size()];
    this.rowOf = new int[parameters.vectors.size()];
    int at = 0;
    for (int layer = 0; layer < layers(); layer++) {
      boolean needed = layer > 0 || inputGradients;
      transposed.add(kernels.matrix(needed ? widths[layer + 1] : 0, widths[layer]));
      for (int row = 0; row <= widths[layer]; row++, at++) {
        layerOf[at] = layer;
        rowOf[at] = row < widths[layer] ? row : -1;
      }
    }
  }

  int layers() {
    return widths.length - 1;
  }

  @Override
  public Kernels<A> kernels() {
    return kernels;
  }

  @Override
  public Parameters<A> parameters() {
    return parameters;
  }

  @Override
  public Layers<A> zeros() {
    return new Layers<>(kernels, widths);
  }

  @Override
  public List<A> state() {
    return parameters.vectors;
  }

  @Override
  public Workspace pass(int learnRows, int evaluateRows) {
    return new Workspace(Math.max(learnRows, evaluateRows));
  }

  /**
   * Draws weights uniformly from -b to b, biases 0. After ReLU b = √(6 / inputs) (He et al., 2015),
   * otherwise √(6 / (inputs + outputs)) (Glorot and Bengio, 2010). Without hidden layers, and with nothing
   * beneath, all are 0: the loss has one minimum, wherever one starts.
   */
  void initialize(Xoshiro256 random) {
    if (layers() == 1 && !inputGradients) {
      return;
    }
    for (int layer = 0; layer < layers(); layer++) {
      boolean relu = activation == Activation.RELU && layer + 1 < layers();
      int fan = relu ? widths[layer] : widths[layer] + widths[layer + 1];
      double bound = Math.sqrt(6.0 / fan);
      A[] rows = parameters.weights.get(layer);
      for (A row : rows) {
        for (int j = 0; j < widths[layer + 1]; j++) {
          kernels.set(row, j, (2 * random.nextDouble() - 1) * bound);
        }
      }
    }
    for (int vector = 0; vector < layerOf.length; vector++) {
      changed(vector);
    }
  }

  @Override
  public void changed(int vector) {
    int layer = layerOf[vector];
    if (rowOf[vector] >= 0 && transposed.get(layer).length > 0) {
      kernels.putColumn(parameters.vectors.get(vector), transposed.get(layer), rowOf[vector]);
    }
  }
}
