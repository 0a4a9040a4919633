package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.model.ModelName;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.UndeployModel;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.Role;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;
import org.modelledger.registry.Subscription;
import org.modelledger.spi.ConfigurationException;

/** What a registry promises its readers: state, history, subscriptions, and its end. */
abstract class RegistryReadRules extends RegistrySubmissionRules {
  /** Lets three accounts do ten things, one of each kind and some more; returns their events. */
  final List<LedgerEvent> aStory() throws InterruptedException {
    List<LedgerEvent> events = new ArrayList<>();
    Actor alice = alice();
    events.add(alice.does(new CreateModel(MODEL)));
    events.add(alice.does(new org.modelledger.registry.Command.GrantRole(MODEL, bob().id,
        Role.TRAINER)));
    events.add(bob().does(register(MODEL, 1)));
    events.add(bob().does(register(MODEL, 2)));
    events.add(alice.does(deploy(MODEL.version(1), PRODUCTION)));
    events.add(carol().does(new AnchorLog(LOG, 5, digest("root"))));
    events.add(alice.does(new UndeployModel(MODEL, PRODUCTION)));
    events.add(alice.does(new RevokeVersion(MODEL.version(1), digest("why"))));
    bob().isRefused(new CreateModel(MODEL), AlreadyExistsException.class);
    events.add(alice.does(
        new org.modelledger.registry.Command.TransferOwnership(MODEL, carol().id)));
    events.add(carol().does(new org.modelledger.registry.Command.AcceptOwnership(MODEL)));
    return events;
  }

  final List<LedgerEvent> historyOnceComplete(ModelRegistry reader, int size)
      throws InterruptedException {
    return eventually(reader, () -> reader.history(LedgerPosition.START, HISTORY_LIMIT),
        events -> events.size() >= size);
  }

  @Nested
  @DisplayName("Reads")
  class Reads {
    @Test
    @DisplayName("find nothing where nothing is, and do not fail")
    void findNothing() throws Exception {
      ModelRegistry registry = aliceOwns(OTHER_MODEL, 1).registry;

      assertThat(registry.model(MODEL)).isEmpty();
      assertThat(registry.version(MODEL.version(1))).isEmpty();
      assertThat(registry.version(OTHER_MODEL.version(2))).isEmpty();
      assertThat(registry.version(OTHER_MODEL.version(Long.MAX_VALUE))).isEmpty();
      assertThat(registry.deployed(MODEL, PRODUCTION)).isEmpty();
      assertThat(registry.deployed(OTHER_MODEL, PRODUCTION)).isEmpty();
      assertThat(registry.anchor(LOG, alice().id)).isEmpty();
    }

    @Test
    @DisplayName("say which ledger it is, the same to every client and after a restart")
    void sayWhichLedger() throws Exception {
      String id = alice().registry.ledgerId();

      assertThat(id).isNotBlank();
      assertThat(bob().registry.ledgerId()).isEqualTo(id);
      assertThat(openReader().ledgerId()).isEqualTo(id);
      aliceOwns(MODEL, 1);
      restart();
      assertThat(alice().registry.ledgerId()).isEqualTo(id);
    }

    @Test
    @DisplayName("say in whose name commands are submitted")
    void sayWhoseName() throws Exception {
      assertThat(alice().registry.account()).contains(account("alice"));
      assertThat(bob().registry.account()).contains(account("bob"));
      assertThat(account("bob")).isNotEqualTo(account("alice"));
    }

    @Test
    @DisplayName("come to the same for everyone, and after a restart")
    void comeToTheSame() throws Exception {
      List<LedgerEvent> story = aStory();
      Actor carol = carol();
      Object model = carol.model(MODEL);
      Object version = carol.registry.version(MODEL.version(1));
      Object anchor = carol.registry.anchor(LOG, carol.id);
      ModelRegistry reader = openReader();
      historyOnceComplete(reader, story.size());

      for (ModelRegistry registry : List.of(reader, alice().registry)) {
        assertThat(eventually(registry, () -> registry.model(MODEL).orElseThrow(), model::equals))
            .isEqualTo(model);
        assertThat(registry.version(MODEL.version(1))).isEqualTo(version);
        assertThat(registry.anchor(LOG, carol.id)).isEqualTo(anchor);
      }
      restart();
      assertThat(alice().model(MODEL)).isEqualTo(model);
      assertThat(alice().registry.version(MODEL.version(1))).isEqualTo(version);
      assertThat(alice().registry.anchor(LOG, account("carol"))).isEqualTo(anchor);
    }

