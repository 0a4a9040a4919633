package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.modelledger.ml.exact.Operators.Node;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxNode;

/**
 * Convolutions over one or two dimensions. Each element of the result begins with the bias, or 0, and takes
 * its products one by one: channel by channel of its group, within it row by row of the window, from left
 * to right. Padding is zeros, whose products are added like all others.
 */
final class Convolutions {
  /** So many numbers are unrolled at a time, which stay in the cache. */
  private static final int TILE_NUMBERS = 1 << 17;
  private static final int MIN_TILE_COLUMNS = 64;
  private static final int MAX_TILE_COLUMNS = 1024;

  private Convolutions() {}

  /** Returns which constants are the weights of convolutions, and nothing else. */
  static Set<String> weights(OnnxModel graph) {
    Set<String> weights = new HashSet<>();
    Set<String> others = new HashSet<>();
    for (OnnxNode node : graph.nodes()) {
      for (int i = 0; i < node.inputs().size(); i++) {
        boolean weight = i == 1 && node.operator().equals("Conv") && node.domain().isEmpty();
        (weight ? weights : others).add(node.inputs().get(i));
      }
    }
    graph.outputs().forEach(output -> others.add(output.name()));
    weights.removeAll(others);
    return weights;
  }

  static Plan.Step convolution(Node node) {
    return new Convolution(node);
  }

  private static final class Convolution implements Plan.Step {
    private final Node node;
    private final Window.Attributes attributes;
    private final int groups;

    Convolution(Node node) {
      this.node = node;
      this.attributes = new Window.Attributes(node);
      long given = node.integer("group", 1);
      if (given < 1 || given > Integer.MAX_VALUE) {
        throw node.unsupported("the attribute 'group' as " + given, "1 or more");
      }
      this.groups = (int) given;
    }

    @Override
    public void layOut(Plan plan) {
      Slot x = node.floats(plan, 0);
      Slot w = node.floats(plan, 1);
      if (!w.constant) {
        throw node.unfit("input 1 is computed", "a constant");
      }
      if ((x.rank() != 3 && x.rank() != 4) || w.rank() != x.rank() || x.type != w.type
          || x.shape[1] != (long) w.shape[1] * groups || w.shape[0] % groups != 0
          || w.elements() == 0) {
        throw node.unfit(
            x.type + " " + Slot.text(x.shape) + ", weights " + w.type + " " + Slot.text(w.shape)
                + " and " + groups + " groups",
            "[N, C, L] with [M, C/groups, k], or [N, C, H, W] with [M, C/groups, kH, kW], of one type");
      }
      int[] size = Arrays.copyOfRange(w.shape, 2, w.rank());
      for (int i = 0; i < attributes.kernel.length && i < size.length; i++) {
        if (attributes.kernel[i] != size[i]) {
          throw node.unfit("kernel_shape " + Arrays.toString(attributes.kernel),
              "that of the weights, " + Slot.text(w.shape));
        }
      }
      Slot bias = null;
      if (node.hasInput(2)) {
        bias = node.floats(plan, 2);
        if (bias.type != x.type || bias.rank() != 1 || bias.width() != w.shape[0]) {
          throw node.unfit("input 2 is " + bias.type + " " + Slot.text(bias.shape),
              x.type + " [" + w.shape[0] + "]");
        }
      }
      Window window = attributes.over(node, x.shape, size);
      Slot y = plan.add(node.output(), x.type, window.shape(x.shape, w.shape[0]));
      plan.then(program(plan, Slot.kernels(x.type), x, w, bias, window, groups, y));
    }
  }

  private static <A> Runnable program(Plan plan, Kernels<A> kernels, Slot x, Slot w,
      @Nullable Slot bias, Window window, int groups, Slot y) {
    A[] weights = w.matrix(kernels);
    int products = w.elements() / w.shape[0];
    int outputs = w.shape[0] / groups;
    int columns = Math.max(MIN_TILE_COLUMNS, Math.min(MAX_TILE_COLUMNS, TILE_NUMBERS / products));
    int width = window.across().output();
    int tileWidth = Math.min(width, columns);
    int tileRows = Math.min(window.down().output(), Math.max(1, columns / tileWidth));
    plan.reserve((long) (products + outputs) * tileRows * tileWidth);
    A[] unrolled = kernels.matrix(products, tileRows * tileWidth);
    A[] sums = kernels.matrix(outputs, tileRows * tileWidth);
    A[] from = x.rows(kernels);
    A[] into = y.rows(kernels);
    int channels = w.shape[1];
    return () -> {
      for (int image = 0; image < x.shape[0] * groups; image++) {
        int group = image % groups;
        A[] rows = groups == 1
            ? weights
            : Arrays.copyOfRange(weights, group * outputs, (group + 1) * outputs);
        for (int top = 0; top < window.down().output(); top += tileRows) {
          int bottom = Math.min(window.down().output(), top + tileRows);
          for (int left = 0; left < width; left += tileWidth) {
            int right = Math.min(width, left + tileWidth);
            unroll(kernels, from, image * channels, window, top, bottom, left, right, tileWidth,
                unrolled);
            for (int m = 0; m < outputs; m++) {
              kernels.fill(sums[m],
                  bias == null ? 0 : kernels.get(bias.rows(kernels)[0], group * outputs + m));
            }
            kernels.addProduct(rows, unrolled, sums, outputs);
            for (int m = 0; m < outputs; m++) {
              int row = (image * outputs + m) * window.down().output();
              for (int at = top; at < bottom; at++) {
                System.arraycopy(sums[m], (at - top) * tileWidth, into[row + at], left,
                    right - left);
              }
            }
          }
        }
      }
    };
  }

  /**
   * Writes what some windows see: a row for each number of a window, a column for each window.
   *
   * @param channel the first channel, counted over all images
   * @param into of which a window's column is (its row - top) · stride + its column - left
   */
  private static <A> void unroll(Kernels<A> kernels, A[] from, int channel, Window window, int top,
      int bottom, int left, int right, int stride, A[] into) {
    Window.Axis down = window.down();
    Window.Axis across = window.across();
    for (int k = 0; k < into.length; k++) {
      int tapAcross = k % across.kernel();
      int tapDown = k / across.kernel() % down.kernel();
      int plane = channel + k / across.kernel() / down.kernel();
      int first = Math.min(right, across.first(tapAcross, left));
      int last = Math.max(first, across.last(tapAcross, right));
      for (int at = top; at < bottom; at++) {
        int begin = (at - top) * stride;
        int row = down.at(at, tapDown);
        if (row < 0 || row >= down.input()) {
          kernels.fill(into[k], begin, begin + right - left, 0);
        } else {
          kernels.fill(into[k], begin, begin + first - left, 0);
          kernels.gather(from[plane * down.input() + row], across.at(first, tapAcross),
              across.stride(), into[k], begin + first - left, last - first);
          kernels.fill(into[k], begin + last - left, begin + right - left, 0);
        }
      }
    }
  }
}
