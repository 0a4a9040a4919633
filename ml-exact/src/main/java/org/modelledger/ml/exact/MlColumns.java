package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.ml.exact.Operators.Node;

/** Operators of ONNX-ML that work on the columns of a table of numbers. */
final class MlColumns {
  private MlColumns() {}

  /** What a column is given: its own element of a list, or the only one. */
  private static int step(Node node, String name, int length, Slot x) {
    if (length != 1 && length != x.width()) {
      throw node.unfit("'" + name + "' has " + length + " elements for rows of " + x.width(),
          "1 or as many as a row has");
    }
    return length == 1 ? 0 : 1;
  }

  private static Slot matrix(Node node, Plan plan) {
    Slot x = Cells.numbers(node, plan, 0);
    if (x.rank() < 1 || x.rank() > 2) {
      throw node.unfit("input 0 has shape " + Slot.text(x.shape), "[F] or [N, F]");
    }
    return x;
  }

  /** y = (x - offset) · scale, in the type of x, and whole numbers in float32; then in float32. */
  static Plan.Step scale(Node node) {
    float[] offset = node.has("offset") ? node.floats("offset") : new float[]{0};
    float[] scale = node.has("scale") ? node.floats("scale") : new float[]{1};
    return plan -> {
      Slot x = matrix(node, plan);
      int offsetStep = step(node, "offset", offset.length, x);
      int scaleStep = step(node, "scale", scale.length, x);
      Cells cells = Cells.of(x, true);
      float[][] y = plan.add(node.output(), DataType.FP32, x.shape).rows(FloatKernels.INSTANCE);
      boolean float64 = x.type == DataType.FP64;
      plan.then(() -> {
        for (int r = 0; r < y.length; r++) {
          float[] row = y[r];
          for (int j = 0; j < row.length; j++) {
            float o = offset[j * offsetStep];
            float s = scale[j * scaleStep];
            double value = cells.get(r, j);
            row[j] = float64 ? (float) ((value - o) * s) : ((float) value - o) * s;
          }
        }
      });
    };
  }

  static Plan.Step impute(Node node) {
    float[] floats = node.floats("imputed_value_floats");
    long[] longs = node.integers("imputed_value_int64s");
    if ((floats.length == 0) == (longs.length == 0)) {
      throw node.unsupported(floats.length + " imputed floats and " + longs.length + " int64s",
          "values of one kind");
    }
    float replaced = node.number("replaced_value_float", 0);
    long replacedLong = node.integer("replaced_value_int64", 0);
    return plan -> {
      Slot x = matrix(node, plan);
      if (Slot.isFloat(x.type) != (floats.length > 0)) {
        throw node.unfit("input 0 is " + x.type,
            floats.length > 0 ? "FP32 or FP64, as the imputed values" : "whole numbers");
      }
      int step = step(node, "imputed values", Math.max(floats.length, longs.length), x);
      Slot y = plan.add(node.output(), x.type, x.shape);
      if (Slot.isFloat(x.type)) {
        impute(plan, Slot.kernels(x.type), x, y, floats, step, replaced);
        return;
      }
      plan.then(() -> {
        for (int r = 0; r < x.rows(); r++) {
          long[] from = x.longs(r);
          long[] into = y.longs(r);
          for (int j = 0; j < into.length; j++) {
            into[j] = from[j] == replacedLong ? longs[j * step] : from[j];
          }
        }
      });
    };
  }

  private static <A> void impute(Plan plan, Kernels<A> kernels, Slot from, Slot into,
      float[] values, int step, float replaced) {
    A[] x = from.rows(kernels);
    A[] y = into.rows(kernels);
    int width = from.width();
    boolean nan = Float.isNaN(replaced);
    plan.then(() -> {
      for (int r = 0; r < x.length; r++) {
        for (int j = 0; j < width; j++) {
          double value = kernels.get(x[r], j);
          boolean missing = nan ? Double.isNaN(value) : value == replaced;
          kernels.set(y[r], j, missing ? values[j * step] : value);
        }
      }
    });
  }

  private enum Norm {
    MAX, L1, L2
  }

