package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;

class IntegerNetworkTest {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());

  /** Two inputs, two values, one score. */
  private static final IntegerNetwork SMALL = IntegerNetwork.of("x",
      List.of(new ByteScale(-1, 0.5f)),
      List.of(
          IntegerLayer.hidden(new byte[][]{{1, -2}, {3, 4}}, new int[]{10, -20}, 3, 2),
          IntegerLayer.last(new byte[][]{{127}, {-128}}, new int[]{-5})));

  @BeforeEach
  void seed(TestReporter reporter) {
    reporter.publishEntry("modelledger.seed", Long.toString(SEED));
  }

  @Test
  void runsByTheRule() {
    // 1·5 + 3·9 + 10 = 42, ·3 >> 2 = 31; -2·5 + 4·9 - 20 = 6, ·3 >> 2 = 4; 127·31 - 128·4 - 5 = 3420
    assertThat(SMALL.run(new byte[]{5, 9})).containsExactly(3420);
    // a sum below 0 is 0, bytes are unsigned: 200 + 10 = 210, ·3 >> 2 = 157
    assertThat(SMALL.run(new byte[]{(byte) 200, 0})).containsExactly(127 * 157 - 5);
    // 765 + 255 + 10 is more than fits: 255; -510 + 1020 - 20 = 490, ·3 >> 2 = 367: 255
    assertThat(SMALL.run(new byte[]{(byte) 255, (byte) 255})).containsExactly(-255 - 5);
  }

  @Test
  void hasTheBytesThatThePageShows() {
    assertThat(HexFormat.of().formatHex(SMALL.bytes())).isEqualTo(
        // header: magic, version 1, 2 layers, 2 inputs, 460 bytes
        "4d4c4e455449380a" + "01" + "02" + "0002" + "000001cc" + "00".repeat(16)
        // 2 outputs, multiplier 3, shift 2; 1 output
            + "0002" + "0003" + "02" + "000000" + "0001" + "0000" + "00" + "000000"
            + "00".repeat(16)
            // biases 10 and -20, each the first of its word
            + "4000000a" + "40000000".repeat(7) + "3fffffec" + "40000000".repeat(7)
            + "40000000".repeat(16)
            // weights 1, -2 and 3, 4
            + "817e" + "80".repeat(30) + "8384" + "80".repeat(30)
            // bias -5; weights 127 and -128
            + "3ffffffb" + "40000000".repeat(31) + "ff" + "80".repeat(31) + "00" + "80".repeat(31)
            // 1 scale, a name of 1 byte, x; -1 and 0.5
            + "0001" + "01" + "78" + "bf800000" + "3f000000");
  }

  @Test
  void staysWithinAnIntWhateverComes() {
    int widest = IntegerLayer.MAX_WIDTH;
    byte[][] weights = new byte[widest][2];
    for (byte[] row : weights) {
      row[0] = -128;
      row[1] = 127;
    }
    IntegerNetwork network = IntegerNetwork.of("x", List.of(), List.of(IntegerLayer.last(weights,
        new int[]{-IntegerLayer.MAX_BIAS, IntegerLayer.MAX_BIAS - 1})));
    byte[] input = new byte[widest];
    Arrays.fill(input, (byte) 255);

    assertThat(network.run(input)).containsExactly(
        Math.toIntExact(-128L * 255 * widest - IntegerLayer.MAX_BIAS),
        Math.toIntExact(127L * 255 * widest + IntegerLayer.MAX_BIAS - 1));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 50; i++) {
      IntegerNetwork network = RandomNetworks.any(random);

      assertThat(IntegerNetwork.read(network.bytes())).isEqualTo(network)
          .hasSameHashCodeAs(network);
      assertThat(IntegerNetwork.read(network.files())).isEqualTo(network);
    }
  }

  @Test
  void anyByteChangedIsRefusedOrAnotherNetwork() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = RandomNetworks.any(random, 2, random.nextInt(1, 40), 3).bytes();
      for (int j = random.nextInt(1, 4); j > 0; j--) {
        // half of them where the header is
        int where = random.nextInt(random.nextBoolean() ? 64 : bytes.length);
        bytes[where] ^= (byte) random.nextInt(1, 256);
      }
      readsOrRefuses(bytes);
      readsOrRefuses(Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      readsOrRefuses(Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 40)));
    }
  }

  private static void readsOrRefuses(byte[] bytes) {
    try {
      assertThat(IntegerNetwork.read(bytes).bytes()).isEqualTo(bytes);
    } catch (ModelFormatException e) {
      assertThat(e).hasMessageMatching("(?s).*(expected|supported|begin|not what|says|there are"
          + "|not UTF-8|takes|name).*");
    }
  }

  @Test
  void refusesBytesByWhatIsWrongWithThem() {
    refuses(0, 'X', "do not begin like a network");
    refuses(8, 3, "format's version 3; supported are 1 and 2");
    refuses(8, 2, "the network has 0 stages");
    refuses(9, 0, "0 layers; expected 1 to 255");
    refuses(10, 0x90, "36866 inputs");
    refuses(15, 0xcd, "has 460 bytes; its header says 461");
    refuses(20, 1, "byte 20 of the network is 1");
    refuses(32, 0x40, "layer 1 of 2 inputs and 16386 outputs takes");
    refuses(32, 0x80, "2 inputs and 32770 outputs; expected 1 to 32768 of each");
    refuses(35, 0, "layer 1: the multiplier is 0");
    refuses(36, 48, "the shift 48");
    refuses(43, 7, "layer 2 of 2 is a hidden one");
    refuses(64, 0xc0, "layer 1: the bias of output 0 is");
    // weights of outputs that are none
    refuses(64 + 128 + 2, 0x81, "byte 194 of the network is 129");
    refuses(449, 3, "the scales take");
    refuses(451, 0xff, "not UTF-8");
  }

  private static void refuses(int where, int value, String message) {
    byte[] bytes = SMALL.bytes();
    bytes[where] = (byte) value;
    assertThatThrownBy(() -> IntegerNetwork.read(bytes)).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesPartsThatDoNotGoTogether() {
    IntegerLayer first = SMALL.layers().getFirst();
    IntegerLayer last = SMALL.layers().getLast();
    refuses("x", List.of(), List.of(), "0 layers");
    refuses("x", List.of(), List.of(first, first), "layer 2 of 2 is a hidden one");
    refuses("x", List.of(), List.of(last, last), "layer 1 of 2 is a last one");
    refuses("x", List.of(), List.of(first, IntegerLayer.last(new byte[3][1], new int[1])),
        "layer 2 takes 3 inputs; layer 1 has 2 outputs");
    ByteScale scale = new ByteScale(0, 1);
    refuses("x", List.of(scale, scale, scale), SMALL.layers(), "3 scales; expected none, 1 or 2");
    refuses("", List.of(), SMALL.layers(), "expected a name of 1 to 255 bytes");
    refuses("ä".repeat(128), List.of(), SMALL.layers(), "expected a name of 1 to 255 bytes");
    refuses("\ud800", List.of(), SMALL.layers(), "of UTF-8");
    refuses("scores", List.of(), SMALL.layers(), "which is an output's name");
    assertThatThrownBy(() -> IntegerLayer.hidden(new byte[1][1], new int[1], 65536, 0))
        .hasMessageContaining("the multiplier is 65536");
    assertThatThrownBy(() -> IntegerLayer.last(new byte[][]{{1}, {1, 2}}, new int[1]))
        .hasMessageContaining("input 1 has 2 weights; there are 1 outputs");
    assertThatThrownBy(() -> IntegerLayer.last(new byte[32769][1], new int[1]))
        .hasMessageContaining("32769 inputs");
    assertThatThrownBy(() -> IntegerLayer.last(new byte[1][1], new int[]{1 << 30}))
        .hasMessageContaining("the bias of output 0 is 1073741824");
    assertThatThrownBy(() -> new ByteScale(0, 0)).hasMessageContaining("a finite step above 0");
    assertThatThrownBy(() -> new ByteScale(Float.NaN, 1)).hasMessageContaining("a finite offset");
  }

  private static void refuses(String input, List<ByteScale> scales, List<IntegerLayer> layers,
      String message) {
    assertThatThrownBy(() -> IntegerNetwork.of(input, scales, layers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aNumberBecomesTheNearestByte() {
    ByteScale scale = new ByteScale(-1, 0.5f);
    assertThat(scale.toByte(-1)).isZero();
    assertThat(scale.toByte(-7)).isZero();
    assertThat(scale.toByte(-0.3f)).isEqualTo(1);
    assertThat(scale.toByte(-0.25f)).as("halfway between 1 and 2").isEqualTo(2);
    assertThat(scale.toByte(0.25f)).as("halfway between 2 and 3").isEqualTo(2);
    assertThat(scale.toByte(1e30f)).isEqualTo(255);
    assertThat(scale.toByte(Float.NaN)).isZero();
    assertThat(scale.toByte(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(SMALL.toBytes(new float[]{0, 3})).containsExactly(2, 8);
    assertThatThrownBy(() -> SMALL.toBytes(new float[3]))
        .hasMessage("the network takes 2 inputs, not 3");
    assertThatThrownBy(() -> SMALL.run(new byte[1]))
        .hasMessage("the network takes 2 inputs, not 1");
  }

  @Test
  void filesAreTheChunksThatAContractHolds() {
    IntegerNetwork network = RandomNetworks.any(new SplittableRandom(SEED), 784, 64, 10);
    List<byte[]> chunks = network.chunks();

    assertThat(chunks).hasSizeGreaterThan(2);
    assertThat(chunks.subList(0, chunks.size() - 1))
        .allSatisfy(chunk -> assertThat(chunk).hasSize(IntegerNetwork.CHUNK_BYTES));
    assertThat(network.files().names()).containsExactly("network.int8/0000", "network.int8/0001",
        "network.int8/0002");
    Map<String, byte[]> files = new HashMap<>();
    network.files().names().forEach(name -> files.put(name, network.files().read(name)));
    assertThat(chunks.stream().map(Digest::sha256))
        .containsExactlyElementsOf(network.files()
            .names()
            .stream()
            .map(name -> Digest.sha256(network.files().read(name)))
            .toList());

    Map<String, byte[]> gap = new HashMap<>(files);
    gap.remove("network.int8/0001");
    assertThatThrownBy(() -> IntegerNetwork.read(ModelFiles.of(gap)))
        .hasMessage("the model has the file network.int8/0002; expected network.int8/0001");
    Map<String, byte[]> tooShort = new HashMap<>(files);
    tooShort.put("network.int8/0001", new byte[5]);
    assertThatThrownBy(() -> IntegerNetwork.read(ModelFiles.of(tooShort)))
        .hasMessage("network.int8/0001 has 5 bytes; expected 24544");
    Map<String, byte[]> swapped = new HashMap<>(files);
    swapped.put("network.int8/0000", chunks.get(1));
    assertThatThrownBy(() -> IntegerNetwork.read(ModelFiles.of(swapped)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(
            "network.int8/0000 to network.int8/0002: the bytes do not begin like a network");
    assertThatThrownBy(() -> IntegerNetwork.read(ModelFiles.of(Map.of("model.onnx", new byte[1]))))
        .hasMessage("the model has the files [model.onnx]; expected network.int8/0000");
  }
}
