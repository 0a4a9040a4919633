package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.modelledger.model.ModelFormatException;

/** What {@code config/fuzz} does to trees in whole numbers. */
public final class IntegerTreesFuzz {
  private IntegerTreesFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      if (!Arrays.equals(input, IntegerTreesFormat.write(IntegerTreesFormat.read(input)))) {
        throw new AssertionError("was read, and is written otherwise");
      }
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    return List.of(IntegerTreesFormat.write(RandomIntegerTrees.any(new SplittableRandom(1), 20)));
  }
}
