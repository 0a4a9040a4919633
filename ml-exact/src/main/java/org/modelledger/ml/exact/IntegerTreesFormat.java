package org.modelledger.ml.exact;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.modelledger.model.ModelFormatException;

/** Reads and writes docs/formats/integer-trees.md. */
final class IntegerTreesFormat {
  private static final byte[] MAGIC = "MLTREI8\n".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 32;
  private static final int FEATURE_BYTES = 8;
  private static final int TREE_BYTES = 12;
  private static final int NODE_BYTES = 8;
  private static final int MAX_NAME = 255;
  private static final List<IntegerTreesKind> KINDS = List.of(IntegerTreesKind.NUMBER,
      IntegerTreesKind.TWO_CLASSES, IntegerTreesKind.CLASSES);
  private static final List<PostTransform> TRANSFORMS = List.of(PostTransform.NONE,
      PostTransform.LOGISTIC, PostTransform.SOFTMAX);

  private IntegerTreesFormat() {}

  /** @throws IllegalArgumentException if trees have no form */
  static void check(IntegerTrees trees) {
    int name = name(trees).length;
    if (name < 1 || name > MAX_NAME
        || !StandardCharsets.UTF_8.newEncoder().canEncode(trees.input())) {
      throw new IllegalArgumentException("the input is called '" + trees.input()
          + "'; expected a name of 1 to " + MAX_NAME + " bytes of UTF-8");
    }
    if (trees.inputType().size() == Float.BYTES) {
      for (int f = 0; f < trees.inputs(); f++) {
        IntegerFeature feature = trees.feature(f);
        for (int i = 0; i < feature.count(); i++) {
          if (feature.number(i) != (float) feature.number(i)) {
            throw new IllegalArgumentException("feature " + f + " has the number "
                + feature.number(i) + "; expected one of FP32, as the input is");
          }
        }
      }
    }
    if (length(trees) > Pieces.MAX_BYTES) {
      throw new IllegalArgumentException("the trees take " + length(trees)
          + " bytes; expected at most " + Pieces.MAX_BYTES);
    }
  }

  private static byte[] name(IntegerTrees trees) {
    return trees.input().getBytes(StandardCharsets.UTF_8);
  }

  private static long length(IntegerTrees trees) {
    long length = (long) HEADER_BYTES + 2 * Double.BYTES + Integer.BYTES * (long) trees.outputs();
    for (int f = 0; f < trees.inputs(); f++) {
      IntegerFeature feature = trees.feature(f);
      length += FEATURE_BYTES + (long) feature.count() * trees.inputType().size()
          + (long) feature.sets() * IntegerFeature.SET_BYTES;
    }
    for (int t = 0; t < trees.trees(); t++) {
      IntegerTree tree = trees.tree(t);
      length += TREE_BYTES + (long) NODE_BYTES * tree.nodes()
          + (tree.nodes() + 1L) * tree.width() * trees.leafType().bytes();
    }
    return length + 1 + name(trees).length;
  }

  static byte[] write(IntegerTrees trees) {
    int length = Math.toIntExact(length(trees));
    boolean float64 = trees.inputType().size() == Double.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(length)
        .put(MAGIC)
        .put((byte) VERSION)
        .put((byte) KINDS.indexOf(trees.kind()))
        .put((byte) trees.leafType().bytes())
        .put((byte) trees.inputType().size())
        .putInt(trees.inputs())
        .putInt(trees.outputs())
        .putInt(trees.trees())
        .putInt(length)
        .put((byte) TRANSFORMS.indexOf(trees.transform()))
        .position(HEADER_BYTES)
        .putDouble(trees.unit())
        .putDouble(trees.offset());
    for (int t = 0; t < trees.outputs(); t++) {
      bytes.putInt(trees.base(t));
    }
    for (int f = 0; f < trees.inputs(); f++) {
      IntegerFeature feature = trees.feature(f);
      bytes.put((byte) (feature.categorical() ? 1 : 0))
          .put((byte) feature.count())
          .put((byte) (feature.ownMissing() ? 1 : 0))
          .put((byte) 0)
          .putInt(feature.sets());
      for (int i = 0; i < feature.count(); i++) {
        if (float64) {
          bytes.putDouble(feature.number(i));
        } else {
          bytes.putFloat((float) feature.number(i));
        }
      }
      for (int s = 0; s < feature.sets(); s++) {
        bytes.put(feature.set(s));
      }
    }
    for (int t = 0; t < trees.trees(); t++) {
      write(trees.tree(t), trees.leafType(), bytes);
    }
    byte[] name = name(trees);
    return bytes.put((byte) name.length).put(name).array();
  }

