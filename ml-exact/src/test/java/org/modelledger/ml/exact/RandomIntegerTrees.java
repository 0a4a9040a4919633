package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Makes up trees of whole numbers. */
final class RandomIntegerTrees {
  private RandomIntegerTrees() {}

  /** One of few nodes, or of many. */
  static IntegerTrees any(RandomGenerator random, int mostNodes) {
    IntegerTreesKind kind = List.of(IntegerTreesKind.values()).get(random.nextInt(3));
    int targets = kind == IntegerTreesKind.CLASSES ? random.nextInt(2, 5) : 1;
    LeafType leaves = List.of(LeafType.values()).get(random.nextInt(3));
    boolean float64 = random.nextBoolean();
    List<IntegerFeature> features = new ArrayList<>();
    for (int f = random.nextInt(1, 5); f > 0; f--) {
      features.add(feature(random, float64));
    }
    int[] base = random.ints(targets, -1_000_000, 1_000_000).toArray();
    List<IntegerTree> trees = new ArrayList<>();
    int count = random.nextInt(1, 8);
    for (int t = 0; t < count; t++) {
      int greatest = Math.min(leaves.greatest(), (1 << 30) / count);
      trees.add(tree(random, features, random.nextInt(mostNodes + 1), targets, greatest));
    }
    return new IntegerTrees("x", kind, leaves, float64,
        kind == IntegerTreesKind.NUMBER ? PostTransform.NONE : PostTransform.SOFTMAX,
        random.nextDouble() + 0.01,
        kind == IntegerTreesKind.TWO_CLASSES ? 0 : random.nextGaussian(),
        base, features, trees);
  }

  private static IntegerFeature feature(RandomGenerator random, boolean float64) {
    TreeSet<Double> numbers = new TreeSet<>();
    for (int i = random.nextInt(8) == 0 ? 254 : random.nextInt(5); i > 0; i--) {
      double number = random.nextGaussian();
      numbers.add(float64 ? number : (float) number);
    }
    boolean missing = random.nextBoolean();
    List<byte[]> sets = new ArrayList<>();
    for (int s = random.nextInt(3); s > 0; s--) {
      byte[] set = new byte[IntegerFeature.SET_BYTES];
      for (int value = 0; value <= numbers.size() + (missing ? 1 : 0); value++) {
        if (random.nextBoolean()) {
          IntegerFeature.put(set, value);
        }
      }
      sets.add(set);
    }
    return new IntegerFeature(random.nextInt(3) == 0,
        numbers.stream().mapToDouble(Double::doubleValue).toArray(), missing, sets);
  }

  private static IntegerTree tree(RandomGenerator random, List<IntegerFeature> features, int nodes,
      int targets, int greatest) {
    char[] asked = new char[nodes];
    byte[] modes = new byte[nodes];
    char[] arguments = new char[nodes];
    int[] left = new int[nodes];
    shape(random, left, 0, nodes);
    int width = random.nextBoolean() ? 1 : targets;
    for (int node = 0; node < nodes; node++) {
      int f = random.nextInt(features.size());
      IntegerFeature feature = features.get(f);
      boolean ordered = !feature.categorical() && feature.count() > 0
          && (feature.sets() == 0 || random.nextBoolean());
      if (!ordered && feature.sets() == 0) {
        // there is nothing to ask for
        return tree(random, features, 0, targets, greatest);
      }
      asked[node] = (char) f;
      modes[node] = (byte) (!ordered
          ? IntegerTree.IN_SET
          : feature.ownMissing() && random.nextBoolean()
              ? IntegerTree.AT_MOST_OR_MISSING
              : IntegerTree.AT_MOST);
      arguments[node] = (char) random.nextInt(ordered ? feature.count() : feature.sets());
    }
    return new IntegerTree(random.nextInt(targets - width + 1), width, asked, modes, arguments,
        left, random.ints((nodes + 1L) * width, -greatest, greatest + 1).toArray());
  }

  private static void shape(RandomGenerator random, int[] left, int from, int size) {
    if (size > 0) {
      left[from] = random.nextInt(size);
      shape(random, left, from + 1, left[from]);
      shape(random, left, from + 1 + left[from], size - 1 - left[from]);
    }
  }
}
