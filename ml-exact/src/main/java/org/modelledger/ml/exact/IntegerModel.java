package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/** An integer network, ready to run on the caller's thread. */
final class IntegerModel extends BitExactModel {
  private final IntegerNetwork network;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;

  IntegerModel(IntegerNetwork network, BooleanSupplier engineClosed) {
    super(engineClosed);
    this.network = network;
    this.inputs = List.of(new TensorSpec(network.input(),
        network.scales().isEmpty() ? DataType.UINT8 : DataType.FP32,
        Shape.of(Shape.FREE, network.inputs())));
    this.outputs = List.of(
        new TensorSpec(ClassifierGraph.SCORES, DataType.INT32,
            Shape.of(Shape.FREE, network.outputs())),
        new TensorSpec(ClassifierGraph.LABEL, DataType.INT64, Shape.of(Shape.FREE)));
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
    Tensor input = tensors.get(network.input());
    int rows = Math.toIntExact(input.shape().length(0));
    ByteBuffer data = input.data();
    int[] scores = new int[Math.multiplyExact(rows, network.outputs())];
    long[] labels = new long[rows];
    for (int row = 0; row < rows; row++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted before row " + row);
      }
      int[] result = network.run(next(data, input.dataType()));
      System.arraycopy(result, 0, scores, row * result.length, result.length);
      labels[row] = highest(result);
    }
    return Tensors.of(Map.of(ClassifierGraph.SCORES, Tensor.of(scores, rows, network.outputs()),
        ClassifierGraph.LABEL, Tensor.of(labels, rows)));
  }

  private byte[] next(ByteBuffer data, DataType type) {
    if (type == DataType.UINT8) {
      byte[] bytes = new byte[network.inputs()];
      data.get(bytes);
      return bytes;
    }
    float[] numbers = new float[network.inputs()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = data.getFloat();
    }
    return network.toBytes(numbers);
  }

  /** Returns where the greatest one is, the first of equals. */
  static int highest(int[] scores) {
    int best = 0;
    for (int j = 1; j < scores.length; j++) {
      if (scores[j] > scores[best]) {
        best = j;
      }
    }
    return best;
  }
}
