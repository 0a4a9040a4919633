package org.modelledger.ml.djl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Hyperparameters;

/**
 * What a network looks like, without its numbers.
 *
 * @param row the shape of one row of features
 * @param classes how many scores come out, from 2
 * @param inputScale what every input is multiplied by
 * @param body what lies between
 */
record Architecture(List<Integer> row, int classes, double inputScale, Body body) {
  static final String MLP = "mlp";
  static final String CNN = "cnn";
  static final String RESNET = "resnet";
  static final String TRANSFORMER = "transformer";

  static final int MAX_CLASSES = 1 << 16;
  private static final int MAX_WIDTH = 1 << 16;
  private static final int MAX_LAYERS = 64;
  private static final int MAX_IMAGE = 1 << 12;
  private static final int MAX_VOCABULARY = 1 << 20;
  private static final long MAX_PARAMETERS = 1L << 28;
  private static final List<String> ACTIVATIONS = List.of("relu", "tanh", "sigmoid", "gelu");

  Architecture {
    row = List.copyOf(row);
  }

  /** What makes the algorithms differ. */
  sealed interface Body {
    /** Returns the name of the algorithm. */
    String algorithm();

    /** Returns the hyper-parameters that say the same, by name. */
    SortedMap<String, String> settings();
  }

  /** Dense layers. */
  record Mlp(List<Integer> hidden, String activation) implements Body {
    @Override
    public String algorithm() {
      return MLP;
    }

    @Override
    public SortedMap<String, String> settings() {
      return sorted(Map.of("hidden", joined(hidden), "activation", activation));
    }
  }

  /** Convolutions with batch normalisation and pooling, then dense layers. */
  record Cnn(List<Integer> image, List<Integer> filters, int kernel, List<Integer> hidden,
      String activation) implements Body {
    @Override
    public String algorithm() {
      return CNN;
    }

    @Override
    public SortedMap<String, String> settings() {
      return sorted(Map.of("image", joined(image), "filters", joined(filters), "kernel",
          Integer.toString(kernel), "hidden", joined(hidden), "activation", activation));
    }
  }

  /** Residual blocks of two convolutions each; every stage but the first halves the image. */
  record Resnet(List<Integer> image, List<Integer> filters, int blocks) implements Body {
    @Override
    public String algorithm() {
      return RESNET;
    }

    @Override
    public SortedMap<String, String> settings() {
      return sorted(Map.of("image", joined(image), "filters", joined(filters), "blocks",
          Integer.toString(blocks)));
    }
  }

  /**
   * An encoder over a sequence, whose mean is classified.
   *
   * @param vocabulary how many tokens there are; 0 if the sequence is one of vectors
   * @param padding the token that is not looked at; -1 if there is none
   */
  record Transformer(int vocabulary, int padding, int width, int heads, int feedForward, int layers,
      double dropout) implements Body {
    @Override
    public String algorithm() {
      return TRANSFORMER;
    }

    @Override
    public SortedMap<String, String> settings() {
      TreeMap<String, String> settings = new TreeMap<>(
          Map.of("width", Integer.toString(width), "heads", Integer.toString(heads), "feedForward",
              Integer.toString(feedForward), "layers", Integer.toString(layers), "dropout",
              Double.toString(dropout)));
      if (vocabulary > 0) {
        settings.put("vocabulary", Integer.toString(vocabulary));
        settings.put("padding", Integer.toString(padding));
      }
      return settings;
    }
  }

  /** Returns the names of the hyper-parameters that describe the network of an algorithm. */
  static Set<String> names(String algorithm) {
    return switch (algorithm) {
      case MLP -> Set.of("hidden", "activation");
      case CNN -> Set.of("image", "filters", "kernel", "hidden", "activation");
      case RESNET -> Set.of("image", "filters", "blocks");
      case TRANSFORMER -> Set.of("vocabulary", "padding", "width", "heads", "feedForward", "layers",
          "dropout");
      default -> throw new IllegalArgumentException(algorithm);
    };
  }

  static boolean knows(String algorithm) {
    return List.of(MLP, CNN, RESNET, TRANSFORMER).contains(algorithm);
  }

  /**
   * Returns how many tokens there are, or 0 if rows are numbers.
   *
   * @throws ConfigurationException if the hyper-parameters of a transformer are wrong
   */
  static int vocabulary(String algorithm, Hyperparameters values) {
    return algorithm.equals(TRANSFORMER) ? transformer(values).vocabulary : 0;
  }

