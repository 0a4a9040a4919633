package org.modelledger.ml.tensorflow;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.AdaGrad;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.framework.optimizers.RMSProp;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The operations of one step of training, by the framework's optimizers.
 *
 * <p>What an optimizer takes for constant, the learning rate, is fed to each run instead, which TensorFlow allows for
 * any tensor of a graph. So are Adam's powers of beta, because the framework updates them without an order between
 * that and their use. And gradients are held back until all are there: without that a variable could change while the
 * gradient of a layer below is still being computed from it.
 *
 * @param updates the targets to run
 * @param rates to be fed with the learning rate
 * @param powers to be fed with powers of beta 1 and beta 2, for Adam
 */
record Steps(List<GraphOperation> updates, Set<Output<?>> rates, Optional<Powers> powers) {
  /** Which input of an operation that applies a gradient is the rate. */
  private static final Map<String, Integer> RATE_INPUTS = Map.of("ApplyGradientDescent", 1,
      "ApplyMomentum", 2, "ApplyAdam", 5, "ApplyRMSProp", 3, "ApplyAdagrad", 2,
      "ApplyAdagradV2", 2);
  private static final int BETA_1_POWER = 3;
  private static final int BETA_2_POWER = 4;

  /** Adam's. */
  record Powers(Output<?> first, Output<?> second) {}

  /**
   * Adds the operations to a graph.
   *
   * @param rate the learning rate, for the decay of weights
   */
  static Steps of(Graph graph, Ops tf, Operand<TFloat32> loss, Operand<TFloat32> rate,
      List<Network.Parameter> parameters, Settings settings) {
    Output<?>[] variables = parameters.stream()
        .map(parameter -> parameter.variable().asOutput())
        .toArray(Output<?>[]::new);
    Output<?>[] gradients = graph.addGradients(loss.asOutput(), variables);
    List<Op> all = new ArrayList<>();
    for (Output<?> gradient : gradients) {
      all.add(gradient);
    }
    if (settings.weightDecay() > 0) {
      all.addAll(decays(tf.withControlDependencies(all), rate, parameters, settings));
    }
    Ops afterAll = tf.withControlDependencies(all);
    List<Optimizer.GradAndVar<? extends TType>> pairs = new ArrayList<>();
    for (int i = 0; i < gradients.length; i++) {
      Output<TFloat32> gradient = gradients[i].expect(TFloat32.class);
      pairs.add(new Optimizer.GradAndVar<>(afterAll.identity(gradient).asOutput(),
          parameters.get(i).variable().asOutput()));
    }
    optimizer(graph, settings.optimizer()).applyGradients(pairs, "step");
    return find(graph);
  }

  /** Decoupled from the gradients (Loshchilov and Hutter, 2019). */
  private static List<Op> decays(Ops tf, Operand<TFloat32> rate,
      List<Network.Parameter> parameters, Settings settings) {
    List<Op> decays = new ArrayList<>();
    Operand<TFloat32> share = tf.math.mul(rate, tf.constant((float) settings.weightDecay()));
    for (Network.Parameter parameter : parameters) {
      if (parameter.weight()) {
        decays.add(
            tf.assignSub(parameter.variable(), tf.math.mul(parameter.variable(), share)));
      }
    }
    return decays;
  }

  private static Optimizer optimizer(Graph graph, Settings.Optimizer settings) {
    return switch (settings) {
      case Settings.Optimizer.Sgd sgd -> new GradientDescent(graph);
      case Settings.Optimizer.Momentum(double momentum, boolean nesterov) ->
        new Momentum(graph, Momentum.LEARNING_RATE_DEFAULT, (float) momentum, nesterov);
      case Settings.Optimizer.Adam(double beta1, double beta2, double epsilon) -> new Adam(graph,
          Adam.LEARNING_RATE_DEFAULT, (float) beta1, (float) beta2, (float) epsilon);
      case Settings.Optimizer.RmsProp(double rho, double momentum, double epsilon) ->
        new RMSProp(graph, RMSProp.LEARNING_RATE_DEFAULT, (float) rho, (float) momentum,
            (float) epsilon, false);
      case Settings.Optimizer.AdaGrad(double initial) ->
        new AdaGrad(graph, AdaGrad.LEARNING_RATE_DEFAULT, (float) initial);
    };
  }

  private static Steps find(Graph graph) {
    List<GraphOperation> updates = new ArrayList<>();
    Set<Output<?>> rates = new LinkedHashSet<>();
    Optional<Powers> powers = Optional.empty();
    for (Iterator<GraphOperation> all = graph.operations(); all.hasNext();) {
      GraphOperation operation = all.next();
      Integer rate = RATE_INPUTS.get(operation.type());
      if (rate != null) {
        List<Operand<?>> inputs = operation.inputs();
        updates.add(operation);
        rates.add(source(inputs.get(rate)));
        if (operation.type().equals("ApplyAdam")) {
          powers = Optional.of(new Powers(source(inputs.get(BETA_1_POWER)),
              source(inputs.get(BETA_2_POWER))));
        }
      }
    }
    return new Steps(updates, rates, powers);
  }

  /** Goes back through what only casts. */
  private static Output<?> source(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    while (output.op() instanceof GraphOperation operation && operation.type().equals("Cast")) {
      output = operation.inputs().getFirst().asOutput();
    }
    return output;
  }
}
