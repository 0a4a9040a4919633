package org.modelledger.ml.exact;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.modelledger.model.ModelFormatException;

/** Reads and writes docs/formats/integer-network.md. */
final class IntegerNetworkFormat {
  private static final byte[] MAGIC = "MLNETI8\n".getBytes(StandardCharsets.US_ASCII);
  /** Of networks of dense layers alone, which contracts run. */
  private static final int DENSE = 1;
  /** Of networks with stages of convolutions before them. */
  private static final int CONVOLUTIONS = 2;
  private static final int WORD = 32;
  private static final int LAYER_BYTES = 8;
  private static final int WEIGHT_OFFSET = 128;
  private static final int MAX_NAME = 255;
  /** How many words of biases come before those of the weights; each has every fourth output of a block. */
  private static final int BIAS_WORDS = 4;

  private IntegerNetworkFormat() {}

  /** @throws IllegalArgumentException if a network has no form */
  static void check(IntegerNetwork network) {
    int name = network.input().getBytes(StandardCharsets.UTF_8).length;
    if (name < 1 || name > MAX_NAME
        || !StandardCharsets.UTF_8.newEncoder().canEncode(network.input())) {
      throw new IllegalArgumentException("the input is called '" + network.input()
          + "'; expected a name of 1 to " + MAX_NAME + " bytes of UTF-8");
    }
    if (length(network) > IntegerNetwork.MAX_BYTES) {
      throw new IllegalArgumentException("the network takes " + length(network)
          + " bytes; expected at most " + IntegerNetwork.MAX_BYTES);
    }
  }

  private static long length(IntegerNetwork network) {
    long length = (long) WORD + descriptors(network.layers().size())
        + descriptors(network.stages().size());
    for (IntegerStage stage : network.stages()) {
      length += layer(stage.filters().inputs(), stage.filters().outputs());
    }
    for (IntegerLayer layer : network.layers()) {
      length += layer(layer.inputs(), layer.outputs());
    }
    return length + 3 + network.input().getBytes(StandardCharsets.UTF_8).length
        + 8L * network.scales().size();
  }

  private static int descriptors(int layers) {
    return Math.ceilDiv(layers * LAYER_BYTES, WORD) * WORD;
  }

  private static long layer(int inputs, int outputs) {
    return Math.ceilDiv(outputs, WORD) * (long) WORD * (BIAS_WORDS + inputs);
  }

  static byte[] write(IntegerNetwork network) {
    int length = Math.toIntExact(length(network));
    ByteBuffer bytes = ByteBuffer.allocate(length);
    bytes.put(MAGIC)
        .put((byte) (network.stages().isEmpty() ? DENSE : CONVOLUTIONS))
        .put((byte) network.layers().size())
        .putShort((short) network.inputs())
        .putInt(length);
    network.image()
        .ifPresent(image -> bytes.put((byte) network.stages().size())
            .put((byte) image.padding())
            .putShort((short) image.channels())
            .putShort((short) image.height())
            .putShort((short) image.width()));
    bytes.position(WORD);
    for (IntegerLayer layer : network.layers()) {
      bytes.putShort((short) layer.outputs())
          .putShort((short) layer.multiplier())
          .put((byte) layer.shift())
          .position(bytes.position() + 3);
    }
    bytes.position(WORD + descriptors(network.layers().size()));
    for (IntegerStage stage : network.stages()) {
      bytes.putShort((short) stage.filters().outputs())
          .putShort((short) stage.filters().multiplier())
          .put((byte) stage.filters().shift())
          .put((byte) stage.kernel())
          .position(bytes.position() + 2);
    }
    bytes.position(WORD + descriptors(network.layers().size())
        + descriptors(network.stages().size()));
    network.stages().forEach(stage -> writeBlocks(stage.filters(), bytes));
    network.layers().forEach(layer -> writeBlocks(layer, bytes));
    byte[] name = network.input().getBytes(StandardCharsets.UTF_8);
    bytes.putShort((short) network.scales().size()).put((byte) name.length).put(name);
    network.scales().forEach(scale -> bytes.putFloat(scale.offset()).putFloat(scale.step()));
    return bytes.array();
  }

