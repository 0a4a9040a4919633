package org.modelledger.ml.exact;

import org.modelledger.ml.exact.Operators.Node;

/**
 * How a window slides over the last two dimensions of [N, C, H, W], or over the last one of [N, C, L]: then
 * there is a dimension of length 1 before it. ONNX, operators Conv, MaxPool and AveragePool.
 */
record Window(Axis down, Axis across) {
  private static final int MAX_LENGTH = 1 << 20;

  /**
   * One dimension.
   *
   * @param input its length
   * @param kernel how many elements of it the window sees
   * @param dilation from one of these to the next
   * @param before how many elements of padding come before it
   * @param after how many come after it
   * @param output how many windows there are
   */
  record Axis(int input, int kernel, int stride, int dilation, int before, int after, int output) {

    /** Returns which element a window sees; one that is not there is padding. */
    int at(int window, int tap) {
      return window * stride - before + tap * dilation;
    }

    /** Returns the first window that sees an element through this tap, not before a given one. */
    int first(int tap, int from) {
      return Math.max(from, Math.ceilDiv(before - tap * dilation, stride));
    }

    /** Returns the window after the last one that sees an element through this tap, not after a given one. */
    int last(int tap, int to) {
      return Math.min(to, Math.ceilDiv(input + before - tap * dilation, stride));
    }
  }

  /** What a node says of its window, before shapes are known. */
  static final class Attributes {
    /** The lengths of the window; empty if the node does not say. */
    final long[] kernel;
    private final long[] strides;
    private final long[] dilations;
    private final long[] pads;
    private final String autoPad;
    private final boolean ceil;

    /** @throws org.modelledger.model.ModelFormatException if something in it is not supported */
    Attributes(Node node) {
      autoPad = node.text("auto_pad", "NOTSET");
      switch (autoPad) {
        case "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID" -> {
        }
        default -> throw node.unsupported("the attribute 'auto_pad' as '" + autoPad + "'",
            "NOTSET, SAME_UPPER, SAME_LOWER, VALID");
      }
      kernel = integers(node, "kernel_shape", 1);
      strides = integers(node, "strides", 1);
      dilations = integers(node, "dilations", 1);
      pads = integers(node, "pads", 0);
      ceil = node.flag("ceil_mode", false);
    }

    private static long[] integers(Node node, String name, int least) {
      long[] values = node.integers(name);
      for (long value : values) {
        if (value < least || value > MAX_LENGTH) {
          throw node.unsupported("the attribute '" + name + "' with " + value,
              least + " to " + MAX_LENGTH);
        }
      }
      return values;
    }

    /**
     * Lays the window over a shape.
     *
     * @param size of the window, for each dimension after the first two
     * @throws IllegalArgumentException if they do not fit
     */
    Window over(Node node, int[] shape, int[] size) {
      int dimensions = shape.length - 2;
      require(node, "kernel_shape", kernel, dimensions);
      require(node, "strides", strides, dimensions);
      require(node, "dilations", dilations, dimensions);
      require(node, "pads", pads, 2 * dimensions);
      Axis last = axis(node, shape, size, dimensions - 1);
      return new Window(
          dimensions == 1 ? new Axis(1, 1, 1, 1, 0, 0, 1) : axis(node, shape, size, 0), last);
    }

    private static void require(Node node, String name, long[] values, int count) {
      if (values.length != 0 && values.length != count) {
        throw node.unfit("the attribute '" + name + "' has " + values.length + " numbers",
            count + " or none");
      }
    }

    private Axis axis(Node node, int[] shape, int[] size, int i) {
      int input = shape[i + 2];
      int stride = value(strides, i, 1);
      int dilation = value(dilations, i, 1);
      long reach = (size[i] - 1L) * dilation + 1;
      long before = 0;
      long after = 0;
      long output;
      if (autoPad.startsWith("SAME")) {
        output = Math.ceilDiv(input, stride);
        long padding = Math.max(0, (output - 1) * stride + reach - input);
        before = autoPad.equals("SAME_UPPER") ? padding / 2 : padding - padding / 2;
        after = padding - before;
      } else {
        if (autoPad.equals("NOTSET")) {
          before = value(pads, i, 0);
          after = value(pads, i + shape.length - 2, 0);
        }
        long room = input + before + after - reach;
        output = room < 0 ? 0 : (ceil ? Math.ceilDiv(room, stride) : room / stride) + 1;
        // a window that would begin in the padding behind does not count
        if (ceil && (output - 1) * stride >= input + before) {
          output--;
        }
      }
      if (output < 1 || output > Integer.MAX_VALUE
          || input + before + after + reach > Integer.MAX_VALUE) {
        throw node.unfit("a window of " + size[i] + " with stride " + stride + " and dilation "
            + dilation + " over dimension " + (i + 2) + " of " + Slot.text(shape) + " with padding "
            + before + " and " + after, "one that fits at least once");
      }
      return new Axis(input, size[i], stride, dilation, (int) before, (int) after, (int) output);
    }

    private static int value(long[] values, int i, int absent) {
      return values.length == 0 ? absent : (int) values[i];
    }
  }

  /** Returns the shape of the result, with so many channels. */
  int[] shape(int[] input, int channels) {
    return input.length == 3
        ? new int[]{input[0], channels, across.output}
        : new int[]{input[0], channels, down.output, across.output};
  }
}
