package org.modelledger.ml.exact.internal.ensemble;

import java.util.List;
import java.util.Map;

/** Trees as a file has them, not yet checked: nodes by number from 0, in any order. */
public final class RawTrees {
  final boolean float64;
  final Names names;
  final int[] roots;
  final Mode[] modes;
  final int[] features;
  final double[] values;
  final int[] yes;
  final int[] no;
  final boolean[] missingYes;
  final double[] covers;
  final Map<Integer, List<Double>> members;
  final int[] weightNode;
  final int[] weightTarget;
  final double[] weights;

  /**
   * Takes over the arrays.
   *
   * @param float64 whether values are compared and weights are added in float64 rather than float32
   * @param names what messages call a node
   * @param roots the first node of each tree
   * @param yes where a node leads whose question is answered so; of no meaning for leaves
   * @param no likewise
   * @param missingYes whether NaN is answered yes
   * @param covers how many of the training rows, or how much weight, came to a node; none if not known
   * @param members of the sets that nodes of {@link Mode#BRANCH_MEMBER} ask for
   * @param weightNode which node gives a weight; what is given by other nodes than leaves does not count
   * @param weightTarget to which target
   */
  public RawTrees(boolean float64, Names names, int[] roots, Mode[] modes, int[] features,
      double[] values, int[] yes, int[] no, boolean[] missingYes, double[] covers,
      Map<Integer, List<Double>> members, int[] weightNode, int[] weightTarget, double[] weights) {
    this.float64 = float64;
    this.names = names;
    this.roots = roots;
    this.modes = modes;
    this.features = features;
    this.values = values;
    this.yes = yes;
    this.no = no;
    this.missingYes = missingYes;
    this.covers = covers;
    this.members = members;
    this.weightNode = weightNode;
    this.weightTarget = weightTarget;
    this.weights = weights;
  }

  /** What messages call a node. */
  @FunctionalInterface
  public interface Names {
    String of(int node);
  }
}
