package org.modelledger.ml.exact;

import org.modelledger.ml.exact.internal.ensemble.TreeEnsemble;
import org.modelledger.model.ModelFormatException;

/**
 * What a node of trees in floating point asks, as one of two: is the number at most a threshold, or is it one of some
 * categories. Whatever ONNX-ML's modes ask is one of these, perhaps with the children changed over.
 *
 * @param categorical which of the two
 * @param numbers the threshold, or the categories; not -0.0
 * @param missingLeft whether NaN goes left
 * @param leftIsYes whether the left child is where the node's own question is answered yes
 */
@SuppressWarnings("ArrayRecordComponent") // made, read and forgotten by one class
record TreeQuestion(boolean categorical, double[] numbers, boolean missingLeft,
    boolean leftIsYes) {

  /** @throws ModelFormatException if bytes cannot stand for what it asks */
  static TreeQuestion of(TreeEnsemble trees, int node) {
    boolean missingYes = trees.isMissingYes(node);
    double value = trees.value(node) + 0.0;
    return switch (trees.mode(node)) {
      case BRANCH_LEQ -> ordered(value, missingYes, true);
      case BRANCH_LT -> ordered(below(trees, value), missingYes, true);
      // what is not at least, or more than, the value; NaN then is where the answer is no, if not said otherwise
      case BRANCH_GTE -> ordered(below(trees, value), !missingYes, false);
      case BRANCH_GT -> ordered(value, !missingYes, false);
      case BRANCH_EQ -> new TreeQuestion(true, new double[]{number(value)}, missingYes, true);
      // NaN is not equal to anything
      case BRANCH_NEQ -> new TreeQuestion(true, new double[]{number(value)}, false, false);
      case BRANCH_MEMBER -> {
        double[] members = trees.members(node);
        for (int i = 0; i < members.length; i++) {
          members[i] = number(members[i] + 0.0);
        }
        yield new TreeQuestion(true, members, missingYes, true);
      }
      case LEAF -> throw new IllegalArgumentException("node " + node + " is a leaf");
    };
  }

  private static TreeQuestion ordered(double threshold, boolean missingLeft, boolean leftIsYes) {
    return new TreeQuestion(false, new double[]{number(threshold)}, missingLeft, leftIsYes);
  }

  private static double number(double value) {
    if (Double.isNaN(value)) {
      throw new ModelFormatException("a node compares with NaN; expected a number");
    }
    return value;
  }

  /** The greatest number below. */
  static double below(TreeEnsemble trees, double value) {
    if (value == Double.NEGATIVE_INFINITY) {
      throw new ModelFormatException("a node asks what is below " + value + "; expected a number");
    }
    return (trees.isFloat64() ? Math.nextDown(value) : Math.nextDown((float) value)) + 0.0;
  }
}