  private static void write(IntegerTree tree, LeafType leaves, ByteBuffer bytes) {
    bytes.putInt(tree.nodes()).putInt(tree.firstTarget()).putInt(tree.width());
    for (int node = 0; node < tree.nodes(); node++) {
      bytes.putShort((short) tree.feature(node))
          .putShort((short) tree.argument(node))
          // 8 bits of how, 24 of how many are to the left
          .putInt(tree.mode(node) << 24 | tree.left(node));
    }
    for (int leaf = 0; leaf <= tree.nodes(); leaf++) {
      for (int of = 0; of < tree.width(); of++) {
        int value = tree.leaf(leaf, of);
        switch (leaves) {
          case INT8 -> bytes.put((byte) value);
          case INT16 -> bytes.putShort((short) value);
          case INT32 -> bytes.putInt(value);
        }
      }
    }
  }

  static IntegerTrees read(byte[] content) {
    try {
      IntegerTrees trees = parse(ByteBuffer.wrap(content));
      // so that padding is 0, and there is one form only
      int difference = Arrays.mismatch(content, trees.bytes());
      if (difference >= 0) {
        throw new ModelFormatException("byte " + difference + " of the trees is "
            + (difference < content.length ? content[difference] & 0xff : "missing")
            + ", which is not what trees like these have there");
      }
      return trees;
    } catch (BufferUnderflowException e) {
      throw new ModelFormatException(
          "the trees end after " + content.length + " bytes; expected more", e);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException("the bytes are not trees: " + e.getMessage(), e);
    }
  }

