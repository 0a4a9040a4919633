package org.modelledger.ml.exact;

import org.modelledger.inference.DataType;
import org.modelledger.ml.exact.Operators.Node;

/** Operators that compare, and choose by truth values. */
final class Logic {
  private Logic() {}

  /** What two elements are compared for. */
  enum Comparison {
    Less, LessOrEqual, Greater, GreaterOrEqual, Equal;

    private boolean holds(double a, double b) {
      return switch (this) {
        case Less -> a < b;
        case LessOrEqual -> a <= b;
        case Greater -> a > b;
        case GreaterOrEqual -> a >= b;
        case Equal -> a == b;
      };
    }

    private boolean holds(long a, long b) {
      return switch (this) {
        case Less -> a < b;
        case LessOrEqual -> a <= b;
        case Greater -> a > b;
        case GreaterOrEqual -> a >= b;
        case Equal -> a == b;
      };
    }
  }

  /** What is made of two truth values. */
  enum Connective {
    And, Or, Xor
  }

  static Plan.Step compare(Node node, Comparison comparison) {
    return plan -> {
      Slot a = node.input(plan, 0);
      Slot b = node.input(plan, 1);
      boolean texts = a.type == DataType.BYTES && comparison == Comparison.Equal;
      if (a.type != b.type || (a.type == DataType.BYTES && !texts)) {
        throw node.unfit("inputs of types " + a.type + " and " + b.type,
            "one type" + (comparison == Comparison.Equal ? "" : " of numbers"));
      }
      Slot y = plan.add(node.output(), DataType.BOOL,
          Elementwise.broadcast(node, a.shape, b.shape));
      int[] fromA = elementMap(a.shape, y.shape);
      int[] fromB = elementMap(b.shape, y.shape);
      if (texts) {
        plan.then(() -> {
          for (int i = 0; i < fromA.length; i++) {
            y.setLong(i, text(a, fromA[i]).equals(text(b, fromB[i])) ? 1 : 0);
          }
        });
      } else if (Slot.isWhole(a.type)) {
        plan.then(() -> {
          for (int i = 0; i < fromA.length; i++) {
            y.setLong(i, comparison.holds(a.getLong(fromA[i]), b.getLong(fromB[i])) ? 1 : 0);
          }
        });
      } else {
        compare(plan, comparison, Cells.of(a, false), a.width(), fromA, Cells.of(b, false),
            b.width(), fromB, y);
      }
    };
  }

  private static void compare(Plan plan, Comparison comparison, Cells a, int widthA, int[] fromA,
      Cells b, int widthB, int[] fromB, Slot y) {
    plan.then(() -> {
      for (int i = 0; i < fromA.length; i++) {
        boolean holds = comparison.holds(a.get(fromA[i] / widthA, fromA[i] % widthA),
            b.get(fromB[i] / widthB, fromB[i] % widthB));
        y.setLong(i, holds ? 1 : 0);
      }
    });
  }

  private static String text(Slot slot, int flat) {
    return slot.strings(flat / slot.width())[flat % slot.width()];
  }

  static Plan.Step connect(Node node, Connective connective) {
    return plan -> {
      Slot a = truth(node, plan, 0);
      Slot b = truth(node, plan, 1);
      Slot y = plan.add(node.output(), DataType.BOOL,
          Elementwise.broadcast(node, a.shape, b.shape));
      int[] fromA = elementMap(a.shape, y.shape);
      int[] fromB = elementMap(b.shape, y.shape);
      plan.then(() -> {
        for (int i = 0; i < fromA.length; i++) {
          long p = a.getLong(fromA[i]);
          long q = b.getLong(fromB[i]);
          y.setLong(i, switch (connective) {
            case And -> p & q;
            case Or -> p | q;
            case Xor -> p ^ q;
          });
        }
      });
    };
  }

  static Plan.Step not(Node node) {
    return plan -> {
      Slot x = truth(node, plan, 0);
      Slot y = plan.add(node.output(), DataType.BOOL, x.shape);
      int count = x.elements();
      plan.then(() -> {
        for (int i = 0; i < count; i++) {
          y.setLong(i, 1 - x.getLong(i));
        }
      });
    };
  }

  static Plan.Step isNaN(Node node) {
    return plan -> {
      Slot x = node.floats(plan, 0);
      Slot y = plan.add(node.output(), DataType.BOOL, x.shape);
      Cells cells = Cells.of(x, false);
      int width = x.width();
      plan.then(() -> {
        for (int r = 0; r < x.rows(); r++) {
          for (int j = 0; j < width; j++) {
            y.set(r, j, Double.isNaN(cells.get(r, j)) ? 1 : 0);
          }
        }
      });
    };
  }

  static Plan.Step where(Node node) {
    return plan -> {
      Slot condition = truth(node, plan, 0);
      Slot a = node.input(plan, 1);
      Slot b = node.input(plan, 2);
      if (a.type != b.type) {
        throw node.unfit("inputs of types " + a.type + " and " + b.type, "one type");
      }
      int[] shape = Elementwise.broadcast(node, condition.shape,
          Elementwise.broadcast(node, a.shape, b.shape));
      Slot y = plan.add(node.output(), a.type, shape);
      int[] ask = elementMap(condition.shape, shape);
      int[] fromA = elementMap(a.shape, shape);
      int[] fromB = elementMap(b.shape, shape);
      plan.then(() -> {
        for (int i = 0; i < ask.length; i++) {
          boolean first = condition.getLong(ask[i]) != 0;
          Slot from = first ? a : b;
          int flat = first ? fromA[i] : fromB[i];
          from.copy(flat / from.width(), flat % from.width(), y, i / y.width(), i % y.width());
        }
      });
    };
  }

  private static Slot truth(Node node, Plan plan, int input) {
    Slot slot = node.input(plan, input);
    if (slot.type != DataType.BOOL) {
      throw node.unfit("input " + input + " is " + slot.type, "BOOL");
    }
    return slot;
  }

  /** Returns, for each element of the result, which element of an operand goes into it. */
  static int[] elementMap(int[] operand, int[] result) {
    int[] map = new int[Slot.product(result, 0, result.length)];
    for (int element = 0; element < map.length; element++) {
      int rest = element;
      int stride = 1;
      for (int i = 1; i <= operand.length; i++) {
        int length = result[result.length - i];
        int own = operand[operand.length - i];
        map[element] += own == 1 ? 0 : rest % length * stride;
        rest /= length;
        stride *= own;
      }
    }
    return map;
  }
}
