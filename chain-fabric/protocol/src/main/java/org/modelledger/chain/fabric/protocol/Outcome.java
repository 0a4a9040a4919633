package org.modelledger.chain.fabric.protocol;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.AcceptOwnership;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.Command.RevokeRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.Command.UndeployModel;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.SubmissionId;

/** What became of one command. */
public sealed interface Outcome {
  /** Returns the id under which it was submitted; empty for a verb that was called by itself. */
  Optional<SubmissionId> id();

  /** Returns the verb and its arguments, as they were sent. */
  List<String> call();

  /**
   * The rules permitted it, and it is done.
   *
   * @param version the number that a registration got; else 0
   * @param previousOwner who owned the model until now, for an accepted ownership
   */
  record Accepted(Optional<SubmissionId> id, Command<?> command, long version,
      Optional<AccountId> previousOwner) implements Outcome {
    /** @throws MalformedInputException if the command does not leave what is given, or misses it */
    public Accepted {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(command, "command");
      Objects.requireNonNull(previousOwner, "previousOwner");
      if (version < 0 || (version > 0) != (command instanceof RegisterVersion)
          || previousOwner.isPresent() != (command instanceof AcceptOwnership)) {
        throw new MalformedInputException("an accepted " + FabricCommands.write(command).get(0)
            + " with the version " + version + " and the previous owner "
            + previousOwner.orElse(null)
            + "; expected a version for trainModel only, and an owner for acceptOwnership only");
      }
    }

    @Override
    public List<String> call() {
      return FabricCommands.write(command);
    }

    /** Returns the event that it left, under a header that the reader of the block makes. */
    public LedgerEvent event(EventHeader header) {
      return switch (command) {
        case CreateModel c -> new LedgerEvent.ModelCreated(header, c.model());
        case RegisterVersion c -> new LedgerEvent.ModelTrained(header, c.model().version(version),
            c.artifact(), c.statement());
        case DeployVersion c -> new LedgerEvent.ModelDeployed(header, c.version(), c.environment());
        case UndeployModel c -> new LedgerEvent.ModelUndeployed(header, c.model(), c.environment());
        case RevokeVersion c -> new LedgerEvent.VersionRevoked(header, c.version(), c.reason());
        case GrantRole c -> new LedgerEvent.RoleChanged(header, c.model(), c.account(), c.role(),
            true);
        case RevokeRole c -> new LedgerEvent.RoleChanged(header, c.model(), c.account(), c.role(),
            false);
        case TransferOwnership c -> new LedgerEvent.OwnershipTransferStarted(header, c.model(),
            c.newOwner());
        case AcceptOwnership c -> new LedgerEvent.OwnershipTransferred(header, c.model(),
            previousOwner.orElseThrow(), header.author());
        case AnchorLog c -> new LedgerEvent.LogAnchored(header, c.origin(), c.treeSize(),
            c.rootHash());
      };
    }
  }

  /** The rules refused it; it changed nothing, and never will under this id. */
  record Refused(Optional<SubmissionId> id, List<String> call, Refusal refusal)
      implements
        Outcome {
    public Refused {
      Objects.requireNonNull(id, "id");
      call = List.copyOf(call);
      Objects.requireNonNull(refusal, "refusal");
    }
  }

  /**
   * Its id had been used before; nothing happened this time.
   *
   * @param before where the outcome of the first use is
   * @param same whether that was the same command
   */
  record Repeated(SubmissionId submissionId, List<String> call, TransactionRef before,
      boolean same) implements Outcome {
    public Repeated {
      Objects.requireNonNull(submissionId, "submissionId");
      call = List.copyOf(call);
      Objects.requireNonNull(before, "before");
    }

    @Override
    public Optional<SubmissionId> id() {
      return Optional.of(submissionId);
    }
  }

  /** Returns this outcome as JSON, the answer to a verb that was called by itself. */
  default byte[] toJson() {
    return Json.bytes(OutcomeCodec.json(this));
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws MalformedInputException if it is no outcome
   */
  static Outcome parse(byte[] json) {
    return Json.read(json, "the outcome", node -> OutcomeCodec.read(node, "the outcome"));
  }
}
