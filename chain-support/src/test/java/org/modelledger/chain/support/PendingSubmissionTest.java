package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.registry.LedgerEvent.ModelCreated;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.SubmissionId;

class PendingSubmissionTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final PendingSubmission<ModelCreated> submission = Examples.submission();

  @Test
  void endsInTheEvent() throws Exception {
    assertThat(submission.poll()).isEmpty();

    assertThat(submission.settle(Examples.accepted(submission.id(), Examples.COMMAND))).isTrue();

    assertThat(submission.await(Duration.ZERO).model()).isEqualTo(Examples.COMMAND.model());
    assertThat(submission.poll()).contains(submission.await(LONG));
  }

  @Test
  void wakesWhoeverAwaitsIt() throws Exception {
    try (Background<ModelCreated> waiting = Background.run(() -> submission.await(LONG))) {
      waiting.awaitBlocked();

      assertThat(submission.settle(Examples.accepted(submission.id(), Examples.COMMAND))).isTrue();

      assertThat(waiting.result().model()).isEqualTo(Examples.COMMAND.model());
    }
  }

  @Test
  void throwsANewRefusalAtEachLook() {
    assertThat(submission.settle(Examples.refused(submission.id()))).isTrue();

    Throwable first = catchThrowable(() -> submission.await(LONG));
    Throwable second = catchThrowable(submission::poll);

    assertThat(first).isInstanceOf(NotAuthorizedException.class).hasMessage("not you");
    assertThat(second).isInstanceOf(NotAuthorizedException.class).isNotSameAs(first);
  }

  @Test
  void saysThatTheIdIsAnotherCommands() {
    assertThat(submission.settle(Examples.accepted(submission.id(), Examples.ANOTHER))).isFalse();

    assertThatThrownBy(() -> submission.await(LONG)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(submission.id().toString())
        .hasMessageContaining("acme/digits")
        .hasMessageContaining("acme/letters");
  }

  @Test
  void saysWhatIsInTheWayWhenTheTimeIsOver() {
    LedgerUnavailableException trouble = new LedgerUnavailableException("the node is away");
    PendingSubmission<ModelCreated> late = new PendingSubmission<>(SubmissionId.random(),
        Examples.COMMAND, () -> Optional.of(trouble));

    assertThatThrownBy(() -> late.await(Duration.ZERO)).isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("not final after PT0S; the node is away")
        .hasCause(trouble);
    assertThat(late.poll()).isEmpty();
  }

  @Test
  void isUnknownWhenItIsLeftAndKnownWhenItIsSettledAfterAll() throws Exception {
    submission.leave(null, "closed");

    assertThatThrownBy(() -> submission.await(LONG)).isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("closed")
        .extracting(e -> ((OutcomeUnknownException) e).submissionId())
        .isEqualTo(submission.id());
    assertThat(submission.poll()).isEmpty();

    assertThat(submission.settle(Examples.accepted(submission.id(), Examples.COMMAND))).isTrue();
    assertThat(submission.await(LONG).model()).isEqualTo(Examples.COMMAND.model());
  }

  @Test
  void keepsItsFirstEnd() throws Exception {
    submission.fail(() -> new LedgerUnavailableException("never sent"));
    submission.leave(null, "closed");
    assertThatThrownBy(() -> submission.await(LONG)).isInstanceOf(LedgerUnavailableException.class);
    assertThatThrownBy(submission::poll).isInstanceOf(LedgerUnavailableException.class);

    PendingSubmission<ModelCreated> settled = Examples.submission();
    assertThat(settled.settle(Examples.accepted(settled.id(), Examples.COMMAND))).isTrue();
    settled.leave(null, "closed");
    assertThat(settled.await(LONG).model()).isEqualTo(Examples.COMMAND.model());
  }
}
