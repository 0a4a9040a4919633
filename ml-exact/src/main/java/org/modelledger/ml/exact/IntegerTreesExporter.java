package org.modelledger.ml.exact;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.TensorSpec;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingException;

/**
 * Turns gradient-boosted trees and random forests into {@linkplain IntegerTrees trees of whole numbers}.
 *
 * <p>A feature's byte says between which of its thresholds a number lies, so every decision of every node is the one
 * that the model in floating point makes, for every number there is: trees of the trainer {@code exact} have never
 * more thresholds than a byte has room for. Only leaves are rounded, by one unit for all: to their tree's middle, so
 * that a base far from 0 does not take their bits. The same model gives the same bytes on every JVM.
 */
public final class IntegerTreesExporter {

  private IntegerTreesExporter() {}

  /** Trees, and how many thresholds were given up. */
  record Quantized(IntegerTrees trees, int merged) {}

  /**
   * Exports trees and measures what that costs.
   *
   * @param trained by gradient boosting or as a random forest, as the trainer {@code exact} leaves it
   * @param leaves how wide the leaves are to be; {@link LeafType#INT16} where {@link LeafType#INT8} costs too much
   * @param measured rows to measure by, with the columns it was trained with; best none that were seen before
   * @throws ModelFormatException if the model is another one
   * @throws TrainingException if the dataset does not fit the model: names column and row
   * @throws InterruptedException if interrupted; nothing came of it
   */
  public static IntegerTreesExport export(TrainedModel trained, LeafType leaves, Dataset measured)
      throws InterruptedException {
    Quantized quantized = quantize(trained.files(), leaves);
    IntegerLoss loss = measure(trained, quantized.trees(), measured);
    SortedMap<String, Double> metrics = new TreeMap<>(loss.metrics());
    metrics.put("splits.merged", (double) quantized.merged());
    return new IntegerTreesExport(quantized.trees(),
        IntegerLoss.descendant(trained, quantized.trees().files(), metrics, List.of(measured)),
        quantized.merged(), loss);
  }

  static IntegerLoss measure(TrainedModel original, IntegerTrees trees, Dataset data)
      throws InterruptedException {
    return Comparison.of(original, new Comparison.Twin() {
      @Override
      public int classes() {
        return trees.classes();
      }

      @Override
      public int[] run(double[] row) {
        return trees.run(trees.toBytes(row));
      }

      @Override
      public int label(int[] scores) {
        return trees.label(scores);
      }

      @Override
      public double[] meaning(int[] scores) {
        return trees.meaning(scores);
      }
    }, true, data);
  }

  /** @throws ModelFormatException if the model is not one operator of trees over its input */
  static Quantized quantize(ModelFiles files, LeafType leaves) {
    OnnxModel graph = OnnxReader.read(files.read(ExactInferenceEngine.onnxFile(files)));
    ExactModel model = new ExactModel(graph, () -> false);
    List<String> operators = graph.nodes().stream().map(OnnxNode::operator).toList();
    if (operators.size() != 1 || !(model.step(0) instanceof MlTrees.Step step)
        || model.inputs().size() != 1) {
      throw new ModelFormatException("the graph has the operators " + operators
          + "; expected one operator of trees over one input, as gradient-boosting and"
          + " random-forest have it");
    }
    TensorSpec input = model.inputs().getFirst();
    DataType type = input.dataType();
    if (!Slot.isFloat(type) || input.shape().rank() != 2
        || input.shape().length(1) == Shape.FREE) {
      throw new ModelFormatException("the graph takes " + input
          + "; expected FP32 or FP64 of shape [N, F], F a number");
    }
    try {
      return new TreeQuantizer(step, input).quantize(leaves);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException("no trees of whole numbers can be made: " + e.getMessage(), e);
    }
  }
}
