package org.modelledger.ml.exact;

import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;

/**
 * What {@link IntegerTreesExporter} made of trees, and what that costs.
 *
 * @param trees in whole numbers
 * @param model the same as files, with the facts of the trained model's lineage, that model among its parents, and as
 *     metrics those of the {@linkplain IntegerLoss#metrics() loss} and {@code splits.merged}
 * @param mergedSplits how many thresholds were given up for one near by, since a feature has more than a byte has room
 *     for; if 0, every row comes to the very leaves that it comes to in floating point
 * @param loss what it costs on the rows that were given to measure by
 */
public record IntegerTreesExport(IntegerTrees trees, TrainedModel model, int mergedSplits,
    IntegerLoss loss) {

  /**
   * Measures what it costs on other rows.
   *
   * @param original the model that the trees were made of
   * @throws org.modelledger.training.TrainingException if the dataset does not fit: names column and row
   * @throws InterruptedException if interrupted
   */
  public IntegerLoss measure(TrainedModel original, Dataset data) throws InterruptedException {
    return IntegerTreesExporter.measure(original, trees, data);
  }
}
