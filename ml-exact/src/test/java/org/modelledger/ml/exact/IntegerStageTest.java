package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingException;

/** Integer networks with convolutions. */
class IntegerStageTest {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());

  /** An image of 3 by 2, one filter of 1 by 1, two by two of which one is left; and a score. */
  private static final IntegerNetwork SMALL = IntegerNetwork.of("x", List.of(),
      new IntegerImage(1, 3, 2, 7),
      List.of(new IntegerStage(IntegerLayer.hidden(new byte[][]{{2}}, new int[]{-3}, 1, 1), 1)),
      List.of(IntegerLayer.last(new byte[][]{{5}}, new int[]{1})));

  @BeforeEach
  void seed(TestReporter reporter) {
    reporter.publishEntry("modelledger.seed", Long.toString(SEED));
  }

  @Test
  void runsByTheRule() {
    // 2·9 - 3 = 15, 15 >> 1 = 7, the greatest of the first four; the last row has no partner. 5·7 + 1
    assertThat(SMALL.run(new byte[]{1, 9, 4, 0, 100, 100})).containsExactly(36);
    assertThat(SMALL.inputs()).isEqualTo(6);
    assertThat(SMALL.parameters()).isEqualTo(4);
    assertThat(SMALL).hasToString("IntegerNetwork[IntegerStage[filters=1-1*1>>1, kernel=1]][1-1]");
    assertThatThrownBy(() -> SMALL.run(new byte[5]))
        .hasMessage("the network takes 6 inputs, not 5");
  }

  @Test
  void hasTheBytesThatThePageShows() {
    assertThat(HexFormat.of().formatHex(SMALL.bytes())).isEqualTo(
        // magic, version 2, 1 layer, 6 inputs, 420 bytes
        "4d4c4e455449380a" + "02" + "01" + "0006" + "000001a4"
        // 1 stage, padding 7, 1 channel, 3 rows, 2 columns
            + "01" + "07" + "0001" + "0003" + "0002" + "00".repeat(8)
            // the layer: 1 output
            + "0001" + "0000" + "00" + "000000" + "00".repeat(24)
            // the stage: 1 filter, multiplier 1, shift 1, window 1
            + "0001" + "0001" + "01" + "01" + "0000" + "00".repeat(24)
            // the filters' bias -3 and weight 2
            + "3ffffffd" + "40000000".repeat(31) + "82" + "80".repeat(31)
            // the layer's bias 1 and weight 5
            + "40000001" + "40000000".repeat(31) + "85" + "80".repeat(31)
            // no scales, x
            + "0000" + "01" + "78");
  }

  private static IntegerNetwork any(SplittableRandom random) {
    IntegerImage image = new IntegerImage(random.nextInt(1, 4), random.nextInt(1, 8),
        random.nextInt(1, 8), random.nextInt(256));
    List<IntegerStage> stages = new ArrayList<>();
    int channels = image.channels();
    int height = image.height();
    int width = image.width();
    for (int s = random.nextInt(1, 4); s > 0; s--) {
      int kernel = 2 * random.nextInt(3) + 1;
      int filters = random.nextInt(1, 35);
      stages.add(new IntegerStage(hidden(random, channels * kernel * kernel, filters), kernel));
      channels = filters;
      if (height > 1 && width > 1) {
        height /= 2;
        width /= 2;
      }
    }
    List<IntegerLayer> layers = new ArrayList<>();
    int values = channels * height * width;
    if (random.nextBoolean()) {
      layers.add(hidden(random, values, 9));
      values = 9;
    }
    IntegerLayer last = hidden(random, values, 4);
    byte[][] weights = new byte[values][4];
    int[] biases = new int[4];
    for (int i = 0; i < values; i++) {
      for (int j = 0; j < 4; j++) {
        weights[i][j] = last.weight(i, j);
        biases[j] = last.bias(j);
      }
    }
    layers.add(IntegerLayer.last(weights, biases));
    List<ByteScale> scales = random.nextBoolean() ? List.of() : List.of(new ByteScale(-1, 0.25f));
    return IntegerNetwork.of("pixels", scales, image, stages, layers);
  }

  private static IntegerLayer hidden(SplittableRandom random, int inputs, int outputs) {
    byte[][] weights = new byte[inputs][outputs];
    for (byte[] row : weights) {
      random.nextBytes(row);
    }
    return IntegerLayer.hidden(weights, random.ints(outputs, -40_000, 40_000).toArray(),
        random.nextInt(1, 65536), random.nextInt(20, 28));
  }

  /** By the definition, place by place, with numbers of 64 bits. */
  private static long[] naive(IntegerNetwork network, byte[] bytes) {
    IntegerImage image = network.image().orElseThrow();
    long[][][] planes = new long[image.channels()][image.height()][image.width()];
    for (int i = 0; i < bytes.length; i++) {
      planes[i / (image.height() * image.width())][i / image.width() % image.height()][i
          % image.width()] = bytes[i] & 0xff;
    }
    long around = image.padding();
    for (IntegerStage stage : network.stages()) {
      planes = naive(stage, planes, around);
      around = 0;
    }
    List<Long> flat = new ArrayList<>();
    for (long[][] plane : planes) {
      for (long[] row : plane) {
        Arrays.stream(row).forEach(flat::add);
      }
    }
    long[] values = flat.stream().mapToLong(Long::longValue).toArray();
    for (IntegerLayer layer : network.layers()) {
      long[] next = new long[layer.outputs()];
      for (int j = 0; j < next.length; j++) {
        next[j] = layer.bias(j);
        for (int i = 0; i < values.length; i++) {
          next[j] += layer.weight(i, j) * values[i];
        }
        next[j] = layer.isLast() ? next[j] : scaled(layer, next[j]);
      }
      values = next;
    }
    return values;
  }

  private static long scaled(IntegerLayer layer, long sum) {
    return Math.min(255, Math.max(0, sum) * layer.multiplier() >> layer.shift());
  }

  private static long[][][] naive(IntegerStage stage, long[][][] planes, long around) {
    int height = planes[0].length;
    int width = planes[0][0].length;
    boolean pools = height > 1 && width > 1;
    int half = stage.kernel() / 2;
    IntegerLayer filters = stage.filters();
    long[][][] made = new long[filters.outputs()][pools ? height / 2 : height][pools
        ? width / 2
        : width];
    for (int m = 0; m < made.length; m++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          long sum = filters.bias(m);
          int input = 0;
          for (long[][] plane : planes) {
            for (int dy = -half; dy <= half; dy++) {
              for (int dx = -half; dx <= half; dx++) {
                boolean inside = y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width;
                sum += filters.weight(input++, m) * (inside ? plane[y + dy][x + dx] : around);
              }
            }
          }
          int row = pools ? y / 2 : y;
          int column = pools ? x / 2 : x;
          if (row < made[m].length && column < made[m][0].length) {
            made[m][row][column] = Math.max(made[m][row][column], scaled(filters, sum));
          }
        }
      }
    }
    return made;
  }

  @Test
  void isWhatTheDefinitionGives() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 100; i++) {
      IntegerNetwork network = any(random);
      for (int r = 0; r < 3; r++) {
        byte[] bytes = new byte[network.inputs()];
        random.nextBytes(bytes);
        assertThat(Arrays.stream(network.run(bytes)).asLongStream().toArray())
            .isEqualTo(naive(network, bytes));
      }
    }
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 50; i++) {
      IntegerNetwork network = any(random);
      assertThat(IntegerNetwork.read(network.bytes())).isEqualTo(network)
          .hasSameHashCodeAs(network);
      assertThat(IntegerNetwork.read(network.files())).isEqualTo(network);
    }
  }

  /** Of every byte every other value, and every length. */
  @Test
  void anyByteChangedIsRefusedOrAnotherNetwork() {
    byte[] bytes = SMALL.bytes();
    int other = 0;
    for (int where = 0; where < bytes.length; where++) {
      byte before = bytes[where];
      for (int change = 1; change < 256; change++) {
        bytes[where] = (byte) (before ^ change);
        other += readsOrRefuses(bytes) ? 1 : 0;
      }
      bytes[where] = before;
    }
    assertThat(other).isGreaterThan(1000);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThat(readsOrRefuses(cut)).isFalse();
      if (length >= 16) {
        cut[14] = (byte) (length >> 8);
        cut[15] = (byte) length;
        assertThat(readsOrRefuses(cut)).isFalse();
      }
    }
  }

  /** Says which of the two. */
  private static boolean readsOrRefuses(byte[] bytes) {
    IntegerNetwork network;
    try {
      network = IntegerNetwork.read(bytes);
    } catch (ModelFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
      return false;
    }
    assertThat(network.bytes()).isEqualTo(bytes);
    assertThat(network.run(new byte[network.inputs()])).hasSize(network.outputs());
    return true;
  }

  @Test
  void refusesBytesByWhatIsWrongWithThem() {
    refuses(16, 0, "the network has 0 stages; expected 1 to 64");
    refuses(16, 65, "the network has 65 stages");
    refuses(19, 2, "the network has 6 inputs; its image has 12");
    refuses(19, 0, "an image of 0 channels");
    refuses(26, 1, "byte 26 of the network is 1");
    refuses(68, 48, "stage 1: the multiplier is 1, the shift 48");
    refuses(69, 2, "a window of 2; expected a hidden layer, and an odd number from 1 to 15");
    refuses(69, 0, "stage 1 has 0 inputs");
    refuses(65, 2, "layer 1 of 2 inputs");
  }

  private static void refuses(int where, int value, String message) {
    byte[] bytes = SMALL.bytes();
    bytes[where] = (byte) value;
    assertThatThrownBy(() -> IntegerNetwork.read(bytes)).as("byte %s", where)
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesPartsThatDoNotGoTogether() {
    IntegerLayer last = SMALL.layers().getFirst();
    IntegerLayer filters = SMALL.stages().getFirst().filters();
    assertThatThrownBy(() -> new IntegerStage(last, 1)).hasMessageContaining("a hidden layer");
    assertThatThrownBy(() -> new IntegerStage(filters, 2))
        .hasMessageContaining("an odd number from 1 to 15");
    assertThatThrownBy(() -> new IntegerImage(1, 200, 200, 0)).hasMessageContaining("200 rows");
    assertThatThrownBy(() -> new IntegerImage(1, 2, 2, 256)).hasMessageContaining("in 256");
    IntegerImage image = new IntegerImage(1, 3, 2, 7);
    assertThatThrownBy(
        () -> IntegerNetwork.of("x", List.of(), image, List.of(), SMALL.layers()))
        .hasMessage("a network of 0 stages; expected 1 to 64");
    assertThatThrownBy(() -> IntegerNetwork.of("x", List.of(), image,
        List.of(new IntegerStage(filters, 3)), SMALL.layers()))
        .hasMessage("stage 1 takes 1 inputs; a window sees 3 by 3 of 1 channels");
    assertThatThrownBy(() -> IntegerNetwork.of("x", List.of(), new IntegerImage(1, 3, 4, 7),
        SMALL.stages(), SMALL.layers()))
        .hasMessage("layer 1 takes 1 inputs; the last stage makes 2");
  }

  @Test
  void digitsLoseLittle(TestReporter reporter) throws IOException, InterruptedException {
    Digits heldOut = Digits.read(true);
    Dataset training = Digits.read(false).dataset();
    TrainedModel trained = TreeTables.train(new CnnSpec("pixels", "digit").image(1, 8, 8)
        .filters(8, 16)
        .hidden(32)
        .epochs(12)
        .adam(0.004)
        .learningRateDecay(0.85)
        .inputScale(1.0 / 16)
        .seed(42)
        .toTrainingSpec(), training);

    IntegerExport export = IntegerExporter.export(trained, training, heldOut.dataset());

    reporter.publishEntry("cnn, digits", export.loss().toString());
    assertThat(export.floatAccuracy()).isGreaterThan(0.97);
    assertThat(export.lossInPoints()).isLessThanOrEqualTo(0.5);
    assertThat(export.agreement()).isGreaterThan(0.99);
    assertThat(export.loss().greatestDifference()).isLessThan(0.25);
    assertThat(export.network().scales()).containsExactly(new ByteScale(0, 1));
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel model = engine.load(export.model().files())) {
      long[] labels = model
          .run(Tensors.of("pixels", Tensor.of(heldOut.flat(), heldOut.rows(), 64)))
          .get("label")
          .toLongs();
      int right = 0;
      for (int r = 0; r < labels.length; r++) {
        right += labels[r] == heldOut.labels().get(r) ? 1 : 0;
      }
      assertThat((double) right / labels.length).isEqualTo(export.integerAccuracy());
    }
  }

  /** Rows that are images, numbers of any range around 0, and a mean for each: 0 is still a byte. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void imagesOfAnyRangeAreCutIntoSteps(boolean standardize) throws InterruptedException {
    Tensors columns = Golden.clusters(500, 2 * 5 * 6, 4, 3, true).read(0, 500);
    Dataset data = Dataset.of("images", Tensors.of("x",
        Tensor.of(columns.get("x").toDoubles(), 500, 2, 5, 6), "y", columns.get("y")));
    CnnSpec spec = new CnnSpec("x", "y").filters(6, 5).hidden(8).epochs(8).inputScale(0.5);
    TrainedModel trained = TreeTables
        .train((standardize ? spec.standardize() : spec).float64().toTrainingSpec(), data);

    IntegerExport export = IntegerExporter.export(trained, data, data);

    assertThat(export.network().scales()).hasSize(standardize ? 60 : 1);
    assertThat(export.network().image().orElseThrow().padding()).isBetween(50, 200);
    assertThat(export.agreement()).isGreaterThan(0.95);
    assertThat(export.floatAccuracy()).isEqualTo(trained.metrics().get("train.accuracy"));
    assertThatThrownBy(
        () -> IntegerExporter.export(trained, Golden.clusters(9, 6, 3, 1, false), data))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("the calibration data: column 'x' has rows of shape [6]");
  }

  @Test
  void theHyperbolicTangentIsRefused() throws InterruptedException {
    Dataset data = Golden.clusters(40, 12, 3, 2, false);
    TrainedModel trained = TreeTables.train(
        new CnnSpec("x", "y").image(1, 3, 4).filters(2).tanh().epochs(1).toTrainingSpec(), data);
    assertThatThrownBy(() -> IntegerExporter.export(trained, data, data))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("Tanh between its layers");
  }
}
