package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An encoder over a sequence of tokens or vectors, and the mean of what it makes of them: [N, steps] of INT64, or [N, steps, numbers],
 * to [N, width]. Each layer is self-attention and a feed-forward network, both with a residual and a normalisation after it, as in
 * Vaswani et al., Attention Is All You Need, 2017, §3; positions are learned.
 */
final class SequenceEncoder extends AbstractBlock {
  // far below any score, and still a float16
  private static final float MASKED = -30_000;

  private final Architecture.Transformer shape;
  private final int steps;
  private final Map<String, Parameter> own = new LinkedHashMap<>();
  private final Map<String, Block> blocks = new LinkedHashMap<>();
  private final List<Layer> layers = new ArrayList<>();
  private final Dropout dropout;

  /** One layer. */
  private record Layer(Linear query, Linear key, Linear value, Linear output, LayerNorm first,
      Linear up, Linear down, LayerNorm second) {}

  SequenceEncoder(Architecture.Transformer shape, List<Integer> row) {
    this.shape = shape;
    this.steps = row.get(0);
    this.dropout = Dropout.builder().optRate((float) shape.dropout()).build();
    if (shape.vocabulary() > 0) {
      parameter("embedding", new Shape(shape.vocabulary(), shape.width()));
    } else {
      linear("project", shape.width());
    }
    parameter("position", new Shape(steps, shape.width()));
    for (int i = 0; i < shape.layers(); i++) {
      String path = "layers." + i + ".";
      layers
          .add(new Layer(linear(path + "query", shape.width()), linear(path + "key", shape.width()),
              linear(path + "value", shape.width()), linear(path + "output", shape.width()),
              norm(path + "norm1"), linear(path + "up", shape.feedForward()),
              linear(path + "down", shape.width()), norm(path + "norm2")));
    }
  }

  private void parameter(String name, Shape lengths) {
    own.put(name, addParameter(Parameter.builder()
        .setName(name)
        .setType(Parameter.Type.WEIGHT)
        .optShape(lengths)
        .build()));
  }

  private Linear linear(String name, int units) {
    Linear linear = addChildBlock(name, Linear.builder().setUnits(units).build());
    blocks.put(name, linear);
    return linear;
  }

  private LayerNorm norm(String name) {
    LayerNorm norm = addChildBlock(name, LayerNorm.builder().axis(2).build());
    blocks.put(name, norm);
    return norm;
  }

  /** Returns all parameters by their names in files. */
  Map<String, Parameter> named(String path) {
    Map<String, Parameter> named = new LinkedHashMap<>();
    own.forEach((name, parameter) -> named.put(path + name, parameter));
    blocks.forEach((name, block) -> NetworkBlocks.named(block, path + name + ".", named));
    return named;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[]{new Shape(inputShapes[0].get(0), shape.width())};
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType,
      Shape... inputShapes) {
    long rows = inputShapes[0].get(0);
    Shape sequence = new Shape(rows, steps, shape.width());
    blocks.forEach((name, block) -> {
      if (name.equals("project")) {
        block.initialize(manager, dataType, inputShapes);
      } else if (name.endsWith(".down")) {
        block.initialize(manager, dataType, new Shape(rows, steps, shape.feedForward()));
      } else {
        block.initialize(manager, dataType, sequence);
      }
    });
  }

  @Override
  protected NDList forwardInternal(ParameterStore store, NDList inputs, boolean training,
      PairList<String, Object> params) {
    NDArray input = inputs.singletonOrThrow();
    NDArray mask = shape.padding() < 0
        ? null
        : input.neq(shape.padding()).toType(DataType.FLOAT32, false);
    NDArray x = embed(store, input, training).add(value(store, "position", input, training));
    x = drop(store, x, training);
    for (Layer layer : layers) {
      NDArray attended = drop(store, attend(store, layer, x, mask, training), training);
      x = apply(layer.first, store, x.add(attended), training);
      NDArray up = Activation.relu(apply(layer.up, store, x, training));
      NDArray down = drop(store, apply(layer.down, store, up, training), training);
      x = apply(layer.second, store, x.add(down), training);
    }
    return new NDList(mean(x, mask));
  }

  private NDArray embed(ParameterStore store, NDArray input, boolean training) {
    if (shape.vocabulary() == 0) {
      return apply(Objects.requireNonNull(blocks.get("project")), store, input, training);
    }
    return input.getNDArrayInternal()
        .embedding(input, value(store, "embedding", input, training), SparseFormat.DENSE)
        .singletonOrThrow();
  }

  private NDArray value(ParameterStore store, String name, NDArray beside, boolean training) {
    return store.getValue(Objects.requireNonNull(own.get(name)), beside.getDevice(),
        training);
  }

  private NDArray attend(ParameterStore store, Layer layer, NDArray x, @Nullable NDArray mask,
      boolean training) {
    NDArray query = heads(apply(layer.query, store, x, training));
    NDArray key = heads(apply(layer.key, store, x, training));
    NDArray value = heads(apply(layer.value, store, x, training));
    // an array, which lives as long as the manager: of mul(Number) DJL lets go while the gradient still needs it
    NDArray scale = x.getManager()
        .create((float) (1 / Math.sqrt((double) shape.width() / shape.heads())));
    NDArray scores = query.matMul(key.transpose(0, 1, 3, 2)).mul(scale);
    if (mask != null) {
      scores = scores.add(mask.mul(-1).add(1).mul(MASKED).reshape(-1, 1, 1, steps));
    }
    NDArray attended = scores.softmax(-1).matMul(value).transpose(0, 2, 1, 3);
    return apply(layer.output, store, attended.reshape(-1, steps, shape.width()), training);
  }

  private NDArray heads(NDArray x) {
    return x.reshape(-1, steps, shape.heads(), shape.width() / shape.heads()).transpose(0, 2, 1, 3);
  }

  private NDArray drop(ParameterStore store, NDArray x, boolean training) {
    return training && shape.dropout() > 0 ? apply(dropout, store, x, true) : x;
  }

  private static NDArray mean(NDArray x, @Nullable NDArray mask) {
    if (mask == null) {
      return x.mean(new int[]{1});
    }
    NDArray sum = x.mul(mask.expandDims(2)).sum(new int[]{1});
    return sum.div(mask.sum(new int[]{1}, true).maximum(1));
  }

  private static NDArray apply(Block block, ParameterStore store, NDArray x, boolean training) {
    return block.forward(store, new NDList(x), training).singletonOrThrow();
  }
}
