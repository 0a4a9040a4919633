package org.modelledger.tlog;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code config/fuzz} does to bundles of entries; the first byte says how many there are to be. */
public final class EntryBundleFuzz {
  private EntryBundleFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int count = 1 + (input[0] & 0xff);
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    Optional<Bundle> bundle = Bundle.parse(bytes, count, true);
    for (int i = 0; i < count && bundle.isPresent(); i++) {
      var unused = bundle.get().entry(i);
    }
  }

  public static List<byte[]> seeds() {
    return List.of(new byte[]{1, 0, 2, 7, 8, 0, 1, 9}, new byte[]{0, 0, 0});
  }
}
