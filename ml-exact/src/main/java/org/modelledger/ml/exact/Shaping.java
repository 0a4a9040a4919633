package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.ml.exact.Operators.Node;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxTensor;

/** Operators that change shapes and types, and constants. */
final class Shaping {
  private Shaping() {}

  static Plan.Step identity(Node node) {
    return plan -> plan.put(node.output(), node.input(plan, 0));
  }

  static Plan.Step flatten(Node node) {
    long given = node.integer("axis", 1);
    return plan -> {
      Slot x = node.input(plan, 0);
      int axis = node.axis(given, x.rank(), true);
      reshape(plan, node, x, Slot.product(x.shape, 0, axis), Slot.product(x.shape, axis, x.rank()));
    };
  }

  static Plan.Step reshape(Node node) {
    boolean allowZero = node.flag("allowzero", false);
    return plan -> {
      Slot x = node.input(plan, 0);
      long[] wanted = node.constantLongs(plan, 1);
      String found = "shape " + Slot.text(x.shape) + " into " + Arrays.toString(wanted);
      int[] shape = new int[wanted.length];
      int open = -1;
      long known = 1;
      for (int i = 0; i < shape.length; i++) {
        if (wanted[i] == -1 && open < 0) {
          open = i;
        } else {
          long length = wanted[i] == 0 && !allowZero && i < x.rank() ? x.shape[i] : wanted[i];
          if (length < 0 || length > Integer.MAX_VALUE || known * length > Integer.MAX_VALUE) {
            throw node.unfit(found, "lengths of 0 or more, and one -1 at most");
          }
          shape[i] = (int) length;
          known *= length;
        }
      }
      if (open >= 0) {
        shape[open] = known == 0 ? 0 : (int) (x.elements() / known);
        known *= shape[open];
      }
      if (known != x.elements()) {
        throw node.unfit(found, "the same number of elements");
      }
      reshape(plan, node, x, shape);
    };
  }

  static Plan.Step squeeze(Node node) {
    return plan -> {
      Slot x = node.input(plan, 0);
      TreeSet<Integer> gone = new TreeSet<>();
      if (node.hasInput(1)) {
        for (long axis : node.constantLongs(plan, 1)) {
          gone.add(node.axis(axis, x.rank(), false));
        }
      } else {
        for (int i = 0; i < x.rank(); i++) {
          if (x.shape[i] == 1) {
            gone.add(i);
          }
        }
      }
      int[] shape = new int[x.rank() - gone.size()];
      int at = 0;
      for (int i = 0; i < x.rank(); i++) {
        if (!gone.contains(i)) {
          shape[at++] = x.shape[i];
        } else if (x.shape[i] != 1) {
          throw node.unfit("dimension " + i + " of " + Slot.text(x.shape), "length 1");
        }
      }
      reshape(plan, node, x, shape);
    };
  }

