package org.modelledger.ml.exact;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingSpec;

/** Trains trees on made-up data and prints the digests; also as a program in a JVM of its own. */
final class TreesGolden {
  private TreesGolden() {}

  /** Returns the digests of models and metrics, for each objective and precision. */
  static Map<String, String> digests(boolean small, int threads) throws InterruptedException {
    Map<String, String> digests = new TreeMap<>();
    for (boolean float64 : new boolean[]{false, true}) {
      for (int classes : new int[]{0, 2, 4}) {
        // several tasks for several threads
        int rows = small ? 300 : 40_000;
        int features = small ? 5 : 19;
        TreeTables.Shape shape = TreeTables.Shape.of(rows, features).missing(0.05).categories(30);
        Dataset data = TreeTables.make(float64 ? shape.doubles() : shape, classes, 3).data();
        GradientBoostingSpec boosting = new GradientBoostingSpec("x", "y").seed(5)
            .rounds(small ? 5 : 8)
            .missingAsNan()
            .categorical(features - 1)
            .monotone(monotone(features))
            .lambdaL1(0.01)
            .lambdaL2(0.3)
            .subsample(0.8)
            .featureFraction(0.7)
            .validationFraction(0.2)
            .patience(3);
        digest(classes + " classes, float" + (float64 ? 64 : 32),
            switch (classes) {
              case 0 -> boosting.squaredError();
              case 2 -> boosting.logistic();
              default -> boosting.softmax();
            }, data, threads, digests);
        RandomForestSpec forest = new RandomForestSpec("x", "y").seed(5)
            .trees(small ? 3 : 5)
            .missingAsNan()
            .categorical(features - 1)
            .minSamplesLeaf(small ? 1 : 8);
        digest(classes + " classes, float" + (float64 ? 64 : 32),
            classes == 0 ? forest.squaredError() : forest.gini(), data, threads, digests);
      }
    }
    return digests;
  }

  private static int[] monotone(int features) {
    int[] monotone = new int[features];
    monotone[3] = 1;
    return monotone;
  }

  private static void digest(String name, TreeSpec<?> spec, Dataset data, int threads,
      Map<String, String> digests) throws InterruptedException {
    TrainingSpec training = spec.toTrainingSpec();
    TrainedModel model = TreeTables.train(training, data, threads);
    digests.put(training.algorithm() + " " + name + ", model",
        Digest.sha256(model.files().read("model.onnx")).hex());
    digests.put(training.algorithm() + " " + name + ", metrics",
        Tensors.of("m", Tensor.of(
            model.metrics().values().stream().mapToDouble(Double::doubleValue).toArray(),
            model.metrics().size())).canonicalDigest().hex());
  }

  /** Prints a line for each digest. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = System.out;
    digests(arguments[0].equals("small"), Integer.parseInt(arguments[1]))
        .forEach((name, digest) -> out.println(name + " = " + digest));
  }
}
