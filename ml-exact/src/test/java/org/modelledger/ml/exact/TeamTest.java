package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class TeamTest {

  @Test
  void doesEveryTaskOnceRoundAfterRound() {
    try (Team team = new Team(4)) {
      AtomicIntegerArray done = new AtomicIntegerArray(50);
      AtomicIntegerArray busy = new AtomicIntegerArray(4);
      for (int round = 0; round < 2000; round++) {
        team.run(50, (task, worker) -> {
          assertThat(busy.incrementAndGet(worker)).as("tasks of one worker at a time").isEqualTo(1);
          done.incrementAndGet(task);
          busy.decrementAndGet(worker);
        });
        for (int i = 0; i < 50; i++) {
          assertThat(done.get(i)).isEqualTo(round + 1);
        }
      }
    }
  }

  @Test
  void aFailureReachesTheCallerAndTheTeamGoesOn() {
    try (Team team = new Team(3)) {
      assertThatThrownBy(() -> team.run(100, (task, worker) -> {
        if (task == 60) {
          throw new ArithmeticException("task 60");
        }
      })).isInstanceOf(IllegalStateException.class).hasRootCauseMessage("task 60");
      AtomicIntegerArray done = new AtomicIntegerArray(10);
      team.run(10, (task, worker) -> done.incrementAndGet(task));
      assertThat(done.get(9)).isEqualTo(1);
    }
  }

  @Test
  void oneTaskIsDoneByTheCaller() {
    try (Team team = new Team(3)) {
      Thread caller = Thread.currentThread();
      team.run(1, (task, worker) -> assertThat(Thread.currentThread()).isSameAs(caller));
    }
  }
}
