package org.modelledger.onnx.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.InferenceException;

class SamplerTest {
  private static final long SEED = Long.getLong("modelledger.seed", 20260101L);
  private static final float[] LOGITS = {1, -2, 3, 3, 0, 2};

  private static int[] counts(GenerationSettings settings, int draws) {
    Sampler sampler = new Sampler(settings);
    int[] counts = new int[LOGITS.length];
    for (int i = 0; i < draws; i++) {
      counts[sampler.next(FloatBuffer.wrap(LOGITS))]++;
    }
    return counts;
  }

  @Test
  void greedyTakesTheFirstOfTheLikeliest() {
    assertThat(counts(GenerationSettings.greedy(1), 10)).containsExactly(0, 0, 10, 0, 0, 0);
  }

  @Test
  void drawsByTheSoftmaxOfLogitsByTemperature() {
    int draws = 100_000;
    int[] counts = counts(GenerationSettings.sampled(1, 2, SEED), draws);
    double sum = 0;
    for (float logit : LOGITS) {
      sum += Math.exp(logit / 2);
    }
    for (int token = 0; token < LOGITS.length; token++) {
      assertThat((double) counts[token] / draws).as("token %d, seed %d", token, SEED)
          .isCloseTo(Math.exp(LOGITS[token] / 2) / sum, within(0.01));
    }
  }

  @Test
  void topKLeavesTheLikeliest() {
    int[] counts = counts(GenerationSettings.sampled(1, 1, SEED).withTopK(3), 10_000);
    assertThat(counts[0] + counts[1] + counts[4]).isZero();
    assertThat(counts[2]).isPositive();
    assertThat(counts[3]).isPositive();
    assertThat(counts[5]).isPositive();
    assertThat(counts(GenerationSettings.sampled(1, 1, SEED).withTopK(1), 10))
        .containsExactly(0, 0, 10, 0, 0, 0);
    assertThat(counts(GenerationSettings.sampled(1, 1, SEED).withTopK(100), 10_000)[1])
        .isPositive();
  }

  @Test
  void topPLeavesTheFewestThatReachIt() {
    // shares of tokens 2, 3, 5, 0, 4, 1: 0.387, 0.387, 0.142, 0.052, 0.019, 0.003 of 1, about
    assertThat(nonZero(0.3)).containsExactly(2);
    assertThat(nonZero(0.5)).containsExactly(2, 3);
    assertThat(nonZero(0.8)).containsExactly(2, 3, 5);
    assertThat(nonZero(0.95)).containsExactly(0, 2, 3, 5);
    assertThat(nonZero(1)).hasSize(6);
  }

  private static int[] nonZero(double topP) {
    int[] counts = counts(GenerationSettings.sampled(1, 1, SEED).withTopP(topP), 20_000);
    return IntStream.range(0, counts.length)
        .filter(i -> counts[i] > 0)
        .toArray();
  }

  @Test
  void sameSeedSameTokens() {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] logits = new float[500];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextDouble();
    }
    GenerationSettings settings = GenerationSettings.sampled(1, 0.7, 4711);
    Sampler one = new Sampler(settings);
    Sampler other = new Sampler(settings);
    Sampler another = new Sampler(GenerationSettings.sampled(1, 0.7, 4712));
    int different = 0;
    for (int i = 0; i < 100; i++) {
      int token = one.next(FloatBuffer.wrap(logits));
      assertThat(other.next(FloatBuffer.wrap(logits))).isEqualTo(token);
      different += another.next(FloatBuffer.wrap(logits)) == token ? 0 : 1;
    }
    assertThat(different).isGreaterThan(50);
  }

  @Test
  void choosesTheseTokensOnEveryMachine() {
    Sampler sampler = new Sampler(GenerationSettings.sampled(1, 1.5, 42));
    int[] tokens = new int[12];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = sampler.next(FloatBuffer.wrap(LOGITS));
    }
    assertThat(tokens).containsExactly(3, 2, 2, 2, 4, 2, 2, 2, 5, 2, 5, 0);
  }

  @Test
  void negativeZeroIsZeroAndMinusInfinityIsNeverDrawn() {
    float[] logits = {0f, Float.NEGATIVE_INFINITY, -0f, -1e30f};
    Sampler sampler = new Sampler(GenerationSettings.sampled(1, 1, SEED).withTopK(1));
    assertThat(sampler.next(FloatBuffer.wrap(logits))).isZero();
    Sampler all = new Sampler(GenerationSettings.sampled(1, 1, SEED));
    for (int i = 0; i < 1000; i++) {
      assertThat(all.next(FloatBuffer.wrap(logits))).isIn(0, 2);
    }
  }

  @Test
  void refusesLogitsThatSayNothing() {
    float[] nan = {1, Float.NaN};
    for (GenerationSettings settings : new GenerationSettings[]{GenerationSettings.greedy(1),
        GenerationSettings.sampled(1, 1, 1)}) {
      assertThatThrownBy(() -> new Sampler(settings).next(FloatBuffer.wrap(nan)))
          .isInstanceOf(InferenceException.class)
          .hasMessageContaining("token 1");
    }
    float[] infinite = {1, Float.POSITIVE_INFINITY};
    assertThatThrownBy(
        () -> new Sampler(GenerationSettings.sampled(1, 1, 1)).next(FloatBuffer.wrap(infinite)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("Infinity");
  }
}
