package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.modelledger.model.ModelFiles;

/** A network of DJL's blocks that learns. Its first numbers are drawn in Java, so that nobody else's drawing matters. */
final class TrainableBlocks implements Trainable {
  private final Architecture architecture;
  private final String input;
  private final NetworkBlocks blocks;
  private final SortedMap<String, NDArray> weights = new TreeMap<>();

  TrainableBlocks(Architecture architecture, String input, NDManager manager, int batch,
      SplittableRandom random) {
    this.architecture = architecture;
    this.input = input;
    this.blocks = NetworkBlocks.of(architecture);
    blocks.parameters()
        .forEach((name, parameter) -> parameter.setInitializer(
            (owner, shape, type) -> TrainedNetwork.array(owner,
                first(parameter.getType(), shape.getShape(), random), shape)));
    blocks.block()
        .initialize(manager, ai.djl.ndarray.types.DataType.FLOAT32,
            TrainedNetwork.inputShape(architecture, batch));
    blocks.parameters().forEach((name, parameter) -> {
      if (parameter.requiresGradient()) {
        weights.put(name, parameter.getArray());
      }
    });
  }

  /** He et al., Delving Deep into Rectifiers, 2015: uniform, with a variance of 2 over the number of inputs. */
  private static float[] first(Parameter.Type type, long[] shape, SplittableRandom random) {
    long elements = 1;
    for (long length : shape) {
      elements *= length;
    }
    float[] numbers = new float[Math.toIntExact(elements)];
    switch (type) {
      case WEIGHT -> {
        double bound = Math.sqrt(6.0 * shape[0] / elements);
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
        }
      }
      case GAMMA, RUNNING_VAR -> Arrays.fill(numbers, 1);
      default -> {
        // zeros
      }
    }
    return numbers;
  }

  @Override
  public SortedMap<String, NDArray> weights() {
    return weights;
  }

  @Override
  public boolean decays(String name) {
    Parameter parameter = blocks.parameters().get(name);
    return parameter != null && parameter.getType() == Parameter.Type.WEIGHT;
  }

  @Override
  public boolean isRandom() {
    return architecture.isRandom();
  }

  @Override
  public NDArray forward(NDManager manager, NDList inputs, boolean training) {
    return blocks.block()
        .forward(new ParameterStore(manager, false), inputs, training)
        .singletonOrThrow();
  }

  private SortedMap<String, Safetensors.Values> values() {
    SortedMap<String, Safetensors.Values> values = new TreeMap<>();
    for (Map.Entry<String, Parameter> parameter : blocks.parameters().entrySet()) {
      NDArray array = parameter.getValue().getArray();
      values.put(parameter.getKey(),
          Safetensors.Values.of(array.toFloatArray(), array.getShape().getShape()));
    }
    return values;
  }

  @Override
  public byte[] save() {
    return Safetensors.write(values());
  }

  @Override
  public void load(byte[] saved) {
    SortedMap<String, Safetensors.Values> values = Safetensors.read(saved, "a checkpoint");
    blocks.parameters().forEach((name, parameter) -> {
      Safetensors.Values tensor = values.get(name);
      List<Long> shape = new ArrayList<>();
      for (long length : parameter.getArray().getShape().getShape()) {
        shape.add(length);
      }
      if (tensor == null || !tensor.shape().equals(shape)) {
        throw new org.modelledger.model.ModelFormatException(
            "a checkpoint has no '" + name + "' of shape " + shape);
      }
      NDTensors.overwrite(parameter.getArray(), tensor.elements());
    });
  }

  @Override
  public ModelFiles files() {
    return new TrainedNetwork(architecture, input, values()).files();
  }

  @Override
  public void close() {
    blocks.block().clear();
  }
}
