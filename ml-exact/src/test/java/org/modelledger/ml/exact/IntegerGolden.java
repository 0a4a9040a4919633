package org.modelledger.ml.exact;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;

/** Trains, exports to whole numbers and runs, and prints the digests; also as a program in a JVM of its own. */
final class IntegerGolden {
  private IntegerGolden() {}

  static Map<String, String> digests(boolean small, int threads) throws InterruptedException {
    Map<String, String> digests = new TreeMap<>();
    for (boolean float64 : new boolean[]{false, true}) {
      String type = " float" + (float64 ? 64 : 32);
      trees(small, threads, float64, type, digests);
      Dataset data = Golden.clusters(small ? 120 : 900, small ? 9 : 40, 4, 1, float64);
      digest("network" + type, IntegerExporter.export(TreeTables.train(
          Golden.precision(float64,
              new MlpSpec("x", "y").hidden(small ? 7 : 50, 13).epochs(3).standardize()),
          data, threads), data, data).model().files(), data, digests);
      digest("cnn" + type, IntegerExporter.export(TreeTables.train(
          Golden.precision(float64,
              new CnnSpec("x", "y").image(1, small ? 3 : 5, small ? 3 : 8)
                  .filters(3, 5)
                  .hidden(6)
                  .epochs(2)
                  .standardize()),
          data, threads), data, data).model().files(), data, digests);
    }
    return digests;
  }

  private static void trees(boolean small, int threads, boolean float64, String type,
      Map<String, String> digests) throws InterruptedException {
    for (int classes : new int[]{0, 2, 4}) {
      int features = small ? 5 : 11;
      TreeTables.Shape shape = TreeTables.Shape.of(small ? 200 : 2000, features)
          .missing(0.05)
          .categories(30);
      Dataset data = TreeTables.make(float64 ? shape.doubles() : shape, classes, 3).data();
      GradientBoostingSpec boosting = new GradientBoostingSpec("x", "y").seed(5)
          .rounds(small ? 4 : 15)
          .missingAsNan()
          .categorical(features - 1);
      RandomForestSpec forest = new RandomForestSpec("x", "y").seed(5)
          .trees(small ? 3 : 12)
          .missingAsNan()
          .categorical(features - 1)
          .minSamplesLeaf(4);
      TrainedModel boosted = TreeTables.train((switch (classes) {
        case 0 -> boosting.squaredError();
        case 2 -> boosting.logistic();
        default -> boosting.softmax();
      }).toTrainingSpec(), data, threads);
      TrainedModel grown = TreeTables.train(
          (classes == 0 ? forest.squaredError() : forest.gini()).toTrainingSpec(), data, threads);
      for (LeafType leaves : LeafType.values()) {
        String name = " " + classes + " classes " + leaves + type;
        digest("boosting" + name,
            IntegerTreesExporter.export(boosted, leaves, data).model().files(), data, digests);
        digest("forest" + name,
            IntegerTreesExporter.export(grown, leaves, data).model().files(), data, digests);
      }
    }
  }

  private static void digest(String name, ModelFiles files, Dataset data,
      Map<String, String> digests) throws InterruptedException {
    StringBuilder all = new StringBuilder();
    for (String file : files.names()) {
      all.append(file).append(' ').append(Digest.sha256(files.read(file)).hex()).append('\n');
    }
    digests.put(name + ", model",
        Digest.sha256(all.toString().getBytes(StandardCharsets.UTF_8)).hex());
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel model = engine.load(files)) {
      Tensor rows = data.read(0, (int) data.rows()).get("x");
      if (model.inputs().getFirst().dataType() != rows.dataType()) {
        // networks take FP32
        rows = Tensor.of(TreeTables.floats(rows.toDoubles()), rows.shape().lengths());
      }
      Tensors outputs = model.run(Tensors.of("x", rows));
      digests.put(name + ", outputs", outputs.canonicalDigest().hex());
    }
  }

  /** Prints a line for each digest. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = System.out;
    digests(arguments[0].equals("small"), Integer.parseInt(arguments[1]))
        .forEach((name, digest) -> out.println(name + " = " + digest));
  }
}