  /**
   * Understands hyper-parameters.
   *
   * @param row the shape of one row of features, each length at least 1
   * @throws ConfigurationException if one is out of range, or does not fit the shape
   */
  static Architecture of(String algorithm, Hyperparameters values, List<Integer> row, int classes,
      double inputScale) {
    Body body = switch (algorithm) {
      case MLP -> new Mlp(values.wholes("hidden", "64", 1, MAX_WIDTH), activation(values));
      case CNN -> new Cnn(image(values, row), filters(values, "16,32"),
          odd("kernel", values.whole("kernel", 3, 1, 15)),
          values.wholes("hidden", "64", 1, MAX_WIDTH), activation(values));
      case RESNET -> new Resnet(image(values, row), filters(values, "16,32"),
          values.whole("blocks", 1, 1, MAX_LAYERS));
      case TRANSFORMER -> transformer(values);
      default -> throw new IllegalArgumentException(algorithm);
    };
    Architecture architecture = new Architecture(row, classes, inputScale, body);
    architecture.check();
    return architecture;
  }

  private static String activation(Hyperparameters values) {
    return values.choice("activation", "relu", ACTIVATIONS.toArray(String[]::new));
  }

  private static List<Integer> filters(Hyperparameters values, String absent) {
    List<Integer> filters = values.wholes("filters", absent, 1, MAX_WIDTH);
    if (filters.isEmpty() || filters.size() > MAX_LAYERS) {
      throw Hyperparameters.wrong("filters", joined(filters),
          "1 to " + MAX_LAYERS + " numbers joined by commas, such as 16,32");
    }
    return filters;
  }

  private static int odd(String name, int number) {
    if (number % 2 == 0) {
      throw Hyperparameters.wrong(name, Integer.toString(number), "an odd number");
    }
    return number;
  }

  private static List<Integer> image(Hyperparameters values, List<Integer> row) {
    List<Integer> image = values.wholes("image", "", 1, MAX_IMAGE);
    if (!values.has("image")) {
      image = switch (row.size()) {
        case 3 -> row;
        case 2 -> List.of(1, row.get(0), row.get(1));
        default -> throw new ConfigurationException("rows have shape " + row
            + "; expected channels, height and width, or the hyper-parameter 'image' with these, such as 1,8,8");
      };
    }
    long elements = image.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    if (image.size() != 3 || elements != elements(row)) {
      throw Hyperparameters.wrong("image", joined(image),
          "channels, height and width of the " + elements(row)
              + " numbers of a row, such as 1,8,8");
    }
    return image;
  }

  private static Transformer transformer(Hyperparameters values) {
    int vocabulary = values.whole("vocabulary", 0, 0, MAX_VOCABULARY);
    Transformer transformer = new Transformer(vocabulary,
        values.whole("padding", -1, -1, Math.max(0, vocabulary) - 1),
        values.whole("width", 32, 1, MAX_WIDTH), values.whole("heads", 4, 1, 1024),
        values.whole("feedForward", 64, 1, MAX_WIDTH), values.whole("layers", 2, 1, MAX_LAYERS),
        values.number("dropout", 0, 0, Math.nextDown(1.0)));
    if (transformer.width % transformer.heads != 0) {
      throw Hyperparameters.wrong("heads", Integer.toString(transformer.heads),
          "a divisor of the width, " + transformer.width);
    }
    return transformer;
  }

  private void check() {
    if (body instanceof Transformer transformer
        && row.size() != (transformer.vocabulary > 0 ? 1 : 2)) {
      throw new ConfigurationException("rows have shape " + row + "; expected "
          + (transformer.vocabulary > 0
              ? "[tokens], because there is a vocabulary"
              : "[steps, numbers], or the hyper-parameter 'vocabulary' for tokens"));
    }
    if (body instanceof Mlp mlp && mlp.hidden.size() > MAX_LAYERS) {
      throw Hyperparameters.wrong("hidden", joined(mlp.hidden),
          "at most " + MAX_LAYERS + " layers");
    }
    long parameters = Layer.parameters(this);
    if (parameters > MAX_PARAMETERS) {
      throw new ConfigurationException(
          "a network of " + body + " for rows of shape " + row + " has "
              + parameters + " parameters; expected at most " + MAX_PARAMETERS);
    }
  }

  /** Says whether rows are tokens. */
  boolean takesTokens() {
    return body instanceof Transformer transformer && transformer.vocabulary > 0;
  }

  /** Says whether training draws random numbers in PyTorch. */
  boolean isRandom() {
    return body instanceof Transformer transformer && transformer.dropout > 0;
  }

  int rowElements() {
    return Math.toIntExact(elements(row));
  }

  private static long elements(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static SortedMap<String, String> sorted(Map<String, String> settings) {
    return new TreeMap<>(settings);
  }

  /** Returns the layers from the input to the logits. */
  List<Layer> layers() {
    return new ArrayList<>(Layer.of(this));
  }
}
