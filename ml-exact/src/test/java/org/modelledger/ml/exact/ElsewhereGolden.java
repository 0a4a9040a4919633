package org.modelledger.ml.exact;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;

/** Runs and explains trees and models from elsewhere, and prints the digests; also as a program. */
final class ElsewhereGolden {
  private ElsewhereGolden() {}

  /** Returns the digests of outputs and of explanations. */
  static Map<String, String> digests() throws InterruptedException {
    Map<String, String> digests = new TreeMap<>();
    for (boolean float64 : new boolean[]{false, true}) {
      for (int targets : new int[]{1, 3}) {
        Xoshiro256 random = Xoshiro256.seeded(7, 99);
        TestTrees trees = TestTrees.random(random, 40, 31, 20, targets, TestTrees.THRESHOLDS);
        double[][] rows = new double[23][];
        for (int r = 0; r < rows.length; r++) {
          rows[r] = TestTrees.row(random, 20);
        }
        byte[] graph = trees.classifier(float64, targets == 1 ? 2 : targets,
            targets == 1 ? "LOGISTIC" : "SOFTMAX");
        Tensors inputs = Tensors.of("x", TestTrees.tensor(float64, rows));
        String name = "trees " + (float64 ? "float64" : "float32") + " " + targets;
        digest(name, graph, inputs, digests);
        explain(name, ReasonCodes.of(files(graph)), inputs, digests);
      }
    }
    for (String name : Elsewhere.all()) {
      try (LoadedModel model = OnnxGraphs.load(Elsewhere.model(name))) {
        Tensors inputs = Elsewhere.inputs(name, model, 0, Elsewhere.rows(name));
        digest(name, Elsewhere.model(name), inputs, digests);
        explain(name, ReasonCodes.of(files(Elsewhere.model(name)), inputs), inputs, digests);
      }
    }
    return digests;
  }

  private static ModelFiles files(byte[] graph) {
    return ModelFiles.of(Map.of("model.onnx", graph));
  }

  private static void digest(String name, byte[] graph, Tensors inputs,
      Map<String, String> digests) throws InterruptedException {
    try (LoadedModel model = OnnxGraphs.load(graph)) {
      digests.put(name + ", outputs", model.run(inputs).canonicalDigest().hex());
    }
  }

  private static void explain(String name, ReasonCodes codes, Tensors inputs,
      Map<String, String> digests) {
    List<Double> numbers = new ArrayList<>();
    for (Explanation explanation : codes.explain(inputs)) {
      for (int output = 0; output < explanation.outputs(); output++) {
        numbers.add(explanation.base(output));
        for (double contribution : explanation.contributions(output)) {
          numbers.add(contribution);
        }
      }
    }
    ByteBuffer bytes = ByteBuffer.allocate(numbers.size() * Double.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(bytes::putDouble);
    digests.put(name + ", reasons", Digest.sha256(bytes.array()).hex());
  }

  /** Prints a line for each digest. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = System.out;
    digests().forEach((name, digest) -> out.println(name + " = " + digest));
  }
}
