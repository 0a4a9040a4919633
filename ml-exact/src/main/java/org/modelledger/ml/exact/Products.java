package org.modelledger.ml.exact;

import org.jspecify.annotations.Nullable;
import org.modelledger.ml.exact.Operators.Node;

/** Matrix products. */
final class Products {
  private Products() {}

  static Plan.Step matMul(Node node) {
    return plan -> {
      Slot a = node.floats(plan, 0);
      Slot b = node.floats(plan, 1);
      if (a.rank() < 2 || b.rank() != 2 || a.type != b.type || a.width() != b.shape[0]) {
        throw node.unfit(
            a.type + " " + Slot.text(a.shape) + " times " + b.type + " " + Slot.text(b.shape),
            "[…, M, K] times [K, N] of one type");
      }
      int[] shape = a.shape.clone();
      shape[shape.length - 1] = b.width();
      product(plan, Slot.kernels(a.type), a, b, null, plan.add(node.output(), a.type, shape));
    };
  }

  static Plan.Step gemm(Node node) {
    return new Gemm(node);
  }

  /** y = alpha·a·b + beta·c; constants are scaled and turned once, when the graph is first laid out. */
  private static final class Gemm implements Plan.Step {
    private final Node node;
    private final float alpha;
    private final float beta;
    private final boolean transB;
    private @Nullable Slot preparedB;
    private @Nullable Slot preparedC;

    Gemm(Node node) {
      this.node = node;
      this.alpha = node.number("alpha", 1);
      this.beta = node.number("beta", 1);
      this.transB = node.flag("transB", false);
      if (node.flag("transA", false)) {
        throw node.unsupported("the attribute 'transA' as 1", "0");
      }
    }

    @Override
    public void layOut(Plan plan) {
      Slot a = node.floats(plan, 0);
      Slot b = node.floats(plan, 1);
      if (a.rank() != 2 || b.rank() != 2 || a.type != b.type
          || a.width() != b.shape[transB ? 1 : 0]) {
        throw node
            .unfit(a.type + " " + Slot.text(a.shape) + " times " + b.type + " " + Slot.text(b.shape)
                + (transB ? " transposed" : ""), "matrices of one type that fit");
      }
      if (preparedB == null) {
        preparedB = prepare(Slot.kernels(b.type), b, alpha, transB, 1);
      }
      int[] shape = {a.shape[0], preparedB.width()};
      Slot c = null;
      if (node.hasInput(2) && beta != 0) {
        Slot given = node.floats(plan, 2);
        if (given.type != a.type || !spreads(given.shape, shape)) {
          throw node.unfit("input 2 is " + given.type + " " + Slot.text(given.shape),
              a.type + " that can be repeated to " + Slot.text(shape));
        }
        if (preparedC == null) {
          preparedC = prepare(Slot.kernels(given.type), given, beta, false, 2);
        }
        c = given.constant ? preparedC : given;
      }
      product(plan, Slot.kernels(a.type), a, b.constant ? preparedB : b, c,
          plan.add(node.output(), a.type, shape));
    }

    /** Returns a constant, scaled and perhaps transposed; what is computed must need neither. */
    private <A> Slot prepare(Kernels<A> kernels, Slot slot, float factor, boolean transpose,
        int input) {
      if (factor == 1 && !transpose) {
        return slot;
      }
      if (!slot.constant) {
        throw node.unfit("input " + input + " is computed, and alpha, beta or transB apply to it",
            "a constant, or alpha and beta 1 and transB 0");
      }
      int[] shape = transpose ? new int[]{slot.shape[1], slot.shape[0]} : slot.shape;
      Slot prepared = Slot.allocate(slot.type, shape, true);
      A[] from = slot.rows(kernels);
      A[] into = prepared.rows(kernels);
      A scale = kernels.vector(1);
      kernels.set(scale, 0, factor);
      A scaled = kernels.vector(slot.width());
      for (int r = 0; r < from.length; r++) {
        kernels.binary(Kernels.Binary.MUL, from[r], scale, transpose ? scaled : into[r]);
        if (transpose) {
          kernels.putColumn(scaled, into, r);
        }
      }
      return prepared;
    }

    private static boolean spreads(int[] shape, int[] target) {
      if (shape.length > 2) {
        return false;
      }
      for (int i = 1; i <= shape.length; i++) {
        int length = shape[shape.length - i];
        if (length != 1 && length != target[2 - i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** y = a·b, starting from c if there is one. */
  private static <A> void product(Plan plan, Kernels<A> kernels, Slot left, Slot right,
      @Nullable Slot start,
      Slot into) {
    A[] a = left.rows(kernels);
    A[] b = right.rows(kernels);
    A[] y = into.rows(kernels);
    int width = into.width();
    if (start == null) {
      plan.then(() -> {
        for (A row : y) {
          kernels.fill(row, 0);
        }
      });
    } else {
      A[] c = start.rows(kernels);
      int[] rows = Elementwise.rowMap(start.shape, into.shape);
      boolean one = start.width() == 1;
      plan.then(() -> {
        for (int r = 0; r < y.length; r++) {
          if (one) {
            kernels.fill(y[r], kernels.get(c[rows[r]], 0));
          } else {
            System.arraycopy(c[rows[r]], 0, y[r], 0, width);
          }
        }
      });
    }
    plan.then(() -> kernels.addProduct(a, b, y, y.length));
  }
}
