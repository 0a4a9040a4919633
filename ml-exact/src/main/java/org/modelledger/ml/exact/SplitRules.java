package org.modelledger.ml.exact;

import java.util.List;

/**
 * What a split has to satisfy and how it is valued.
 *
 * @param lambdaL1 what the absolute values of outputs are weighed with
 * @param lambdaL2 what half their squares are weighed with
 * @param minGain what a gain has to exceed
 * @param minRows how many rows each side has at least
 * @param minHessian what the hessians of each side add up to at least
 * @param smoothing what is added to a category's hessian when categories are put in order
 * @param categoryL2 what is added to lambdaL2 when they have been put in order
 * @param maxCategories how many of them make the smaller side at most
 * @param monotone for each feature 1, 0 or -1; or nothing
 */
record SplitRules(double lambdaL1, double lambdaL2, double minGain, int minRows, double minHessian,
    double smoothing, double categoryL2, int maxCategories, List<Integer> monotone) {

  int monotone(int feature) {
    return feature < monotone.size() ? monotone.get(feature) : 0;
  }

  /** Returns a sum of gradients, nearer to 0 by lambdaL1. */
  private double shrink(double gradient) {
    if (lambdaL1 == 0) {
      return gradient;
    }
    double size = Math.max(0, Math.abs(gradient) - lambdaL1);
    return gradient < 0 ? -size : size;
  }

  /** Returns the output that lowers the objective most: Chen and Guestrin 2016, equation 5. */
  double output(double gradient, double hessian, double l2) {
    return -shrink(gradient) / (hessian + l2);
  }

  /** Returns by how much that output lowers the objective, twice. */
  double worth(double gradient, double hessian, double l2) {
    double shrunk = shrink(gradient);
    return shrunk * shrunk / (hessian + l2);
  }

  /** Returns by how much an output lowers the objective, twice. */
  double worth(double gradient, double hessian, double l2, double output) {
    return -(2 * shrink(gradient) * output + (hessian + l2) * output * output);
  }
}