  /** Sums in float64, from the first element of a row to the last; rows whose norm is 0 stay. */
  static Plan.Step normalize(Node node) {
    Norm norm = node.word("norm", Norm.MAX);
    return plan -> {
      Slot x = matrix(node, plan);
      Cells cells = Cells.of(x, true);
      float[][] y = plan.add(node.output(), DataType.FP32, x.shape).rows(FloatKernels.INSTANCE);
      plan.then(() -> {
        for (int r = 0; r < y.length; r++) {
          double divisor = norm(norm, cells, r, y[r].length);
          for (int j = 0; j < y[r].length; j++) {
            double value = cells.get(r, j);
            y[r][j] = (float) (divisor == 0 ? value : value / divisor);
          }
        }
      });
    };
  }

  private static double norm(Norm norm, Cells cells, int row, int width) {
    double result = norm == Norm.MAX ? Double.NEGATIVE_INFINITY : 0;
    for (int j = 0; j < width; j++) {
      double value = cells.get(row, j);
      result = switch (norm) {
        case MAX -> Math.max(result, value);
        case L1 -> result + Math.abs(value);
        case L2 -> result + value * value;
      };
    }
    return norm == Norm.L2 ? Math.sqrt(result) : result;
  }

  static Plan.Step binarize(Node node) {
    float threshold = node.number("threshold", 0);
    return plan -> {
      Slot x = Cells.numbers(node, plan, 0);
      binarize(plan, x, plan.add(node.output(), x.type, x.shape), threshold);
    };
  }

  private static void binarize(Plan plan, Slot x, Slot y, float threshold) {
    Cells cells = Cells.of(x, false);
    int width = x.width();
    plan.then(() -> {
      for (int r = 0; r < x.rows(); r++) {
        for (int j = 0; j < width; j++) {
          y.set(r, j, cells.get(r, j) > threshold ? 1 : 0);
        }
      }
    });
  }

  static Plan.Step vectorize(Node node) {
    long[] dimensions = node.integers("inputdimensions");
    int count = node.onnx().inputs().size();
    if (dimensions.length != 0 && dimensions.length != count) {
      throw node.unsupported("'inputdimensions' with " + dimensions.length + " elements",
          "one for each of " + count + " inputs");
    }
    return plan -> {
      List<Cells> parts = new ArrayList<>();
      List<Integer> widths = new ArrayList<>();
      int rows = -1;
      int width = 0;
      for (int i = 0; i < count; i++) {
        Slot part = Cells.numbers(node, plan, i);
        int own = part.rank() == 1 ? 1 : part.width();
        int height = part.rank() == 1 ? part.width() : part.rows();
        if (part.rank() < 1 || part.rank() > 2 || (rows >= 0 && height != rows)
            || (dimensions.length > 0 && dimensions[i] != own)) {
          throw node.unfit("input " + i + " has shape " + Slot.text(part.shape),
              (rows < 0 ? "[N]" : "[" + rows + "]") + " or one column for each of its "
                  + (dimensions.length > 0 ? dimensions[i] : "F") + " features");
        }
        rows = height;
        width += own;
        Cells cells = Cells.of(part, true);
        parts.add(part.rank() == 1 ? (row, column) -> cells.get(0, row) : cells);
        widths.add(own);
      }
      float[][] y = plan.add(node.output(), DataType.FP32, rows, width)
          .rows(FloatKernels.INSTANCE);
      plan.then(() -> {
        for (int r = 0; r < y.length; r++) {
          int at = 0;
          for (int p = 0; p < parts.size(); p++) {
            for (int j = 0; j < widths.get(p); j++) {
              y[r][at++] = (float) parts.get(p).get(r, j);
            }
          }
        }
      });
    };
  }

  /** Takes some positions of the last dimension; which, may be computed. */
  static Plan.Step extract(Node node) {
    return plan -> {
      Slot x = node.input(plan, 0);
      Slot which = node.input(plan, 1);
      if (x.rank() < 1 || which.type != DataType.INT64) {
        throw node.unfit(
            "inputs " + x.type + " " + Slot.text(x.shape) + " and " + which.type,
            "at least one dimension, and positions of type INT64");
      }
      int[] shape = x.rank() == 1 ? new int[]{1, 0} : x.shape.clone();
      shape[shape.length - 1] = which.elements();
      Slot y = plan.add(node.output(), x.type, shape);
      int width = x.width();
      int count = which.elements();
      plan.then(() -> {
        for (int k = 0; k < count; k++) {
          long from = which.getLong(k);
          if (from < 0 || from >= width) {
            throw new org.modelledger.inference.InferenceException(
                node + ": position " + from + " is asked for; expected 0 to " + (width - 1));
          }
          for (int r = 0; r < x.rows(); r++) {
            x.copy(r, (int) from, y, r, k);
          }
        }
      });
    };
  }
}
