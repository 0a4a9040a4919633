package org.modelledger.chain.support;

import java.time.Instant;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent.ModelCreated;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.SubmissionId;

/** Commands and what becomes of them. */
final class Examples {
  static final CreateModel COMMAND = new CreateModel(ModelName.of("acme/digits"));
  static final CreateModel ANOTHER = new CreateModel(ModelName.of("acme/letters"));

  private Examples() {}

  static PendingSubmission<ModelCreated> submission() {
    return submission(SubmissionId.random());
  }

  static PendingSubmission<ModelCreated> submission(SubmissionId id) {
    return new PendingSubmission<>(id, COMMAND, Optional::empty);
  }

  static Recorded accepted(SubmissionId id, CreateModel command) {
    return new Recorded.Accepted(id, command, event(command, 7, 0));
  }

  static Recorded refused(SubmissionId id) {
    return new Recorded.Refused(id, COMMAND, () -> new NotAuthorizedException("not you"));
  }

  static ModelCreated event(long block, int index) {
    return event(COMMAND, block, index);
  }

  private static ModelCreated event(CreateModel command, long block, int index) {
    return new ModelCreated(new EventHeader(new LedgerPosition(block, index), "tx" + block,
        Instant.EPOCH, AccountId.of("alice")), command.model());
  }
}
