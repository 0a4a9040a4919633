package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;

/**
 * Numbered commands of one writer whose outcomes show their order: each registers a version of a model, with a digest
 * that tells the writer and the number. A command that happened twice, or not at all, or before its turn, is seen in
 * the model's history.
 *
 * @param model the model, which several writers may share
 * @param writer tells one writer of a model from the others
 * @param author in whose name the writer acts
 */
record Versions(ModelName model, String writer, AccountId author) {
  static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int PAGE = 1_000;

  static Versions of(String model, String writer, AccountId author) {
    return new Versions(ModelName.of(model), writer, author);
  }

  /** Creates the model, in the name of the registry's account. */
  static void create(ModelRegistry registry, String model) throws InterruptedException {
    ModelName name = ModelName.of(model);
    assertThat(registry.submit(new CreateModel(name)).await(PATIENCE).model()).isEqualTo(name);
  }

  private String name(long number) {
    return model + " " + writer + " " + number;
  }

  /** The same for the same number, in every process. */
  SubmissionId id(long number) {
    return new SubmissionId(
        UUID.nameUUIDFromBytes(name(number).getBytes(StandardCharsets.UTF_8)));
  }

  Digest digest(long number) {
    return Digest.sha256(name(number).getBytes(StandardCharsets.UTF_8));
  }

  private RegisterVersion command(long number) {
    return new RegisterVersion(model, digest(number), digest(number));
  }

  /** Submits a command that may have been submitted before, in a life before this one; asks a peer about that. */
  Submission<ModelTrained> submitAgain(ModelRegistry registry, long number) {
    return registry.submit(id(number), command(number));
  }

  List<Submission<ModelTrained>> submit(ModelRegistry registry, long from, long to) {
    List<Submission<ModelTrained>> submissions = new ArrayList<>();
    for (long number = from; number < to; number++) {
      submissions.add(registry.submit(command(number)));
    }
    return submissions;
  }

  /** Waits for the submissions of numbers from this one on; their versions come in the same order. */
  void awaitAll(List<Submission<ModelTrained>> submissions, long from) throws InterruptedException {
    long number = from;
    long last = 0;
    for (Submission<ModelTrained> submission : submissions) {
      ModelTrained trained = submission.await(PATIENCE);
      assertThat(trained.artifact()).as("of command %d", number).isEqualTo(digest(number));
      assertThat(trained.version().number()).as("the version of command %d", number)
          .isGreaterThan(last);
      last = trained.version().number();
      number++;
    }
  }

  void submitAndAwait(ModelRegistry registry, long from, long to) throws InterruptedException {
    awaitAll(submit(registry, from, to), from);
  }

  void submitAgainAndAwait(ModelRegistry registry, long from, long to)
      throws InterruptedException {
    List<Submission<ModelTrained>> submissions = new ArrayList<>();
    for (long number = from; number < to; number++) {
      submissions.add(submitAgain(registry, number));
    }
    awaitAll(submissions, from);
  }

  /** How many commands of writers of the model are done. */
  static long done(ModelRegistry registry, ModelName model) {
    return registry.model(model).orElseThrow().latestVersion();
  }

  /**
   * The model's history holds the commands of each writer once each, in their order and in the writer's name, and no
   * others; versions are numbered without a gap, and times never run backwards.
   */
  static void assertHistory(ModelRegistry registry, Map<Versions, Long> counts) {
    Map<Digest, Versions> writers = new HashMap<>();
    Map<Digest, Long> numbers = new HashMap<>();
    counts.forEach((writer, count) -> {
      for (long number = 0; number < count; number++) {
        writers.put(writer.digest(number), writer);
        numbers.put(writer.digest(number), number);
      }
    });
    ModelName model = counts.keySet().iterator().next().model;
    Map<Versions, Long> seen = new HashMap<>();
    List<LedgerEvent> history = history(registry);
    long version = 0;
    for (LedgerEvent event : history) {
      if (event instanceof ModelTrained trained && trained.version().model().equals(model)) {
        assertThat(trained.version().number()).isEqualTo(++version);
        assertThat(writers).as("version %d", version).containsKey(trained.artifact());
        Versions writer = Objects.requireNonNull(writers.get(trained.artifact()));
        assertThat(numbers.get(trained.artifact())).as("version %d of %s", version, writer)
            .isEqualTo(seen.merge(writer, 1L, Long::sum) - 1);
        assertThat(trained.header().author()).isEqualTo(writer.author);
      }
    }
    assertThat(seen).isEqualTo(counts);
    assertThat(done(registry, model)).isEqualTo(version);
    assertThat(history).extracting(event -> event.header().time()).isSorted();
  }

  void assertHistory(ModelRegistry registry, long count) {
    assertHistory(registry, Map.of(this, count));
  }

  static List<LedgerEvent> history(ModelRegistry registry) {
    List<LedgerEvent> all = new ArrayList<>();
    LedgerPosition position = LedgerPosition.START;
    for (List<LedgerEvent> page = registry.history(position, PAGE); !page.isEmpty(); page = registry
        .history(position, PAGE)) {
      all.addAll(page);
      position = page.getLast().header().position();
    }
    return all;
  }
}
