package org.modelledger.ml.exact;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.modelledger.inference.TensorSpec;
import org.modelledger.ml.exact.internal.ensemble.Aggregate;
import org.modelledger.ml.exact.internal.ensemble.Mode;
import org.modelledger.ml.exact.internal.ensemble.TreeEnsemble;
import org.modelledger.model.ModelFormatException;

/** Makes whole numbers of one operator's trees. */
final class TreeQuantizer {
  private static final double EVEN_CHANCE = 0.5;

  private final String input;
  private final TreeEnsemble trees;
  private final double[] bases;
  private final IntegerTreesKind kind;
  private final PostTransform transform;
  /** Above which of two classes that share a score the second is the answer. */
  private final double cut;
  private final List<FeatureBytes> features = new ArrayList<>();
  /** How many inner nodes lie beneath each node, itself among them. */
  private final int[] sizes;

  /** @throws ModelFormatException if whole numbers cannot stand for what the operator computes */
  TreeQuantizer(MlTrees.Step step, TensorSpec input) {
    this.input = input.name();
    this.trees = step.read();
    this.bases = Arrays.copyOf(step.base(trees), trees.targets());
    if (step instanceof MlTrees.Classifier classifier) {
      ClassScores classes = classifier.classes();
      this.transform = classes.transform();
      this.kind = classes.one() ? IntegerTreesKind.TWO_CLASSES : IntegerTreesKind.CLASSES;
      this.cut = classes.one() && transform == PostTransform.NONE ? EVEN_CHANCE : 0;
      if (!classes.labels().areCounted()
          || classes.one() && transform == PostTransform.NONE && classes.signed()) {
        throw new ModelFormatException("the classes are not called 0, 1, 2 and so on, or two of"
            + " them share a score that is no probability; expected what gradient-boosting and"
            + " random-forest yield");
      }
    } else {
      this.transform = ((MlTrees.Regressor) step).transform();
      this.kind = IntegerTreesKind.NUMBER;
      this.cut = 0;
    }
    if (kind == IntegerTreesKind.NUMBER && trees.targets() != 1 || !transform.fits(kind)
        || trees.aggregate() != Aggregate.SUM && trees.aggregate() != Aggregate.AVERAGE) {
      throw new ModelFormatException("the trees have " + trees.targets() + " targets, the "
          + trees.aggregate() + " of their weights, and scores become something by " + transform
          + "; expected one number or classes, SUM or AVERAGE, and NONE, or of classes LOGISTIC or"
          + " SOFTMAX");
    }
    for (int f = 0; f < input.shape().length(1); f++) {
      features.add(new FeatureBytes(f));
    }
    this.sizes = new int[trees.nodes()];
    for (int node = sizes.length - 1; node >= 0; node--) {
      if (trees.mode(node) != Mode.LEAF) {
        // children come after their parents
        sizes[node] = 1 + sizes[trees.child(node, true)] + sizes[trees.child(node, false)];
        features.get(trees.feature(node)).tell(TreeQuestion.of(trees, node));
      }
    }
  }

  IntegerTreesExporter.Quantized quantize(LeafType type) {
    features.forEach(feature -> feature.settle(trees));
    List<List<Integer>> nodes = new ArrayList<>();
    List<TreeLeaves> leaves = new ArrayList<>();
    for (int tree = 0; tree < trees.trees(); tree++) {
      List<Integer> order = preorder(trees.root(tree));
      nodes.add(order);
      leaves.add(leaves(order));
    }
    double[] middles = middles(leaves);
    double offset = switch (kind) {
      case NUMBER -> middles[0];
      case TWO_CLASSES -> cut;
      case CLASSES -> mean(middles);
    };
    for (int t = 0; t < middles.length; t++) {
      middles[t] -= offset;
    }
    double unit = TreeLeaves.unit(leaves, middles, type.greatest());
    int[] base = new int[middles.length];
    for (int t = 0; t < base.length; t++) {
      base[t] = (int) StrictMath.rint(middles[t] / unit);
    }
    List<IntegerTree> made = new ArrayList<>();
    for (int tree = 0; tree < nodes.size(); tree++) {
      made.add(tree(nodes.get(tree), leaves.get(tree), unit, type));
    }
    return new IntegerTreesExporter.Quantized(
        new IntegerTrees(input, kind, type, trees.isFloat64(), transform, unit, offset, base,
            features.stream().map(FeatureBytes::feature).toList(), made),
        features.stream().mapToInt(FeatureBytes::merged).sum());
  }

  /** Returns the nodes of a tree, leaves among them, each before what is beneath it, the left first. */
  private List<Integer> preorder(int root) {
    List<Integer> order = new ArrayList<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      int node = open.pop();
      order.add(node);
      if (trees.mode(node) != Mode.LEAF) {
        boolean leftIsYes = TreeQuestion.of(trees, node).leftIsYes();
        open.push(trees.child(node, !leftIsYes));
        open.push(trees.child(node, leftIsYes));
      }
    }
    return order;
  }

  private TreeLeaves leaves(List<Integer> order) {
    boolean[] given = new boolean[trees.targets()];
    int count = 0;
    for (int node : order) {
      if (trees.mode(node) == Mode.LEAF) {
        trees.markTargets(node, given);
        count++;
      }
    }
    int first = 0;
    while (first < given.length - 1 && !given[first]) {
      first++;
    }
    int last = given.length - 1;
    while (last > first && !given[last]) {
      last--;
    }
    int width = last - first + 1;
    double[] values = new double[Math.multiplyExact(count, width)];
    double share = trees.aggregate() == Aggregate.AVERAGE ? trees.trees() : 1;
    int leaf = 0;
    double[] sums = new double[given.length];
    for (int node : order) {
      if (trees.mode(node) == Mode.LEAF) {
        Arrays.fill(sums, 0);
        trees.addWeights(node, sums);
        for (int of = 0; of < width; of++) {
          values[leaf * width + of] = sums[first + of] / share;
        }
        leaf++;
      }
    }
    return new TreeLeaves(first, width, values);
  }

  /** Returns for each target its base and all trees' middles. */
  private double[] middles(List<TreeLeaves> leaves) {
    double[] middles = bases.clone();
    for (TreeLeaves tree : leaves) {
      for (int of = 0; of < tree.width; of++) {
        middles[tree.firstTarget + of] += tree.middle(of);
      }
    }
    return middles;
  }

  private static double mean(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    return sum / numbers.length;
  }

  private IntegerTree tree(List<Integer> order, TreeLeaves leaves, double unit, LeafType type) {
    int inner = sizes[order.getFirst()];
    char[] asked = new char[inner];
    byte[] modes = new byte[inner];
    char[] arguments = new char[inner];
    int[] left = new int[inner];
    int at = 0;
    for (int node : order) {
      if (trees.mode(node) != Mode.LEAF) {
        TreeQuestion question = TreeQuestion.of(trees, node);
        FeatureBytes feature = features.get(trees.feature(node));
        asked[at] = (char) trees.feature(node);
        modes[at] = (byte) feature.mode(question);
        arguments[at] = (char) feature.argument(question);
        left[at] = sizes[trees.child(node, question.leftIsYes())];
        at++;
      }
    }
    return new IntegerTree(leaves.firstTarget, leaves.width, asked, modes, arguments, left,
        leaves.inUnits(unit, type.greatest()));
  }
}
