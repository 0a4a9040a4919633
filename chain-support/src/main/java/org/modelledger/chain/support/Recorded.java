package org.modelledger.chain.support;

import java.util.Objects;
import java.util.function.Supplier;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.SubmissionId;

/** What a chain says became of a submission, for good. */
public sealed interface Recorded {
  /** Returns the submission. */
  SubmissionId id();

  /** Returns the command that the chain has under the id. */
  Command<?> command();

  /**
   * It was carried out.
   *
   * @param id of the submission
   * @param command that the chain has under the id
   * @param event what it left
   */
  record Accepted(SubmissionId id, Command<?> command, LedgerEvent event) implements Recorded {
    public Accepted {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(command, "command");
      Objects.requireNonNull(event, "event");
    }
  }

  /**
   * It was refused. Not to be compared: two are equal only if they have the same {@code reason}.
   *
   * @param id of the submission
   * @param command that the chain has under the id
   * @param reason makes the exception anew at each call, since an exception has the stack of whoever
   *     gets it; called by any thread
   */
  record Refused(SubmissionId id, Command<?> command,
      Supplier<? extends ModelLedgerException> reason) implements Recorded {
    public Refused {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(command, "command");
      Objects.requireNonNull(reason, "reason");
    }

    /** Returns a new exception that says why. */
    public ModelLedgerException exception() {
      return reason.get();
    }
  }
}
