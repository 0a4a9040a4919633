package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/** Trees of whole numbers, ready to run on the caller's thread. */
final class IntegerTreesModel extends BitExactModel {
  private final IntegerTrees trees;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;

  IntegerTreesModel(IntegerTrees trees, BooleanSupplier engineClosed) {
    super(engineClosed);
    this.trees = trees;
    this.inputs = List.of(new TensorSpec(trees.input(), trees.inputType(),
        Shape.of(Shape.FREE, trees.inputs())));
    this.outputs = List.of(
        new TensorSpec(TreeGraph.SCORES, DataType.INT32,
            Shape.of(Shape.FREE, trees.outputs())),
        trees.classes() == 0
            ? new TensorSpec(TreeGraph.PREDICTION, DataType.FP64, Shape.of(Shape.FREE, 1))
            : new TensorSpec(TreeGraph.LABEL, DataType.INT64, Shape.of(Shape.FREE)));
  }

  @Override
  public List<TensorSpec> inputs() {
    requireOpen();
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    requireOpen();
    return outputs;
  }

  @Override
  public Tensors run(Tensors tensors) throws InterruptedException {
    requireOpen();
    tensors.check(inputs);
    Tensor input = tensors.get(trees.input());
    int rows = Math.toIntExact(input.shape().length(0));
    ByteBuffer data = input.data();
    int[] scores = new int[Math.multiplyExact(rows, trees.outputs())];
    boolean classifies = trees.classes() > 0;
    long[] labels = new long[classifies ? rows : 0];
    double[] predictions = new double[classifies ? 0 : rows];
    double[] numbers = new double[trees.inputs()];
    for (int row = 0; row < rows; row++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted before row " + row);
      }
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = input.dataType() == DataType.FP64 ? data.getDouble() : data.getFloat();
      }
      int[] result = trees.run(trees.toBytes(numbers));
      System.arraycopy(result, 0, scores, row * result.length, result.length);
      if (classifies) {
        labels[row] = trees.label(result);
      } else {
        predictions[row] = trees.meaning(result)[0];
      }
    }
    Map<String, Tensor> outcome = new LinkedHashMap<>();
    outcome.put(TreeGraph.SCORES, Tensor.of(scores, rows, trees.outputs()));
    if (classifies) {
      outcome.put(TreeGraph.LABEL, Tensor.of(labels, rows));
    } else {
      outcome.put(TreeGraph.PREDICTION, Tensor.of(predictions, rows, 1));
    }
    return Tensors.of(outcome);
  }
}
