package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.modelledger.model.ModelName;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerEvent.ModelCreated;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.Role;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;

/** What a submission promises: its outcome, its id, the order, many threads. */
abstract class RegistrySubmissionRules extends RegistryOwnershipRules {
  /** Awaits one outcome: an event or a refusal. */
  final Object outcome(Submission<?> submission) throws InterruptedException {
    try {
      return submission.await(finalityTimeout());
    } catch (CommandRefusedException e) {
      return e;
    }
  }

  /** Starts the same work in all threads at one moment and returns what each made. */
  final <T> List<T> inParallel(List<Callable<T>> work) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<T> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
      List<Future<T>> futures = work.stream().map(task -> threads.submit(() -> {
        start.await();
        return task.call();
      })).toList();
      start.countDown();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
    }
    return results;
  }

  @Nested
  @DisplayName("A submission")
  class Outcome {
    @Test
    @DisplayName("has the id and the command it was made with")
    void hasItsIdAndCommand() throws Exception {
      SubmissionId id = SubmissionId.random();
      CreateModel command = new CreateModel(MODEL);

      Submission<ModelCreated> submission = alice().registry.submit(id, command);

      assertThat(submission.id()).isEqualTo(id);
      assertThat(submission.command()).isEqualTo(command);
      assertThat(submission.await(finalityTimeout()).model()).isEqualTo(MODEL);
    }

    @Test
    @DisplayName("without an id of the caller's gets one that no other has")
    void getsAnIdOfItsOwn() {
      Set<SubmissionId> ids = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        ids.add(alice().registry.submit(new CreateModel(ModelName.of("m" + i))).id());
      }
      assertThat(ids).hasSize(20);
    }

    @Test
    @DisplayName("answers every await and poll with the same event once it is final")
    void answersAlwaysTheSame() throws Exception {
      Submission<ModelCreated> submission = alice().registry.submit(new CreateModel(MODEL));

      ModelCreated event = submission.await(finalityTimeout());

      assertThat(submission.await(finalityTimeout())).isEqualTo(event);
      assertThat(submission.await(Duration.ZERO)).isEqualTo(event);
      assertThat(submission.poll()).contains(event);
      assertThat(alice().history()).containsExactly(event);
    }

    @Test
    @DisplayName("that was refused refuses every await and poll in the same way, and leaves no event")
    void refusesAlwaysTheSame() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      List<LedgerEvent> before = alice.history();
      Submission<ModelTrained> submission = alice.registry.submit(register(MODEL, 1));

      for (int i = 0; i < 2; i++) {
        AlreadyExistsException refusal = catchThrowableOfType(AlreadyExistsException.class,
            () -> submission.await(finalityTimeout()));
        assertThat(refusal.existing()).contains(MODEL.version(1));
        assertThat(refusal.isRetryable()).isFalse();
      }
      assertThatThrownBy(() -> submission.await(Duration.ZERO))
          .isInstanceOf(AlreadyExistsException.class);
      assertThatThrownBy(submission::poll).isInstanceOf(AlreadyExistsException.class);
      assertThat(alice.history()).isEqualTo(before);
    }

    @Test
    @DisplayName("awaited for no time at all is looked at once: the event, or OutcomeUnknown with its id")
    void looksOnceForNoTime() throws Exception {
      for (Duration none : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(1))) {
        Submission<ModelCreated> submission = alice().registry
            .submit(new CreateModel(ModelName.of("m" + none.toNanos() % 7 + 1)));
        try {
          assertThat(submission.await(none)).isEqualTo(submission.poll().orElseThrow());
        } catch (OutcomeUnknownException e) {
          assertThat(e.submissionId()).isEqualTo(submission.id());
          assertThat(e.isRetryable()).isFalse();
        }
        submission.await(finalityTimeout());
      }
      assertThat(alice().history()).hasSize(3);
    }

    @Test
    @DisplayName("goes on when the thread that awaits it is interrupted")
    void goesOnWhenInterrupted() throws Exception {
      Submission<ModelCreated> submission = alice().registry.submit(new CreateModel(MODEL));

      Thread.currentThread().interrupt();
      try {
        submission.await(finalityTimeout());
        // it was final already; then nobody has taken the interrupt
        assertThat(Thread.interrupted()).isTrue();
      } catch (InterruptedException e) {
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
      }

      assertThat(submission.await(finalityTimeout()).model()).isEqualTo(MODEL);
    }

    @Test
    @DisplayName("may be awaited by many threads at once")
    void isForManyThreads() throws Exception {
      Submission<ModelCreated> submission = alice().registry.submit(new CreateModel(MODEL));
      List<Callable<ModelCreated>> awaiting = new ArrayList<>();
      for (int i = 0; i < threads(); i++) {
        awaiting.add(() -> submission.await(finalityTimeout()));
      }

      assertThat(new HashSet<>(inParallel(awaiting))).hasSize(1);
    }
  }

  @Nested
  @DisplayName("A submission's id")
  class Id {
    private final SubmissionId id = SubmissionId.random();

    @Test
    @DisplayName("with the same command again is the same submission and happens once")
    void isIdempotent() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);

      ModelTrained first = alice.registry.submit(id, register(MODEL, 2)).await(finalityTimeout());
      Submission<ModelTrained> again = alice.registry.submit(id, register(MODEL, 2));

      assertThat(again.id()).isEqualTo(id);
      assertThat(again.await(finalityTimeout())).isEqualTo(first);
      assertThat(alice.history()).hasSize(3).endsWith(first);
    }

    @Test
    @DisplayName("makes one of what would otherwise be recorded again")
    void makesOneOfWhatWouldBeTwo() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      for (int i = 0; i < 5; i++) {
        alice.registry.submit(id, deploy(MODEL.version(1), PRODUCTION));
      }

      LedgerEvent event = alice.registry.submit(id, deploy(MODEL.version(1), PRODUCTION))
          .await(finalityTimeout());

      assertThat(alice.history()).hasSize(3).endsWith(event);
    }

    @Test
    @DisplayName("sent by many threads at once happens once")
    void isIdempotentForManyThreads() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      List<Callable<LedgerEvent>> sending = new ArrayList<>();
      for (int i = 0; i < threads(); i++) {
        sending.add(() -> alice.registry.submit(id, deploy(MODEL.version(1), PRODUCTION))
            .await(finalityTimeout()));
      }

      assertThat(new HashSet<>(inParallel(sending))).hasSize(1);
      assertThat(alice.history()).hasSize(3);
    }

    @Test
    @DisplayName("with another command is refused by submit as an IllegalArgumentException")
    void isForOneCommand() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.registry.submit(id, register(MODEL, 2)).await(finalityTimeout());
      List<LedgerEvent> before = alice.history();

      assertThatIllegalArgumentException()
          .isThrownBy(() -> alice.registry.submit(id, register(MODEL, 3)))
          .withMessageContaining(id.toString());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> alice.registry.submit(id, new CreateModel(OTHER_MODEL)));

      assertThat(alice.history()).isEqualTo(before);
    }

    @Test
    @DisplayName("of one account means nothing to another")
    void isByAccount() throws Exception {
      alice().registry.submit(id, new CreateModel(MODEL)).await(finalityTimeout());

      assertThat(bob().registry.resume(id)).isEmpty();
      bob().registry.submit(id, new CreateModel(OTHER_MODEL)).await(finalityTimeout());

      assertThat(bob().model(OTHER_MODEL).owner()).isEqualTo(bob().id);
      assertThat(alice().registry.resume(id).orElseThrow().command())
          .isEqualTo(new CreateModel(MODEL));
    }

    @Test
    @DisplayName("is the same for another client of the account")
    void isTheSameForAnotherClient() throws Exception {
      ModelCreated event = alice().registry.submit(id, new CreateModel(MODEL))
          .await(finalityTimeout());

      Actor alsoAlice = openActor("alice");
      Submission<ModelCreated> again = alsoAlice.registry.submit(id, new CreateModel(MODEL));

      assertThat(again.await(finalityTimeout())).isEqualTo(event);
      assertThat(alsoAlice.registry.resume(id).orElseThrow().await(finalityTimeout()))
          .isEqualTo(event);
      assertThat(alsoAlice.history()).containsExactly(event);
    }

    @Test
    @DisplayName("finds the submission again by resume")
    void resumes() throws Exception {
      Submission<ModelCreated> submission = alice().registry.submit(id, new CreateModel(MODEL));

      Submission<?> resumed = alice().registry.resume(id).orElseThrow();

      assertThat(resumed.id()).isEqualTo(id);
      assertThat(resumed.command()).isEqualTo(new CreateModel(MODEL));
      assertThat(resumed.await(finalityTimeout())).isEqualTo(submission.await(finalityTimeout()));
    }

    @Test
    @DisplayName("that was never submitted resumes to nothing, and may be submitted")
    void resumesNothing() throws Exception {
      assertThat(alice().registry.resume(id)).isEmpty();

      alice().registry.submit(id, new CreateModel(MODEL)).await(finalityTimeout());

      assertThat(alice().registry.resume(id)).isPresent();
    }

    @Test
    @DisplayName("outlives the process: resumed, sent again, or sent with another command")
    void outlivesTheProcess() throws Exception {
      ModelCreated event = alice().registry.submit(id, new CreateModel(MODEL))
          .await(finalityTimeout());

      restart();

      Submission<?> resumed = alice().registry.resume(id).orElseThrow();
      assertThat(resumed.command()).isEqualTo(new CreateModel(MODEL));
      assertThat(resumed.poll().map(LedgerEvent.class::cast)).contains(event);
      assertThat(resumed.await(finalityTimeout())).isEqualTo(event);
      assertThat(alice().registry.submit(id, new CreateModel(MODEL)).await(finalityTimeout()))
          .isEqualTo(event);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> alice().registry.submit(id, new CreateModel(OTHER_MODEL)));
      assertThat(bob().registry.resume(id)).isEmpty();
      assertThat(alice().history()).containsExactly(event);
    }

    @Test
    @DisplayName("brings each command to its one end, though nobody awaited it before the end of the process")
    void bringsCommandsToTheirEnd() throws Exception {
      List<SubmissionId> ids = new ArrayList<>();
      List<Command<?>> commands = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        ids.add(SubmissionId.random());
        commands.add(new CreateModel(ModelName.of("m" + i)));
        alice().registry.submit(ids.get(i), commands.get(i));
      }

      restart();

      for (int i = 0; i < ids.size(); i++) {
        Optional<Submission<?>> resumed = alice().registry.resume(ids.get(i));
        Submission<?> submission = resumed.isPresent()
            ? resumed.get()
            : alice().registry.submit(ids.get(i), commands.get(i));
        assertThat(((ModelCreated) submission.await(finalityTimeout())).model())
            .isEqualTo(ModelName.of("m" + i));
      }
      assertThat(alice().history()).hasSize(ids.size());
    }
  }

  @Nested
  @DisplayName("Many commands in flight")
  class Pipeline {
    @Test
    @DisplayName("of one thread take effect in the order in which they were submitted")
    void keepTheirOrder() throws Exception {
      Actor alice = alice();
      int depth = pipelineDepth();
      List<Submission<?>> submissions = new ArrayList<>();
      submissions.add(alice.registry.submit(new CreateModel(MODEL)));
      submissions.add(alice.registry.submit(new CreateModel(OTHER_MODEL)));
      for (int i = 2; i < depth; i++) {
        submissions.add(alice.registry.submit(register(i % 2 == 0 ? MODEL : OTHER_MODEL, i)));
      }

      List<LedgerEvent> events = new ArrayList<>();
      for (Submission<?> submission : submissions) {
        events.add(submission.await(finalityTimeout()));
      }

      for (int i = 2; i < depth; i++) {
        ModelTrained trained = (ModelTrained) events.get(i);
        assertThat(trained.version())
            .isEqualTo((i % 2 == 0 ? MODEL : OTHER_MODEL).version(i / 2));
        assertThat(trained.artifact()).isEqualTo(register(MODEL, i).artifact());
      }
      assertThat(alice.history()).isEqualTo(events.subList(0, Math.min(depth, HISTORY_LIMIT)));
    }

    @Test
    @DisplayName("go on after one of them is refused")
    void goOnAfterARefusal() throws Exception {
      Actor alice = alice();
      Submission<?> early = alice.registry.submit(register(MODEL, 1));
      Submission<?> create = alice.registry.submit(new CreateModel(MODEL));
      Submission<?> first = alice.registry.submit(register(MODEL, 1));
      Submission<?> twice = alice.registry.submit(register(MODEL, 1));
      Submission<ModelTrained> last = alice.registry.submit(register(MODEL, 2));

      assertThat(outcome(early)).isInstanceOf(NotFoundException.class);
      assertThat(outcome(create)).isInstanceOf(ModelCreated.class);
      assertThat(outcome(first)).isInstanceOf(ModelTrained.class);
      assertThat(outcome(twice)).isInstanceOf(AlreadyExistsException.class);
      assertThat(last.await(finalityTimeout()).version()).isEqualTo(MODEL.version(2));
    }

    @Test
    @DisplayName("of many accounts for the same name have one winner")
    void haveOneWinner() throws Exception {
      for (int round = 0; round < 5; round++) {
        ModelName name = ModelName.of("round-" + round);
        List<Callable<Object>> claims = new ArrayList<>();
        for (int i = 0; i < threads(); i++) {
          Actor claimant = actor("claimant-" + i % 4);
          claims.add(() -> outcome(claimant.registry.submit(new CreateModel(name))));
        }

        List<Object> outcomes = inParallel(claims);

        List<ModelCreated> winners = outcomes.stream()
            .filter(ModelCreated.class::isInstance)
            .map(ModelCreated.class::cast)
            .toList();
        assertThat(winners).hasSize(1);
        assertThat(outcomes).filteredOn(AlreadyExistsException.class::isInstance)
            .hasSize(threads() - 1);
        Actor reader = actor("claimant-0");
        assertThat(eventually(reader.registry, () -> reader.registry.model(name),
            Optional::isPresent).orElseThrow().owner())
            .isEqualTo(winners.get(0).header().author());
      }
    }

    @Test
    @DisplayName("of many threads give every version one number")
    void giveEveryVersionANumber() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      alice.grants(MODEL, bob(), Role.TRAINER);
      Actor bob = bob();
      int each = 20;
      List<Callable<List<Long>>> work = new ArrayList<>();
      for (int t = 0; t < threads(); t++) {
        int thread = t;
        Actor author = t % 2 == 0 ? alice : bob;
        work.add(() -> {
          List<Submission<ModelTrained>> inFlight = new ArrayList<>();
          for (int i = 0; i < each; i++) {
            inFlight.add(author.registry.submit(register(MODEL, thread * each + i)));
          }
          List<Long> numbers = new ArrayList<>();
          for (Submission<ModelTrained> submission : inFlight) {
            numbers.add(submission.await(finalityTimeout()).version().number());
          }
          return numbers;
        });
      }

      List<Long> all = new ArrayList<>();
      for (List<Long> ofOneThread : inParallel(work)) {
        assertThat(ofOneThread).isSorted();
        all.addAll(ofOneThread);
      }

      assertThat(all).doesNotHaveDuplicates().hasSize(threads() * each);
      assertThat(all).allSatisfy(n -> assertThat(n).isBetween(1L, (long) threads() * each));
    }

    @Test
    @DisplayName("of many threads with the same two digests make one version, which the others name")
    void makeOneVersionOfTheSameDigests() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      List<Callable<Object>> work = new ArrayList<>();
      for (int i = 0; i < threads(); i++) {
        work.add(() -> outcome(alice.registry.submit(register(MODEL, 2))));
      }

      List<Object> outcomes = inParallel(work);

      assertThat(outcomes).filteredOn(ModelTrained.class::isInstance).hasSize(1);
      assertThat(outcomes).filteredOn(AlreadyExistsException.class::isInstance)
          .hasSize(threads() - 1)
          .allSatisfy(e -> assertThat(((AlreadyExistsException) e).existing())
              .contains(MODEL.version(2)));
    }
  }
}
