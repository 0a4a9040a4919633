package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.modelledger.training.TrainingSpec;

/**
 * What the specifications of all algorithms have in common. Not for use by several threads at once.
 *
 * <p>Values are checked when a training begins, so that text and this say the same.
 *
 * @param <S> the specification itself
 */
public abstract sealed class ExactSpec<S extends ExactSpec<S>>
    permits ClassifierSpec, KMeansSpec, LinearSpec, TreeSpec {
  private final TrainingSpec.Builder spec;

  ExactSpec(String algorithm, String features, String target) {
    this.spec = TrainingSpec.builder(algorithm).features(features).target(target);
  }

  abstract S self();

  final S set(String name, String value) {
    spec.parameter(name, value);
    return self();
  }

  final S set(String name, long value) {
    return set(name, Long.toString(value));
  }

  final S set(String name, double value) {
    return set(name, Double.toString(value));
  }

  final S set(String name, int[] values) {
    return set(name,
        Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(",")));
  }

  /** For algorithms that choose at random. */
  final S derivedFrom(long seed) {
    spec.seed(seed);
    return self();
  }

  /** Returns the specification. */
  public final TrainingSpec toTrainingSpec() {
    return spec.build();
  }
}
