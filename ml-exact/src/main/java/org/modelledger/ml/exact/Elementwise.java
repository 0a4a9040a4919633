package org.modelledger.ml.exact;

import org.modelledger.ml.exact.Operators.Node;

/** Operators that work element by element. */
final class Elementwise {
  private Elementwise() {}

  static Plan.Step unary(Node node, Kernels.Unary operation) {
    return plan -> {
      Slot x = node.floats(plan, 0);
      unary(plan, Slot.kernels(x.type), operation, x, plan.add(node.output(), x.type, x.shape));
    };
  }

  private static <A> void unary(Plan plan, Kernels<A> kernels, Kernels.Unary operation, Slot from,
      Slot into) {
    A[] x = from.rows(kernels);
    A[] y = into.rows(kernels);
    plan.then(() -> {
      for (int r = 0; r < y.length; r++) {
        kernels.unary(operation, x[r], y[r]);
      }
    });
  }

  static Plan.Step binary(Node node, Kernels.Binary operation) {
    return plan -> {
      Slot a = node.floats(plan, 0);
      Slot b = node.floats(plan, 1);
      if (a.type != b.type) {
        throw node.unfit("inputs of types " + a.type + " and " + b.type, "one type");
      }
      int[] shape = broadcast(node, a.shape, b.shape);
      binary(plan, Slot.kernels(a.type), operation, a, b, plan.add(node.output(), a.type, shape));
    };
  }

  private static <A> void binary(Plan plan, Kernels<A> kernels, Kernels.Binary operation, Slot left,
      Slot right,
      Slot into) {
    int[] leftRows = rowMap(left.shape, into.shape);
    int[] rightRows = rowMap(right.shape, into.shape);
    A[] a = left.rows(kernels);
    A[] b = right.rows(kernels);
    A[] y = into.rows(kernels);
    plan.then(() -> {
      for (int r = 0; r < y.length; r++) {
        kernels.binary(operation, a[leftRows[r]], b[rightRows[r]], y[r]);
      }
    });
  }

  /** ONNX "Broadcasting": dimensions are matched from the last on; one of length 1 is repeated. */
  static int[] broadcast(Node node, int[] a, int[] b) {
    int[] shape = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      int lengthA = i <= a.length ? a[a.length - i] : 1;
      int lengthB = i <= b.length ? b[b.length - i] : 1;
      if (lengthA != lengthB && lengthA != 1 && lengthB != 1) {
        throw node.unfit("inputs of shapes " + Slot.text(a) + " and " + Slot.text(b),
            "lengths that are equal or 1, from the last dimension on");
      }
      shape[shape.length - i] = lengthA == 1 ? lengthB : lengthA;
    }
    return shape;
  }

  /** Returns, for each row of the result, which row of an operand goes into it. */
  static int[] rowMap(int[] operand, int[] result) {
    int[] map = new int[Slot.rows(result)];
    for (int row = 0; row < map.length; row++) {
      int rest = row;
      int stride = 1;
      int at = 0;
      // all dimensions but the last, which runs within a row
      for (int i = 2; i <= operand.length; i++) {
        int length = result[result.length - i];
        int position = rest % length;
        rest /= length;
        int own = operand[operand.length - i];
        at += own == 1 ? 0 : position * stride;
        stride *= own;
      }
      map[row] = at;
    }
    return map;
  }
}
