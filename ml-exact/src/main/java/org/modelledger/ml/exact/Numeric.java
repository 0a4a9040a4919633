package org.modelledger.ml.exact;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.modelledger.inference.DataType;
import org.modelledger.ml.exact.Operators.Node;

/**
 * Operators on floating-point numbers that are too rare for a kernel: each element is computed in float64 and
 * rounded, which for these is what float32 gives.
 */
final class Numeric {
  private Numeric() {}

  static Plan.Step unary(Node node, DoubleUnaryOperator operation) {
    return plan -> {
      Slot x = node.floats(plan, 0);
      each(plan, x, plan.add(node.output(), x.type, x.shape), operation);
    };
  }

  private static void each(Plan plan, Slot x, Slot y, DoubleUnaryOperator operation) {
    Cells cells = Cells.of(x, false);
    int width = x.width();
    plan.then(() -> {
      for (int r = 0; r < y.rows(); r++) {
        for (int j = 0; j < width; j++) {
          y.set(r, j, operation.applyAsDouble(cells.get(r, j)));
        }
      }
    });
  }

  /** Combines all inputs, from the first to the last. */
  static Plan.Step fold(Node node, DoubleBinaryOperator operation) {
    return plan -> {
      List<Slot> parts = node.inputs(plan);
      Slot first = node.floats(plan, 0);
      int[] shape = first.shape;
      for (Slot part : parts) {
        if (part.type != first.type) {
          throw node.unfit("inputs of types " + first.type + " and " + part.type, "one type");
        }
        shape = Elementwise.broadcast(node, shape, part.shape);
      }
      Slot y = plan.add(node.output(), first.type, shape);
      int[][] maps = new int[parts.size()][];
      Cells[] cells = new Cells[parts.size()];
      for (int p = 0; p < maps.length; p++) {
        maps[p] = Logic.elementMap(parts.get(p).shape, shape);
        cells[p] = Cells.of(parts.get(p), false);
      }
      plan.then(() -> {
        for (int i = 0; i < maps[0].length; i++) {
          double value = 0;
          for (int p = 0; p < maps.length; p++) {
            int width = parts.get(p).width();
            double next = cells[p].get(maps[p][i] / width, maps[p][i] % width);
            value = p == 0 ? next : operation.applyAsDouble(value, next);
          }
          y.set(i / y.width(), i % y.width(), value);
        }
      });
    };
  }

  /** Bounds are scalars, constant or computed. */
  static Plan.Step clip(Node node) {
    return plan -> {
      Slot x = node.floats(plan, 0);
      Slot y = plan.add(node.output(), x.type, x.shape);
      Cells low = bound(node, plan, 1, x.type, Double.NEGATIVE_INFINITY);
      Cells high = bound(node, plan, 2, x.type, Double.POSITIVE_INFINITY);
      each(plan, x, y,
          value -> Math.min(high.get(0, 0), Math.max(low.get(0, 0), value)));
    };
  }

  private static Cells bound(Node node, Plan plan, int input, DataType type, double absent) {
    if (!node.hasInput(input)) {
      return (row, column) -> absent;
    }
    Slot slot = node.floats(plan, input);
    if (slot.elements() != 1 || slot.type != type) {
      throw node.unfit("input " + input + " is " + slot.type + " " + Slot.text(slot.shape),
          "one " + type);
    }
    return Cells.of(slot, false);
  }
}
