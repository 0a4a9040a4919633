package org.modelledger.ml.exact;

/** What a network loses on a few rows while it learns. */
final class TestLoss {
  private TestLoss() {}

  static double of(Trainable.Pass<double[]> pass, double[][] x, int[] labels) {
    pass.learn(x, x.length, 0);
    double loss = 0;
    for (int r = 0; r < x.length; r++) {
      loss += DoubleKernels.INSTANCE.crossEntropy(pass.logits()[r], labels[r]);
    }
    return loss / x.length;
  }
}
