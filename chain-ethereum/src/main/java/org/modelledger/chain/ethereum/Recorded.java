package org.modelledger.chain.ethereum;

import org.modelledger.model.AccountId;
import org.modelledger.registry.Command;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.SubmissionId;

/** What the contract's log says became of a command. */
sealed interface Recorded {
  /** The submission, {@link EventCodec#NO_ID} for a direct call. */
  SubmissionId id();

  AccountId author();

  /** The command, as far as it can be told: rebuilt from the event. */
  Command<?> command();

  record Accepted(SubmissionId id, LedgerEvent event) implements Recorded {
    @Override
    public AccountId author() {
      return event.header().author();
    }

    @Override
    public Command<?> command() {
      return EventCodec.commandOf(event);
    }
  }

  /**
   * It was refused.
   *
   * @param reason made anew for whoever gets it, since it carries a stack trace
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Refused(SubmissionId id, AccountId author, Command<?> command, byte[] reason)
      implements
        Recorded {
    CommandRefusedException exception() {
      return Refusals.exception(author, command, reason);
    }
  }
}