    @Test
    @DisplayName("go on after a restart, and so do commands")
    void goOnAfterARestart() throws Exception {
      aliceOwns(MODEL, 2).does(deploy(MODEL.version(1), PRODUCTION));
      restart();

      assertThat(alice().does(register(MODEL, 3)).version()).isEqualTo(MODEL.version(3));
      alice().isRefused(register(MODEL, 2), AlreadyExistsException.class);
      assertThat(alice().model(MODEL).deployments())
          .isEqualTo(Map.of(PRODUCTION, MODEL.version(1)));
      assertThat(alice().history()).hasSize(5);
    }
  }

  @Nested
  @DisplayName("An instance that only reads")
  class ReadOnly {
    @Test
    @DisplayName("has no account and refuses commands as a ConfigurationException")
    void refusesCommands() throws Exception {
      ModelRegistry reader = openReader();

      assertThat(reader.account()).isEmpty();
      assertThatThrownBy(() -> reader.submit(new CreateModel(MODEL)))
          .isInstanceOf(ConfigurationException.class);
      assertThat(reader.resume(SubmissionId.random())).isEmpty();
      assertThat(alice().history()).isEmpty();
    }

    @Test
    @DisplayName("sees what others write, while it is open and from before")
    void seesWhatOthersWrite() throws Exception {
      aliceOwns(MODEL, 1);
      ModelRegistry reader = openReader();
      assertThat(eventually(reader, () -> reader.version(MODEL.version(1)), Optional::isPresent))
          .isEqualTo(alice().registry.version(MODEL.version(1)));

      alice().does(deploy(MODEL.version(1), PRODUCTION));

      assertThat(eventually(reader, () -> reader.deployed(MODEL, PRODUCTION), Optional::isPresent))
          .isEqualTo(alice().registry.version(MODEL.version(1)));
      assertThat(reader.history(LedgerPosition.START, 100)).isEqualTo(alice().history());
    }
  }

  @Nested
  @DisplayName("History")
  class History {
    @Test
    @DisplayName("is every event that was awaited, oldest first, and nothing of what was refused")
    void isEveryEvent() throws Exception {
      List<LedgerEvent> story = aStory();

      assertThat(carol().history()).isEqualTo(story);
    }

    @Test
    @DisplayName("has positions that ascend, times that never run backwards, a transaction for each")
    void hasHeaders() throws Exception {
      aStory();
      LedgerPosition position = LedgerPosition.START;
      Instant time = Instant.MIN;

      for (LedgerEvent event : carol().history()) {
        assertThat(event.header().position()).isGreaterThan(position);
        assertThat(event.header().time()).isAfterOrEqualTo(time);
        assertThat(event.header().transactionId()).isNotBlank();
        position = event.header().position();
        time = event.header().time();
      }
      assertThat(carol().history()).extracting(event -> event.header().transactionId())
          .doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("after a position is what came after it, without it")
    void beginsAfterAPosition() throws Exception {
      List<LedgerEvent> story = aStory();

      for (int i = 0; i < story.size(); i++) {
        assertThat(carol().registry.history(story.get(i).header().position(), HISTORY_LIMIT))
            .isEqualTo(story.subList(i + 1, story.size()));
      }
      assertThat(carol().registry.history(new LedgerPosition(Long.MAX_VALUE, 0), 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 10, 11})
    @DisplayName("read in pages is the same as at once, and only the last page is short")
    void isTheSameInPages(int limit) throws Exception {
      List<LedgerEvent> story = aStory();
      List<LedgerEvent> paged = new ArrayList<>();
      LedgerPosition after = LedgerPosition.START;
      List<LedgerEvent> page;
      do {
        page = carol().registry.history(after, limit);
        assertThat(page.size()).isEqualTo(Math.min(limit, story.size() - paged.size()));
        paged.addAll(page);
        after = paged.get(paged.size() - 1).header().position();
      } while (page.size() == limit);

      assertThat(paged).isEqualTo(story);
    }

    @Test
    @DisplayName("takes a limit from 1 to 10,000")
    void takesALimit() throws Exception {
      ModelRegistry registry = aliceOwns(MODEL, 1).registry;

      for (int wrong : new int[]{Integer.MIN_VALUE, -1, 0, 10_001, Integer.MAX_VALUE}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> registry.history(LedgerPosition.START, wrong));
      }
      assertThat(registry.history(LedgerPosition.START, 1)).hasSize(1);
      assertThat(registry.history(LedgerPosition.START, 10_000)).hasSize(2);
    }

    @Test
    @DisplayName("of a fresh ledger is empty")
    void isEmptyAtFirst() throws Exception {
      assertThat(alice().history()).isEmpty();
    }

    @Test
    @DisplayName("is the same for every reader and after a restart")
    void isTheSameForEveryone() throws Exception {
      List<LedgerEvent> story = aStory();

      assertThat(historyOnceComplete(openReader(), story.size())).isEqualTo(story);
      assertThat(historyOnceComplete(bob().registry, story.size())).isEqualTo(story);
      restart();
      assertThat(bob().history()).isEqualTo(story);
    }
  }

