package org.modelledger.bench;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.op.random.TruncatedNormal;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The digits network in TensorFlow, on one thread, with the framework's Adam. The batches are put together
 * in Java and nothing is measured or reported while it learns, so that nothing but the training takes time.
 */
final class TensorFlowDigits implements Digits.Trained {
  private final Graph graph = new Graph();
  private final Session session;
  private final Placeholder<TFloat32> pixels;
  private final Placeholder<TInt32> labels;
  private final Operand<TFloat32> scores;
  private final Op step;

  private TensorFlowDigits() {
    Ops tf = Ops.create(graph);
    pixels = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, Digits.PIXELS)));
    labels = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    List<Op> initial = new ArrayList<>();
    Operand<TFloat32> value = pixels;
    int width = Digits.PIXELS;
    for (int units : Digits.HIDDEN) {
      value = tf.nn.relu(dense(tf, value, width, units, initial));
      width = units;
    }
    scores = dense(tf, value, width, Digits.CLASSES, initial);
    Operand<TFloat32> wanted = tf.oneHot(labels, tf.constant(Digits.CLASSES), tf.constant(1f),
        tf.constant(0f));
    step = new Adam(graph, Digits.LEARNING_RATE).minimize(tf.math.mean(
        SoftmaxCrossEntropyWithLogits.create(tf.scope(), scores, wanted).loss(), tf.constant(0)));
    session = new Session(graph, ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(1)
        .build());
    Session.Runner runner = session.runner();
    initial.forEach(runner::addTarget);
    runner.run().close();
    session.initialize();
  }

  private static Operand<TFloat32> dense(Ops tf, Operand<TFloat32> input, int from, int to,
      List<Op> initial) {
    Variable<TFloat32> weights = tf.variable(Shape.of(from, to), TFloat32.class);
    Variable<TFloat32> biases = tf.variable(Shape.of(to), TFloat32.class);
    // He et al., "Delving Deep into Rectifiers", 2015
    Operand<TFloat32> normal = tf.random.truncatedNormal(tf.constant(new int[]{from, to}),
        TFloat32.class, TruncatedNormal.seed((long) Digits.SEED));
    initial.add(tf.assign(weights,
        tf.math.mul(normal, tf.constant((float) Math.sqrt(2.0 / from)))));
    initial.add(tf.assign(biases, tf.zeros(tf.constant(new int[]{to}), TFloat32.class)));
    return tf.nn.biasAdd(tf.linalg.matMul(input, weights), biases);
  }

  /** Loads the library. */
  static void start() {
    try {
      var unused = TensorFlow.version();
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "TensorFlow does not load; bench/pom.xml has its library for Linux on x86-64 only", e);
    }
  }

  static TensorFlowDigits train(Digits digits, int epochs) {
    TensorFlowDigits network = new TensorFlowDigits();
    digits.train(epochs, (order, from, rows) -> network.step(digits, order, from, rows));
    return network;
  }

  private void step(Digits digits, int[] order, int from, int rows) {
    float[] inputs = new float[rows * Digits.PIXELS];
    float[] numbers = new float[rows];
    digits.copy(order, from, rows, inputs, numbers);
    int[] wanted = new int[rows];
    for (int i = 0; i < rows; i++) {
      wanted[i] = (int) numbers[i];
    }
    try (TFloat32 fed = TFloat32.tensorOf(Shape.of(rows, Digits.PIXELS), DataBuffers.of(inputs));
        TInt32 classes = TInt32.tensorOf(Shape.of(rows), DataBuffers.of(wanted))) {
      session.runner().feed(pixels, fed).feed(labels, classes).addTarget(step).run().close();
    }
  }

  @Override
  public double accuracy(Digits digits) {
    int[] rows = digits.heldOut();
    float[] inputs = new float[rows.length * Digits.PIXELS];
    digits.copy(rows, 0, rows.length, inputs, new float[rows.length]);
    try (
        TFloat32 fed = TFloat32.tensorOf(Shape.of(rows.length, Digits.PIXELS),
            DataBuffers.of(inputs));
        Result result = session.runner().feed(pixels, fed).fetch(scores).run()) {
      float[] values = new float[rows.length * Digits.CLASSES];
      ((TFloat32) result.get(0)).copyTo(DataBuffers.of(values, false, false));
      return digits.accuracy(values, rows);
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
