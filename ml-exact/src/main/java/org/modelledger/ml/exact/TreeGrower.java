package org.modelledger.ml.exact;

/**
 * Grows trees leaf by leaf, the one with the greatest gain first (Shi 2007, "Best-first Decision Tree
 * Learning"; LightGBM's order). The rows of each leaf lie side by side, in their order in the table. Of the two
 * sides of a split the smaller one is added up; the other one is what it leaves of the whole.
 */
final class TreeGrower {
  private static final int BLOCK_ROWS = 1 << 14;

  /** A node without children, so far. */
  private static final class Leaf {
    int node;
    int depth;
    int start;
    int count;
    long gradient;
    long hessian;
    double least;
    double greatest;
    long[][] histogram = new long[0][];
    boolean counted;
    final Split split = new Split();
  }

  /** Makes the number of a leaf of its best output. */
  interface LeafValue {
    float of(double output);
  }

  private final BinnedRows table;
  private final SplitRules rules;
  private final int maxDepth;
  private final Team team;
  private final Histograms histograms;
  private final SplitFinder[] finders;
  private final Leaf[] leaves;
  private final Split[][] found;
  private final int[] rows;
  private final int[] left;
  private final int[] right;
  private final int[] leftCounts;
  private int used;

  // what the tasks at hand read
  private boolean[] features = new boolean[0];
  private Quantum quantum = new Quantum(1, 1);
  private Leaf smaller = new Leaf();
  private Leaf larger = new Leaf();
  private boolean both;
  private final Team.Task searchTask = this::search;
  private final Team.Task partTask = this::part;
  private final Team.Task joinTask = this::join;

  /** @param maxDepth of a leaf beneath the root, or 0 for no limit */
  TreeGrower(BinnedRows table, SplitRules rules, int maxLeaves, int maxDepth, Team team) {
    this.table = table;
    this.rules = rules;
    this.maxDepth = maxDepth == 0 ? Integer.MAX_VALUE : maxDepth;
    this.team = team;
    this.histograms = new Histograms(table, team);
    this.finders = new SplitFinder[team.threads()];
    for (int i = 0; i < finders.length; i++) {
      finders[i] = new SplitFinder(rules);
    }
    this.leaves = new Leaf[maxLeaves];
    for (int i = 0; i < maxLeaves; i++) {
      leaves[i] = new Leaf();
    }
    this.found = new Split[2][histograms.groups()];
    for (Split[] splits : found) {
      for (int i = 0; i < splits.length; i++) {
        splits[i] = new Split();
      }
    }
    this.rows = new int[table.rows()];
    this.left = new int[table.rows()];
    this.right = new int[table.rows()];
    this.leftCounts = new int[Math.ceilDiv(table.rows(), BLOCK_ROWS)];
  }

  /**
   * Grows a tree.
   *
   * @param sample the rows to learn from, ascending; the first {@code count} of them
   * @param pairs a gradient and a hessian for each row of the table
   * @param some the features that may be split by
   */
  Tree grow(int[] sample, int count, long[] pairs, Quantum units, boolean[] some,
      LeafValue value) {
    features = some;
    quantum = units;
    histograms.want(some);
    Tree tree = new Tree(1, 2 * leaves.length);
    System.arraycopy(sample, 0, rows, 0, count);
    Leaf root = leaves[0];
    used = 1;
    root.node = tree.addLeaf(count);
    root.depth = 0;
    root.start = 0;
    root.count = count;
    root.least = Double.NEGATIVE_INFINITY;
    root.greatest = Double.POSITIVE_INFINITY;
    root.gradient = 0;
    root.hessian = 0;
    for (int i = 0; i < count; i++) {
      root.gradient += pairs[2 * rows[i]];
      root.hessian += pairs[2 * rows[i] + 1];
    }
    root.counted = false;
    root.split.clear();
    if (canSplit(root)) {
      root.histogram = histograms.take();
      root.counted = true;
      histograms.add(rows, 0, count, pairs);
      search(root, root, false);
    }
    while (used < leaves.length) {
      Leaf best = best();
      if (!best.split.exists()) {
        break;
      }
      Leaf other = leaves[used++];
      split(best, other, tree);
      if (used < leaves.length) {
        prepare(best, other, pairs);
      }
    }
    for (int i = 0; i < used; i++) {
      Leaf leaf = leaves[i];
      if (leaf.counted) {
        release(leaf);
      }
      tree.setValue(leaf.node, 0, value.of(output(leaf, leaf.gradient, leaf.hessian)));
    }
    return tree;
  }