  @Nested
  @DisplayName("A subscription")
  class Subscriptions {
    @Test
    @DisplayName("delivers each event once and in order, those from before and those from after")
    void deliversEachEventOnce() throws Exception {
      Actor alice = aliceOwns(MODEL, 3);
      try (Subscription subscription = alice.registry.subscribe(LedgerPosition.START)) {
        List<LedgerEvent> events = take(subscription, 4);
        alice.does(register(MODEL, 4));
        alice.does(deploy(MODEL.version(4), PRODUCTION));
        events.addAll(take(subscription, 2));

        assertThat(events).isEqualTo(alice.history());
        assertThat(subscription.next(Duration.ZERO)).isEmpty();
      }
    }

    @Test
    @DisplayName("begins after any position")
    void beginsAfterAPosition() throws Exception {
      List<LedgerEvent> story = aStory();

      for (int i = 0; i < story.size(); i++) {
        LedgerPosition after = story.get(i).header().position();
        try (Subscription subscription = carol().registry.subscribe(after)) {
          assertThat(take(subscription, story.size() - i - 1))
              .isEqualTo(story.subList(i + 1, story.size()));
          assertThat(subscription.next(Duration.ZERO)).isEmpty();
        }
      }
    }

    @Test
    @DisplayName("keeps up with many threads that write, and sees what the history has")
    void keepsUp() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      int each = 50;
      int expected = 1 + threads() * each;
      List<Callable<List<LedgerEvent>>> work = new ArrayList<>();
      for (int t = 0; t < threads(); t++) {
        int thread = t;
        work.add(() -> {
          List<Submission<?>> inFlight = new ArrayList<>();
          for (int i = 0; i < each; i++) {
            inFlight.add(alice.registry.submit(register(MODEL, thread * each + i)));
          }
          for (Submission<?> submission : inFlight) {
            submission.await(finalityTimeout());
          }
          return List.of();
        });
      }
      for (int r = 0; r < 2; r++) {
        work.add(() -> {
          try (Subscription subscription = alice.registry.subscribe(LedgerPosition.START)) {
            return take(subscription, expected);
          }
        });
      }

      List<List<LedgerEvent>> results = inParallel(work);

      List<LedgerEvent> history = alice.history();
      assertThat(history).hasSize(expected);
      assertThat(results.get(threads())).isEqualTo(history);
      assertThat(results.get(threads() + 1)).isEqualTo(history);
    }

    @Test
    @DisplayName("has the position of the event taken last, at first the one subscribed from")
    void hasAPosition() throws Exception {
      List<LedgerEvent> story = aStory();
      try (Subscription subscription = carol().registry.subscribe(LedgerPosition.START)) {
        assertThat(subscription.position()).isEqualTo(LedgerPosition.START);
        for (LedgerEvent event : story) {
          assertThat(subscription.next(finalityTimeout())).contains(event);
          assertThat(subscription.position()).isEqualTo(event.header().position());
        }
        assertThat(subscription.next(Duration.ZERO)).isEmpty();
        assertThat(subscription.position())
            .isEqualTo(story.get(story.size() - 1).header().position());
      }
    }

    @Test
    @DisplayName("goes on over a restart from the position that was stored, without gap or repetition")
    void goesOnOverARestart() throws Exception {
      aliceOwns(MODEL, 5);
      LedgerPosition stored;
      List<LedgerEvent> events;
      try (Subscription subscription = alice().registry.subscribe(LedgerPosition.START)) {
        events = take(subscription, 3);
        stored = subscription.position();
      }
      restart();
      alice().does(register(MODEL, 6));

      try (Subscription subscription = alice().registry.subscribe(stored)) {
        events.addAll(take(subscription, 4));
        assertThat(subscription.next(Duration.ZERO)).isEmpty();
      }

      assertThat(events).isEqualTo(alice().history());
    }

    @Test
    @DisplayName("waits for no time at all by looking once")
    void looksOnce() throws Exception {
      try (Subscription subscription = alice().registry.subscribe(LedgerPosition.START)) {
        assertThat(subscription.next(Duration.ZERO)).isEmpty();
        assertThat(subscription.next(Duration.ofSeconds(-1))).isEmpty();
        assertThat(subscription.position()).isEqualTo(LedgerPosition.START);
      }
    }

