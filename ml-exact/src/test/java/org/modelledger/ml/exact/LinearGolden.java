package org.modelledger.ml.exact;

import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/**
 * Trains linear models and k-means on made-up data, calibrates, and prints the digests; also as a program in a JVM
 * of its own.
 */
final class LinearGolden {
  private LinearGolden() {}

  /** Returns the digests of models, metrics and outputs, for each algorithm and precision. */
  static Map<String, String> digests(boolean small, int threads) throws InterruptedException {
    Map<String, String> digests = new TreeMap<>();
    for (boolean float64 : new boolean[]{false, true}) {
      int rows = small ? 200 : 6000;
      int features = small ? 5 : 41;
      String type = float64 ? " float64" : " float32";
      Dataset numbers = LinearData.of(rows, features, 1).dataset(float64);
      digest("linear-regression" + type, new LinearRegressionSpec("x", "y").toTrainingSpec(),
          numbers, threads, digests);
      digest("linear-regression l1 l2 standardize" + type,
          new LinearRegressionSpec("x", "y").l1(0.01).l2(0.02).standardize().toTrainingSpec(),
          numbers, threads, digests);
      Dataset two = Golden.clusters(rows, features, 2, 1, float64);
      Dataset four = Golden.clusters(rows, small ? 4 : 13, 4, 1, float64);
      TrainedModel binary = digest("logistic-regression binary l2" + type,
          new LogisticRegressionSpec("x", "y").l2(0.01).toTrainingSpec(), two, threads, digests);
      digest("logistic-regression binary l1 standardize" + type,
          new LogisticRegressionSpec("x", "y").l1(0.01).standardize().toTrainingSpec(), two,
          threads, digests);
      TrainedModel multinomial = digest("logistic-regression multinomial" + type,
          new LogisticRegressionSpec("x", "y").l1(0.001).l2(0.01).toTrainingSpec(), four, threads,
          digests);
      digest("k-means" + type,
          new KMeansSpec("x").clusters(small ? 3 : 9)
              .restarts(2)
              .standardize()
              .seed(5)
              .toTrainingSpec(),
          four, threads, digests);
      for (Calibration calibration : new Calibration[]{Calibration.sigmoid(),
          Calibration.isotonic()}) {
        digest("calibration binary", calibration.fit(binary, two), two, type, digests);
        digest("calibration multinomial", calibration.fit(multinomial, four), four, type, digests);
      }
    }
    return digests;
  }

  private static TrainedModel digest(String name, TrainingSpec spec, Dataset data, int threads,
      Map<String, String> digests) throws InterruptedException {
    try (Trainer trainer = ExactTrainerProvider.open(threads, InstantSource.fixed(Instant.EPOCH))) {
      TrainedModel model = trainer.train(spec, data, TrainingListener.NONE);
      digest(name, model, data, digests);
      return model;
    }
  }

  private static void digest(String name, TrainedModel model, Dataset data, String type,
      Map<String, String> digests) throws InterruptedException {
    digest(name + " " + model.facts().spec().orElseThrow().algorithm() + type, model, data,
        digests);
  }

  private static void digest(String name, TrainedModel model, Dataset data,
      Map<String, String> digests) throws InterruptedException {
    byte[] graph = model.files().read("model.onnx");
    double[] metrics = model.metrics().values().stream().mapToDouble(Double::doubleValue).toArray();
    digests.put(name + ", metrics",
        Tensors.of("m", Tensor.of(metrics, metrics.length)).canonicalDigest().hex());
    digests.put(name + ", model", Digest.sha256(graph).hex());
    try (LoadedModel loaded = OnnxGraphs.load(graph)) {
      digests.put(name + ", outputs",
          loaded.run(Tensors.of("x", data.read(0, (int) data.rows()).get("x")))
              .canonicalDigest()
              .hex());
    }
  }

  /** Prints a line for each digest. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = System.out;
    digests(arguments[0].equals("small"), Integer.parseInt(arguments[1]))
        .forEach((name, digest) -> out.println(name + " = " + digest));
  }
}