  private Leaf best() {
    Leaf best = leaves[0];
    for (int i = 1; i < used; i++) {
      if (leaves[i].split.gain > best.split.gain) {
        best = leaves[i];
      }
    }
    return best;
  }

  private boolean canSplit(Leaf leaf) {
    return leaf.depth < maxDepth && leaf.count >= 2L * rules.minRows();
  }

  private double output(Leaf leaf, long gradient, long hessian) {
    double output = rules.output(quantum.gradientOf(gradient), quantum.hessianOf(hessian),
        rules.lambdaL2());
    return Math.max(leaf.least, Math.min(leaf.greatest, output));
  }

  /** Makes a leaf its own left child, and another one its right child. */
  private void split(Leaf leaf, Leaf other, Tree tree) {
    Split split = leaf.split;
    FeatureBins bins = table.bins(split.feature);
    int leftRows = quantum.rowsOf(split.leftHessian);
    larger = leaf;
    int blocks = Math.ceilDiv(leaf.count, BLOCK_ROWS);
    team.run(blocks, partTask);
    team.run(blocks, joinTask);

    other.start = leaf.start + leftRows;
    other.count = leaf.count - leftRows;
    other.counted = false;
    other.gradient = leaf.gradient - split.leftGradient;
    other.hessian = leaf.hessian - split.leftHessian;
    other.depth = leaf.depth + 1;
    other.least = leaf.least;
    other.greatest = leaf.greatest;
    int monotone = split.categorical ? 0 : rules.monotone(split.feature);
    if (monotone != 0) {
      double middle = output(leaf, split.leftGradient, split.leftHessian) / 2
          + output(leaf, other.gradient, other.hessian) / 2;
      if (monotone > 0) {
        leaf.greatest = middle;
        other.least = middle;
      } else {
        leaf.least = middle;
        other.greatest = middle;
      }
    }
    leaf.count = leftRows;
    leaf.gradient = split.leftGradient;
    leaf.hessian = split.leftHessian;
    leaf.depth++;
    int leftNode = tree.addLeaf(leaf.count);
    int rightNode = tree.addLeaf(other.count);
    tree.split(leaf.node, split, bins, leftNode, rightNode);
    leaf.node = leftNode;
    other.node = rightNode;
  }

  /** Parts the rows of a block into those that go left and those that go right. */
  private void part(int block, int worker) {
    Split split = larger.split;
    byte[] column = table.column(split.feature);
    int from = larger.start + block * BLOCK_ROWS;
    int to = Math.min(larger.start + larger.count, from + BLOCK_ROWS);
    int lefts = from;
    int rights = from;
    if (split.categorical) {
      for (int i = from; i < to; i++) {
        int row = rows[i];
        int bin = column[row] & 0xff;
        int goesLeft = Split.isMember(split.members, 0, bin) ? 1 : 0;
        left[lefts] = row;
        right[rights] = row;
        lefts += goesLeft;
        rights += 1 - goesLeft;
      }
    } else {
      int greatest = split.bin;
      // no bin has the number 256
      int missing = split.missingLeft ? table.bins(split.feature).count() : 256;
      for (int i = from; i < to; i++) {
        int row = rows[i];
        int bin = column[row] & 0xff;
        // the signs of differences, as the processor would guess wrong every other time
        int goesLeft = bin - greatest - 1 >>> 31 | (bin ^ missing) - 1 >>> 31;
        left[lefts] = row;
        right[rights] = row;
        lefts += goesLeft;
        rights += 1 - goesLeft;
      }
    }
    leftCounts[block] = lefts - from;
  }