  static Plan.Step unsqueeze(Node node) {
    return plan -> {
      Slot x = node.input(plan, 0);
      long[] axes = node.constantLongs(plan, 1);
      TreeSet<Integer> added = new TreeSet<>();
      for (long axis : axes) {
        if (!added.add(node.axis(axis, x.rank() + axes.length, false))) {
          throw node.unfit("axes " + Arrays.toString(axes), "each once");
        }
      }
      int[] shape = new int[x.rank() + axes.length];
      int at = 0;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = added.contains(i) ? 1 : x.shape[at++];
      }
      reshape(plan, node, x, shape);
    };
  }

  private static void reshape(Plan plan, Node node, Slot x, int... shape) {
    if (Slot.width(shape) == x.width() && Slot.rows(shape) == x.rows()) {
      plan.put(node.output(), x.alias(shape));
    } else {
      Slot y = plan.add(node.output(), x.type, shape);
      plan.then(() -> x.copyTo(y));
    }
  }

  static Plan.Step transpose(Node node) {
    long[] given = node.integers("perm");
    return plan -> {
      Slot x = node.input(plan, 0);
      int rank = x.rank();
      int[] from = new int[rank];
      TreeSet<Integer> seen = new TreeSet<>();
      for (int i = 0; i < rank; i++) {
        from[i] = given.length == 0 ? rank - 1 - i : i < given.length ? (int) given[i] : -1;
        if (from[i] < 0 || from[i] >= rank || !seen.add(from[i]) || given.length > rank) {
          throw node.unfit("perm " + Arrays.toString(given) + " of " + rank + " dimensions",
              "each dimension once");
        }
      }
      int[] shape = new int[rank];
      for (int i = 0; i < rank; i++) {
        shape[i] = x.shape[from[i]];
      }
      Slot y = plan.add(node.output(), x.type, shape);
      plan.then(() -> transpose(x, from, y));
    };
  }

  private static void transpose(Slot x, int[] from, Slot y) {
    int rank = x.rank();
    if (rank == 0) {
      x.copyTo(y);
      return;
    }
    // how far one step along each dimension of the result goes in x: rows, and columns for its last one
    int[] steps = new int[rank];
    for (int i = 0; i < rank; i++) {
      steps[i] = from[i] == rank - 1 ? 0 : Slot.product(x.shape, from[i] + 1, rank - 1);
    }
    for (int r = 0; r < y.rows(); r++) {
      int rest = r;
      int row = 0;
      int column = 0;
      for (int i = rank - 2; i >= 0; i--) {
        int at = rest % y.shape[i];
        rest /= y.shape[i];
        row += at * steps[i];
        column = from[i] == rank - 1 ? at : column;
      }
      if (from[rank - 1] == rank - 1) {
        x.copyRow(row, y, r, 0);
      } else {
        x.copyColumn(row, steps[rank - 1], column, y, r);
      }
    }
  }

  static Plan.Step concat(Node node) {
    long given = node.integer("axis", Long.MIN_VALUE);
    if (given == Long.MIN_VALUE) {
      throw node.unsupported("no attribute 'axis'", "a dimension");
    }
    return plan -> {
      List<Slot> parts = node.inputs(plan);
      Slot first = parts.getFirst();
      int axis = node.axis(given, first.rank(), false);
      int[] shape = first.shape.clone();
      long length = 0;
      for (Slot part : parts) {
        int[] other = part.shape.clone();
        if (part.type != first.type || other.length != shape.length) {
          throw node.unfit("an input of type " + part.type + " " + Slot.text(other) + " after "
              + first.type + " "
              + Slot.text(first.shape), "one type and rank");
        }
        length += other[axis];
        other[axis] = shape[axis];
        if (!Arrays.equals(other, shape) || length > Integer.MAX_VALUE) {
          throw node.unfit(
              "an input of shape " + Slot.text(part.shape) + " after " + Slot.text(first.shape),
              "equal lengths but along axis " + axis);
        }
      }
      shape[axis] = (int) length;
      Slot y = plan.add(node.output(), first.type, shape);
      if (axis == shape.length - 1) {
        plan.then(() -> concatColumns(parts, y));
      } else {
        int outer = Slot.product(shape, 0, axis);
        plan.then(() -> concatRows(parts, outer, y));
      }
    };
  }

  private static void concatColumns(List<Slot> parts, Slot y) {
    int column = 0;
    for (Slot part : parts) {
      for (int r = 0; r < part.rows(); r++) {
        part.copyRow(r, y, r, column);
      }
      column += part.width();
    }
  }

  private static void concatRows(List<Slot> parts, int outer, Slot y) {
    int row = 0;
    for (int o = 0; o < outer; o++) {
      for (Slot part : parts) {
        int count = part.rows() / outer;
        for (int r = 0; r < count; r++) {
          part.copyRow(o * count + r, y, row++, 0);
        }
      }
    }
  }

  /** Takes some positions of one dimension; which, may be computed. */
  static Plan.Step gather(Node node) {
    long given = node.integer("axis", 0);
    return plan -> {
      Slot x = node.input(plan, 0);
      Slot which = node.input(plan, 1);
      int axis = node.axis(given, x.rank(), false);
      if (which.type != DataType.INT64 && which.type != DataType.INT32) {
        throw node.unfit("input 1 is " + which.type, "INT32 or INT64");
      }
      int[] shape = new int[x.rank() - 1 + which.rank()];
      System.arraycopy(x.shape, 0, shape, 0, axis);
      System.arraycopy(which.shape, 0, shape, axis, which.rank());
      System.arraycopy(x.shape, axis + 1, shape, axis + which.rank(), x.rank() - 1 - axis);
      Slot y = plan.add(node.output(), x.type, shape);
      int outer = Slot.product(x.shape, 0, axis);
      int length = x.shape[axis];
      int inner = Slot.product(x.shape, axis + 1, x.rank());
      int count = which.elements();
      plan.then(() -> {
        int at = 0;
        for (int o = 0; o < outer; o++) {
          for (int k = 0; k < count; k++) {
            long asked = which.getLong(k);
            long from = asked < 0 ? asked + length : asked;
            if (from < 0 || from >= length) {
              throw new InferenceException(node + ": position " + asked + " is asked for; expected "
                  + -length + " to " + (length - 1));
            }
            for (int i = 0; i < inner; i++, at++) {
              int flat = (o * length + (int) from) * inner + i;
              x.copy(flat / x.width(), flat % x.width(), y, at / y.width(), at % y.width());
            }
          }
        }
      });
    };
  }

  static Plan.Step cast(Node node) {
    long to = node.integer("to", 0);
    node.flag("saturate", true);
    DataType type = OnnxDataType.ofNumber(to)
        .flatMap(ExactModel::type)
        .orElseThrow(() -> node.unsupported("the attribute 'to' as " + to, ExactModel.TYPES));
    return plan -> {
      Slot x = node.input(plan, 0);
      if (x.type == type) {
        plan.put(node.output(), x);
        return;
      }
      boolean floatToText = Slot.isFloat(x.type) && type == DataType.BYTES;
      if (floatToText || (x.type == DataType.BOOL && type == DataType.BYTES)
          || (x.type == DataType.BYTES && type == DataType.BOOL)) {
        throw node.unfit(x.type + " into " + type, "another pair of types");
      }
      Slot y = plan.add(node.output(), type, x.shape);
      if (x.type == DataType.BYTES) {
        plan.then(() -> parse(node, x, y));
      } else if (type == DataType.BYTES) {
        plan.then(() -> {
          for (int i = 0; i < y.elements(); i++) {
            y.strings(i / y.width())[i % y.width()] = Long.toString(x.getLong(i));
          }
        });
      } else if (Slot.isFloat(x.type)) {
        castFrom(plan, Slot.kernels(x.type), x, y);
      } else if (Slot.isFloat(type)) {
        castTo(plan, Slot.kernels(type), x, y);
      } else {
        plan.then(() -> {
          for (int i = 0; i < y.elements(); i++) {
            y.setLong(i, narrow(type, x.getLong(i)));
          }
        });
      }
    };
  }

  private static void parse(Node node, Slot from, Slot into) {
    for (int r = 0; r < from.rows(); r++) {
      String[] row = from.strings(r);
      for (int j = 0; j < row.length; j++) {
        String text = row[j].strip();
        try {
          switch (into.type) {
            case INT64 -> into.longs(r)[j] = Long.parseLong(text);
            case INT32 -> into.longs(r)[j] = Integer.parseInt(text);
            // straight to float32: by way of float64 it would be rounded twice
            case FP32 -> into.set(r, j, Float.parseFloat(number(text)));
            default -> into.set(r, j, Double.parseDouble(number(text)));
          }
        } catch (NumberFormatException e) {
          throw new InferenceException(
              node + ": element " + (r * row.length + j) + " is no number, as " + into.type
                  + " has them",
              e);
        }
      }
    }
  }

  /** ONNX's words for what is no finite number, as Java has them. */
  private static String number(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan", "+nan", "-nan" -> "NaN";
      case "inf", "+inf", "infinity", "+infinity" -> "Infinity";
      case "-inf", "-infinity" -> "-Infinity";
      default -> text;
    };
  }

  private static <A> void castFrom(Plan plan, Kernels<A> kernels, Slot from, Slot into) {
    A[] x = from.rows(kernels);
    if (Slot.isFloat(into.type)) {
      castBetween(plan, kernels, x, Slot.kernels(into.type), into);
      return;
    }
    plan.then(() -> {
      for (int r = 0; r < x.length; r++) {
        long[] y = into.longs(r);
        for (int j = 0; j < y.length; j++) {
          double value = kernels.get(x[r], j);
          // towards zero; ONNX leaves open what becomes of NaN and of what does not fit: 0 and the limit
          y[j] = switch (into.type) {
            case INT64 -> (long) value;
            case INT32 -> (int) value;
            default -> value != 0 ? 1 : 0;
          };
        }
      }
    });
  }

  private static <A, B> void castBetween(Plan plan, Kernels<A> fromKernels, A[] x,
      Kernels<B> intoKernels,
      Slot into) {
    B[] y = into.rows(intoKernels);
    int width = into.width();
    plan.then(() -> {
      for (int r = 0; r < y.length; r++) {
        for (int j = 0; j < width; j++) {
          intoKernels.set(y[r], j, fromKernels.get(x[r], j));
        }
      }
    });
  }

  private static <A> void castTo(Plan plan, Kernels<A> kernels, Slot from, Slot into) {
    A[] y = into.rows(kernels);
    boolean single = into.type == DataType.FP32;
    plan.then(() -> {
      for (int r = 0; r < y.length; r++) {
        long[] x = from.longs(r);
        for (int j = 0; j < x.length; j++) {
          // straight to float32: by way of float64 it would be rounded twice
          kernels.set(y[r], j, single ? (double) (float) x[j] : (double) x[j]);
        }
      }
    });
  }

  private static long narrow(DataType type, long value) {
    return switch (type) {
      case INT32 -> (int) value;
      case BOOL -> value != 0 ? 1 : 0;
      default -> value;
    };
  }

  static Plan.Step constant(Node node) {
    if (node.onnx().attributes().size() != 1) {
      throw node.unsupported(node.onnx().attributes().size() + " attributes", "1");
    }
    OnnxTensor tensor = switch (node.onnx().attributes().getFirst()) {
      case OnnxAttribute.TensorValue(String name, OnnxTensor value) -> value;
      case OnnxAttribute.FloatValue(String name, float value) ->
        OnnxTensor.ofFloats("", new float[]{value});
      case OnnxAttribute.IntValue(String name, long value) ->
        OnnxTensor.ofLongs("", new long[]{value});
      case OnnxAttribute.IntList(String name, List<Long> values) -> OnnxTensor.ofLongs("",
          values.stream().mapToLong(Long::longValue).toArray(), values.size());
      case OnnxAttribute.FloatList(String name, List<Float> values) -> {
        float[] elements = new float[values.size()];
        for (int i = 0; i < elements.length; i++) {
          elements[i] = values.get(i);
        }
        yield OnnxTensor.ofFloats("", elements, elements.length);
      }
      default ->
        throw node.unsupported("the attribute '" + node.onnx().attributes().getFirst().name()
            + "' of another kind", "a tensor, number or list of numbers");
    };
    Slot slot = ExactModel.constant(tensor, node + ", attribute 'value'");
    return plan -> plan.put(node.output(), slot);
  }
}
