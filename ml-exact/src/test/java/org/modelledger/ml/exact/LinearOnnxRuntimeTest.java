package org.modelledger.ml.exact;

import ai.onnxruntime.OrtException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** ONNX Runtime runs what we save of linear models, clusters and calibrations, and agrees. */
class LinearOnnxRuntimeTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void agrees(boolean float64) throws OrtException, InterruptedException {
    Dataset two = Golden.clusters(300, 6, 2, 4, float64);
    Dataset four = Golden.clusters(300, 6, 4, 4, float64);
    try (Trainer trainer = ExactTrainerProvider.open(1, InstantSource.system())) {
      for (TrainingSpec spec : List.of(
          new LinearRegressionSpec("x", "y").l1(0.01).toTrainingSpec(),
          new LinearRegressionSpec("x", "y").standardize().toTrainingSpec(),
          new KMeansSpec("x").clusters(5).toTrainingSpec(),
          new KMeansSpec("x").clusters(5).standardize().toTrainingSpec())) {
        OnnxRuntimeTest.agree(
            trainer.train(spec, four, TrainingListener.NONE).files().read("model.onnx"),
            four.read(0, 300).get("x"));
      }
      for (Dataset data : List.of(two, four)) {
        TrainedModel model = trainer.train(
            new LogisticRegressionSpec("x", "y").l2(0.01).toTrainingSpec(), data,
            TrainingListener.NONE);
        for (TrainedModel each : List.of(model, Calibration.sigmoid().fit(model, data))) {
          OnnxRuntimeTest.agree(each.files().read("model.onnx"), data.read(0, 300).get("x"));
        }
        // where two scores lie close together, the line between them is steep
        OnnxRuntimeTest.agree(
            Calibration.isotonic().fit(model, data).files().read("model.onnx"),
            data.read(0, 300).get("x"), float64 ? 1e-5f : 0.01f);
      }
    }
  }
}
