package org.modelledger.onnx.models.generation;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modelledger.inference.InferenceException;

/**
 * Chooses tokens, the same ones for the same logits and settings on every JVM: float64 in a fixed order,
 * {@link StrictMath}, and a generator of its own.
 */
final class Sampler {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private final GenerationSettings settings;
  private final long key;
  private long drawn;

  Sampler(GenerationSettings settings) {
    this.settings = settings;
    this.key = mix(settings.seed());
  }

  /**
   * Returns the next token.
   *
   * @param logits one for each token, from position to limit
   * @throws InferenceException if one is not a number, or the greatest is infinite
   */
  int next(FloatBuffer logits) {
    int count = logits.remaining();
    if (settings.temperature() == 0) {
      return greatest(logits, count);
    }
    long[] order = order(logits, count);
    int candidates = settings.topK() == 0 ? count : (int) Math.min(settings.topK(), count);
    double[] shares = new double[candidates];
    double greatest = at(logits, (int) order[0]);
    if (Double.isInfinite(greatest)) {
      throw new InferenceException("the model's greatest logit is " + greatest);
    }
    double sum = 0;
    for (int i = 0; i < candidates; i++) {
      shares[i] = StrictMath
          .exp((at(logits, (int) order[i]) - greatest) / settings.temperature());
      sum += shares[i];
    }
    // the fewest that have the share; at least the first one
    double kept = shares[0];
    int nucleus = 1;
    while (nucleus < candidates && kept < settings.topP() * sum) {
      kept += shares[nucleus++];
    }
    double point = uniform() * kept;
    double reached = 0;
    for (int i = 0; i < nucleus; i++) {
      reached += shares[i];
      if (point < reached) {
        return (int) order[i];
      }
    }
    return (int) order[nucleus - 1];
  }

  private static int greatest(FloatBuffer logits, int count) {
    int best = 0;
    for (int token = 0; token < count; token++) {
      if (at(logits, token) > at(logits, best)) {
        best = token;
      }
    }
    return best;
  }

  /** Tokens by falling logits, equal ones by rising number; each in the lower half of a word. */
  private static long[] order(FloatBuffer logits, int count) {
    long[] order = new long[count];
    for (int token = 0; token < count; token++) {
      // + 0f makes a positive zero of a negative one
      int bits = Float.floatToRawIntBits(at(logits, token) + 0f);
      int rising = bits ^ (bits >> 31 & Integer.MAX_VALUE);
      order[token] = (long) ~rising << 32 | token;
    }
    Arrays.sort(order);
    return order;
  }

  private static float at(FloatBuffer logits, int token) {
    float logit = logits.get(logits.position() + token);
    if (Float.isNaN(logit)) {
      throw new InferenceException("the model's logit of token " + token + " is not a number");
    }
    return logit;
  }

  /** SplitMix64 (Sebastiano Vigna, 2015, public domain); a multiple of 2^-53 from 0 to below 1. */
  private double uniform() {
    drawn++;
    return (mix(key + drawn * GAMMA) >>> 11) * 0x1p-53;
  }

  private static long mix(long state) {
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
