package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;

/**
 * A network of 8-bit whole numbers, of dense layers and perhaps convolutions before them: bytes in, 32-bit scores out, and nothing in between that two
 * computers could round differently. So small that a contract on a chain can run it, to the same bits, if it has
 * no convolutions (docs/formats/integer-network.md). Immutable, safe for use by several threads.
 */
public final class IntegerNetwork {
  /** The bytes of every file of a network but the last: what fits into the code of one contract. */
  public static final int CHUNK_BYTES = Pieces.PIECE_BYTES;
  /** The greatest number of layers. */
  public static final int MAX_LAYERS = 255;
  /** The greatest number of stages. */
  public static final int MAX_STAGES = 64;

  /** What the names of a network's files begin with; four digits follow. */
  static final String FILES = "network.int8/";
  private static final Pieces PIECES = new Pieces(FILES);
  static final long MAX_BYTES = Pieces.MAX_BYTES;

  private final String input;
  private final List<ByteScale> scales;
  private final Optional<IntegerImage> image;
  private final List<IntegerStage> stages;
  /** What goes into and comes out of each of them. */
  private final List<Stage> shapes;
  private final List<IntegerLayer> layers;

  private IntegerNetwork(String input, List<ByteScale> scales, Optional<IntegerImage> image,
      List<IntegerStage> stages, List<IntegerLayer> layers) {
    this.input = input;
    this.scales = scales;
    this.image = image;
    this.stages = stages;
    this.shapes = image.map(first -> shapes(first, stages)).orElse(List.of());
    this.layers = layers;
  }

  private static List<Stage> shapes(IntegerImage image, List<IntegerStage> stages) {
    List<Stage> shapes = new ArrayList<>();
    int channels = image.channels();
    int height = image.height();
    int width = image.width();
    for (IntegerStage stage : stages) {
      Stage shape = new Stage(channels, height, width, stage.filters().outputs(), stage.kernel());
      shapes.add(shape);
      channels = shape.filters();
      height = shape.outHeight();
      width = shape.outWidth();
    }
    return shapes;
  }

  /**
   * Returns a network.
   *
   * @param input what its input is called
   * @param scales which numbers the input's bytes stand for: one scale for each, one for all, or none if
   *     they are just bytes
   * @param layers from the input on; each takes as many inputs as the one before has outputs, and the last
   *     one alone {@linkplain IntegerLayer#isLast() is a last one}
   * @throws IllegalArgumentException if they do not go together, the name is empty, longer than 255 bytes
   *     or one of {@code scores} and {@code label}, or the network's bytes are more than 245,440,000
   */
  public static IntegerNetwork of(String input, List<ByteScale> scales, List<IntegerLayer> layers) {
    return of(input, scales, Optional.empty(), List.of(), layers);
  }

  /**
   * Returns a network that begins with convolutions. Contracts do not run it.
   *
   * @param input what its input is called
   * @param scales as without convolutions
   * @param image what the input's bytes are
   * @param stages from the input on, 1 to 64; each takes as many channels as the one before has filters
   * @param layers what follows; the first takes what the last stage makes, channel by channel
   * @throws IllegalArgumentException if they do not go together, or as without convolutions
   */
  public static IntegerNetwork of(String input, List<ByteScale> scales, IntegerImage image,
      List<IntegerStage> stages, List<IntegerLayer> layers) {
    if (stages.isEmpty() || stages.size() > MAX_STAGES) {
      throw new IllegalArgumentException(
          "a network of " + stages.size() + " stages; expected 1 to " + MAX_STAGES);
    }
    return of(input, scales, Optional.of(image), List.copyOf(stages), layers);
  }

  private static IntegerNetwork of(String input, List<ByteScale> scales,
      Optional<IntegerImage> image, List<IntegerStage> stages, List<IntegerLayer> layers) {
    Objects.requireNonNull(input, "input");
    IntegerNetwork network = new IntegerNetwork(input, List.copyOf(scales), image, stages,
        List.copyOf(layers));
    network.check();
    IntegerNetworkFormat.check(network);
    return network;
  }

  private void checkStages() {
    for (int s = 0; s < shapes.size(); s++) {
      Stage shape = shapes.get(s);
      if (stages.get(s).filters().inputs() != (long) shape.channels() * shape.kernel()
          * shape.kernel()) {
        throw new IllegalArgumentException("stage " + (s + 1) + " takes "
            + stages.get(s).filters().inputs() + " inputs; a window sees " + shape.kernel() + " by "
            + shape.kernel() + " of " + shape.channels() + " channels");
      }
    }
    if (!shapes.isEmpty()) {
      Stage last = shapes.getLast();
      long made = (long) last.filters() * last.outArea();
      if (made != layers.getFirst().inputs()) {
        throw new IllegalArgumentException("layer 1 takes " + layers.getFirst().inputs()
            + " inputs; the last stage makes " + made);
      }
    }
  }

