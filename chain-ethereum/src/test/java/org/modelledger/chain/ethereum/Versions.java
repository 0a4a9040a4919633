package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;

/**
 * Numbered commands of one account whose outcome shows their order: each registers a version of one model, and the
 * version's number says how many came before it. A command that happened twice, or not at all, or before its turn,
 * shifts every number behind it.
 */
record Versions(ModelName model) {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PAGE = 1_000;

  static Versions of(String name) {
    return new Versions(ModelName.of(name));
  }

  static Versions create(ModelRegistry registry, String name) throws InterruptedException {
    Versions versions = of(name);
    var created = registry.submit(new CreateModel(versions.model)).await(PATIENCE);
    assertThat(created.model()).isEqualTo(versions.model);
    return versions;
  }

  /** The same for the same number, in every process. */
  SubmissionId id(long number) {
    return new SubmissionId(
        UUID.nameUUIDFromBytes((model + " " + number).getBytes(StandardCharsets.UTF_8)));
  }

  Digest digest(long number) {
    return Digest.sha256((model + " digest " + number).getBytes(StandardCharsets.UTF_8));
  }

  Submission<ModelTrained> submit(ModelRegistry registry, long number) {
    return registry.submit(id(number), new RegisterVersion(model, digest(number), digest(number)));
  }

  List<Submission<ModelTrained>> submit(ModelRegistry registry, long from, long to) {
    List<Submission<ModelTrained>> submissions = new ArrayList<>();
    for (long number = from; number < to; number++) {
      submissions.add(submit(registry, number));
    }
    return submissions;
  }

  /** Waits for the submissions of numbers from this one on; each is the version after its number. */
  void awaitAll(List<Submission<ModelTrained>> submissions, long from) throws InterruptedException {
    long number = from;
    for (Submission<ModelTrained> submission : submissions) {
      ModelTrained trained = submission.await(PATIENCE);
      assertThat(trained.version().number()).as("the version of command %d", number)
          .isEqualTo(number + 1);
      assertThat(trained.artifact()).isEqualTo(digest(number));
      number++;
    }
  }

  void submitAndAwait(ModelRegistry registry, long from, long to) throws InterruptedException {
    awaitAll(submit(registry, from, to), from);
  }

  long done(ModelRegistry registry) {
    return registry.model(model).map(ModelRecord::latestVersion).orElse(0L);
  }

  /** The history holds these commands once each, in their order, all of them by the account, and no others. */
  void assertHistory(ModelRegistry registry, AccountId author, long count) {
    assertThat(done(registry)).isEqualTo(count);
    long number = 0;
    LedgerPosition position = LedgerPosition.START;
    for (List<LedgerEvent> page = registry.history(position, PAGE); !page.isEmpty(); page = registry
        .history(position, PAGE)) {
      for (LedgerEvent event : page) {
        if (event instanceof ModelTrained trained && trained.version().model().equals(model)) {
          assertThat(trained.artifact()).as("version %d", number + 1).isEqualTo(digest(number));
          assertThat(trained.version().number()).isEqualTo(number + 1);
          assertThat(trained.header().author()).isEqualTo(author);
          number++;
        }
      }
      position = page.getLast().header().position();
    }
    assertThat(number).isEqualTo(count);
  }
}
