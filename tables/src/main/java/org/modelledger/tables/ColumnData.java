package org.modelledger.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a column, one after the other. They lie in pieces, so that a column that grows is not
 * copied and at most one piece of it is empty. After the last value was added safe for several threads.
 */
abstract class ColumnData {
  static final int PIECE = 1 << 16;
  private static final int FIRST = 16;
  private static final int BITS = 16;
  private static final int MASK = PIECE - 1;

  private int size;
  private int first;

  static ColumnData of(ColumnType type) {
    return switch (type) {
      case FP64 -> new Doubles();
      case FP32 -> new Floats();
      case INT64 -> new Longs();
      case BOOL -> new Flags();
      case TEXT -> new Texts();
    };
  }

  final int size() {
    return size;
  }

  /** Makes room for one more value. */
  final int next() {
    if ((size & MASK) == 0) {
      first = size == 0 ? FIRST : PIECE;
      addPiece(first);
    } else if (size == first && size < PIECE) {
      first *= 2;
      growFirst(first);
    }
    return size++;
  }

  abstract void addPiece(int length);

  /** Only the first piece grows, so that small tables stay small. */
  abstract void growFirst(int length);

  abstract void addMissing();

  abstract boolean isMissing(int row);

  void addNumber(double value) {
    throw wrong("a number");
  }

  void addFloat(float value) {
    throw wrong("a number of type FP32");
  }

  void addWhole(long value) {
    throw wrong("a whole number");
  }

  void addFlag(boolean value) {
    throw wrong("true or false");
  }

  void addText(String value) {
    throw wrong("text");
  }

  double number(int row) {
    throw wrong("a number");
  }

  long whole(int row) {
    throw wrong("a whole number");
  }

  boolean flag(int row) {
    throw wrong("true or false");
  }

  String text(int row) {
    throw wrong("text");
  }

  /** No more values will be added. */
  void seal() {
    // most kinds have nothing to give back
  }

  private IllegalStateException wrong(String asked) {
    return new IllegalStateException("the column does not hold " + asked);
  }

  private static final class Doubles extends ColumnData {
    private final List<double[]> pieces = new ArrayList<>();

    @Override
    void addPiece(int length) {
      pieces.add(new double[length]);
    }

    @Override
    void growFirst(int length) {
      pieces.set(0, Arrays.copyOf(pieces.getFirst(), length));
    }

    @Override
    void addNumber(double value) {
      int row = next();
      pieces.get(row >>> BITS)[row & MASK] = value;
    }

    @Override
    void addMissing() {
      addNumber(Double.NaN);
    }

    @Override
    double number(int row) {
      return pieces.get(row >>> BITS)[row & MASK];
    }

    @Override
    boolean isMissing(int row) {
      return Double.isNaN(number(row));
    }
  }

  private static final class Floats extends ColumnData {
    private final List<float[]> pieces = new ArrayList<>();

    @Override
    void addPiece(int length) {
      pieces.add(new float[length]);
    }

    @Override
    void growFirst(int length) {
      pieces.set(0, Arrays.copyOf(pieces.getFirst(), length));
    }

    @Override
    void addFloat(float value) {
      int row = next();
      pieces.get(row >>> BITS)[row & MASK] = value;
    }

    @Override
    void addMissing() {
      addFloat(Float.NaN);
    }

    @Override
    double number(int row) {
      return pieces.get(row >>> BITS)[row & MASK];
    }

    @Override
    boolean isMissing(int row) {
      return Double.isNaN(number(row));
    }
  }

  private static final class Longs extends ColumnData {
    private final List<long[]> pieces = new ArrayList<>();
    private final BitSet missing = new BitSet();

    @Override
    void addPiece(int length) {
      pieces.add(new long[length]);
    }

    @Override
    void growFirst(int length) {
      pieces.set(0, Arrays.copyOf(pieces.getFirst(), length));
    }

    @Override
    void addWhole(long value) {
      int row = next();
      pieces.get(row >>> BITS)[row & MASK] = value;
    }

    @Override
    void addMissing() {
      missing.set(next());
    }

    @Override
    long whole(int row) {
      return pieces.get(row >>> BITS)[row & MASK];
    }

    @Override
    double number(int row) {
      return missing.get(row) ? Double.NaN : whole(row);
    }

    @Override
    boolean isMissing(int row) {
      return missing.get(row);
    }
  }

  private static final class Flags extends ColumnData {
    private static final byte MISSING = 2;
    private final List<byte[]> pieces = new ArrayList<>();

    @Override
    void addPiece(int length) {
      pieces.add(new byte[length]);
    }

    @Override
    void growFirst(int length) {
      pieces.set(0, Arrays.copyOf(pieces.getFirst(), length));
    }

    private void add(byte value) {
      int row = next();
      pieces.get(row >>> BITS)[row & MASK] = value;
    }

    private byte get(int row) {
      return pieces.get(row >>> BITS)[row & MASK];
    }

    @Override
    void addFlag(boolean value) {
      add((byte) (value ? 1 : 0));
    }

    @Override
    void addMissing() {
      add(MISSING);
    }

    @Override
    boolean flag(int row) {
      return get(row) == 1;
    }

    @Override
    long whole(int row) {
      return flag(row) ? 1 : 0;
    }

    @Override
    double number(int row) {
      return isMissing(row) ? Double.NaN : get(row);
    }

    @Override
    boolean isMissing(int row) {
      return get(row) == MISSING;
    }
  }

  /** Equal texts are held once. */
  private static final class Texts extends ColumnData {
    private static final int MISSING = -1;
    private final List<int[]> pieces = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private Map<String, Integer> places = new HashMap<>();

    @Override
    void addPiece(int length) {
      pieces.add(new int[length]);
    }

    @Override
    void growFirst(int length) {
      pieces.set(0, Arrays.copyOf(pieces.getFirst(), length));
    }

    private void add(int place) {
      int row = next();
      pieces.get(row >>> BITS)[row & MASK] = place;
    }

    private int get(int row) {
      return pieces.get(row >>> BITS)[row & MASK];
    }

    @Override
    void addText(String value) {
      Integer place = places.get(value);
      if (place == null) {
        place = texts.size();
        texts.add(value);
        places.put(value, place);
      }
      add(place);
    }

    @Override
    void addMissing() {
      add(MISSING);
    }

    @Override
    String text(int row) {
      int place = get(row);
      return place == MISSING ? "" : texts.get(place);
    }

    @Override
    boolean isMissing(int row) {
      return get(row) == MISSING;
    }

    @Override
    void seal() {
      places = Map.of();
    }
  }
}
