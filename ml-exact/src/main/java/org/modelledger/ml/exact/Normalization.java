package org.modelledger.ml.exact;

import java.util.List;
import org.modelledger.ml.exact.Operators.Node;

/** Batch normalization at inference: (x - mean) / √(variance + epsilon) · scale + bias, in this order. */
final class Normalization {
  private static final List<String> NAMES = List.of("scale", "B", "input_mean", "input_var");
  private static final int SCALE = 1;
  private static final int BIAS = 2;
  private static final int MEAN = 3;
  private static final int VARIANCE = 4;

  private Normalization() {}

  static Plan.Step batch(Node node) {
    float epsilon = node.number("epsilon", 1e-5f);
    // of running means that are not computed here
    node.number("momentum", 0.9f);
    if (node.flag("training_mode", false)) {
      throw node.unsupported("the attribute 'training_mode' as 1", "0");
    }
    return plan -> {
      Slot x = node.floats(plan, 0);
      if (x.rank() < 2) {
        throw node.unfit("input 0 has shape " + Slot.text(x.shape), "[N, C, …]");
      }
      for (int i = SCALE; i <= VARIANCE; i++) {
        Slot given = node.floats(plan, i);
        if (!given.constant || given.type != x.type || given.rank() != 1
            || given.width() != x.shape[1]) {
          throw node.unfit(
              "input " + i + ", '" + NAMES.get(i - 1) + "', is " + given.type + " "
                  + Slot.text(given.shape) + (given.constant ? "" : " and computed"),
              "a constant " + x.type + " [" + x.shape[1] + "]");
        }
      }
      batch(plan, Slot.kernels(x.type), node, epsilon, x,
          plan.add(node.output(), x.type, x.shape));
    };
  }

  private static <A> void batch(Plan plan, Kernels<A> kernels, Node node, float epsilon, Slot from,
      Slot into) {
    A scale = vector(kernels, node, plan, SCALE);
    A bias = vector(kernels, node, plan, BIAS);
    A mean = vector(kernels, node, plan, MEAN);
    A deviation = kernels.deviation(vector(kernels, node, plan, VARIANCE), epsilon);
    A[] x = from.rows(kernels);
    A[] y = into.rows(kernels);
    if (from.rank() == 2) {
      plan.then(() -> {
        for (int r = 0; r < y.length; r++) {
          kernels.binary(Kernels.Binary.SUB, x[r], mean, y[r]);
          kernels.binary(Kernels.Binary.DIV, y[r], deviation, y[r]);
          kernels.binary(Kernels.Binary.MUL, y[r], scale, y[r]);
          kernels.binary(Kernels.Binary.ADD, y[r], bias, y[r]);
        }
      });
      return;
    }
    int channels = from.shape[1];
    int height = Slot.product(from.shape, 2, from.rank() - 1);
    plan.then(() -> {
      for (int r = 0; r < y.length; r++) {
        kernels.normalize(x[r], mean, deviation, scale, bias, r / height % channels, y[r]);
      }
    });
  }

  private static <A> A vector(Kernels<A> kernels, Node node, Plan plan, int input) {
    return node.input(plan, input).rows(kernels)[0];
  }
}
