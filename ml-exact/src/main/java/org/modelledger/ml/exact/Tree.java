package org.modelledger.ml.exact;

import java.util.Arrays;

/**
 * A tree over bins. Node 0 is the root; a node comes before what is beneath it. What is beneath an inner node
 * is its left child, where the condition holds, and its right one.
 */
final class Tree {
  private static final int LEAF = -1;
  private static final int CATEGORICAL = -1;

  /** How many numbers each leaf gives. */
  private final int width;
  private int nodes;
  private int[] feature;
  private int[] bin;
  private int[] missingBin;
  private boolean[] missingLeft;
  private int[] left;
  private int[] right;
  private int[] rows;
  private float[] values;
  /** For each categorical node, at the bin's place, where its members begin. */
  private int[] membersAt;
  private long[] members = new long[0];

  Tree(int width, int room) {
    this.width = width;
    this.feature = new int[room];
    this.bin = new int[room];
    this.missingBin = new int[room];
    this.missingLeft = new boolean[room];
    this.left = new int[room];
    this.right = new int[room];
    this.rows = new int[room];
    this.values = new float[room * width];
    this.membersAt = new int[room];
  }

  int width() {
    return width;
  }

  int nodes() {
    return nodes;
  }

  /** Adds a node that is a leaf so far, and returns its number. */
  int addLeaf(int rowCount) {
    if (nodes == feature.length) {
      grow();
    }
    feature[nodes] = LEAF;
    rows[nodes] = rowCount;
    return nodes++;
  }

  private void grow() {
    int room = Math.max(4, 2 * nodes);
    feature = Arrays.copyOf(feature, room);
    bin = Arrays.copyOf(bin, room);
    missingBin = Arrays.copyOf(missingBin, room);
    missingLeft = Arrays.copyOf(missingLeft, room);
    left = Arrays.copyOf(left, room);
    right = Arrays.copyOf(right, room);
    rows = Arrays.copyOf(rows, room);
    values = Arrays.copyOf(values, Math.multiplyExact(room, width));
    membersAt = Arrays.copyOf(membersAt, room);
  }

  void setValue(int node, int output, float value) {
    values[node * width + output] = value;
  }

  /** Makes a leaf an inner node. */
  void split(int node, Split split, FeatureBins bins, int leftChild, int rightChild) {
    feature[node] = split.feature;
    missingBin[node] = bins.count();
    missingLeft[node] = split.missingLeft;
    left[node] = leftChild;
    right[node] = rightChild;
    if (split.categorical) {
      bin[node] = CATEGORICAL;
      membersAt[node] = members.length;
      members = Arrays.copyOf(members, members.length + Split.MEMBER_WORDS);
      System.arraycopy(split.members, 0, members, membersAt[node], Split.MEMBER_WORDS);
    } else {
      bin[node] = split.bin;
    }
  }

  boolean isLeaf(int node) {
    return feature[node] == LEAF;
  }

  int feature(int node) {
    return feature[node];
  }

  boolean isCategorical(int node) {
    return bin[node] == CATEGORICAL;
  }

  /** Returns the greatest bin that goes left, of an ordered feature. */
  int bin(int node) {
    return bin[node];
  }

  boolean missingLeft(int node) {
    return missingLeft[node];
  }

  boolean isMember(int node, int category) {
    return Split.isMember(members, membersAt[node], category);
  }

  int left(int node) {
    return left[node];
  }

  int right(int node) {
    return right[node];
  }

  /** Returns how many rows were there when the tree was learned. */
  int rows(int node) {
    return rows[node];
  }

  float value(int node, int output) {
    return values[node * width + output];
  }

  /** Returns the leaf that a row comes to. */
  int leaf(BinnedRows table, int row) {
    int node = 0;
    while (feature[node] != LEAF) {
      int at = table.bin(feature[node], row);
      boolean goesLeft;
      if (bin[node] == CATEGORICAL) {
        goesLeft = Split.isMember(members, membersAt[node], at);
      } else {
        goesLeft = at == missingBin[node] ? missingLeft[node] : at <= bin[node];
      }
      node = goesLeft ? left[node] : right[node];
    }
    return node;
  }
}
