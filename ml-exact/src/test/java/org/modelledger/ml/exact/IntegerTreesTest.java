package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modelledger.inference.DataType;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;

class IntegerTreesTest {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());

  /** Two features, ordered and categorical; a tree of two nodes, and one of a leaf. */
  private static final IntegerTrees SMALL = small(LeafType.INT8, new int[]{-7, 20, 127});

  private static IntegerTrees small(LeafType type, int[] leaves) {
    byte[] set = new byte[32];
    IntegerFeature.put(set, 0);
    IntegerFeature.put(set, 2);
    return new IntegerTrees("x", IntegerTreesKind.TWO_CLASSES, type, false,
        PostTransform.LOGISTIC, 0.25, 0, new int[]{-3},
        List.of(new IntegerFeature(false, new double[]{-1, 2.5}, true, List.of()),
            new IntegerFeature(true, new double[]{4, 9}, false, List.of(set))),
        List.of(
            new IntegerTree(0, 1, new char[]{0, 1}, new byte[]{1, 2}, new char[]{1, 0},
                new int[]{1, 0}, leaves),
            new IntegerTree(0, 1, new char[0], new byte[0], new char[0], new int[0],
                new int[]{-2})));
  }

  @BeforeEach
  void seed(TestReporter reporter) {
    reporter.publishEntry("modelledger.seed", Long.toString(SEED));
  }

  @Test
  void runsByTheRule() {
    // 2.5 is at most the second threshold, 9 is category 1, which the set has not
    assertThat(SMALL.toBytes(new double[]{2.5, 9})).containsExactly(1, 1);
    assertThat(SMALL.run(new byte[]{1, 1})).containsExactly(-3 + 20 - 2);
    // what is missing goes left; what is no category is 2, which the set has
    assertThat(SMALL.toBytes(new double[]{Double.NaN, 5})).containsExactly(3, 2);
    assertThat(SMALL.run(new byte[]{3, 2})).containsExactly(-3 - 7 - 2);
    assertThat(SMALL.toBytes(new double[]{Math.nextUp(2.5f), Double.NaN})).containsExactly(2, 2);
    assertThat(SMALL.run(new byte[]{2, 2})).containsExactly(-3 + 127 - 2);
    assertThat(SMALL.label(new int[]{1})).isEqualTo(1);
    assertThat(SMALL.label(new int[]{0})).isZero();
    assertThat(SMALL.meaning(new int[]{4})[1]).isEqualTo(1 / (1 + StrictMath.exp(-1)));
    assertThatThrownBy(() -> SMALL.run(new byte[1])).hasMessage("the trees take 2 inputs, not 1");
    assertThatThrownBy(() -> SMALL.toBytes(new double[3]))
        .hasMessage("the trees take 2 inputs, not 3");
  }

  @Test
  void saysWhatItIs() {
    assertThat(SMALL.inputs()).isEqualTo(2);
    assertThat(SMALL.outputs()).isEqualTo(1);
    assertThat(SMALL.classes()).isEqualTo(2);
    assertThat(SMALL.trees()).isEqualTo(2);
    assertThat(SMALL.nodes()).isEqualTo(2);
    assertThat(SMALL.inputType()).isEqualTo(DataType.FP32);
    assertThat(SMALL.leafType()).isEqualTo(LeafType.INT8);
    assertThat(SMALL.unit()).isEqualTo(0.25);
    assertThat(SMALL.offset()).isZero();
    assertThat(SMALL.input()).isEqualTo("x");
    assertThat(SMALL).hasToString("IntegerTrees[2 trees, 2 nodes, INT8, TWO_CLASSES]");
  }

  @Test
  void hasTheBytesThatThePageShows() {
    assertThat(HexFormat.of().formatHex(SMALL.bytes())).isEqualTo(
        // magic, version, two classes by one score, leaves of 1 byte, numbers of 4
        "4d4c54524549380a" + "01" + "01" + "01" + "04"
        // 2 features, 1 target, 2 trees, 162 bytes, logistic
            + "00000002" + "00000001" + "00000002" + "000000a2" + "01" + "000000"
            // unit 0.25, offset 0, base -3
            + "3fd0000000000000" + "0000000000000000" + "fffffffd"
            // ordered, 2 thresholds, NaN has its own byte, no sets; -1 and 2.5
            + "00" + "02" + "01" + "00" + "00000000" + "bf800000" + "40200000"
            // categorical, 2 categories, NaN is like others, 1 set; 4 and 9; bits 0 and 2
            + "01" + "02" + "00" + "00" + "00000001" + "40800000" + "41100000"
            + "00".repeat(31) + "05"
            // 2 nodes, targets from 0, 1 of them
            + "00000002" + "00000000" + "00000001"
            // feature 0, at most 1 or missing, 1 node to the left; feature 1, in set 0, none
            + "0000" + "0001" + "01" + "000001" + "0001" + "0000" + "02" + "000000"
            // leaves
            + "f9" + "14" + "7f"
            // a leaf alone
            + "00000000" + "00000000" + "00000001" + "fe"
            // the name
            + "01" + "78");
  }

  @Test
  void isWhatTheNaiveReferenceComputesInAnyOrder() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 300; i++) {
      IntegerTrees trees = RandomIntegerTrees.any(random, 40);
      NaiveIntegerTrees naive = new NaiveIntegerTrees(trees.bytes());
      List<Integer> order = new ArrayList<>(
          IntStream.range(0, trees.trees()).boxed().toList());
      for (int r = 0; r < 20; r++) {
        double[] row = row(random, trees);
        byte[] bytes = trees.toBytes(row);
        assertThat(bytes).isEqualTo(naive.toBytes(row));
        Collections.shuffle(order, new Random(random.nextLong()));
        assertThat(trees.run(bytes)).isEqualTo(naive.run(bytes, order));
        // bytes that no number becomes have an answer, too
        random.nextBytes(bytes);
        assertThat(trees.run(bytes)).isEqualTo(naive.run(bytes, order));
      }
    }
  }

  private static double[] row(SplittableRandom random, IntegerTrees trees) {
    double[] row = new double[trees.inputs()];
    for (int f = 0; f < row.length; f++) {
      IntegerFeature feature = trees.feature(f);
      double number = feature.count() == 0 || random.nextInt(3) == 0
          ? random.nextGaussian()
          : feature.number(random.nextInt(feature.count()));
      row[f] = switch (random.nextInt(9)) {
        case 0 -> Double.NaN;
        case 1 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        case 2 -> Math.nextUp((float) number);
        case 3 -> -0.0;
        default -> number;
      };
      row[f] = trees.inputType() == DataType.FP64 ? row[f] : (float) row[f];
    }
    return row;
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 100; i++) {
      IntegerTrees trees = RandomIntegerTrees.any(random, 60);

      assertThat(IntegerTrees.read(trees.bytes())).isEqualTo(trees).hasSameHashCodeAs(trees);
      assertThat(IntegerTrees.read(trees.files())).isEqualTo(trees);
    }
  }

  /** Of every byte every other value. */
  @ParameterizedTest
  @EnumSource
  void anyByteChangedIsRefusedOrOtherTrees(LeafType type) {
    byte[] bytes = small(type, new int[]{-7, 20, 127}).bytes();
    int other = 0;
    for (int where = 0; where < bytes.length; where++) {
      byte before = bytes[where];
      for (int change = 1; change < 256; change++) {
        bytes[where] = (byte) (before ^ change);
        other += readsOrRefuses(bytes) ? 1 : 0;
      }
      bytes[where] = before;
    }
    // leaves and thresholds among them
    assertThat(other).isBetween(1000, 200 * 255);
  }

  @Test
  void whatIsCutOffOrAddedIsRefused() {
    byte[] bytes = SMALL.bytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> IntegerTrees.read(cut)).isInstanceOf(ModelFormatException.class);
      // with a header that says so
      if (length >= 28) {
        cut[26] = 0;
        cut[27] = (byte) length;
        assertThatThrownBy(() -> IntegerTrees.read(cut)).isInstanceOf(ModelFormatException.class);
      }
    }
    for (int more = 1; more < 40; more++) {
      byte[] longer = Arrays.copyOf(bytes, bytes.length + more);
      longer[27] += (byte) more;
      assertThatThrownBy(() -> IntegerTrees.read(longer)).isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("follow the input's name");
    }
  }

  @Test
  void randomBytesChangedAreRefusedOrOtherTrees() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = RandomIntegerTrees.any(random, 12).bytes();
      for (int j = random.nextInt(1, 5); j > 0; j--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) random.nextInt(1, 256);
      }
      readsOrRefuses(bytes);
      readsOrRefuses(Arrays.copyOf(bytes, random.nextInt(bytes.length)));
    }
  }

  /** Says which of the two. */
  private static boolean readsOrRefuses(byte[] bytes) {
    IntegerTrees trees;
    try {
      trees = IntegerTrees.read(bytes);
    } catch (ModelFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
      return false;
    }
    assertThat(trees.bytes()).isEqualTo(bytes);
    // and they run
    assertThat(trees.run(trees.toBytes(new double[trees.inputs()]))).hasSize(trees.outputs());
    return true;
  }

  @Test
  void refusesBytesByWhatIsWrongWithThem() {
    refuses(0, 'X', "do not begin like trees");
    refuses(8, 2, "format's version 2; supported is 1");
    refuses(9, 3, "the kind is 3; expected 0 to 2");
    refuses(9, 2, "there are 1 targets; expected 2 or more of kind CLASSES");
    refuses(10, 3, "leaves have 3 bytes; expected 1, 2 or 4");
    refuses(11, 5, "have 5 bytes; expected 4 or 8");
    refuses(12, 255, "expected more");
    refuses(27, 0xa3, "have 162 bytes; their header says 163");
    refuses(28, 3, "what scores become is 3");
    refuses(29, 1, "byte 29 of the trees is 1");
    refuses(32, 0xbf, "the unit is -0.25");
    refuses(48, 0x7f, "the score of target 0 may become");
    // features
    refuses(52, 2, "feature 0: it is categorical by 2");
    refuses(58, 1, "expected more");
    refuses(60, 0x7f, "feature 0: threshold or category 1 is 2.5 after Infinity");
    refuses(64, 0xc0, "after -1.0; expected numbers that ascend");
    refuses(71, 1, "byte 71 of the trees is 1");
    refuses(84, 1, "feature 1: set 0 has the byte 248; the greatest there is is 2");
    // the first tree
    refuses(116, 0x7f, "tree 0 has 2130706434 inner nodes");
    refuses(123, 1, "tree 0: leaves give 1 numbers to the targets from 1 on; there are 1");
    refuses(127, 0, "tree 0 has 2 inner nodes, and leaves of 0 numbers");
    refuses(129, 2, "tree 0: node 0 asks for feature 2; there are 2");
    refuses(131, 2, "tree 0: node 0 asks by mode 1 for 2 of feature 0, which is ordered");
    refuses(132, 3, "asks by mode 3");
    refuses(135, 2, "tree 0: node 0 has 2 inner nodes to its left; there are 1 beneath it");
    refuses(144, 0x80, "tree 0: a leaf is 128 or less than 0 by as much; expected at most 127");
    refuses(161, 0xff, "not UTF-8");
  }

  private static void refuses(int where, int value, String message) {
    byte[] bytes = SMALL.bytes();
    bytes[where] = (byte) value;
    assertThatThrownBy(() -> IntegerTrees.read(bytes)).as("byte %s", where)
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesPartsThatDoNotGoTogether() {
    assertThatThrownBy(() -> new IntegerFeature(false, new double[256], false, List.of()))
        .hasMessage("there are 256 thresholds or categories; expected at most 255");
    assertThatThrownBy(() -> new IntegerFeature(false, new double[255], true, List.of()))
        .hasMessage("there are 255 thresholds or categories; expected at most 254");
    assertThatThrownBy(() -> new IntegerFeature(false, new double[]{-0.0}, true, List.of()))
        .hasMessageContaining("none of them NaN or -0.0");
    assertThatThrownBy(() -> new IntegerFeature(false, new double[]{1, 1}, true, List.of()))
        .hasMessageContaining("1 is 1.0 after 1.0");
    assertThatThrownBy(() -> new IntegerTrees("x", IntegerTreesKind.NUMBER, LeafType.INT8, false,
        PostTransform.NONE, 1, 0, new int[1], List.of(), List.of(SMALL.tree(1))))
        .hasMessageContaining("expected 1 to 65536 features, at least one tree");
    assertThatThrownBy(() -> new IntegerTrees("x", IntegerTreesKind.NUMBER, LeafType.INT8, false,
        PostTransform.NONE, 1, Double.NaN, new int[1],
        List.of(new IntegerFeature(false, new double[0], false, List.of())),
        List.of(SMALL.tree(1)))).hasMessageContaining("the offset NaN");
    for (String name : List.of("scores", "label", "prediction")) {
      assertThatThrownBy(() -> named(name)).hasMessageContaining("which is an output's name");
    }
    assertThatThrownBy(() -> named("")).hasMessageContaining("expected a name of 1 to 255 bytes");
    assertThatThrownBy(() -> named("\ud800")).hasMessageContaining("of UTF-8");
    assertThatThrownBy(() -> small(LeafType.INT16, new int[]{0, 0, 32768}))
        .hasMessageContaining("tree 0: a leaf is 32768");
    assertThatThrownBy(() -> new IntegerTrees("x", IntegerTreesKind.NUMBER, LeafType.INT8, false,
        PostTransform.NONE, 1, 0, new int[1],
        List.of(new IntegerFeature(false, new double[]{0.1}, false, List.of())),
        List.of(SMALL.tree(1)))).hasMessageContaining("expected one of FP32");
  }

  private static IntegerTrees named(String name) {
    return new IntegerTrees(name, IntegerTreesKind.NUMBER, LeafType.INT8, false,
        PostTransform.NONE, 1, 0, new int[1],
        List.of(new IntegerFeature(false, new double[0], false, List.of())),
        List.of(SMALL.tree(1)));
  }

  /** A chain as deep as it is long is no trouble for whoever checks or runs it. */
  @Test
  void treesMayBeDeep() {
    int nodes = 200_000;
    int[] left = new int[nodes];
    int[] leaves = new int[nodes + 1];
    for (int i = 0; i < nodes; i++) {
      left[i] = i % 2 == 0 ? nodes - 1 - i : 0;
      leaves[i] = i % 100;
    }
    IntegerTrees trees = new IntegerTrees("x", IntegerTreesKind.NUMBER, LeafType.INT8, false,
        PostTransform.NONE, 1, 0, new int[1],
        List.of(new IntegerFeature(false, new double[]{0}, false, List.of())),
        List.of(new IntegerTree(0, 1, new char[nodes], new byte[nodes], new char[nodes], left,
            leaves)));

    assertThat(IntegerTrees.read(trees.files())).isEqualTo(trees);
    assertThat(trees.files().names()).hasSizeGreaterThan(50);
    assertThat(trees.run(new byte[1])).containsExactly(0);
  }

  @Test
  void filesAreInARow() {
    Map<String, byte[]> files = new HashMap<>();
    files.put("trees.int8/0001", SMALL.bytes());
    assertThatThrownBy(() -> IntegerTrees.read(ModelFiles.of(files)))
        .hasMessage("the model has the file trees.int8/0001; expected trees.int8/0000");
    assertThatThrownBy(
        () -> IntegerTrees.read(ModelFiles.of(Map.of("trees.int8/0000", new byte[5]))))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage("trees.int8/0000: the trees end after 5 bytes; expected more");
    assertThatThrownBy(() -> IntegerTrees.read(ModelFiles.of(Map.of("model.onnx", new byte[1]))))
        .hasMessage("the model has the files [model.onnx]; expected trees.int8/0000");
  }
}
