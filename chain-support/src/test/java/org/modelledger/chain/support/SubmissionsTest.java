package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerEvent.ModelCreated;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.SubmissionId;

class SubmissionsTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Submissions submissions = new Submissions("chain 7");
  private final PendingSubmission<ModelCreated> submission = Examples.submission();

  @Test
  void hasOneWhoWaitsUnderAnId() {
    assertThat(submissions.isAnyoneWaiting()).isFalse();
    assertThat(submissions.addIfAbsent(submission)).isEmpty();

    assertThat(submissions.addIfAbsent(Examples.submission(submission.id())).orElseThrow())
        .isSameAs(submission);
    assertThat(submissions.waiting(submission.id()).orElseThrow()).isSameAs(submission);
    assertThat(submissions.waiting(SubmissionId.random())).isEmpty();
    assertThat(submissions.isAnyoneWaiting()).isTrue();
  }

  @Test
  void tellsWhoeverWaitsForWhatIsSettled() throws Exception {
    PendingSubmission<ModelCreated> other = Examples.submission();
    assertThat(submissions.addIfAbsent(submission)).isEmpty();
    assertThat(submissions.addIfAbsent(other)).isEmpty();

    submissions.settle(Examples.accepted(submission.id(), Examples.COMMAND));
    submissions.settle(Examples.accepted(SubmissionId.random(), Examples.COMMAND));

    assertThat(submission.await(LONG).model()).isEqualTo(Examples.COMMAND.model());
    assertThat(other.poll()).isEmpty();
    assertThat(submissions.waiting(submission.id())).isEmpty();
    assertThat(submissions.waiting(other.id())).isPresent();
  }

  @Test
  void tellsWhatIsInTheWaySendingBeforeReading() {
    LedgerUnavailableException reading = new LedgerUnavailableException("reading");
    LedgerUnavailableException sending = new LedgerUnavailableException("sending");
    assertThat(submissions.trouble()).isEmpty();

    submissions.readTrouble(reading);
    submissions.sendTrouble(sending);
    assertThat(submissions.trouble()).containsSame(sending);

    submissions.sendTrouble(null);
    assertThat(submissions.trouble()).containsSame(reading);

    RuntimeException failure = new IllegalStateException("for good");
    submissions.fail(failure);
    assertThat(submissions.trouble()).containsSame(failure);
  }

  @Test
  void forgetsWhatIsRemoved() {
    assertThat(submissions.addIfAbsent(submission)).isEmpty();

    submissions.remove(submission.id());

    assertThat(submissions.isAnyoneWaiting()).isFalse();
    submissions.settle(Examples.accepted(submission.id(), Examples.COMMAND));
    assertThat(submission.poll()).isEmpty();
  }

  @Test
  void endsTheWaitsAndTakesNobodyOnceItIsClosed() {
    assertThat(submissions.addIfAbsent(submission)).isEmpty();
    submissions.requireOpen();

    assertThat(submissions.close()).isTrue();
    assertThat(submissions.close()).isFalse();

    assertThatThrownBy(() -> submission.await(LONG)).isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("the registry was closed before it was final");
    assertThat(submissions.isClosed()).isTrue();
    assertThat(submissions.isAnyoneWaiting()).isFalse();
    assertThatThrownBy(submissions::requireOpen).isInstanceOf(IllegalStateException.class)
        .hasMessage("the registry on chain 7 is closed");
    assertThatThrownBy(() -> submissions.addIfAbsent(Examples.submission()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(submissions.isAnyoneWaiting()).isFalse();
  }

  @Test
  void endsTheWaitsAndTakesNobodyOnceItHasFailed() {
    assertThat(submissions.addIfAbsent(submission)).isEmpty();
    assertThat(submissions.failure()).isEmpty();
    LedgerUnavailableException reason = new LedgerUnavailableException("another chain");

    submissions.fail(reason);
    submissions.fail(new IllegalStateException("what came of it"));

    assertThatThrownBy(() -> submission.await(LONG)).isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("another chain")
        .hasCause(reason);
    assertThat(submissions.failure()).containsSame(reason);
    assertThat(submissions.isClosed()).isTrue();
    assertThatThrownBy(submissions::requireOpen).isSameAs(reason);
    assertThatThrownBy(() -> submissions.addIfAbsent(Examples.submission())).isSameAs(reason);
    assertThat(submissions.isAnyoneWaiting()).isFalse();
  }

  @Test
  void makesAFailureAnewForEachWhoGetsIt() {
    submissions.fail(() -> new LedgerUnavailableException("another chain"));

    Throwable first = catchThrowable(submissions::requireOpen);
    assertThat(first).isInstanceOf(LedgerUnavailableException.class);
    assertThatThrownBy(submissions::requireOpen).isNotSameAs(first).hasMessage("another chain");
  }

  @Test
  void canBeClosedAfterItHasFailed() {
    submissions.fail(new LedgerUnavailableException("another chain"));

    assertThat(submissions.close()).isTrue();
    assertThatThrownBy(submissions::requireOpen).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  /** The caller has a lock of its own, and whoever is told asks at once. */
  @Test
  @Timeout(300)
  void callsNobodyUnderItsLock() throws Exception {
    assertThat(submissions.addIfAbsent(submission)).isEmpty();
    submissions.fail(() -> {
      try (Background<Boolean> other = Background.run(submissions::isClosed)) {
        return new LedgerUnavailableException("closed: " + other.result());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });

    assertThatThrownBy(() -> submission.await(LONG)).hasMessageContaining("closed: true");
    assertThatThrownBy(submissions::requireOpen).hasMessage("closed: true");
  }

  @Test
  void tellsEverybodyHoweverAddingSettlingFailingAndClosingMeet(TestReporter reporter)
      throws Exception {
    Random random = Seeds.random(reporter);
    for (int round = 0; round < 300; round++) {
      new Race(random.nextLong()).run();
    }
  }

  /** Threads that add, resume and settle, until another one closes it or makes it fail. */
  private static final class Race {
    private static final int ADDING = 4;
    private static final int IDS = 40;

    private final Submissions submissions = new Submissions("chain 7");
    private final long seed;
    private final List<SubmissionId> ids = new ArrayList<>();
    private final CyclicBarrier start = new CyclicBarrier(ADDING + 2);

    Race(long seed) {
      this.seed = seed;
      for (int i = 0; i < IDS; i++) {
        ids.add(SubmissionId.random());
      }
    }

    void run() throws Exception {
      List<Background<Boolean>> threads = new ArrayList<>();
      try {
        for (int i = 0; i < ADDING; i++) {
          Random random = new Random(seed + i);
          threads.add(Background.run(() -> add(random)));
        }
        threads.add(Background.run(() -> settle(new Random(seed - 1))));
        threads.add(Background.run(() -> end(new Random(seed - 2))));
        for (Background<Boolean> thread : threads) {
          assertThat(thread.result()).isTrue();
        }
        assertThat(submissions.isAnyoneWaiting()).isFalse();
      } finally {
        threads.forEach(Background::close);
      }
    }

    /** All that it adds are told. */
    private boolean add(Random random) throws Exception {
      List<PendingSubmission<?>> added = new ArrayList<>();
      start.await();
      try {
        while (true) {
          PendingSubmission<?> mine = Examples.submission(ids.get(random.nextInt(IDS)));
          PendingSubmission<?> waits = submissions.addIfAbsent(mine).orElse(mine);
          assertThat(waits.id()).isEqualTo(mine.id());
          if (waits == mine) {
            added.add(mine);
          }
        }
      } catch (IllegalStateException | LedgerUnavailableException e) {
        assertThat(submissions.isClosed()).isTrue();
      }
      for (PendingSubmission<?> one : added) {
        try {
          LedgerEvent event = one.await(LONG);
          assertThat(event).isInstanceOf(ModelCreated.class);
        } catch (OutcomeUnknownException e) {
          assertThat(e).hasMessageNotContaining("not final after");
        }
      }
      return submissions.isClosed();
    }

    private boolean settle(Random random) throws Exception {
      start.await();
      while (!submissions.isClosed()) {
        submissions.settle(Examples.accepted(ids.get(random.nextInt(IDS)), Examples.COMMAND));
      }
      return submissions.isClosed();
    }

    private boolean end(Random random) throws Exception {
      start.await();
      int looks = random.nextInt(2_000);
      for (int i = 0; i < looks; i++) {
        var unused = submissions.isAnyoneWaiting();
      }
      if (random.nextBoolean()) {
        submissions.fail(() -> new LedgerUnavailableException("another chain"));
      }
      if (random.nextBoolean() || !submissions.isClosed()) {
        assertThat(submissions.close()).isTrue();
      }
      return submissions.isClosed();
    }
  }
}
