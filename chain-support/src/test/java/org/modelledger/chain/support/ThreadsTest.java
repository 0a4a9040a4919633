package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ThreadsTest {
  @Test
  void interruptsAndWaitsForTheEnd() {
    Thread thread = Thread.ofPlatform().daemon().start(ThreadsTest::untilInterrupted);

    Threads.end(thread);

    assertThat(thread.isAlive()).isFalse();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void waitsAlsoWhenInterruptedAndStaysSo() {
    Thread thread = Thread.ofPlatform().daemon().start(ThreadsTest::untilInterrupted);
    Thread.currentThread().interrupt();

    Threads.end(thread);

    assertThat(thread.isAlive()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void endsWhatNeverBegan() {
    Thread thread = Thread.ofPlatform().daemon().unstarted(ThreadsTest::untilInterrupted);

    Threads.end(thread);

    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void waitsForAResultAlsoWhenInterruptedAndStaysSo() {
    FutureTask<String> task = new FutureTask<>(() -> "made");
    Thread.currentThread().interrupt();
    Thread.ofPlatform().daemon().start(task);

    assertThat(Threads.result(task)).isEqualTo("made");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void throwsWhatTheOtherThreadHasThrown() {
    IllegalArgumentException failure = new IllegalArgumentException("not that");

    assertThatThrownBy(() -> Threads.result(CompletableFuture.failedFuture(failure)))
        .isSameAs(failure);
  }

  private static void untilInterrupted() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // as it was told
    }
  }
}
