package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;

/**
 * An ensemble of trees in whole numbers: a byte for each feature in, 32-bit scores out, and nothing in between but
 * comparisons of bytes and sums of whole numbers, so that the order of trees does not matter and no two computers could
 * differ (docs/formats/integer-trees.md). {@link IntegerTreesExporter} makes one of a trained model. Immutable, safe for
 * use by several threads.
 *
 * <p>A score s stands for the number {@code offset + unit · s}: of a regression for the prediction, of a classifier for
 * what probabilities are made of.
 */
public final class IntegerTrees {
  /** What the names of the files begin with; four digits follow. */
  static final String FILES = "trees.int8/";
  static final int MAX_FEATURES = 1 << 16;
  static final int MAX_TARGETS = 1 << 16;
  private static final Pieces PIECES = new Pieces(FILES);

  private final String input;
  private final IntegerTreesKind kind;
  private final LeafType leaves;
  private final boolean float64;
  private final PostTransform transform;
  private final double unit;
  private final double offset;
  private final int[] base;
  private final List<IntegerFeature> features;
  private final List<IntegerTree> trees;

  /**
   * Takes over the array.
   *
   * @throws IllegalArgumentException if the parts do not go together; says why
   */
  IntegerTrees(String input, IntegerTreesKind kind, LeafType leaves, boolean float64,
      PostTransform transform, double unit, double offset, int[] base,
      List<IntegerFeature> features, List<IntegerTree> trees) {
    this.input = input;
    this.kind = kind;
    this.leaves = leaves;
    this.float64 = float64;
    this.transform = transform;
    this.unit = unit;
    this.offset = offset;
    this.base = base;
    this.features = List.copyOf(features);
    this.trees = List.copyOf(trees);
    check();
    IntegerTreesFormat.check(this);
  }

  private void check() {
    if (input.equals(TreeGraph.SCORES) || input.equals(TreeGraph.LABEL)
        || input.equals(TreeGraph.PREDICTION)) {
      throw new IllegalArgumentException(
          "the input is called '" + input + "', which is an output's name");
    }
    if (features.isEmpty() || features.size() > MAX_FEATURES || trees.isEmpty()
        || base.length > MAX_TARGETS) {
      throw new IllegalArgumentException("there are " + features.size() + " features, "
          + trees.size() + " trees and " + base.length + " targets; expected 1 to " + MAX_FEATURES
          + " features, at least one tree, and at most " + MAX_TARGETS + " targets");
    }
    if (kind == IntegerTreesKind.CLASSES ? base.length < 2 : base.length != 1) {
      throw new IllegalArgumentException("there are " + base.length + " targets; expected "
          + (kind == IntegerTreesKind.CLASSES ? "2 or more" : "1") + " of kind " + kind);
    }
    if (!(unit > 0 && unit < Double.POSITIVE_INFINITY) || !Double.isFinite(offset)) {
      throw new IllegalArgumentException("the unit is " + unit + ", the offset " + offset
          + "; expected a finite number above 0, and a finite one");
    }
    if (!transform.fits(kind)) {
      throw new IllegalArgumentException(
          "scores of kind " + kind + " become something by " + transform);
    }
    long[] most = new long[base.length];
    for (int t = 0; t < most.length; t++) {
      most[t] = Math.abs((long) base[t]);
    }
    for (int i = 0; i < trees.size(); i++) {
      IntegerTree tree = trees.get(i);
      try {
        tree.check(features, base.length);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("tree " + i + ": " + e.getMessage(), e);
      }
      for (int of = 0; of < tree.width(); of++) {
        long greatest = tree.greatest(of);
        if (greatest > leaves.greatest()) {
          throw new IllegalArgumentException("tree " + i + ": a leaf is " + greatest
              + " or less than 0 by as much; expected at most " + leaves.greatest());
        }
        most[tree.firstTarget() + of] += greatest;
      }
    }
    for (int t = 0; t < most.length; t++) {
      if (most[t] > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("the score of target " + t + " may become " + most[t]
            + "; expected at most " + Integer.MAX_VALUE + ", in whatever order it is added up");
      }
    }
  }

  /**
   * Reads trees.
   *
   * @throws ModelFormatException if the bytes are not exactly what {@link #bytes} would give: names what is there
   *     and what was expected
   */
  public static IntegerTrees read(byte[] bytes) {
    return IntegerTreesFormat.read(bytes);
  }

  /**
   * Reads trees from the files {@code trees.int8/0000} and so on of a model. Other files do not matter.
   *
   * @throws ModelFormatException if there are none, one of them is missing or has another length than it should,
   *     or they are not such trees
   */
  public static IntegerTrees read(ModelFiles files) {
    return PIECES.read(files, IntegerTrees::read);
  }

