package org.modelledger.chain.ethereum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.modelledger.ml.exact.IntegerLayer;
import org.modelledger.ml.exact.IntegerNetwork;

/** Makes up networks. */
final class IntegerNetworks {
  private static final int[] WIDTHS = {1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 65, 100, 200};

  private IntegerNetworks() {}

  /** Of one to six layers; now and then such that values are all 0 or all 255. */
  static IntegerNetwork any(RandomGenerator random) {
    int[] widths = new int[random.nextInt(2, 8)];
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
      int range = 1 << random.nextInt(1, 30);
      int[] biases = random.ints(widths[l], -range, range).toArray();
      layers.add(l == widths.length - 1
          ? IntegerLayer.last(weights, biases)
          : IntegerLayer.hidden(weights, biases, random.nextInt(1, 65536),
              random.nextInt(14, 31)));
    }
    return IntegerNetwork.of("x", List.of(), layers);
  }

  /** All weights and all biases the same. */
  static IntegerNetwork uniform(int weight, int bias, int multiplier, int shift, int... widths) {
    List<IntegerLayer> layers = new ArrayList<>();
    for (int l = 1; l < widths.length; l++) {
      byte[][] weights = new byte[widths[l - 1]][widths[l]];
      for (byte[] row : weights) {
        Arrays.fill(row, (byte) weight);
      }
      int[] biases = new int[widths[l]];
      Arrays.fill(biases, bias);
      layers.add(l == widths.length - 1
          ? IntegerLayer.last(weights, biases)
          : IntegerLayer.hidden(weights, biases, multiplier, shift));
    }
    return IntegerNetwork.of("x", List.of(), layers);
  }

  static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
