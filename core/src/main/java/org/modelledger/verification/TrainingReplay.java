package org.modelledger.verification;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.lineage.LineageStatement;
import org.modelledger.model.Digest;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderNotFoundException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.verification.Retrained.Obstacle;

/**
 * Trains a version again from what its lineage statement says and the data it names, and compares the
 * files that come of it. Believes the statement; whether it is signed, and registered, is said by {@link
 * Verifier} and {@link org.modelledger.ModelLedger#replayTraining}.
 *
 * {@snippet :
 * Retrained again = TrainingReplay.of(preparation.apply(split.training()))
 *     .validation(preparation.apply(split.validation()))
 *     .finishedBy(preparation::attach)
 *     .run(statement, loader);
 * }
 *
 * <p>Data is the same if the digests of its sources are, in the order training, validation, what was
 * added afterwards; names do not count. A dataset answers for its sources: one that was {@linkplain
 * Dataset#of(List, org.modelledger.inference.Tensors) given them} is believed.
 *
 * <p>Immutable; safe for use by several threads if the data is.
 */
public final class TrainingReplay {
  private final Dataset training;
  private final Optional<Dataset> validation;
  private final Optional<UnaryOperator<TrainedModel>> finish;
  private final ProviderOptions options;
  private final TrainingListener listener;

  private TrainingReplay(Dataset training, Optional<Dataset> validation,
      Optional<UnaryOperator<TrainedModel>> finish, ProviderOptions options,
      TrainingListener listener) {
    this.training = training;
    this.validation = validation;
    this.finish = finish;
    this.options = options;
    this.listener = listener;
  }

  /** Returns a replay on this data, without a validation set. */
  public static TrainingReplay of(Dataset training) {
    return new TrainingReplay(Objects.requireNonNull(training, "training"), Optional.empty(),
        Optional.empty(), ProviderOptions.empty(), TrainingListener.NONE);
  }

  /** Returns the same with the validation set that the training had. */
  public TrainingReplay validation(Dataset data) {
    return new TrainingReplay(training, Optional.of(data), finish, options, listener);
  }

  /**
   * Returns the same with what was done to the model after its training and before its registration,
   * such as that a preparation of tables was put before its graph.
   */
  public TrainingReplay finishedBy(UnaryOperator<TrainedModel> finish) {
    return new TrainingReplay(training, validation, Optional.of(finish), options, listener);
  }

  /** Returns the same with options for the trainer. */
  public TrainingReplay options(ProviderOptions options) {
    return new TrainingReplay(training, validation, finish,
        Objects.requireNonNull(options, "options"), listener);
  }

