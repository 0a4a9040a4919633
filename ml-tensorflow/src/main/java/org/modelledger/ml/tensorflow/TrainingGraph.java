package org.modelledger.ml.tensorflow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The graph that is trained, and its session. For one thread. */
final class TrainingGraph implements AutoCloseable {
  private final Settings settings;
  private final int width;
  private final Graph graph;
  private final Session session;
  private final Network network;
  private final Placeholder<TFloat32> rows;
  private final Placeholder<TInt32> labels;
  private final Placeholder<TFloat32> rate;
  private final Operand<TFloat32> lossSum;
  private final Operand<TFloat32> correct;
  private final Steps steps;
  private final List<Op> keep = new ArrayList<>();
  private final List<Op> takeBack = new ArrayList<>();

  /**
   * What a batch came to, by the parameters as they were before its step.
   *
   * @param lossSum over its rows
   * @param correct how many rows
   */
  record Batch(double lossSum, int correct) {}

  TrainingGraph(Blueprint blueprint, Settings settings, ConfigProto config) {
    this.settings = settings;
    this.width = blueprint.width();
    this.graph = new Graph();
    boolean done = false;
    try {
      Ops tf = Ops.create(graph);
      this.rows = tf.withName("rows")
          .placeholder(TFloat32.class,
              Placeholder.shape(Shape.of(-1, width)));
      this.labels = tf.withName("labels")
          .placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      this.rate = tf.withName("rate")
          .placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      this.network = blueprint.network(tf, rows);
      Operand<TFloat32> wanted = tf.oneHot(labels, tf.constant(blueprint.classes()),
          tf.constant(1f), tf.constant(0f));
      SoftmaxCrossEntropyWithLogits<TFloat32> losses = SoftmaxCrossEntropyWithLogits
          .create(tf.scope(), network.logits(), wanted);
      Operand<TInt32> all = tf.constant(new int[]{0});
      this.lossSum = tf.sum(losses.loss(), all);
      this.correct = tf.sum(tf.dtypes.cast(
          tf.math.equal(tf.math.argMax(network.logits(), tf.constant(1), TInt32.class), labels),
          TFloat32.class), all);
      this.steps = Steps.of(graph, tf, tf.math.mean(losses.loss(), all), rate,
          network.parameters(), settings);
      if (settings.patience() > 0) {
        for (Network.Parameter parameter : network.parameters()) {
          Variable<TFloat32> best = tf.withName("best_" + parameter.name())
              .variable(parameter.shape(), TFloat32.class);
          keep.add(tf.assign(best, parameter.variable()));
          takeBack.add(tf.assign(parameter.variable(), best));
        }
      }
      this.session = new Session(graph, config);
      done = true;
    } finally {
      if (!done) {
        graph.close();
      }
    }
  }

  List<Network.Parameter> parameters() {
    return network.parameters();
  }

  /** Sets everything to what a training begins with. */
  void initialize(Map<String, float[]> values) {
    Ops tf = Ops.create(graph);
    Map<Network.Parameter, Placeholder<TFloat32>> inputs = new LinkedHashMap<>();
    List<Op> assigns = new ArrayList<>();
    for (Network.Parameter parameter : network.parameters()) {
      Placeholder<TFloat32> input = tf.placeholder(TFloat32.class,
          Placeholder.shape(parameter.shape()));
      inputs.put(parameter, input);
      assigns.add(tf.assign(parameter.variable(), input));
    }
    Session.Runner runner = session.runner();
    assigns.forEach(runner::addTarget);
    try (Closing closing = new Closing()) {
      inputs.forEach((parameter, input) -> runner.feed(input, closing
          .later(Floats.tensor(Objects.requireNonNull(values.get(parameter.name())),
              parameter.shape()))));
      closing.later(runner.run());
    }
    run(keep);
  }

  /** Returns first values from a seed. */
  Map<String, float[]> initialValues(SplittableRandom random) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Network.Parameter parameter : network.parameters()) {
      values.put(parameter.name(), Network.initial(parameter, random));
    }
    return values;
  }

  /**
   * Takes one step.
   *
   * @param step its number since the training began, from 1
   */
  Batch step(Table table, int[] order, int from, int to, double learningRate, long step) {
    Session.Runner runner = session.runner().fetch(lossSum).fetch(correct);
    steps.updates().forEach(runner::addTarget);
    try (Closing closing = new Closing()) {
      feed(runner, closing, table, order, from, to);
      TFloat32 fed = closing.later(TFloat32.scalarOf((float) learningRate));
      runner.feed(rate, fed);
      steps.rates().forEach(output -> runner.feed(output, fed));
      if (settings.optimizer() instanceof Settings.Optimizer.Adam adam) {
        Steps.Powers powers = steps.powers().orElseThrow();
        runner.feed(powers.first(), closing.later(power(adam.beta1(), step)));
        runner.feed(powers.second(), closing.later(power(adam.beta2(), step)));
      }
      return batch(closing.later(runner.run()));
    }
  }

  private static TFloat32 power(double beta, long step) {
    return TFloat32.scalarOf((float) StrictMath.pow((float) beta, (double) step));
  }

  /** Measures rows without learning from them. */
  Batch measure(Table table, int[] order, int from, int to) {
    Session.Runner runner = session.runner().fetch(lossSum).fetch(correct);
    try (Closing closing = new Closing()) {
      feed(runner, closing, table, order, from, to);
      return batch(closing.later(runner.run()));
    }
  }

  private static Batch batch(Result result) {
    return new Batch(Floats.number(result.get(0)), (int) Math.round(Floats.number(result.get(1))));
  }

  private void feed(Session.Runner runner, Closing closing, Table table, int[] order, int from,
      int to) {
    float[] numbers = new float[(to - from) * width];
    int[] wanted = new int[to - from];
    for (int i = from; i < to; i++) {
      System.arraycopy(table.row(order[i]), 0, numbers, (i - from) * width, width);
      wanted[i - from] = table.label(order[i]);
    }
    runner.feed(rows, closing.later(Floats.tensor(numbers,
        Shape.of(to - from, width))));
    runner.feed(labels, closing.later(TInt32.tensorOf(
        Shape.of(to - from), DataBuffers.of(wanted, true, false))));
  }

  /** Remembers the parameters as they are, beside them. */
  void keepBest() {
    run(keep);
  }

  /** Sets the parameters to what was remembered. */
  void takeBest() {
    run(takeBack);
  }

  private void run(List<Op> targets) {
    if (targets.isEmpty()) {
      return;
    }
    Session.Runner runner = session.runner();
    targets.forEach(runner::addTarget);
    runner.run().close();
  }

  /** Returns the parameters by name. */
  Map<String, float[]> values() {
    Session.Runner runner = session.runner();
    for (Network.Parameter parameter : network.parameters()) {
      runner.fetch(parameter.variable());
    }
    try (Result result = runner.run()) {
      Map<String, float[]> values = new LinkedHashMap<>();
      for (int i = 0; i < network.parameters().size(); i++) {
        values.put(network.parameters().get(i).name(), Floats.array(result.get(i)));
      }
      return values;
    }
  }

  /** Writes all variables, those of the optimizer too, to files that begin with a prefix. */
  void save(Path prefix) {
    session.save(prefix.toString());
  }

  /** Reads what {@link #save} wrote. */
  void restore(Path prefix) {
    session.restore(prefix.toString());
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
