package org.modelledger.ml.djl;

import java.util.List;
import org.modelledger.spi.Hyperparameters;

/**
 * The learning rate of each step, from nothing but its number, so that a training that is resumed goes on as it would have.
 *
 * @param base the learning rate that the others are derived from
 * @param warmUpEpochs over how many epochs it grows to the base, straight; may be a fraction
 * @param epochs how many there are
 */
record Schedule(Curve curve, double base, double warmUpEpochs, int epochs) {
  /** What happens after the warm-up. */
  sealed interface Curve {
    /** @param factor what the rate is multiplied by after each epoch */
    record Fixed(double factor) implements Curve {}

    /**
     * @param epochs after which the rate is multiplied
     * @param factor by this
     */
    record Step(List<Integer> epochs, double factor) implements Curve {}

    /** @param last the rate at the end, of a half cosine from the base */
    record Cosine(double last) implements Curve {}
  }

  static Schedule of(String schedule, Hyperparameters values, double base, int epochs) {
    Curve curve = switch (schedule) {
      case "fixed" -> new Curve.Fixed(values.number("learningRateDecay", 1, 1e-6, 1));
      case "step" -> new Curve.Step(values.wholes("stepEpochs", "10", 1, 1_000_000),
          values.number("stepFactor", 0.1, 1e-6, 1));
      default -> new Curve.Cosine(values.number("minLearningRate", 0, 0, base));
    };
    return new Schedule(curve, base, values.number("warmUpEpochs", 0, 0, epochs), epochs);
  }

  /**
   * Returns the rate of a step.
   *
   * @param step from 0
   * @param stepsPerEpoch from 1
   */
  double rate(long step, int stepsPerEpoch) {
    double warmUp = warmUpEpochs * stepsPerEpoch;
    if (step < warmUp) {
      return base * (step + 1) / (warmUp + 1);
    }
    long epoch = step / stepsPerEpoch;
    return switch (curve) {
      case Curve.Fixed(double factor) -> base * StrictMath.pow(factor, (double) epoch);
      case Curve.Step(List<Integer> after, double factor) ->
        base * StrictMath.pow(factor, (double) after.stream().filter(e -> epoch >= e).count());
      case Curve.Cosine(double last) -> {
        double whole = Math.max(1, (double) epochs * stepsPerEpoch - warmUp);
        yield last
            + (base - last) * (1 + StrictMath.cos(StrictMath.PI * (step - warmUp) / whole)) / 2;
      }
    };
  }
}
