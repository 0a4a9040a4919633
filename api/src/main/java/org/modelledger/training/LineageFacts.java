package org.modelledger.training;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.Digest;

/**
 * How a model came about, as far as its maker knows: what a signed lineage statement says about its
 * digest. Immutable.
 */
public final class LineageFacts {
  private final EngineInfo trainer;
  private final @Nullable TrainingSpec spec;
  private final List<DataSource> data;
  private final List<Digest> parents;
  private final SortedMap<String, String> environment;
  private final @Nullable String sourceRevision;
  private final Instant started;
  private final Instant finished;

  private LineageFacts(Builder builder) {
    this.trainer = builder.trainer;
    this.spec = builder.spec;
    this.data = builder.data;
    this.parents = builder.parents;
    this.environment = builder.environment;
    this.sourceRevision = builder.sourceRevision;
    this.started = builder.started;
    this.finished = builder.finished;
  }

  /**
   * Begins the facts of a training.
   *
   * @param trainer what made it
   * @param started when it began
   * @param finished when it was done
   * @throws IllegalArgumentException if it was done before it began
   */
  public static Builder builder(EngineInfo trainer, Instant started, Instant finished) {
    return new Builder(trainer, started, finished);
  }

  /** Returns what made the model. */
  public EngineInfo trainer() {
    return trainer;
  }

  /** Returns what was asked of the trainer; empty for a model that was made elsewhere. */
  public Optional<TrainingSpec> spec() {
    return Optional.ofNullable(spec);
  }

  /** Returns the data it was made from. */
  public List<DataSource> data() {
    return data;
  }

  /** Returns the artifact digests of the models it was made from. */
  public List<Digest> parents() {
    return parents;
  }

  /** Returns the surroundings, such as {@code java.version}. */
  public SortedMap<String, String> environment() {
    return environment;
  }

  /** Returns the revision of the source that ran, such as a commit. */
  public Optional<String> sourceRevision() {
    return Optional.ofNullable(sourceRevision);
  }

  public Instant started() {
    return started;
  }

  public Instant finished() {
    return finished;
  }

  /** Returns a builder that has all these facts. */
  public Builder toBuilder() {
    Builder builder = new Builder(trainer, started, finished);
    builder.spec = spec;
    builder.sourceRevision = sourceRevision;
    return builder.data(data).parents(parents).environment(environment);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LineageFacts facts && trainer.equals(facts.trainer)
        && Objects.equals(spec, facts.spec) && data.equals(facts.data)
        && parents.equals(facts.parents) && environment.equals(facts.environment)
        && Objects.equals(sourceRevision, facts.sourceRevision) && started.equals(facts.started)
        && finished.equals(facts.finished);
  }

  @Override
  public int hashCode() {
    return Objects.hash(trainer, spec, data, parents, environment, sourceRevision, started,
        finished);
  }

  @Override
  public String toString() {
    return "LineageFacts[trainer=" + trainer + ", spec=" + spec + ", data=" + data + "]";
  }

  /**
   * Returns what an environment says of this JVM: its version and name, the operating system and its
   * architecture, by the names of Java's system properties.
   *
   * @return a new map that is the caller's to add to
   */
  public static SortedMap<String, String> thisJvm() {
    SortedMap<String, String> environment = new TreeMap<>();
    for (String name : List.of("java.version", "java.vm.name", "os.arch", "os.name")) {
      environment.put(name, System.getProperty(name, "unknown"));
    }
    return environment;
  }

  /** Collects facts. Not for use by several threads at once. */
  public static final class Builder {
    private final EngineInfo trainer;
    private final Instant started;
    private final Instant finished;
    private @Nullable TrainingSpec spec;
    private List<DataSource> data = List.of();
    private List<Digest> parents = List.of();
    private SortedMap<String, String> environment = Collections.emptySortedMap();
    private @Nullable String sourceRevision;

    private Builder(EngineInfo trainer, Instant started, Instant finished) {
      this.trainer = Objects.requireNonNull(trainer, "trainer");
      this.started = Objects.requireNonNull(started, "started");
      this.finished = Objects.requireNonNull(finished, "finished");
      if (finished.isBefore(started)) {
        throw new IllegalArgumentException(
            "a training is done after it began: " + started + ", " + finished);
      }
    }

    /** Sets what was asked of the trainer. */
    public Builder spec(TrainingSpec spec) {
      this.spec = Objects.requireNonNull(spec, "spec");
      return this;
    }

    /** Sets the data; copied. */
    public Builder data(List<DataSource> data) {
      this.data = List.copyOf(data);
      return this;
    }

    /** Sets the artifact digests of the models it was made from; copied. */
    public Builder parents(List<Digest> parents) {
      this.parents = List.copyOf(parents);
      return this;
    }

    /** Sets the surroundings; copied. */
    public Builder environment(SortedMap<String, String> environment) {
      this.environment = Collections
          .unmodifiableSortedMap(new TreeMap<>((Map<String, String>) environment));
      return this;
    }

    /** Sets the revision of the source that ran. */
    public Builder sourceRevision(String revision) {
      this.sourceRevision = Objects.requireNonNull(revision, "revision");
      return this;
    }

    public LineageFacts build() {
      return new LineageFacts(this);
    }
  }
}
