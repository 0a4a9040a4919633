package org.modelledger.onnx.models;

import java.util.List;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;

/**
 * A residual network of bottleneck blocks (He et al., 2015) in version 1.5, where the 3×3 convolution has
 * the stride. Parameters are named as in torchvision.
 *
 * <p>Input {@code pixel_values}: float32 [batch, 3, image size, image size], normalised. Output {@code
 * logits}: float32 [batch, classes].
 *
 * @param blocks how many blocks each stage has, one to eight stages
 * @param width channels of the first stage inside its blocks; each further stage doubles it
 * @param classes what is told apart, from 1
 * @param imageSize height and width of an image in pixels, from 32
 */
public record ResNet(List<Integer> blocks, int width, int classes, int imageSize)
    implements
      Architecture {
  private static final int EXPANSION = 4;

  /** @throws IllegalArgumentException if a number is outside its range */
  public ResNet {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty() || blocks.size() > 8 || blocks.stream().anyMatch(count -> count < 1)
        || width < 1 || classes < 1 || imageSize < 32) {
      throw new IllegalArgumentException(
          "a ResNet has 1 to 8 stages of at least 1 block, at least 1 channel and 1 class, and images"
              + " of at least 32 pixels; not blocks " + blocks + ", width " + width + ", classes "
              + classes + ", image size " + imageSize);
    }
  }

  /** Returns ResNet-50 for 1000 classes of images of 224×224. */
  public static ResNet resNet50() {
    return new ResNet(List.of(3, 4, 6, 3), 64, 1000, 224);
  }

  @Override
  public GraphBuilder graph() {
    GraphBuilder graph = new GraphBuilder("resnet");
    Layers layers = new Layers(graph);
    OnnxDimension batch = OnnxDimension.free("batch_size");
    OnnxDimension size = OnnxDimension.of(imageSize);
    Value x = graph.input("pixel_values", OnnxDataType.FLOAT, batch, OnnxDimension.of(3), size,
        size);
    graph.at("stem");
    x = layers.relu(layers.convolutionNorm(x, "conv1", "bn1", 3, width, 7, 2));
    x = layers.maxPool(x, 3, 2);
    long channels = width;
    long inside = width;
    for (int stage = 1; stage <= blocks.size(); stage++, inside *= 2) {
      for (int block = 0; block < blocks.get(stage - 1); block++) {
        String name = "layer" + stage + "." + block;
        x = bottleneck(graph.at(name), layers, x, name, channels, inside,
            stage > 1 && block == 0 ? 2 : 1);
        channels = inside * EXPANSION;
      }
    }
    graph.at("head");
    x = graph.node("GlobalAveragePool", List.of(x));
    x = graph.node("Flatten", List.of(x));
    Value weight = graph.parameter(
        Parameter.random("fc.weight", 1 / Math.sqrt(3.0 * (double) channels), classes, channels));
    Value bias = graph.parameter(Parameter.filled("fc.bias", 0, classes));
    x = graph.node("Gemm", List.of(x, weight, bias), new OnnxAttribute.IntValue("transB", 1));
    graph.output("logits", x, OnnxDataType.FLOAT, batch, OnnxDimension.of(classes));
    return graph;
  }

  private static Value bottleneck(GraphBuilder graph, Layers layers, Value x, String name, long in,
      long inside, long stride) {
    long out = inside * EXPANSION;
    Value y = layers.relu(
        layers.convolutionNorm(x, name + ".conv1", name + ".bn1", in, inside, 1, 1));
    y = layers.relu(
        layers.convolutionNorm(y, name + ".conv2", name + ".bn2", inside, inside, 3, stride));
    y = layers.convolutionNorm(y, name + ".conv3", name + ".bn3", inside, out, 1, 1);
    Value beside = x;
    if (stride > 1 || in != out) {
      graph.at(name + ".downsample");
      beside = layers.convolutionNorm(x, name + ".downsample.0", name + ".downsample.1", in, out, 1,
          stride);
      graph.at(name);
    }
    return layers.relu(layers.add(y, beside));
  }
}
