package org.modelledger.ml.exact;

import java.util.Arrays;
import org.modelledger.ml.exact.Operators.Node;

/**
 * Pooling over one or two dimensions. Sums are taken in float64, row by row of the window and from left to
 * right, divided by their number and rounded; a maximum is Java's, so that NaN wins and +0 is more than -0.
 */
final class Pooling {
  private Pooling() {}

  static Plan.Step max(Node node) {
    Window.Attributes attributes = windowed(node);
    if (node.integer("storage_order", 0) != 0) {
      throw node.unsupported("the attribute 'storage_order' as 1", "0");
    }
    return plan -> {
      Slot x = images(node, plan);
      Window window = over(node, attributes, x);
      Slot y = plan.add(node.output(), x.type, window.shape(x.shape, x.shape[1]));
      max(plan, Slot.kernels(x.type), window, x, y);
    };
  }

  static Plan.Step average(Node node) {
    Window.Attributes attributes = windowed(node);
    boolean countPadding = node.flag("count_include_pad", false);
    return plan -> {
      Slot x = images(node, plan);
      Window window = over(node, attributes, x);
      Slot y = plan.add(node.output(), x.type, window.shape(x.shape, x.shape[1]));
      average(plan, Slot.kernels(x.type), window, countPadding, x, y);
    };
  }

  static Plan.Step globalAverage(Node node) {
    return plan -> {
      Slot x = images(node, plan);
      int[] shape = x.shape.clone();
      Arrays.fill(shape, 2, shape.length, 1);
      globalAverage(plan, Slot.kernels(x.type), x, plan.add(node.output(), x.type, shape));
    };
  }

  private static Window.Attributes windowed(Node node) {
    Window.Attributes attributes = new Window.Attributes(node);
    if (attributes.kernel.length == 0) {
      throw node.unsupported("no attribute 'kernel_shape'", "one");
    }
    return attributes;
  }

  private static Slot images(Node node, Plan plan) {
    Slot x = node.floats(plan, 0);
    if ((x.rank() != 3 && x.rank() != 4) || Slot.product(x.shape, 1, x.rank()) == 0) {
      throw node.unfit("input 0 has shape " + Slot.text(x.shape), "[N, C, L] or [N, C, H, W]");
    }
    return x;
  }

  private static Window over(Node node, Window.Attributes attributes, Slot x) {
    if (attributes.kernel.length != x.rank() - 2) {
      throw node.unfit("kernel_shape " + Arrays.toString(attributes.kernel) + " over "
          + Slot.text(x.shape), x.rank() - 2 + " numbers");
    }
    int[] size = Arrays.stream(attributes.kernel).mapToInt(length -> (int) length).toArray();
    Window window = attributes.over(node, x.shape, size);
    for (Window.Axis axis : new Window.Axis[]{window.down(), window.across()}) {
      int reach = (axis.kernel() - 1) * axis.dilation();
      if (axis.before() > reach || axis.after() > reach) {
        throw node.unfit("padding " + axis.before() + " and " + axis.after() + " of a window of "
            + axis.kernel(), "less than the window");
      }
    }
    return window;
  }

  private static <A> void max(Plan plan, Kernels<A> kernels, Window window, Slot from, Slot into) {
    A[] x = from.rows(kernels);
    A[] y = into.rows(kernels);
    Window.Axis down = window.down();
    Window.Axis across = window.across();
    plan.then(() -> {
      for (int r = 0; r < y.length; r++) {
        int plane = r / down.output();
        kernels.fill(y[r], Double.NEGATIVE_INFINITY);
        for (int tap = 0; tap < down.kernel(); tap++) {
          int row = down.at(r % down.output(), tap);
          if (row < 0 || row >= down.input()) {
            continue;
          }
          for (int k = 0; k < across.kernel(); k++) {
            int first = across.first(k, 0);
            kernels.maximum(x[plane * down.input() + row], across.at(first, k), across.stride(),
                y[r], first, across.last(k, across.output()) - first);
          }
        }
      }
    });
  }

  private static <A> void average(Plan plan, Kernels<A> kernels, Window window,
      boolean countPadding, Slot from, Slot into) {
    A[] x = from.rows(kernels);
    A[] y = into.rows(kernels);
    Window.Axis down = window.down();
    Window.Axis across = window.across();
    double[] sums = new double[across.output()];
    int[] countsDown = counts(down, countPadding);
    int[] countsAcross = counts(across, countPadding);
    plan.then(() -> {
      for (int r = 0; r < y.length; r++) {
        int plane = r / down.output();
        Arrays.fill(sums, 0);
        for (int tap = 0; tap < down.kernel(); tap++) {
          int row = down.at(r % down.output(), tap);
          if (row < 0 || row >= down.input()) {
            continue;
          }
          for (int k = 0; k < across.kernel(); k++) {
            int first = across.first(k, 0);
            kernels.accumulate(x[plane * down.input() + row], across.at(first, k), across.stride(),
                sums, first, across.last(k, across.output()) - first);
          }
        }
        for (int j = 0; j < sums.length; j++) {
          kernels.set(y[r], j,
              sums[j] / ((long) countsDown[r % down.output()] * countsAcross[j]));
        }
      }
    });
  }

  /** Returns, for each window, how many elements count: those there are, or with the padding. */
  private static int[] counts(Window.Axis axis, boolean padding) {
    int from = padding ? -axis.before() : 0;
    int to = axis.input() + (padding ? axis.after() : 0);
    int[] counts = new int[axis.output()];
    for (int i = 0; i < counts.length; i++) {
      for (int tap = 0; tap < axis.kernel(); tap++) {
        counts[i] += axis.at(i, tap) >= from && axis.at(i, tap) < to ? 1 : 0;
      }
    }
    return counts;
  }

  private static <A> void globalAverage(Plan plan, Kernels<A> kernels, Slot from, Slot into) {
    A[] x = from.rows(kernels);
    A[] y = into.rows(kernels);
    int planes = from.shape[0] * from.shape[1];
    int height = from.rank() == 3 ? 1 : from.shape[2];
    int width = from.width();
    plan.then(() -> {
      for (int plane = 0; plane < planes; plane++) {
        double sum = 0;
        for (int row = 0; row < height; row++) {
          sum = kernels.sum(x[plane * height + row], sum);
        }
        // [N, C, 1, 1] has rows of one element; [N, C, 1] too
        kernels.set(y[plane], 0, sum / ((long) height * width));
      }
    });
  }
}
