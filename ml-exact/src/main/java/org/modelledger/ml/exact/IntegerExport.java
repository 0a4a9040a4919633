package org.modelledger.ml.exact;

import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;

/**
 * What {@link IntegerExporter} made of a classifier, and what that costs.
 *
 * @param network in 8-bit whole numbers
 * @param model the same as files, with the facts of the classifier's lineage, the classifier among its
 *     parents, and as metrics those of the {@linkplain IntegerLoss#metrics() loss} and {@code scores.unit}
 * @param unit what one more of a score stands for, among the classifier's scores before its softmax
 * @param loss what it costs on the rows that were given to measure by
 */
public record IntegerExport(IntegerNetwork network, TrainedModel model, double unit,
    IntegerLoss loss) {

  /** Returns how many rows were measured. */
  public int rows() {
    return loss.rows();
  }

  /** Returns the share of the rows whose label the classifier finds. */
  public double floatAccuracy() {
    return loss.byFloat().accuracy().orElseThrow();
  }

  /** Returns the share of the rows whose label the network finds. */
  public double integerAccuracy() {
    return loss.byInteger().accuracy().orElseThrow();
  }

  /** Returns the share of the rows for which both find the same. */
  public double agreement() {
    return loss.agreement().orElseThrow();
  }

  /** Returns what the whole numbers cost in points of a hundred; below 0 if the network is better. */
  public double lossInPoints() {
    return loss.lossInPoints();
  }

  /**
   * Measures what it costs on other rows.
   *
   * @param original the classifier that the network was made of
   * @throws org.modelledger.training.TrainingException if the dataset does not fit: names column and row
   * @throws InterruptedException if interrupted
   */
  public IntegerLoss measure(TrainedModel original, Dataset data) throws InterruptedException {
    return IntegerExporter.measure(original, network, unit, data);
  }
}
