package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.ModelFiles;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;

/**
 * What whole numbers cost: how good a model is in floating point and in whole numbers, on the same rows.
 *
 * @param rows how many rows were measured
 * @param byFloat how good the model is that the other one was made of
 * @param byInteger how good the model in whole numbers is
 * @param agreement of classifiers the share of the rows for which both find the same label
 * @param greatestDifference between a score of the one and what that of the other stands for: of classifiers between
 *     probabilities, otherwise between predictions
 */
public record IntegerLoss(int rows, Quality byFloat, Quality byInteger, OptionalDouble agreement,
    double greatestDifference) {

  /**
   * How good a model is.
   *
   * @param accuracy of classifiers the share of the rows whose label is found
   * @param auc of two classes, if there are rows of both, the area under the curve of true by false positives: how
   *     often a row of the second class has a higher score than one of the first, equal scores counting half
   * @param rootMeanSquare of what predicts numbers, the root of the mean squared error
   */
  public record Quality(OptionalDouble accuracy, OptionalDouble auc,
      OptionalDouble rootMeanSquare) {}

  /**
   * Returns what whole numbers cost in points of a hundred of the accuracy; below 0 if they are better.
   *
   * @throws java.util.NoSuchElementException if the models are no classifiers
   */
  public double lossInPoints() {
    return 100 * (byFloat.accuracy().orElseThrow() - byInteger.accuracy().orElseThrow());
  }

  /**
   * Returns all that there is of {@code float.accuracy}, {@code float.auc}, {@code float.rmse}, the same for {@code
   * integer}, {@code agreement} and {@code greatestDifference}.
   */
  public SortedMap<String, Double> metrics() {
    SortedMap<String, Double> metrics = new TreeMap<>();
    put(byFloat, "float", metrics);
    put(byInteger, "integer", metrics);
    agreement.ifPresent(share -> metrics.put("agreement", share));
    metrics.put("greatestDifference", greatestDifference);
    return metrics;
  }

  private static void put(Quality quality, String of, SortedMap<String, Double> metrics) {
    quality.accuracy().ifPresent(number -> metrics.put(of + ".accuracy", number));
    quality.auc().ifPresent(number -> metrics.put(of + ".auc", number));
    quality.rootMeanSquare().ifPresent(number -> metrics.put(of + ".rmse", number));
  }

  /**
   * Returns a model in whole numbers with the lineage of the one that it was made of.
   *
   * @param seen what else it was made from, and measured by
   */
  static TrainedModel descendant(TrainedModel original, ModelFiles files,
      SortedMap<String, Double> metrics, List<Dataset> seen) {
    List<DataSource> sources = new ArrayList<>(original.facts().data());
    for (Dataset dataset : seen) {
      dataset.sources().stream().filter(source -> !sources.contains(source)).forEach(sources::add);
    }
    LineageFacts facts = original.facts()
        .toBuilder()
        .data(sources)
        .parents(List.of(IntegerExporter.artifact(original)))
        .build();
    return new TrainedModel(files, metrics, facts);
  }
}