  private static IntegerTrees parse(ByteBuffer bytes) {
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new ModelFormatException("the bytes do not begin like trees, with MLTREI8");
    }
    int version = bytes.get() & 0xff;
    if (version != VERSION) {
      throw new ModelFormatException("the trees have the format's version " + version
          + "; supported is " + VERSION);
    }
    IntegerTreesKind kind = one(KINDS, bytes.get() & 0xff, "the kind");
    LeafType leaves = leafType(bytes.get() & 0xff);
    int numberBytes = bytes.get() & 0xff;
    if (numberBytes != Float.BYTES && numberBytes != Double.BYTES) {
      throw new ModelFormatException("the numbers of the input have " + numberBytes
          + " bytes; expected " + Float.BYTES + " or " + Double.BYTES);
    }
    long inputs = bytes.getInt() & 0xffffffffL;
    long outputs = bytes.getInt() & 0xffffffffL;
    long count = bytes.getInt() & 0xffffffffL;
    long length = bytes.getInt() & 0xffffffffL;
    if (length != bytes.limit()) {
      throw new ModelFormatException(
          "the trees have " + bytes.limit() + " bytes; their header says " + length);
    }
    PostTransform transform = one(TRANSFORMS, bytes.get() & 0xff, "what scores become");
    // what comes next is as long as that says: no memory is taken for what is not there
    require(bytes, HEADER_BYTES - bytes.position() + 2L * Double.BYTES
        + outputs * Integer.BYTES + inputs * FEATURE_BYTES + count * TREE_BYTES);
    bytes.position(HEADER_BYTES);
    double unit = bytes.getDouble();
    double offset = bytes.getDouble();
    int[] base = new int[(int) outputs];
    for (int t = 0; t < base.length; t++) {
      base[t] = bytes.getInt();
    }
    List<IntegerFeature> features = new ArrayList<>();
    for (int f = 0; f < inputs; f++) {
      try {
        features.add(feature(bytes, numberBytes));
      } catch (IllegalArgumentException e) {
        throw new ModelFormatException("feature " + f + ": " + e.getMessage(), e);
      }
    }
    List<IntegerTree> trees = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      trees.add(tree(bytes, leaves, t));
    }
    byte[] name = new byte[bytes.get() & 0xff];
    bytes.get(name);
    if (bytes.hasRemaining()) {
      throw new ModelFormatException(
          bytes.remaining() + " bytes follow the input's name; expected none");
    }
    return new IntegerTrees(text(name), kind, leaves, numberBytes == Double.BYTES, transform, unit,
        offset, base, features, trees);
  }

  private static void require(ByteBuffer bytes, long wanted) {
    if (bytes.remaining() < wanted) {
      throw new BufferUnderflowException();
    }
  }

  private static <T> T one(List<T> all, int code, String what) {
    if (code >= all.size()) {
      throw new ModelFormatException(
          what + " is " + code + "; expected 0 to " + (all.size() - 1));
    }
    return all.get(code);
  }

  private static LeafType leafType(int bytes) {
    for (LeafType type : LeafType.values()) {
      if (type.bytes() == bytes) {
        return type;
      }
    }
    throw new ModelFormatException("leaves have " + bytes + " bytes; expected 1, 2 or 4");
  }

  private static IntegerFeature feature(ByteBuffer bytes, int numberBytes) {
    int categorical = bytes.get();
    int count = bytes.get() & 0xff;
    int ownMissing = bytes.get();
    bytes.get();
    int setCount = bytes.getInt();
    if (categorical < 0 || categorical > 1 || ownMissing < 0 || ownMissing > 1 || setCount < 0
        || setCount > IntegerFeature.MAX_SETS) {
      throw new IllegalArgumentException("it is categorical by " + categorical
          + ", knows what is missing by " + ownMissing + ", and has " + setCount
          + " sets; expected 0 or 1, 0 or 1, and 0 to " + IntegerFeature.MAX_SETS);
    }
    require(bytes, (long) count * numberBytes + (long) setCount * IntegerFeature.SET_BYTES);
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = numberBytes == Double.BYTES ? bytes.getDouble() : bytes.getFloat();
    }
    List<byte[]> sets = new ArrayList<>();
    for (int s = 0; s < setCount; s++) {
      byte[] set = new byte[IntegerFeature.SET_BYTES];
      bytes.get(set);
      sets.add(set);
    }
    return new IntegerFeature(categorical == 1, numbers, ownMissing == 1, sets);
  }

  private static IntegerTree tree(ByteBuffer bytes, LeafType type, int number) {
    int nodes = bytes.getInt();
    int firstTarget = bytes.getInt();
    int width = bytes.getInt();
    if (nodes < 0 || nodes >= IntegerTree.MAX_NODES || width < 1
        || width > IntegerTrees.MAX_TARGETS) {
      throw new ModelFormatException("tree " + number + " has " + nodes
          + " inner nodes, and leaves of " + width + " numbers; expected 0 to "
          + (IntegerTree.MAX_NODES - 1) + ", and 1 to " + IntegerTrees.MAX_TARGETS);
    }
    long numbers = (nodes + 1L) * width;
    require(bytes, (long) NODE_BYTES * nodes + numbers * type.bytes());
    char[] features = new char[nodes];
    char[] arguments = new char[nodes];
    byte[] modes = new byte[nodes];
    int[] left = new int[nodes];
    for (int node = 0; node < nodes; node++) {
      features[node] = bytes.getChar();
      arguments[node] = bytes.getChar();
      int last = bytes.getInt();
      modes[node] = (byte) (last >> 24);
      left[node] = last & 0xffffff;
    }
    int[] leaves = new int[Math.toIntExact(numbers)];
    for (int i = 0; i < leaves.length; i++) {
      leaves[i] = switch (type) {
        case INT8 -> bytes.get();
        case INT16 -> bytes.getShort();
        case INT32 -> bytes.getInt();
      };
    }
    return new IntegerTree(firstTarget, width, features, modes, arguments, left, leaves);
  }

  private static String text(byte[] name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException("the input's name is not UTF-8", e);
    }
  }
}
