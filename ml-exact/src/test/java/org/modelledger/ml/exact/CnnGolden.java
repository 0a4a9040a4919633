package org.modelledger.ml.exact;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;

/** Trains convolutional networks on made-up images, runs them, and prints the digests. */
final class CnnGolden {
  private CnnGolden() {}

  static Map<String, String> digests(boolean small, int threads) throws InterruptedException {
    Map<String, String> digests = new TreeMap<>();
    for (boolean float64 : new boolean[]{false, true}) {
      int height = small ? 4 : 7;
      int width = small ? 5 : 10;
      Dataset data = Golden.clusters(small ? 70 : 450, 2 * height * width, small ? 3 : 5, 1,
          float64);
      String type = float64 ? " float64" : " float32";
      Golden.digest("cnn relu adam" + type, Golden.precision(float64,
          new CnnSpec("x", "y").image(2, height, width)
              .filters(small ? 3 : 9, 5)
              .hidden(small ? 4 : 21)
              .epochs(small ? 1 : 3)
              .batchSize(50)
              .weightDecay(0.01)
              .validationFraction(0.2)
              .patience(2)
              .standardize()),
          data, threads, digests);
      Golden.digest("cnn tanh sgd" + type, Golden.precision(float64,
          new CnnSpec("x", "y").image(2, height, width)
              .filters(small ? 2 : 6)
              .kernel(5)
              .hidden()
              .tanh()
              .epochs(small ? 1 : 3)
              .sgd(0.05, 0.9)
              .learningRateDecay(0.9)
              .inputScale(0.3)),
          data, threads, digests);
      try (LoadedModel model = OnnxGraphs.load(ImageGraph.of(float64))) {
        digests.put("image operators" + type + ", outputs",
            model.run(Tensors.of("x", ImageGraph.images(float64))).canonicalDigest().hex());
      }
    }
    return digests;
  }

  /** Prints a line for each digest. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = System.out;
    digests(arguments[0].equals("small"), Integer.parseInt(arguments[1]))
        .forEach((name, digest) -> out.println(name + " = " + digest));
  }
}
