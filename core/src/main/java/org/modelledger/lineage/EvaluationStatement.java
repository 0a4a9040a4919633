package org.modelledger.lineage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.DataSource;

/**
 * What came of evaluating a version: docs/formats/evaluation-statement.md.
 *
 * @param version what was evaluated
 * @param artifact the digest that it had
 * @param evaluator what evaluated it, such as a program with its version
 * @param data what it was evaluated on
 * @param metrics what was measured, by name; finite
 * @param passed names of the tests that held
 * @param warned names of those that held with a warning
 * @param failed names of those that did not
 * @param time when it was done
 */
public record EvaluationStatement(ModelVersionId version, Digest artifact, String evaluator,
    List<DataSource> data, SortedMap<String, Double> metrics, List<String> passed,
    List<String> warned, List<String> failed, Instant time) implements Statement {
  /** @throws IllegalArgumentException if a metric is not finite, which JSON cannot carry */
  public EvaluationStatement {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(artifact, "artifact");
    Objects.requireNonNull(evaluator, "evaluator");
    Objects.requireNonNull(time, "time");
    data = List.copyOf(data);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    passed = List.copyOf(passed);
    warned = List.copyOf(warned);
    failed = List.copyOf(failed);
    metrics.forEach((name, value) -> {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "metric '" + name + "' is " + value + "; a statement can only carry finite numbers");
      }
    });
  }

  /** What the tests say together, in the words of in-toto's test result. */
  public enum Result {
    /** Every test held. */
    PASSED,
    /** Every test held, some with a warning. */
    WARNED,
    /** A test did not hold. */
    FAILED
  }

  /** Returns what the tests say together. */
  public Result result() {
    if (!failed.isEmpty()) {
      return Result.FAILED;
    }
    return warned.isEmpty() ? Result.PASSED : Result.WARNED;
  }

  /** Begins the evaluation of a version, done at this time. */
  public static Builder builder(ModelVersion version, String evaluator, Instant time) {
    return new Builder(version, evaluator, time);
  }

  /** Collects what was found. Not for use by several threads at once. */
  public static final class Builder {
    private final ModelVersion version;
    private final String evaluator;
    private final Instant time;
    private final List<DataSource> data = new ArrayList<>();
    private final SortedMap<String, Double> metrics = new TreeMap<>();
    private final List<String> passed = new ArrayList<>();
    private final List<String> warned = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    private Builder(ModelVersion version, String evaluator, Instant time) {
      this.version = Objects.requireNonNull(version, "version");
      this.evaluator = Objects.requireNonNull(evaluator, "evaluator");
      this.time = Objects.requireNonNull(time, "time");
    }

    /** Adds data that it was evaluated on. */
    public Builder data(DataSource source) {
      data.add(Objects.requireNonNull(source, "source"));
      return this;
    }

    /** Adds what was measured. */
    public Builder metric(String name, double value) {
      metrics.put(name, value);
      return this;
    }

    /** Adds what was measured and a test that it is at least this, called {@code name >= least}. */
    public Builder atLeast(String name, double value, double least) {
      return metric(name, value).test(name + " >= " + least, value >= least);
    }

    /** Adds what was measured and a test that it is at most this, called {@code name <= most}. */
    public Builder atMost(String name, double value, double most) {
      return metric(name, value).test(name + " <= " + most, value <= most);
    }

    /** Adds a test by name. */
    public Builder test(String name, boolean holds) {
      (holds ? passed : failed).add(name);
      return this;
    }

    /** Adds a test that held, with a warning. */
    public Builder warning(String name) {
      warned.add(name);
      return this;
    }

    /** @throws IllegalArgumentException if a metric is not finite */
    public EvaluationStatement build() {
      return new EvaluationStatement(version.id(), version.artifact(), evaluator, data, metrics,
          passed, warned, failed, time);
    }
  }
}
