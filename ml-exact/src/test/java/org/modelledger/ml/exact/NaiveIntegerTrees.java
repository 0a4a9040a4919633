package org.modelledger.ml.exact;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the bytes of trees as docs/formats/integer-trees.md says, and computes what it says, in the plainest way and
 * without anything of the room: nodes that know their children, sums of any size, sets as numbers of 256 bits.
 */
final class NaiveIntegerTrees {
  private interface Node {}

  private static final class Leaf implements Node {
    final List<BigInteger> numbers = new ArrayList<>();
  }

  private record Question(int feature, int mode, int argument, Node left, Node right)
      implements
        Node {}

  private static final class Feature {
    boolean categorical;
    boolean ownMissing;
    final List<Double> numbers = new ArrayList<>();
    final List<BigInteger> sets = new ArrayList<>();

    int toByte(double x) {
      if (Double.isNaN(x)) {
        return numbers.size() + (ownMissing ? 1 : 0);
      }
      int below = 0;
      for (int i = 0; i < numbers.size(); i++) {
        if (categorical && numbers.get(i) == x) {
          return i;
        }
        below += numbers.get(i) < x ? 1 : 0;
      }
      return categorical ? numbers.size() : below;
    }
  }

  private record Tree(int firstTarget, Node root) {}

  private final List<BigInteger> base = new ArrayList<>();
  private final List<Feature> features = new ArrayList<>();
  private final List<Tree> trees = new ArrayList<>();

  NaiveIntegerTrees(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content).position(10);
    int leafBytes = bytes.get();
    int numberBytes = bytes.get();
    int inputs = bytes.getInt();
    int outputs = bytes.getInt();
    int count = bytes.getInt();
    bytes.position(32 + 16);
    for (int t = 0; t < outputs; t++) {
      base.add(BigInteger.valueOf(bytes.getInt()));
    }
    for (int f = 0; f < inputs; f++) {
      Feature feature = new Feature();
      feature.categorical = bytes.get() == 1;
      int numbers = bytes.get() & 0xff;
      feature.ownMissing = bytes.get() == 1;
      bytes.get();
      int sets = bytes.getInt();
      for (int i = 0; i < numbers; i++) {
        feature.numbers.add(numberBytes == 8 ? bytes.getDouble() : bytes.getFloat());
      }
      for (int s = 0; s < sets; s++) {
        byte[] set = new byte[32];
        bytes.get(set);
        feature.sets.add(new BigInteger(1, set));
      }
      features.add(feature);
    }
    for (int t = 0; t < count; t++) {
      int nodes = bytes.getInt();
      int firstTarget = bytes.getInt();
      int width = bytes.getInt();
      List<Leaf> leaves = new ArrayList<>();
      int at = bytes.position();
      bytes.position(at + 8 * nodes);
      for (int l = 0; l <= nodes; l++) {
        Leaf leaf = new Leaf();
        for (int i = 0; i < width; i++) {
          byte[] number = new byte[leafBytes];
          bytes.get(number);
          leaf.numbers.add(new BigInteger(number));
        }
        leaves.add(leaf);
      }
      trees.add(new Tree(firstTarget, node(bytes, at, 0, nodes, leaves)));
    }
  }

  /** The subtree of so many inner nodes that begins at one; takes its leaves from the front. */
  private static Node node(ByteBuffer bytes, int start, int first, int size, List<Leaf> leaves) {
    if (size == 0) {
      return leaves.removeFirst();
    }
    int at = start + 8 * first;
    int beside = bytes.getInt(at + 4) & 0xffffff;
    Node left = node(bytes, start, first + 1, beside, leaves);
    Node right = node(bytes, start, first + 1 + beside, size - 1 - beside, leaves);
    return new Question(bytes.getChar(at), bytes.get(at + 4), bytes.getChar(at + 2), left, right);
  }

  byte[] toBytes(double[] row) {
    byte[] bytes = new byte[row.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) features.get(i).toByte(row[i]);
    }
    return bytes;
  }

  /** The scores, tree after tree in any order. */
  int[] run(byte[] row, List<Integer> order) {
    List<BigInteger> sums = new ArrayList<>(base);
    for (int t : order) {
      Node at = trees.get(t).root;
      while (at instanceof Question question) {
        at = isLeft(question, row[question.feature] & 0xff) ? question.left : question.right;
      }
      List<BigInteger> numbers = ((Leaf) at).numbers;
      for (int i = 0; i < numbers.size(); i++) {
        int target = trees.get(t).firstTarget + i;
        sums.set(target, sums.get(target).add(numbers.get(i)));
      }
    }
    return sums.stream().mapToInt(BigInteger::intValueExact).toArray();
  }

  private boolean isLeft(Question question, int value) {
    Feature feature = features.get(question.feature);
    return switch (question.mode) {
      case 0 -> value <= question.argument;
      case 1 -> value <= question.argument || value == feature.numbers.size() + 1;
      default -> feature.sets.get(question.argument).testBit(value);
    };
  }
}
