package org.modelledger.ml.exact;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Trains models, the same bytes on every JVM. */
final class ExactTrainer implements Trainer {
  private static final Map<String, Algorithm> ALGORITHMS = Map.of(
      BoostingSettings.NAME, new GradientBoostingAlgorithm(),
      ForestSettings.NAME, new RandomForestAlgorithm(),
      KMeansSettings.K_MEANS, new KMeansAlgorithm(),
      LinearSettings.LINEAR_REGRESSION, new LinearAlgorithm(),
      LinearSettings.LOGISTIC_REGRESSION, new LinearAlgorithm(),
      Settings.CNN, new NetworkAlgorithm(),
      Settings.SOFTMAX_REGRESSION, new NetworkAlgorithm(),
      Settings.MLP, new NetworkAlgorithm());

  private final EngineInfo info;
  private final InstantSource clock;
  private volatile boolean closed;

  ExactTrainer(int threads, InstantSource clock) {
    this.info = new EngineInfo(ExactNumerics.NAME, ExactNumerics.VERSION, "cpu", threads);
    this.clock = clock;
  }

  @Override
  public EngineInfo info() {
    requireOpen();
    return info;
  }

  @Override
  public Determinism determinism() {
    requireOpen();
    return Determinism.BIT_EXACT;
  }

  @Override
  public TrainedModel train(TrainingSpec spec, Dataset training, Optional<Dataset> validation,
      TrainingListener listener) throws InterruptedException {
    requireOpen();
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(listener, "listener");
    Algorithm algorithm = ALGORITHMS.get(spec.algorithm());
    if (algorithm == null) {
      throw new ConfigurationException("unknown algorithm '" + spec.algorithm()
          + "'; known algorithms: " + new TreeSet<>(ALGORITHMS.keySet()));
    }
    Algorithm.Fit fit = algorithm.understand(spec, validation.isPresent());
    Instant started = clock.instant();
    Algorithm.Outcome outcome;
    try (Team team = new Team(info.threads())) {
      outcome = fit.learn(new Algorithm.Job(spec, training, validation, team, listener));
    }
    List<DataSource> sources = new ArrayList<>(training.sources());
    validation.ifPresent(data -> sources.addAll(data.sources()));
    LineageFacts facts = LineageFacts.builder(info, started, later(started, clock.instant()))
        .spec(spec)
        .data(sources)
        .environment(LineageFacts.thisJvm())
        .build();
    return new TrainedModel(
        ModelFiles.of(Map.of(ExactNumerics.MODEL_FILE, OnnxWriter.write(outcome.graph()))),
        outcome.metrics(), facts);
  }

  /** A clock may be set back while we train. */
  static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the trainer is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