    @Test
    @DisplayName("is independent of others, also of those that are slow or closed")
    void isIndependent() throws Exception {
      Actor alice = aliceOwns(MODEL, 2);
      try (Subscription slow = alice.registry.subscribe(LedgerPosition.START);
          Subscription quick = alice.registry.subscribe(LedgerPosition.START)) {
        Subscription closed = alice.registry.subscribe(LedgerPosition.START);
        assertThat(take(quick, 3)).isEqualTo(alice.history());
        closed.close();
        assertThat(take(slow, 3)).isEqualTo(alice.history());
      }
    }

    @Test
    @DisplayName("serves an instance that only reads")
    void servesReaders() throws Exception {
      try (Subscription subscription = openReader().subscribe(LedgerPosition.START)) {
        List<LedgerEvent> story = aStory();

        assertThat(take(subscription, story.size())).isEqualTo(story);
      }
    }

    @Test
    @DisplayName("loses nothing when the thread that waits is interrupted")
    void losesNothingWhenInterrupted() throws Exception {
      Actor alice = alice();
      try (Subscription subscription = alice.registry.subscribe(LedgerPosition.START)) {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class)
            .isThrownBy(() -> subscription.next(finalityTimeout()));
        assertThat(Thread.interrupted()).isFalse();

        aliceOwns(MODEL, 2);

        assertThat(take(subscription, 3)).isEqualTo(alice.history());
      }
    }

    @Test
    @DisplayName("that is closed throws IllegalStateException, and closes again without harm")
    void closes() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      Subscription subscription = alice.registry.subscribe(LedgerPosition.START);

      subscription.close();
      subscription.close();

      assertThatIllegalStateException().isThrownBy(() -> subscription.next(Duration.ZERO));
      assertThat(alice.history()).hasSize(2);
    }

    @Test
    @DisplayName("that is closed by another thread ends a waiting next")
    void endsAWaitingNext() throws Exception {
      Subscription subscription = alice().registry.subscribe(LedgerPosition.START);

      assertThatThrownBy(() -> waitAndClose(subscription, subscription))
          .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("ends with its registry")
    void endsWithItsRegistry() throws Exception {
      Actor alice = alice();
      Subscription subscription = alice.registry.subscribe(LedgerPosition.START);

      assertThatThrownBy(() -> waitAndClose(subscription, alice.registry))
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThatIllegalStateException().isThrownBy(() -> subscription.next(Duration.ZERO));
      assertThatCode(subscription::close).doesNotThrowAnyException();
    }

    private Optional<LedgerEvent> waitAndClose(Subscription subscription, AutoCloseable closed)
        throws Exception {
      CountDownLatch aboutToWait = new CountDownLatch(1);
      try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
        Future<Optional<LedgerEvent>> waiting = thread.submit(() -> {
          aboutToWait.countDown();
          return subscription.next(finalityTimeout());
        });
        aboutToWait.await();
        closed.close();
        return waiting.get();
      } catch (ExecutionException e) {
        throw e;
      }
    }
  }

  @Nested
  @DisplayName("A closed registry")
  class Closed {
    @Test
    @DisplayName("throws IllegalStateException from every method")
    void throwsFromEveryMethod() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      ModelRegistry closed = alice.registry;

      closed.close();

      Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
      calls.put("ledgerId", closed::ledgerId);
      calls.put("account", closed::account);
      calls.put("submit", () -> closed.submit(new CreateModel(OTHER_MODEL)));
      calls.put("submit by id",
          () -> closed.submit(SubmissionId.random(), new CreateModel(OTHER_MODEL)));
      calls.put("resume", () -> closed.resume(SubmissionId.random()));
      calls.put("model", () -> closed.model(MODEL));
      calls.put("version", () -> closed.version(MODEL.version(1)));
      calls.put("deployed", () -> closed.deployed(MODEL, PRODUCTION));
      calls.put("anchor", () -> closed.anchor(LOG, alice.id));
      calls.put("history", () -> closed.history(LedgerPosition.START, 1));
      calls.put("subscribe", () -> closed.subscribe(LedgerPosition.START));
      calls.forEach((name, call) -> assertThatIllegalStateException().as(name).isThrownBy(call));
    }

    @Test
    @DisplayName("closes again without harm, and leaves other clients as they are")
    void leavesOthers() throws Exception {
      aliceOwns(MODEL, 1);
      Actor alsoAlice = openActor("alice");
      bob().does(new CreateModel(OTHER_MODEL));

      alice().registry.close();
      alice().registry.close();

      alsoAlice.does(register(MODEL, 2));
      bob().does(new CreateModel(ModelName.of("another")));
      assertThat(bob().history()).hasSize(5);
    }
  }
}
