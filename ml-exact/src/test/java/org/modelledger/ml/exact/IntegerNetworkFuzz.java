package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.modelledger.model.ModelFormatException;

/** What {@code config/fuzz} does to networks in whole numbers. */
public final class IntegerNetworkFuzz {
  private IntegerNetworkFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      if (!Arrays.equals(input, IntegerNetworkFormat.write(IntegerNetworkFormat.read(input)))) {
        throw new AssertionError("was read, and is written otherwise");
      }
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    return List.of(IntegerNetworkFormat.write(RandomNetworks.any(new Random(1), 3, 4, 2)));
  }
}
