package org.modelledger.ml.exact;

import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Trains and runs on made-up data, and prints the digests; also as a program in a JVM of its own. */
final class Golden {
  private Golden() {}

  /** Clusters around random centres, one for each label. */
  static Dataset clusters(int rows, int features, int classes, long seed, boolean float64) {
    Xoshiro256 random = Xoshiro256.seeded(seed, 99);
    double[] centres = new double[classes * features];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = 4 * random.nextDouble() - 2;
    }
    double[] elements = new double[rows * features];
    long[] labels = new long[rows];
    for (int r = 0; r < rows; r++) {
      int label = random.nextInt(classes);
      labels[r] = label;
      for (int j = 0; j < features; j++) {
        double noise = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
        elements[r * features + j] = centres[label * features + j] + 2 * noise;
      }
    }
    Tensor tensor = float64
        ? Tensor.of(elements, rows, features)
        : Tensor.of(floats(elements), rows, features);
    return Dataset.of("clusters", Tensors.of("x", tensor, "y", Tensor.of(labels, rows)));
  }

  private static float[] floats(double[] elements) {
    float[] floats = new float[elements.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) elements[i];
    }
    return floats;
  }

  /** Returns the digests of models and of their outputs, for each algorithm and precision. */
  static Map<String, String> digests(boolean small, int threads) throws InterruptedException {
    Map<String, String> digests = new TreeMap<>();
    for (boolean float64 : new boolean[]{false, true}) {
      int rows = small ? 150 : 1200;
      int epochs = small ? 2 : 6;
      Dataset data = clusters(rows, small ? 9 : 61, small ? 3 : 10, 1, float64);
      String type = float64 ? " float64" : " float32";
      digest("mlp relu adam" + type,
          precision(float64, new MlpSpec("x", "y").hidden(small ? 7 : 67, 13)
              .epochs(epochs)
              .batchSize(50)
              .weightDecay(0.01)
              .validationFraction(0.2)
              .patience(3)
              .standardize()),
          data, threads, digests);
      digest("mlp tanh sgd" + type,
          precision(float64, new MlpSpec("x", "y").hidden(small ? 7 : 33)
              .tanh()
              .epochs(epochs)
              .sgd(0.05, 0.9)
              .learningRateDecay(0.9)
              .inputScale(0.3)),
          data, threads, digests);
      digest("softmax-regression" + type,
          precision(float64, new SoftmaxSpec("x", "y").epochs(epochs).batchSize(21).adam(0.01)),
          data, threads,
          digests);
    }
    return digests;
  }

  static TrainingSpec precision(boolean float64, ClassifierSpec<?> spec) {
    return (float64 ? spec.seed(5).float64() : spec.seed(5).float32()).toTrainingSpec();
  }

  /** Trains and runs, and adds the digests of the model and of its outputs. */
  static void digest(String name, TrainingSpec spec, Dataset data, int threads,
      Map<String, String> digests)
      throws InterruptedException {
    try (Trainer trainer = ExactTrainerProvider.open(threads, InstantSource.fixed(Instant.EPOCH))) {
      TrainedModel model = trainer.train(spec, data, TrainingListener.NONE);
      digests.put(name + ", model",
          Digest.sha256(model.files().read("model.onnx")).hex());
      try (
          InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
          LoadedModel loaded = engine.load(model.files())) {
        Tensors outputs = loaded.run(Tensors.of("x", data.read(0, (int) data.rows()).get("x")));
        digests.put(name + ", outputs", outputs.canonicalDigest().hex());
      }
    }
  }

  /** Prints a line for each digest. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = System.out;
    digests(arguments[0].equals("small"), Integer.parseInt(arguments[1]))
        .forEach((name, digest) -> out.println(name + " = " + digest));
  }
}
