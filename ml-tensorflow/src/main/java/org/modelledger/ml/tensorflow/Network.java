package org.modelledger.ml.tensorflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.modelledger.spi.ConfigurationException;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * The layers of a classifier as operations of a graph: the same for training and for the saved model. Names are flat, because
 * the framework's optimizers make names of their variables' names, which they could not with scopes.
 */
final class Network {
  private static final int MAX_PARAMETERS = 1 << 28;
  private static final int KERNEL = 3;

  /**
   * One variable.
   *
   * @param limit initial values are drawn evenly between minus this and this; 0 for zeros
   * @param weight whether weight decay applies
   */
  record Parameter(String name, Shape shape, double limit, boolean weight,
      Variable<TFloat32> variable) {
    int elements() {
      return Math.toIntExact(shape.size());
    }
  }

  private final Ops tf;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Operand<TFloat32> logits;
  private long elements;

  private Network(Ops tf, Operand<TFloat32> rows, Settings.Algorithm algorithm,
      List<Integer> image, int width, int classes) {
    this.tf = tf;
    this.logits = switch (algorithm) {
      case Settings.Algorithm.Softmax softmax -> dense("output", rows, width, classes, false);
      case Settings.Algorithm.Mlp(var hidden, var activation) ->
        classifier(rows, width, hidden, activation, classes);
      case Settings.Algorithm.Cnn cnn -> cnn(images(rows, image), cnn, image, classes);
      case Settings.Algorithm.ResNet net -> resNet(images(rows, image), net, image, classes);
    };
  }

  /**
   * Adds the layers to a graph.
   *
   * @param rows what goes in, [N, width]
   * @param image height, width and channels of a row, for those algorithms that look at images
   */
  static Network of(Ops tf, Operand<TFloat32> rows, Settings.Algorithm algorithm,
      List<Integer> image, int width, int classes) {
    return new Network(tf, rows, algorithm, image, width, classes);
  }

  /** What comes out, [N, classes]. */
  Operand<TFloat32> logits() {
    return logits;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Returns a parameter's first values (He et al., 2015, before a ReLU; Glorot and Bengio, 2010, otherwise; both from an
   * even distribution).
   */
  static float[] initial(Parameter parameter, SplittableRandom random) {
    float[] values = new float[parameter.elements()];
    if (parameter.limit > 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * parameter.limit);
      }
    }
    return values;
  }

  private Operand<TFloat32> classifier(Operand<TFloat32> x, int width, List<Integer> hidden,
      Settings.Activation activation, int classes) {
    int inputs = width;
    for (int i = 0; i < hidden.size(); i++) {
      boolean relu = activation == Settings.Activation.RELU;
      x = activate(dense("dense" + (i + 1), x, inputs, hidden.get(i), relu), activation);
      inputs = hidden.get(i);
    }
    return dense("output", x, inputs, classes, false);
  }

  private Operand<TFloat32> cnn(Operand<TFloat32> x, Settings.Algorithm.Cnn cnn,
      List<Integer> image, int classes) {
    int height = image.get(0);
    int width = image.get(1);
    int channels = image.get(2);
    for (int i = 0; i < cnn.filters().size(); i++) {
      int filters = cnn.filters().get(i);
      x = activate(convolution("conv" + (i + 1), x, KERNEL, channels, filters, 1),
          cnn.activation());
      channels = filters;
      if (height > 1 && width > 1) {
        x = tf.nn.maxPool(x, tf.constant(new int[]{1, 2, 2, 1}), tf.constant(new int[]{1, 2, 2, 1}),
            "VALID");
        height /= 2;
        width /= 2;
      }
    }
    long flat = (long) height * width * channels;
    if (flat > Integer.MAX_VALUE) {
      throw new ConfigurationException("the images " + image + " have " + flat
          + " numbers behind the convolutions; expected fewer");
    }
    x = tf.reshape(x, tf.constant(new long[]{-1, flat}));
    return classifier(x, (int) flat, cnn.hidden(), cnn.activation(), classes);
  }

  /**
   * Residual blocks without normalization, whose branches are multiplied by a number that is learned and begins at 0 (SkipInit,
   * De and Smith, 2020): so that the saved graph is the trained one, and a row's result does not depend on its batch.
   */
  private Operand<TFloat32> resNet(Operand<TFloat32> x, Settings.Algorithm.ResNet net,
      List<Integer> image, int classes) {
    int channels = net.filters().getFirst();
    x = tf.nn.relu(convolution("conv1", x, KERNEL, image.get(2), channels, 1));
    for (int stage = 0; stage < net.filters().size(); stage++) {
      int filters = net.filters().get(stage);
      for (int block = 0; block < net.blocks(); block++) {
        String name = "stage" + (stage + 1) + "_block" + (block + 1);
        int stride = stage > 0 && block == 0 ? 2 : 1;
        Operand<TFloat32> branch = tf.nn
            .relu(convolution(name + "_conv1", x, KERNEL, channels, filters, stride));
        branch = convolution(name + "_conv2", branch, KERNEL, filters, filters, 1);
        branch = tf.math.mul(branch, variable(name + "_gain", 0, false));
        Operand<TFloat32> shortcut = stride == 1 && channels == filters
            ? x
            : convolution(name + "_shortcut", x, 1, channels, filters, stride);
        x = tf.nn.relu(tf.math.add(shortcut, branch));
        channels = filters;
      }
    }
    x = tf.math.mean(x, tf.constant(new int[]{1, 2}));
    return dense("output", x, channels, classes, false);
  }

  private Operand<TFloat32> images(Operand<TFloat32> rows, List<Integer> image) {
    return tf.reshape(rows,
        tf.constant(new long[]{-1, image.get(0), image.get(1), image.get(2)}));
  }

  private Operand<TFloat32> activate(Operand<TFloat32> x, Settings.Activation activation) {
    return switch (activation) {
      case RELU -> tf.nn.relu(x);
      case TANH -> tf.math.tanh(x);
    };
  }

  private Operand<TFloat32> dense(String name, Operand<TFloat32> x, int inputs, int outputs,
      boolean beforeRelu) {
    Variable<TFloat32> weight = variable(name + "_weight",
        beforeRelu ? Math.sqrt(6.0 / inputs) : Math.sqrt(6.0 / (inputs + (double) outputs)), true,
        inputs, outputs);
    return tf.nn.biasAdd(tf.linalg.matMul(x, weight), variable(name + "_bias", 0, false, outputs));
  }

  private Operand<TFloat32> convolution(String name, Operand<TFloat32> x, int kernel, int inputs,
      int outputs, int stride) {
    double fan = (double) kernel * kernel * inputs;
    Variable<TFloat32> weight = variable(name + "_weight", Math.sqrt(6.0 / fan), true, kernel,
        kernel, inputs, outputs);
    List<Long> strides = List.of(1L, (long) stride, (long) stride, 1L);
    return tf.nn.biasAdd(tf.nn.conv2d(x, weight, strides, "SAME"),
        variable(name + "_bias", 0, false, outputs));
  }

  private Variable<TFloat32> variable(String name, double limit, boolean weight, long... shape) {
    elements += Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (elements > MAX_PARAMETERS) {
      throw new ConfigurationException("the layers have more than " + MAX_PARAMETERS
          + " parameters, those of " + name + " included; expected no more");
    }
    Variable<TFloat32> variable = tf.withName(name).variable(Shape.of(shape), TFloat32.class);
    parameters.add(new Parameter(name, Shape.of(shape), limit, weight, variable));
    return variable;
  }
}