  private void check() {
    if (layers.isEmpty() || layers.size() > MAX_LAYERS) {
      throw new IllegalArgumentException(
          "a network of " + layers.size() + " layers; expected 1 to " + MAX_LAYERS);
    }
    for (int l = 0; l < layers.size(); l++) {
      boolean last = l == layers.size() - 1;
      if (layers.get(l).isLast() != last) {
        throw new IllegalArgumentException("layer " + (l + 1) + " of " + layers.size() + " is "
            + (last ? "a hidden one; expected a last one" : "a last one; expected a hidden one"));
      }
      if (l > 0 && layers.get(l).inputs() != layers.get(l - 1).outputs()) {
        throw new IllegalArgumentException(
            "layer " + (l + 1) + " takes " + layers.get(l).inputs() + " inputs; layer " + l
                + " has "
                + layers.get(l - 1).outputs() + " outputs");
      }
    }
    checkStages();
    if (scales.size() > 1 && scales.size() != inputs()) {
      throw new IllegalArgumentException("the network has " + scales.size()
          + " scales; expected none, 1 or " + inputs() + ", one for each input");
    }
    if (input.equals(ClassifierGraph.SCORES) || input.equals(ClassifierGraph.LABEL)) {
      throw new IllegalArgumentException(
          "the input is called '" + input + "', which is an output's name");
    }
  }

  /**
   * Reads a network.
   *
   * @throws ModelFormatException if the bytes are not exactly what {@link #bytes} would give: names where,
   *     what is there and what was expected
   */
  public static IntegerNetwork read(byte[] bytes) {
    return IntegerNetworkFormat.read(bytes);
  }

  /**
   * Reads a network from the files {@code network.int8/0000} and so on of a model. Other files do not
   * matter.
   *
   * @throws ModelFormatException if there are none, one of them is missing or has another length than it
   *     should, or they are not a network
   */
  public static IntegerNetwork read(ModelFiles files) {
    return PIECES.read(files, IntegerNetwork::read);
  }

  /** Returns the names of a model's files that are parts of a network, in order. */
  static List<String> names(ModelFiles files) {
    return PIECES.names(files);
  }

  /** Returns the bytes of the network: the same network is the same bytes. */
  public byte[] bytes() {
    return IntegerNetworkFormat.write(this);
  }

  /**
   * Returns the bytes of the network in the pieces that become contracts, each of {@link #CHUNK_BYTES} but
   * the last.
   */
  public List<byte[]> chunks() {
    return Pieces.of(bytes());
  }

  /**
   * Returns the network as the files of a model, one for each of the {@link #chunks}: {@code
   * network.int8/0000} and so on. So a contract that holds the chunks can compute the digest of the
   * artifact.
   */
  public ModelFiles files() {
    return PIECES.files(bytes());
  }

  /** Returns what the input is called. */
  public String input() {
    return input;
  }

  /** Returns which numbers the input's bytes stand for: one scale for each, one for all, or none. */
  public List<ByteScale> scales() {
    return scales;
  }

  /** Returns what the input's bytes are, if there are convolutions. */
  public Optional<IntegerImage> image() {
    return image;
  }

  /** Returns the stages of convolutions, from the input on; mostly none. */
  public List<IntegerStage> stages() {
    return stages;
  }

  /** Returns the dense layers, from the input, or what stages make of it, on. */
  public List<IntegerLayer> layers() {
    return layers;
  }

  /** Returns how many bytes go in. */
  public int inputs() {
    return image.map(IntegerImage::bytes).orElseGet(() -> layers.getFirst().inputs());
  }

  /** Returns how many scores come out. */
  public int outputs() {
    return layers.getLast().outputs();
  }

  /** Returns the number of weights and biases. */
  public long parameters() {
    return Stream.concat(stages.stream().map(IntegerStage::filters), layers.stream())
        .mapToLong(layer -> (layer.inputs() + 1L) * layer.outputs())
        .sum();
  }

  /**
   * Turns numbers into the bytes that stand for them.
   *
   * @param numbers one for each input
   * @throws IllegalArgumentException if there are more or fewer
   */
  public byte[] toBytes(float[] numbers) {
    requireInputs(numbers.length);
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      ByteScale scale = switch (scales.size()) {
        case 0 -> ByteScale.IDENTITY;
        case 1 -> scales.getFirst();
        default -> scales.get(i);
      };
      bytes[i] = (byte) scale.toByte(numbers[i]);
    }
    return bytes;
  }

  /**
   * Runs the network.
   *
   * @param bytes one for each input, 0 to 255 each
   * @return the scores; the class with the highest one is the answer, the first of equals
   * @throws IllegalArgumentException if there are more or fewer
   */
  public int[] run(byte[] bytes) {
    requireInputs(bytes.length);
    int[] values = new int[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    for (int s = 0; s < stages.size(); s++) {
      int padding = s == 0 ? image.orElseThrow().padding() : 0;
      values = stages.get(s).run(shapes.get(s), padding, values);
    }
    for (IntegerLayer layer : layers) {
      values = layer.sums(values);
      if (!layer.isLast()) {
        layer.scale(values);
      }
    }
    return values;
  }

  private void requireInputs(int length) {
    if (length != inputs()) {
      throw new IllegalArgumentException(
          "the network takes " + inputs() + " inputs, not " + length);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntegerNetwork network && input.equals(network.input)
        && scales.equals(network.scales) && image.equals(network.image)
        && stages.equals(network.stages) && layers.equals(network.layers);
  }

  @Override
  public int hashCode() {
    return Objects.hash(input, scales, image, stages, layers);
  }

  @Override
  public String toString() {
    return "IntegerNetwork" + (stages.isEmpty() ? "" : stages) + layers;
  }
}