  /** Returns the names of a model's files that are parts of trees, in order. */
  static List<String> names(ModelFiles files) {
    return PIECES.names(files);
  }

  /** Returns the bytes: the same trees are the same bytes. */
  public byte[] bytes() {
    return IntegerTreesFormat.write(this);
  }

  /**
   * Returns the trees as the files of a model, {@code trees.int8/0000} and so on, of 24,544 bytes each but the last.
   */
  public ModelFiles files() {
    return PIECES.files(bytes());
  }

  /** Returns what the input is called. */
  public String input() {
    return input;
  }

  /** Returns the type of the numbers that become bytes: FP32 or FP64. */
  public DataType inputType() {
    return float64 ? DataType.FP64 : DataType.FP32;
  }

  /** Returns how many bytes go in. */
  public int inputs() {
    return features.size();
  }

  /** Returns how many scores come out: 1, or of a classifier one for each class. */
  public int outputs() {
    return base.length;
  }

  /** Returns how many classes there are, or 0 if scores stand for numbers. Two may share one score. */
  public int classes() {
    return switch (kind) {
      case NUMBER -> 0;
      case TWO_CLASSES -> 2;
      case CLASSES -> base.length;
    };
  }

  /** Returns how wide the leaves are. */
  public LeafType leafType() {
    return leaves;
  }

  /** Returns how many trees there are. */
  public int trees() {
    return trees.size();
  }

  /** Returns how many nodes ask something, in all trees together. */
  public long nodes() {
    return trees.stream().mapToLong(IntegerTree::nodes).sum();
  }

  /** Returns what one more of a score stands for. */
  public double unit() {
    return unit;
  }

  /** Returns what a score of 0 stands for. */
  public double offset() {
    return offset;
  }

  IntegerTreesKind kind() {
    return kind;
  }

  PostTransform transform() {
    return transform;
  }

  int base(int target) {
    return base[target];
  }

  IntegerFeature feature(int feature) {
    return features.get(feature);
  }

  IntegerTree tree(int tree) {
    return trees.get(tree);
  }

  /**
   * Turns numbers into the bytes that stand for them: by comparisons only. What comes after this is whole numbers.
   *
   * @param numbers one for each input; NaN is what is missing
   * @throws IllegalArgumentException if there are more or fewer
   */
  public byte[] toBytes(double[] numbers) {
    requireInputs(numbers.length);
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) features.get(i).toByte(numbers[i]);
    }
    return bytes;
  }

  /**
   * Runs the trees.
   *
   * @param bytes one for each input, 0 to 255 each
   * @return the scores
   * @throws IllegalArgumentException if there are more or fewer
   */
  public int[] run(byte[] bytes) {
    requireInputs(bytes.length);
    int[] sums = base.clone();
    for (IntegerTree tree : trees) {
      tree.add(bytes, features, sums);
    }
    return sums;
  }

  /**
   * Returns the class that scores say: of two that share one score the second if that is above 0, otherwise the one
   * with the highest, the first of equals.
   *
   * @param scores as {@link #run} returns them
   * @throws IllegalStateException if scores stand for numbers
   */
  public int label(int[] scores) {
    return switch (kind) {
      case NUMBER -> throw new IllegalStateException("the trees tell no classes apart");
      case TWO_CLASSES -> scores[0] > 0 ? 1 : 0;
      case CLASSES -> IntegerModel.highest(scores);
    };
  }

  /**
   * Returns what scores stand for: the prediction, or for each class what the model that the trees were made of calls
   * its score, mostly a probability. This is for people to read; it decides nothing.
   *
   * @param scores as {@link #run} returns them
   */
  public double[] meaning(int[] scores) {
    double[] numbers = new double[scores.length];
    for (int t = 0; t < numbers.length; t++) {
      numbers[t] = offset + unit * scores[t];
    }
    if (kind == IntegerTreesKind.TWO_CLASSES) {
      double s = numbers[0];
      numbers = new double[]{transform == PostTransform.NONE ? 1 - s : -s, s};
    }
    transform.apply(numbers, numbers.length);
    return numbers;
  }

  private void requireInputs(int length) {
    if (length != inputs()) {
      throw new IllegalArgumentException("the trees take " + inputs() + " inputs, not " + length);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntegerTrees trees && Arrays.equals(bytes(), trees.bytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes());
  }

  @Override
  public String toString() {
    return "IntegerTrees[" + trees.size() + " trees, " + nodes() + " nodes, " + leaves + ", " + kind
        + "]";
  }
}
