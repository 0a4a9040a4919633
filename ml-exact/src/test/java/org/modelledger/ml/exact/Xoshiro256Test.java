package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Xoshiro256Test {

  /** The vector of the Rust project's rand_xoshiro, made with the authors' C code. */
  @Test
  void givesThePublishedSequence() {
    Xoshiro256 random = new Xoshiro256(1, 2, 3, 4);
    long[] published = {41943041L, 58720359L, 3588806011781223L, 3591011842654386L,
        Long.parseUnsignedLong("9228616714210784205"),
        Long.parseUnsignedLong("9973669472204895162"),
        Long.parseUnsignedLong("14011001112246962877"),
        Long.parseUnsignedLong("12406186145184390807"),
        Long.parseUnsignedLong("15849039046786891736"),
        Long.parseUnsignedLong("10450023813501588000")};
    for (long wanted : published) {
      assertThat(random.next()).isEqualTo(wanted);
    }
  }

  /** The JDK's SplittableRandom is SplitMix64 too. */
  @Test
  void fillsItsStateBySplitMix() {
    SplittableRandom splitMix = new SplittableRandom(1234567);
    long state = 1234567;
    for (int i = 0; i < 100; i++) {
      assertThat(Xoshiro256.splitMix(state)).isEqualTo(splitMix.nextLong());
      state += 0x9e3779b97f4a7c15L;
    }
    assertThat(Xoshiro256.splitMix(1234567)).isEqualTo(6457827717110365317L);
  }

  @Test
  void drawsEveryNumberBelowABound() {
    Xoshiro256 random = Xoshiro256.seeded(1, 1);
    int[] seen = new int[7];
    for (int i = 0; i < 7000; i++) {
      seen[random.nextInt(7)]++;
    }
    for (int count : seen) {
      assertThat(count).isBetween(850, 1150);
    }
    assertThat(random.nextInt(1)).isZero();
  }

  @Test
  void drawsDoublesFromZeroBelowOne() {
    Xoshiro256 random = Xoshiro256.seeded(1, 1);
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      double value = random.nextDouble();
      assertThat(value).isBetween(0.0, Math.nextDown(1.0));
      sum += value;
    }
    assertThat(sum / 10_000).isBetween(0.49, 0.51);
  }

  @Test
  void shufflesToAPermutation() {
    int[] items = new int[100];
    for (int i = 0; i < items.length; i++) {
      items[i] = i;
    }
    int[] shuffled = items.clone();
    Xoshiro256.seeded(1, 1).shuffle(shuffled);
    assertThat(shuffled).isNotEqualTo(items).containsExactlyInAnyOrder(items);
  }

  @Test
  void seedsAndStreamsDiffer() {
    assertThat(Xoshiro256.seeded(1, 1).next()).isEqualTo(Xoshiro256.seeded(1, 1).next())
        .isNotEqualTo(Xoshiro256.seeded(1, 2).next())
        .isNotEqualTo(Xoshiro256.seeded(2, 1).next());
  }
}