  private static void writeBlocks(IntegerLayer layer, ByteBuffer bytes) {
    for (int block = 0; block < layer.outputs(); block += WORD) {
      writeBlock(layer, block, bytes);
    }
  }

  private static void writeBlock(IntegerLayer layer, int block, ByteBuffer bytes) {
    for (int word = 0; word < BIAS_WORDS; word++) {
      for (int lane = 0; lane < WORD; lane += BIAS_WORDS) {
        int output = block + lane + word;
        bytes.putInt((output < layer.outputs() ? layer.bias(output) : 0) + IntegerLayer.MAX_BIAS);
      }
    }
    for (int input = 0; input < layer.inputs(); input++) {
      for (int output = block; output < block + WORD; output++) {
        int weight = output < layer.outputs() ? layer.weight(input, output) : 0;
        bytes.put((byte) (weight + WEIGHT_OFFSET));
      }
    }
  }

  static IntegerNetwork read(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    try {
      IntegerNetwork network = parse(bytes);
      // so that padding and unused bytes are 0, and there is one form only
      int difference = Arrays.mismatch(content, network.bytes());
      if (difference >= 0) {
        throw new ModelFormatException("byte " + difference + " of the network is "
            + (content[difference] & 0xff) + ", which is not what a network like this has there");
      }
      return network;
    } catch (BufferUnderflowException e) {
      throw new ModelFormatException(
          "the network ends after " + content.length + " bytes; expected more", e);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException("the bytes are not a network: " + e.getMessage(), e);
    }
  }

