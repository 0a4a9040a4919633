package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.modelledger.spi.Hyperparameters;

class ScheduleTest {
  private static final int STEPS = 4;

  private static Schedule of(String name, Map<String, String> values, int epochs) {
    return Schedule.of(name, Hyperparameters.of(values), 0.8, epochs);
  }

  private static List<Double> perEpoch(Schedule schedule) {
    return LongStream.range(0, schedule.epochs())
        .mapToObj(epoch -> schedule.rate(epoch * STEPS, STEPS))
        .toList();
  }

  @Test
  void aFixedRateMayDecayByEpoch() {
    assertThat(perEpoch(of("fixed", Map.of(), 2))).containsExactly(0.8, 0.8);
    assertThat(perEpoch(of("fixed", Map.of("learningRateDecay", "0.5"), 3)))
        .containsExactly(0.8, 0.4, 0.2);
    assertThat(of("fixed", Map.of("learningRateDecay", "0.5"), 3).rate(3, STEPS)).isEqualTo(0.8);
  }

  @Test
  void stepsAreTakenAfterTheirEpochs() {
    assertThat(perEpoch(of("step", Map.of("stepEpochs", "1,3", "stepFactor", "0.5"), 5)))
        .containsExactly(0.8, 0.4, 0.4, 0.2, 0.2);
  }

  @Test
  void aCosineFallsFromTheRateToTheLast() {
    Schedule schedule = of("cosine", Map.of("minLearningRate", "0.2"), 4);

    assertThat(schedule.rate(0, STEPS)).isEqualTo(0.8);
    assertThat(schedule.rate(2 * STEPS, STEPS)).isCloseTo(0.5, within(1e-12));
    assertThat(schedule.rate(4 * STEPS, STEPS)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void aWarmUpGrowsStraightToTheRate() {
    Schedule schedule = of("fixed", Map.of("warmUpEpochs", "1"), 4);

    assertThat(LongStream.range(0, 5)
        .mapToDouble(step -> schedule.rate(step, STEPS))
        .toArray())
        .containsExactly(new double[]{0.16, 0.32, 0.48, 0.64, 0.8}, within(1e-12));
  }
}
