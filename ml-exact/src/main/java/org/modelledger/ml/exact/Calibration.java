package org.modelledger.ml.exact;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingSpec;

/**
 * Makes a classifier's scores probabilities that can be taken at their word: of the rows that get 0.8 about four
 * fifths are of that class. It is fitted on rows that the classifier was not trained on, and appended to its graph
 * in ONNX; the result is another model, whose lineage names the first as its parent. Fitting has the same bits on every
 * JVM, as training has.
 *
 * <p>Of two classes the second one is calibrated, and the first gets what is left. Of more, each is calibrated
 * against all others, and a row's probabilities are then divided by their sum; so the most probable class may be another
 * one than before.
 *
 * <p>Takes any ONNX graph that yields {@code scores} [N, classes], probabilities from 0 to 1, and {@code label}.
 * Immutable and safe for use by several threads.
 */
public final class Calibration {
  private final boolean isotonic;
  private final InstantSource clock;

  private Calibration(boolean isotonic, InstantSource clock) {
    this.isotonic = isotonic;
    this.clock = clock;
  }

  /**
   * Fits a sigmoid to the log-odds of a class's score, two numbers for a class: for few rows, and scores that are too
   * sure or not sure enough throughout (Platt, 1999; targets and method of Lin, Lin and Weng, 2007).
   */
  public static Calibration sigmoid() {
    return new Calibration(false, InstantSource.system());
  }

  /**
   * Fits a line that never falls to a class's score, by pooling adjacent violators: for a thousand rows and more. It is
   * constant where rows are pooled and straight between, and no more certain than one row in n + 2 allows.
   */
  public static Calibration isotonic() {
    return new Calibration(true, InstantSource.system());
  }

  Calibration clock(InstantSource other) {
    return new Calibration(isotonic, other);
  }

  /**
   * Calibrates a classifier by the column that it was trained to predict.
   *
   * @param model a classifier, one file {@code model.onnx}
   * @param heldOut rows that it was not trained on, with the columns it takes; not retained
   * @throws IllegalArgumentException if the model's facts do not say what it was to predict; use {@link
   *     #fit(TrainedModel, Dataset, String)}
   * @see #fit(TrainedModel, Dataset, String)
   */
  public TrainedModel fit(TrainedModel model, Dataset heldOut) throws InterruptedException {
    return fit(model, heldOut, model.facts()
        .spec()
        .map(TrainingSpec::target)
        .orElseThrow(() -> new IllegalArgumentException("the model's facts have no specification;"
            + " expected one that names the target, or the target beside the held-out rows")));
  }

  /**
   * Calibrates a classifier.
   *
   * @param model a classifier, one file {@code model.onnx}
   * @param heldOut rows that it was not trained on, with the columns it takes; not retained
   * @param target the column of their labels, whole numbers from 0
   * @return the model with the calibration; its metrics are those of {@link #measure}, of the held-out rows
   *     {@code calibration.before.…} and {@code calibration.after.…}
   * @throws ModelFormatException if the model is not such a classifier
   * @throws org.modelledger.training.TrainingException if the data do not fit; names column and row
   * @throws InterruptedException if interrupted; no model came of it
   */
  public TrainedModel fit(TrainedModel model, Dataset heldOut, String target)
      throws InterruptedException {
    Objects.requireNonNull(target, "target");
    Instant started = clock.instant();
    if (!model.files().names().equals(Set.of(ExactNumerics.MODEL_FILE))) {
      throw new ModelFormatException("the model has the files " + model.files().names()
          + "; expected " + ExactNumerics.MODEL_FILE + " alone");
    }
    OnnxModel graph = OnnxReader.read(model.files().read(ExactNumerics.MODEL_FILE));
    Scores before = Scores.of(model.files(), heldOut, target, "the held-out data");
    ModelFiles files = ModelFiles.of(Map.of(ExactNumerics.MODEL_FILE,
        OnnxWriter.write(appended(graph, Slot.kernels(before.type), before))));
    SortedMap<String, Double> metrics = new TreeMap<>();
    Reliability.of(before).put(metrics, "calibration.before.");
    Reliability.of(Scores.of(files, heldOut, target, "the held-out data"))
        .put(metrics, "calibration.after.");
    LineageFacts facts = LineageFacts
        .builder(new EngineInfo(ExactNumerics.NAME, ExactNumerics.VERSION, "cpu", 1), started,
            ExactTrainer.later(started, clock.instant()))
        .spec(TrainingSpec.builder(isotonic ? "isotonic-calibration" : "sigmoid-calibration")
            .features(graph.inputs().getFirst().name())
            .target(target)
            .build())
        .data(heldOut.sources())
        .parents(List.of(IntegerExporter.artifact(model)))
        .environment(LineageFacts.thisJvm())
        .build();
    return new TrainedModel(files, metrics, facts);
  }

  private <A> OnnxModel appended(OnnxModel graph, Kernels<A> kernels, Scores scores) {
    CalibratedGraph<A> calibrated = new CalibratedGraph<>(graph, kernels, scores.classes());
    List<PlattScaling> sigmoids = new ArrayList<>();
    List<IsotonicFit> isotonics = new ArrayList<>();
    for (int k = scores.classes() == 2 ? 1 : 0; k < scores.classes(); k++) {
      double[] column = scores.of(k);
      if (isotonic) {
        isotonics.add(IsotonicFit.fit(column, scores.are(k)));
      } else {
        for (int r = 0; r < column.length; r++) {
          column[r] = CalibratedGraph.logOdds(column[r]);
        }
        sigmoids.add(PlattScaling.fit(column, scores.are(k)));
      }
    }
    return isotonic ? calibrated.isotonic(isotonics) : calibrated.sigmoid(sigmoids);
  }

  /**
   * Measures how far a classifier's scores can be taken at their word, calibrated or not; say, on rows that neither it
   * nor its calibration has seen.
   *
   * @param target the column of the labels, whole numbers from 0
   * @return {@code loss}, the mean cross-entropy in nats; {@code brier}, the mean squared distance between score and
   *     what was the case, of the second class if there are two, added up over all if there are more; {@code
   *     expectedCalibrationError}, the mean distance between the highest score and how often its class is right, over 15
   *     equal bins
   * @throws ModelFormatException if the model does not yield {@code scores}
   * @throws org.modelledger.training.TrainingException if the data do not fit; names column and row
   */
  public static SortedMap<String, Double> measure(TrainedModel model, Dataset data, String target)
      throws InterruptedException {
    SortedMap<String, Double> metrics = new TreeMap<>();
    Reliability.of(Scores.of(model.files(), data, target, "the data")).put(metrics, "");
    return metrics;
  }
}
