package org.modelledger.chain.ethereum;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The order of an artifact's files in its digest: segment by segment, each by code point. */
final class ArtifactOrder {
  private static final Comparator<String> BY_SEGMENTS = (a, b) -> {
    String[] left = a.split("/", -1);
    String[] right = b.split("/", -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      int order = compareCodePoints(left[i], right[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.length, right.length);
  };

  private ArtifactOrder() {}

  static List<String> sorted(Collection<String> names) {
    return names.stream().sorted(BY_SEGMENTS).toList();
  }

  private static int compareCodePoints(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    return Arrays.compare(left, right);
  }
}
