package org.modelledger.ml.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  /** The rates of the first batch of each epoch, of four batches each. */
  private static double[] rates(Schedule schedule, int epochs) {
    return IntStream.rangeClosed(1, epochs)
        .mapToDouble(epoch -> schedule.of(epoch, epochs, 1, 4))
        .toArray();
  }

  @Test
  void stepsDownAfterSoManyEpochs() {
    assertThat(rates(new Schedule.Step(8, 0, 0.5, 2), 6)).containsExactly(8, 8, 4, 4, 2, 2);
    assertThat(rates(new Schedule.Step(8, 0, 1, 1), 3)).containsExactly(8, 8, 8);
  }

  @Test
  void fallsAlongHalfAWave() {
    double[] rates = rates(new Schedule.Cosine(1, 0, 0.2), 4);
    assertThat(rates[0]).isEqualTo(1);
    assertThat(rates[2]).isCloseTo(0.6, within(1e-12));
    assertThat(rates).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(new Schedule.Cosine(1, 0, 0.2).of(4, 4, 4, 4)).isBetween(0.2, 0.22);
  }

  @Test
  void risesFromBatchToBatchWhileItWarmsUp() {
    Schedule schedule = new Schedule.Cosine(1, 2, 0);
    double[] rates = IntStream.range(0, 8)
        .mapToDouble(i -> schedule.of(1 + i / 4, 6, 1 + i % 4, 4))
        .toArray();
    for (int i = 0; i < 8; i++) {
      assertThat(rates[i]).isCloseTo((i + 1) / 8.0, within(1e-12));
    }
    assertThat(schedule.of(3, 6, 1, 4)).isEqualTo(1);
  }
}
