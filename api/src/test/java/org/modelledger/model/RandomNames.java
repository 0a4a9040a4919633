package org.modelledger.model;

import java.util.SplittableRandom;

/** Random text for the tests of grammars, from {@code -Dmodelledger.seed} or a new seed. */
final class RandomNames {
  private static final String NEAR = "abz019._-/ AZ:+\\%~é\u0000\u0085\ud83d";

  final long seed;
  private final SplittableRandom random;

  RandomNames() {
    Long set = Long.getLong("modelledger.seed");
    seed = set != null ? set : new SplittableRandom().nextLong();
    random = new SplittableRandom(seed);
  }

  /** Returns text of up to so many characters that is mostly near the grammars of names. */
  String next(int longest) {
    int length = random.nextInt(longest + 1);
    int good = random.nextInt(3) == 0 ? NEAR.length() : 10;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(NEAR.charAt(random.nextInt(good)));
    }
    return text.toString();
  }
}
