package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.util.Pair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A network in DJL's blocks, from features to logits.
 *
 * @param block not initialized
 * @param parameters by their names in files, in the order of the layers
 */
record NetworkBlocks(Block block, Map<String, Parameter> parameters) {
  private static final Shape TWO_BY_TWO = new Shape(2, 2);

  static NetworkBlocks of(Architecture architecture) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    return new NetworkBlocks(sequence(Layer.of(architecture), "", parameters), parameters);
  }

  private static SequentialBlock sequence(List<Layer> layers, String path,
      Map<String, Parameter> parameters) {
    SequentialBlock sequence = new SequentialBlock();
    for (int i = 0; i < layers.size(); i++) {
      String name = path + i + ".";
      Block block = switch (layers.get(i)) {
        case Layer.Scale(double factor) -> map(array -> array.mul((float) factor));
        case Layer.Reshape(List<Integer> row) -> map(array -> array.reshape(withBatch(row)));
        case Layer.Flatten() -> Blocks.batchFlattenBlock();
        case Layer.Dense(int inputs, int outputs) ->
          named(Linear.builder().setUnits(outputs).build(), name, parameters);
        case Layer.Activate(String function) -> activation(function);
        case Layer.Convolve(int inputs, int outputs, int kernel, int stride) ->
          named(Conv2d.builder()
              .setKernelShape(new Shape(kernel, kernel))
              .optPadding(new Shape(kernel / 2, kernel / 2))
              .optStride(new Shape(stride, stride))
              .optBias(false)
              .setFilters(outputs)
              .build(), name, parameters);
        case Layer.Normalize(int channels) ->
          named(BatchNorm.builder().build(), name, parameters);
        case Layer.Pool() -> Pool.maxPool2dBlock(TWO_BY_TWO, TWO_BY_TWO);
        case Layer.GlobalMean() -> Pool.globalAvgPool2dBlock();
        case Layer.Residual(List<Layer> main, List<Layer> shortcut) -> new ParallelBlock(
            ways -> new NDList(ways.get(0).singletonOrThrow().add(ways.get(1).singletonOrThrow())),
            List.of(sequence(main, name + "main.", parameters),
                shortcut.isEmpty()
                    ? Blocks.identityBlock()
                    : sequence(shortcut, name + "shortcut.", parameters)));
        case Layer.Encode encode -> {
          SequenceEncoder encoder = new SequenceEncoder(encode.transformer(), encode.row());
          parameters.putAll(encoder.named(name));
          yield encoder;
        }
      };
      sequence.add(block);
    }
    return sequence;
  }

  /** Puts a block's own parameters under their names. */
  static <B extends Block> B named(B block, String path, Map<String, Parameter> parameters) {
    for (Pair<String, Parameter> parameter : block.getDirectParameters()) {
      parameters.put(path + parameter.getKey(), parameter.getValue());
    }
    return block;
  }

  private static LambdaBlock map(UnaryOperator<NDArray> function) {
    return new LambdaBlock(list -> new NDList(function.apply(list.singletonOrThrow())));
  }

  private static Shape withBatch(List<Integer> row) {
    long[] lengths = new long[row.size() + 1];
    lengths[0] = -1;
    for (int i = 0; i < row.size(); i++) {
      lengths[i + 1] = row.get(i);
    }
    return new Shape(lengths);
  }

  static Block activation(String function) {
    return switch (function) {
      case "relu" -> Activation.reluBlock();
      case "tanh" -> Activation.tanhBlock();
      case "sigmoid" -> Activation.sigmoidBlock();
      case "gelu" -> Activation.geluBlock();
      default -> throw new IllegalArgumentException(function);
    };
  }
}