  /** Puts the parted rows of a block to their places. */
  private void join(int block, int worker) {
    int from = larger.start + block * BLOCK_ROWS;
    int to = Math.min(larger.start + larger.count, from + BLOCK_ROWS);
    int before = 0;
    for (int i = 0; i < block; i++) {
      before += leftCounts[i];
    }
    int lefts = leftCounts[block];
    System.arraycopy(left, from, rows, larger.start + before, lefts);
    int rightStart = larger.start + quantum.rowsOf(larger.split.leftHessian);
    System.arraycopy(right, from, rows, rightStart + (from - larger.start - before),
        to - from - lefts);
  }

  /** Finds the next split of two leaves that were one. */
  private void prepare(Leaf leaf, Leaf other, long[] pairs) {
    leaf.split.clear();
    other.split.clear();
    other.counted = false;
    boolean leafIsSmaller = leaf.count <= other.count;
    Leaf few = leafIsSmaller ? leaf : other;
    Leaf many = leafIsSmaller ? other : leaf;
    long[][] whole = leaf.histogram;
    leaf.counted = false;
    if (!canSplit(many)) {
      histograms.giveBack(whole);
      return;
    }
    few.histogram = histograms.take();
    few.counted = true;
    many.histogram = whole;
    many.counted = true;
    histograms.add(rows, few.start, few.start + few.count, pairs);
    search(few, many, true);
    if (!canSplit(few) || !few.split.exists()) {
      few.split.clear();
      release(few);
    }
    if (!many.split.exists()) {
      release(many);
    }
  }

  private void release(Leaf leaf) {
    leaf.counted = false;
    histograms.giveBack(leaf.histogram);
  }

  /** Collects the histogram of one leaf, takes it from that of another one, and finds the best splits. */
  private void search(Leaf few, Leaf many, boolean two) {
    smaller = few;
    larger = many;
    both = two;
    team.run(histograms.groups(), searchTask);
    histograms.collected();
    reduce(few.split, found[0]);
    if (two) {
      reduce(many.split, found[1]);
    }
  }

  private static void reduce(Split best, Split[] candidates) {
    best.clear();
    for (Split candidate : candidates) {
      if (candidate.gain > best.gain) {
        best.copyFrom(candidate);
      }
    }
  }

  private void search(int group, int worker) {
    found[0][group].clear();
    found[1][group].clear();
    if (!histograms.wanted(group)) {
      return;
    }
    histograms.collect(group, smaller.histogram);
    find(group, worker, smaller, found[0][group]);
    if (both) {
      Histograms.subtract(group, larger.histogram, smaller.histogram);
      find(group, worker, larger, found[1][group]);
    }
  }

  private void find(int group, int worker, Leaf leaf, Split best) {
    SplitFinder finder = finders[worker];
    finder.begin(quantum, leaf.gradient, leaf.hessian, leaf.least, leaf.greatest);
    int first = group * BinWords.GROUP;
    int end = Math.min(table.features(), first + BinWords.GROUP);
    for (int feature = first; feature < end; feature++) {
      if (features[feature]) {
        finder.find(feature, table.bins(feature), leaf.histogram[group],
            (feature - first) * Histograms.STRIDE, best);
      }
    }
  }

  /** What is done to the rows of a leaf of the last tree. */
  interface LeafRows {
    void accept(int[] rows, int from, int to, float value);
  }

  /** Goes through the leaves of the last tree, several threads at once. */
  void forEachLeaf(Tree tree, LeafRows action) {
    team.run(used, (i, worker) -> {
      Leaf leaf = leaves[i];
      action.accept(rows, leaf.start, leaf.start + leaf.count, tree.value(leaf.node, 0));
    });
  }
}
