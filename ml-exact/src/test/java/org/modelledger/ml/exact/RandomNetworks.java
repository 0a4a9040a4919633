package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes up networks. */
final class RandomNetworks {
  private static final int[] WIDTHS = {1, 2, 3, 7, 31, 32, 33, 63, 64, 65, 100};

  private RandomNetworks() {}

  static IntegerNetwork any(RandomGenerator random) {
    int[] widths = new int[random.nextInt(2, 7)];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = WIDTHS[random.nextInt(WIDTHS.length)];
    }
    return any(random, widths);
  }

  static IntegerNetwork any(RandomGenerator random, int... widths) {
    List<IntegerLayer> layers = new ArrayList<>();
    for (int l = 1; l < widths.length; l++) {
      byte[][] weights = new byte[widths[l - 1]][widths[l]];
      for (byte[] row : weights) {
        random.nextBytes(row);
      }
      int[] biases = random.ints(widths[l], -(1 << 17), 1 << 17).toArray();
      layers.add(l == widths.length - 1
          ? IntegerLayer.last(weights, biases)
          : IntegerLayer.hidden(weights, biases, random.nextInt(1, 65536), random.nextInt(16, 28)));
    }
    List<ByteScale> scales = new ArrayList<>();
    int count = switch (random.nextInt(3)) {
      case 0 -> 0;
      case 1 -> 1;
      default -> widths[0];
    };
    for (int i = 0; i < count; i++) {
      scales.add(new ByteScale((float) random.nextGaussian(), random.nextFloat() + 0.01f));
    }
    return IntegerNetwork.of("pixels", scales, layers);
  }
}
