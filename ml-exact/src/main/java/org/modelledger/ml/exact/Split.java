package org.modelledger.ml.exact;

/** A way to part the rows of a node, or none at all; filled in again and again. */
final class Split {
  /** Four words hold a bit for each of 256 bins. */
  static final int MEMBER_WORDS = 4;

  /** By how much the objective falls, twice; negative infinity for no split. */
  double gain;
  int feature;
  boolean categorical;
  /** The greatest bin that goes left, of an ordered feature. */
  int bin;
  /** Whether what is missing goes left. */
  boolean missingLeft;
  /** The categories that go left, by bins. */
  final long[] members = new long[MEMBER_WORDS];
  long leftGradient;
  long leftHessian;

  Split() {
    clear();
  }

  void clear() {
    gain = Double.NEGATIVE_INFINITY;
  }

  boolean exists() {
    return gain != Double.NEGATIVE_INFINITY;
  }

  void copyFrom(Split other) {
    gain = other.gain;
    feature = other.feature;
    categorical = other.categorical;
    bin = other.bin;
    missingLeft = other.missingLeft;
    System.arraycopy(other.members, 0, members, 0, MEMBER_WORDS);
    leftGradient = other.leftGradient;
    leftHessian = other.leftHessian;
  }

  void clearMembers() {
    for (int i = 0; i < MEMBER_WORDS; i++) {
      members[i] = 0;
    }
  }

  void addMember(int category) {
    members[category / Long.SIZE] |= 1L << category;
  }

  /** Says where a bin goes; what is missing has a bin of its own. */
  boolean goesLeft(int rowBin, int missingBin) {
    if (categorical) {
      return isMember(members, 0, rowBin);
    }
    return rowBin == missingBin ? missingLeft : rowBin <= bin;
  }

  static boolean isMember(long[] members, int offset, int category) {
    return (members[offset + category / Long.SIZE] >>> category & 1) != 0;
  }
}
