package org.modelledger.tables;

/**
 * The generator of every random choice: xoshiro256++ 1.0 by David Blackman and Sebastiano Vigna (2019,
 * public domain), its state filled by SplitMix64 (Sebastiano Vigna, 2015, public domain), as its authors
 * advise. Written out here because the JDK promises no particular sequence for its own, and a second time
 * beside that of {@code ml-exact} because a room of data does not know one that computes.
 */
final class Xoshiro256 {
  private long s0;
  private long s1;
  private long s2;
  private long s3;

  Xoshiro256(long s0, long s1, long s2, long s3) {
    this.s0 = s0;
    this.s1 = s1;
    this.s2 = s2;
    this.s3 = s3;
  }

  /**
   * Returns a generator for one purpose.
   *
   * @param stream generators of one seed with different streams are independent
   */
  static Xoshiro256 seeded(long seed, long stream) {
    long state = splitMix(splitMix(seed) + stream);
    long[] words = new long[4];
    for (int i = 0; i < words.length; i++) {
      words[i] = splitMix(state);
      state += 0x9e3779b97f4a7c15L;
    }
    return new Xoshiro256(words[0], words[1], words[2], words[3]);
  }

  /** SplitMix64's output for a state, from which the next state differs by 0x9e3779b97f4a7c15. */
  static long splitMix(long state) {
    long z = state + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Returns 64 random bits. */
  long next() {
    long result = Long.rotateLeft(s0 + s3, 23) + s0;
    long t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = Long.rotateLeft(s3, 45);
    return result;
  }

  /** Returns a number from 0 up to but without {@code bound}, each equally likely; bound is positive. */
  int nextInt(int bound) {
    // Daniel Lemire, "Fast Random Integer Generation in an Interval", 2019
    long product = (next() >>> 32) * bound;
    long low = product & 0xffffffffL;
    if (low < bound) {
      long threshold = (0x100000000L - bound) % bound;
      while (low < threshold) {
        product = (next() >>> 32) * bound;
        low = product & 0xffffffffL;
      }
    }
    return (int) (product >>> 32);
  }

  /** Shuffles in place (Fisher and Yates, in Durstenfeld's form). */
  void shuffle(int[] items) {
    for (int i = items.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
  }
}