  private static IntegerNetwork parse(ByteBuffer bytes) {
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new ModelFormatException("the bytes do not begin like a network, with MLNETI8");
    }
    int version = bytes.get() & 0xff;
    if (version != DENSE && version != CONVOLUTIONS) {
      throw new ModelFormatException("the network has the format's version " + version
          + "; supported are " + DENSE + " and " + CONVOLUTIONS);
    }
    int count = bytes.get() & 0xff;
    int inputs = bytes.getShort() & 0xffff;
    long length = bytes.getInt() & 0xffffffffL;
    if (length != bytes.limit()) {
      throw new ModelFormatException("the network has " + bytes.limit()
          + " bytes; its header says " + length);
    }
    if (count == 0) {
      throw new ModelFormatException("the network has 0 layers; expected 1 to "
          + IntegerNetwork.MAX_LAYERS);
    }
    int stageCount = version == DENSE ? 0 : bytes.get() & 0xff;
    if (version == CONVOLUTIONS && (stageCount == 0 || stageCount > IntegerNetwork.MAX_STAGES)) {
      throw new ModelFormatException("the network has " + stageCount + " stages; expected 1 to "
          + IntegerNetwork.MAX_STAGES);
    }
    Optional<IntegerImage> image = version == DENSE
        ? Optional.empty()
        : Optional.of(image(bytes, inputs));
    int start = WORD + descriptors(count) + descriptors(stageCount);
    if (start > bytes.limit()) {
      throw new BufferUnderflowException();
    }
    bytes.position(start);
    List<IntegerStage> stages = new ArrayList<>();
    int channels = image.map(IntegerImage::channels).orElse(0);
    for (int s = 0; s < stageCount; s++) {
      int at = WORD + descriptors(count) + s * LAYER_BYTES;
      int kernel = bytes.get(at + 5) & 0xff;
      stages.add(new IntegerStage(
          next(bytes, "stage " + (s + 1), at, channels * kernel * kernel, false), kernel));
      channels = stages.getLast().filters().outputs();
    }
    List<IntegerLayer> layers = new ArrayList<>();
    for (int l = 0; l < count; l++) {
      int width = l > 0
          ? layers.getLast().outputs()
          : stages.isEmpty() ? inputs : made(image.orElseThrow(), stages);
      layers.add(next(bytes, "layer " + (l + 1), WORD + l * LAYER_BYTES, width, l + 1 == count));
    }
    int scales = bytes.getShort() & 0xffff;
    byte[] name = new byte[bytes.get() & 0xff];
    bytes.get(name);
    if (8L * scales != bytes.remaining()) {
      throw new ModelFormatException("the scales take " + bytes.remaining()
          + " bytes; expected 8 for each of " + scales);
    }
    List<ByteScale> read = new ArrayList<>();
    for (int i = 0; i < scales; i++) {
      read.add(new ByteScale(bytes.getFloat(), bytes.getFloat()));
    }
    return image.isEmpty()
        ? IntegerNetwork.of(text(name), read, layers)
        : IntegerNetwork.of(text(name), read, image.get(), stages, layers);
  }

  private static IntegerImage image(ByteBuffer bytes, int inputs) {
    int padding = bytes.get() & 0xff;
    IntegerImage image = new IntegerImage(bytes.getShort() & 0xffff, bytes.getShort() & 0xffff,
        bytes.getShort() & 0xffff, padding);
    if (image.bytes() != inputs) {
      throw new ModelFormatException(
          "the network has " + inputs + " inputs; its image has " + image.bytes());
    }
    return image;
  }

  /** Returns how many values the stages make. */
  private static int made(IntegerImage image, List<IntegerStage> stages) {
    int height = image.height();
    int width = image.width();
    for (int s = 0; s < stages.size() && height > 1 && width > 1; s++) {
      height /= 2;
      width /= 2;
    }
    return Math.multiplyExact(stages.getLast().filters().outputs(), height * width);
  }

  /** Reads the next layer, described at some place. */
  private static IntegerLayer next(ByteBuffer bytes, String what, int at, int inputs,
      boolean last) {
    int outputs = bytes.getShort(at) & 0xffff;
    int multiplier = bytes.getShort(at + 2) & 0xffff;
    int shift = bytes.get(at + 4) & 0xff;
    if (inputs < 1 || inputs > IntegerLayer.MAX_WIDTH || outputs < 1
        || outputs > IntegerLayer.MAX_WIDTH) {
      throw new ModelFormatException(what + " has " + inputs + " inputs and " + outputs
          + " outputs; expected 1 to " + IntegerLayer.MAX_WIDTH + " of each");
    }
    if (layer(inputs, outputs) > bytes.remaining()) {
      throw new ModelFormatException(what + " of " + inputs + " inputs and " + outputs
          + " outputs takes " + layer(inputs, outputs) + " bytes; there are "
          + bytes.remaining());
    }
    try {
      return layer(bytes, inputs, outputs, multiplier, shift, last);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(what + ": " + e.getMessage(), e);
    }
  }

  private static IntegerLayer layer(ByteBuffer bytes, int inputs, int outputs, int multiplier,
      int shift, boolean last) {
    byte[][] weights = new byte[inputs][outputs];
    int[] biases = new int[outputs];
    for (int block = 0; block < outputs; block += WORD) {
      for (int word = 0; word < BIAS_WORDS; word++) {
        for (int lane = 0; lane < WORD; lane += BIAS_WORDS) {
          int bias = bytes.getInt() - IntegerLayer.MAX_BIAS;
          if (block + lane + word < outputs) {
            biases[block + lane + word] = bias;
          }
        }
      }
      for (int input = 0; input < inputs; input++) {
        for (int output = block; output < block + WORD; output++) {
          int weight = (bytes.get() & 0xff) - WEIGHT_OFFSET;
          if (output < outputs) {
            weights[input][output] = (byte) weight;
          }
        }
      }
    }
    return last && multiplier == 0 && shift == 0
        ? IntegerLayer.last(weights, biases)
        : IntegerLayer.hidden(weights, biases, multiplier, shift);
  }

  private static String text(byte[] name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException("the input's name is not UTF-8", e);
    }
  }
}
