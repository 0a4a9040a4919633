package org.modelledger.ml.exact;

import org.modelledger.training.TrainedModel;

/**
 * What {@link IntegerExporter} made of a classifier, and what that costs.
 *
 * @param network in 8-bit whole numbers
 * @param model the same as files, with the facts of the classifier's lineage, the classifier among its
 *     parents, and the accuracies below as metrics {@code float.accuracy}, {@code integer.accuracy} and
 *     {@code agreement}
 * @param rows how many rows were measured
 * @param floatAccuracy the share of the rows whose label the classifier finds
 * @param integerAccuracy the share of the rows whose label the network finds
 * @param agreement the share of the rows for which both find the same
 */
public record IntegerExport(IntegerNetwork network, TrainedModel model, int rows,
    double floatAccuracy, double integerAccuracy, double agreement) {

  /** Returns what the whole numbers cost in points of a hundred; below 0 if the network is better. */
  public double lossInPoints() {
    return 100 * (floatAccuracy - integerAccuracy);
  }
}