  /** Returns the same with a listener that is told how the training goes on. */
  public TrainingReplay listener(TrainingListener listener) {
    return new TrainingReplay(training, validation, finish, options,
        Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Trains again with the trainer that the statement names.
   *
   * @param loader where trainers are looked for
   * @throws ConfigurationException if the options are not the trainer's
   * @throws InterruptedException if interrupted; nothing came of it
   */
  public Retrained run(LineageStatement statement, ClassLoader loader)
      throws InterruptedException {
    if (statement.facts().spec().isEmpty()) {
      return not(Obstacle.NO_SPECIFICATION,
          "the statement does not say what was asked of " + statement.facts().trainer().name());
    }
    Optional<String> otherData = otherData(statement.facts().data());
    if (otherData.isPresent()) {
      return not(Obstacle.OTHER_DATA, otherData.get());
    }
    Trainer opened;
    try {
      opened = Providers.openTrainer(statement.facts().trainer().name(), options, loader);
    } catch (ProviderNotFoundException e) {
      return not(Obstacle.NO_TRAINER, String.valueOf(e.getMessage()));
    }
    try (Trainer trainer = opened) {
      return run(statement, trainer);
    }
  }

  /** Trains again with a trainer that was opened by other means; it is not closed. */
  public Retrained run(LineageStatement statement, Trainer trainer) throws InterruptedException {
    LineageFacts facts = statement.facts();
    Optional<Retrained> obstacle = obstacle(facts, trainer);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    TrainedModel again;
    try {
      again = trainer.train(facts.spec().orElseThrow(), training, validation, listener);
    } catch (ConfigurationException | TrainingException e) {
      return not(Obstacle.REFUSED, "the trainer does not do it again: " + e.getMessage());
    }
    TrainedModel finished = finish.orElse(UnaryOperator.identity()).apply(again);
    if (!digests(finished.facts().data()).equals(digests(facts.data()))) {
      return not(Obstacle.OTHER_DATA, named(facts.data(), finished.facts().data()));
    }
    return compare(statement, ArtifactManifest.of(finished.files()));
  }

  private static Retrained compare(LineageStatement statement, ArtifactManifest found) {
    List<String> differences = statement.manifest().differences(found);
    return differences.isEmpty()
        ? new Retrained.Same(found.digest())
        : new Retrained.OtherModel(statement.artifact(), found.digest(), differences);
  }

  private Optional<Retrained> obstacle(LineageFacts facts, Trainer trainer) {
    EngineInfo then = facts.trainer();
    EngineInfo now = trainer.info();
    if (facts.spec().isEmpty()) {
      return Optional.of(not(Obstacle.NO_SPECIFICATION,
          "the statement does not say what was asked of " + then.name()));
    }
    if (!now.name().equals(then.name()) || !now.version().equals(then.version())) {
      return Optional.of(not(Obstacle.OTHER_VERSION, "it was trained by " + then.name() + " "
          + then.version() + ", here is " + now.name() + " " + now.version()));
    }
    return notPromised(facts, trainer).<Retrained>map(why -> not(Obstacle.NOT_PROMISED, why))
        .or(() -> otherData(facts.data()).map(why -> not(Obstacle.OTHER_DATA, why)));
  }

  /** Bit-exact promises everywhere, probed on the same machine and build, as far as facts tell. */
  private static Optional<String> notPromised(LineageFacts facts, Trainer trainer) {
    return switch (trainer.determinism()) {
      case Determinism.BitExact() -> Optional.empty();
      case Determinism.Probed() -> trainer.info().equals(facts.trainer()) && isHere(facts)
          ? Optional.empty()
          : Optional.of("the trainer promises the same files on the same machine and build only: it"
              + " was " + facts.trainer() + " on " + facts.environment() + ", here is "
              + trainer.info() + " on " + LineageFacts.thisJvm());
      case Determinism.Tolerance tolerance -> Optional.of("the trainer promises " + tolerance.word()
          + " and not the same files");
      case Determinism.None() -> Optional.of("the trainer promises nothing about repetitions");
    };
  }

  private static boolean isHere(LineageFacts facts) {
    SortedMap<String, String> here = LineageFacts.thisJvm();
    return here.entrySet()
        .stream()
        .allMatch((Map.Entry<String, String> one) -> one.getValue()
            .equals(facts.environment().get(one.getKey())));
  }

  /** Says if the data cannot be what the statement names; what is added afterwards is not known yet. */
  private Optional<String> otherData(List<DataSource> recorded) {
    List<DataSource> given = new ArrayList<>(training.sources());
    validation.ifPresent(data -> given.addAll(data.sources()));
    List<Digest> expected = digests(recorded);
    List<Digest> here = digests(given);
    boolean begins = here.size() <= expected.size()
        && expected.subList(0, here.size()).equals(here);
    boolean whole = here.size() == expected.size() || finish.isPresent();
    return begins && whole ? Optional.empty() : Optional.of(named(recorded, given));
  }

  private static List<Digest> digests(List<DataSource> sources) {
    return sources.stream().map(DataSource::digest).distinct().toList();
  }

  private static String named(List<DataSource> recorded, List<DataSource> given) {
    return "the statement names the data " + recorded + ", here is " + given;
  }

  private static Retrained not(Obstacle obstacle, String why) {
    return new Retrained.NotPossible(obstacle, why);
  }
}
