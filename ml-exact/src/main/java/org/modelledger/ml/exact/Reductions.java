package org.modelledger.ml.exact;

import java.util.Arrays;
import org.modelledger.inference.DataType;
import org.modelledger.ml.exact.Operators.Node;

/** Operators that work on the elements along the last dimension together. */
final class Reductions {
  private Reductions() {}

  static Plan.Step softmax(Node node, boolean log) {
    long axis = node.integer("axis", -1);
    return plan -> {
      Slot x = node.floats(plan, 0);
      requireLast(node, axis, x);
      softmax(plan, Slot.kernels(x.type), log, x, plan.add(node.output(), x.type, x.shape));
    };
  }

  private static <A> void softmax(Plan plan, Kernels<A> kernels, boolean log, Slot from,
      Slot into) {
    A[] x = from.rows(kernels);
    A[] y = into.rows(kernels);
    plan.then(() -> {
      for (int r = 0; r < y.length; r++) {
        if (log) {
          kernels.logSoftmax(x[r], y[r]);
        } else {
          kernels.softmax(x[r], y[r]);
        }
      }
    });
  }

  /** In float64, from the first element to the last, then rounded. */
  static Plan.Step sum(Node node) {
    boolean keep = node.flag("keepdims", true);
    boolean noop = node.flag("noop_with_empty_axes", false);
    return plan -> {
      Slot x = node.floats(plan, 0);
      long[] axes = node.hasInput(1) ? node.constantLongs(plan, 1) : new long[0];
      if (axes.length == 0 && noop) {
        plan.put(node.output(), x);
        return;
      }
      if (axes.length != 1 && x.rank() != 1) {
        throw node.unfit("axes " + Arrays.toString(axes), "the last dimension");
      }
      requireLast(node, axes.length == 0 ? 0 : axes[0], x);
      int[] shape = Arrays.copyOf(x.shape, keep ? x.rank() : x.rank() - 1);
      if (keep) {
        shape[shape.length - 1] = 1;
      }
      Slot y = plan.add(node.output(), x.type, shape);
      Cells cells = Cells.of(x, false);
      int width = x.width();
      int count = x.rows();
      plan.then(() -> {
        for (int r = 0; r < count; r++) {
          double sum = 0;
          for (int j = 0; j < width; j++) {
            sum += cells.get(r, j);
          }
          y.set(r / y.width(), r % y.width(), sum);
        }
      });
    };
  }

  static Plan.Step argMax(Node node) {
    long axis = node.integer("axis", 0);
    boolean keep = node.flag("keepdims", true);
    boolean last = node.flag("select_last_index", false);
    return plan -> {
      Slot x = node.floats(plan, 0);
      requireLast(node, axis, x);
      if (x.width() == 0) {
        throw node.unfit("input 0 has shape " + Slot.text(x.shape),
            "at least one element to choose from");
      }
      int[] shape = Arrays.copyOf(x.shape, keep ? x.rank() : x.rank() - 1);
      if (keep) {
        shape[shape.length - 1] = 1;
      }
      argMax(plan, Slot.kernels(x.type), last, x, plan.add(node.output(), DataType.INT64, shape));
    };
  }

  private static <A> void argMax(Plan plan, Kernels<A> kernels, boolean last, Slot from,
      Slot into) {
    A[] x = from.rows(kernels);
    plan.then(() -> {
      for (int r = 0; r < x.length; r++) {
        into.setLong(r, kernels.argMax(x[r], last));
      }
    });
  }

  private static void requireLast(Node node, long axis, Slot x) {
    if (x.rank() == 0 || node.axis(axis, x.rank(), false) != x.rank() - 1) {
      throw node.unfit("axis is " + axis + " of " + x.rank() + " dimensions", "the last dimension");
    }
  }
}
