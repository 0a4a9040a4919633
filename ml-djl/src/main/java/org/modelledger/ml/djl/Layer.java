package org.modelledger.ml.djl;

import java.util.ArrayList;
import java.util.List;

/**
 * One step of a network: what DJL's blocks and ONNX's nodes are both made from. A layer's parameters are named by its place, as
 * PyTorch's {@code Sequential} does: {@code 2.weight}.
 */
sealed interface Layer {
  /** Multiplies by a number. */
  record Scale(double factor) implements Layer {}

  /** Gives each row another shape. */
  record Reshape(List<Integer> row) implements Layer {
    public Reshape {
      row = List.copyOf(row);
    }
  }

  /** Puts the numbers of each row into one dimension. */
  record Flatten() implements Layer {}

  /** Multiplies by a matrix and adds a bias. */
  record Dense(int inputs, int outputs) implements Layer {}

  /** Applies a function to each number. */
  record Activate(String function) implements Layer {}

  /** Convolves with padding that keeps the size, but for the stride; without bias. */
  record Convolve(int inputs, int outputs, int kernel, int stride) implements Layer {}

  /** Normalises each channel by the batch, and by what was seen of batches once trained. */
  record Normalize(int channels) implements Layer {}

  /** Takes the greatest of 2 by 2. */
  record Pool() implements Layer {}

  /** Takes the mean of each channel. */
  record GlobalMean() implements Layer {}

  /** Adds what two ways make of one input. */
  record Residual(List<Layer> main, List<Layer> shortcut) implements Layer {
    public Residual {
      main = List.copyOf(main);
      shortcut = List.copyOf(shortcut);
    }
  }

  /** Encodes a sequence into one vector. */
  record Encode(Architecture.Transformer transformer, List<Integer> row) implements Layer {
    public Encode {
      row = List.copyOf(row);
    }
  }

  /** Returns the layers of a network, from the input to the logits. */
  static List<Layer> of(Architecture architecture) {
    List<Layer> layers = new ArrayList<>();
    if (architecture.inputScale() != 1) {
      layers.add(new Scale(architecture.inputScale()));
    }
    int width = switch (architecture.body()) {
      case Architecture.Mlp mlp -> {
        if (architecture.row().size() != 1) {
          layers.add(new Flatten());
        }
        yield dense(layers, architecture.rowElements(), mlp.hidden(), mlp.activation());
      }
      case Architecture.Cnn cnn -> cnn(layers, architecture, cnn);
      case Architecture.Resnet resnet -> resnet(layers, architecture, resnet);
      case Architecture.Transformer transformer -> {
        layers.add(new Encode(transformer, architecture.row()));
        yield transformer.width();
      }
    };
    layers.add(new Dense(width, architecture.classes()));
    return layers;
  }

  private static int dense(List<Layer> layers, int inputs, List<Integer> hidden,
      String activation) {
    int width = inputs;
    for (int units : hidden) {
      layers.add(new Dense(width, units));
      layers.add(new Activate(activation));
      width = units;
    }
    return width;
  }

  private static int cnn(List<Layer> layers, Architecture architecture, Architecture.Cnn cnn) {
    if (!architecture.row().equals(cnn.image())) {
      layers.add(new Reshape(cnn.image()));
    }
    int channels = cnn.image().get(0);
    int height = cnn.image().get(1);
    int width = cnn.image().get(2);
    for (int filters : cnn.filters()) {
      layers.add(new Convolve(channels, filters, cnn.kernel(), 1));
      layers.add(new Normalize(filters));
      layers.add(new Activate(cnn.activation()));
      if (height > 1 && width > 1) {
        layers.add(new Pool());
        height /= 2;
        width /= 2;
      }
      channels = filters;
    }
    layers.add(new Flatten());
    return dense(layers, Math.multiplyExact(Math.multiplyExact(channels, height), width),
        cnn.hidden(), cnn.activation());
  }

  private static int resnet(List<Layer> layers, Architecture architecture,
      Architecture.Resnet resnet) {
    if (!architecture.row().equals(resnet.image())) {
      layers.add(new Reshape(resnet.image()));
    }
    int channels = resnet.filters().getFirst();
    layers.add(new Convolve(resnet.image().get(0), channels, 3, 1));
    layers.add(new Normalize(channels));
    layers.add(new Activate("relu"));
    for (int stage = 0; stage < resnet.filters().size(); stage++) {
      for (int block = 0; block < resnet.blocks(); block++) {
        int filters = resnet.filters().get(stage);
        int stride = stage > 0 && block == 0 ? 2 : 1;
        List<Layer> main = List.of(new Convolve(channels, filters, 3, stride),
            new Normalize(filters), new Activate("relu"), new Convolve(filters, filters, 3, 1),
            new Normalize(filters));
        List<Layer> shortcut = stride == 1 && channels == filters
            ? List.of()
            : List.of(new Convolve(channels, filters, 1, stride), new Normalize(filters));
        layers.add(new Residual(main, shortcut));
        layers.add(new Activate("relu"));
        channels = filters;
      }
    }
    layers.add(new GlobalMean());
    return channels;
  }

  /** Returns how many numbers a network has, or so many that nobody wants them. */
  static long parameters(Architecture architecture) {
    try {
      return of(architecture).stream().mapToLong(Layer::parameters).sum();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  private static long parameters(Layer layer) {
    return switch (layer) {
      case Dense(int inputs, int outputs) -> (inputs + 1L) * outputs;
      case Convolve(int inputs, int outputs, int kernel, int stride) ->
        (long) inputs * outputs * kernel * kernel;
      case Normalize(int channels) -> 4L * channels;
      case Residual(List<Layer> main, List<Layer> shortcut) ->
        main.stream().mapToLong(Layer::parameters).sum()
            + shortcut.stream().mapToLong(Layer::parameters).sum();
      case Encode(Architecture.Transformer t, List<Integer> row) -> {
        long width = t.width();
        long first = t.vocabulary() > 0 ? t.vocabulary() * width : (row.get(1) + 1L) * width;
        yield first + row.get(0) * width
            + t.layers()
                * (4 * (width + 1) * width + (2 * width + 1) * t.feedForward() + 5 * width);
      }
      default -> 0;
    };
  }
}
