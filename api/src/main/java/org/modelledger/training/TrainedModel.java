package org.modelledger.training;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.ModelFiles;

/**
 * What a training made.
 *
 * @param files the model, for an inference engine
 * @param metrics by name: {@code train.loss}, {@code train.accuracy}, {@code validation.loss},
 *     {@code validation.accuracy}, as far as they apply; others by the trainer's own names
 * @param facts how it came about
 */
public record TrainedModel(ModelFiles files, SortedMap<String, Double> metrics,
    LineageFacts facts) {
  /** @throws IllegalArgumentException if a metric is not finite */
  public TrainedModel {
    Objects.requireNonNull(files, "files");
    Objects.requireNonNull(facts, "facts");
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, Double>) metrics));
    metrics.forEach((name, value) -> {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("metric '" + name + "' is " + value
            + "; a statement can only carry finite numbers");
      }
    });
  }
}
