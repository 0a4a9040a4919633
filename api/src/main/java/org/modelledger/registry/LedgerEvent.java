package org.modelledger.registry;

import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;

/** What an accepted {@link Command} left in the ledger: final, and the same for every reader. */
public sealed interface LedgerEvent {
  /** Returns where and when it happened and who did it. */
  EventHeader header();

  /** Returns the model that it is about; nothing for what is about a log. */
  default Optional<ModelName> about() {
    return switch (this) {
      case ModelCreated e -> Optional.of(e.model());
      case ModelTrained e -> Optional.of(e.version().model());
      case ModelDeployed e -> Optional.of(e.version().model());
      case ModelUndeployed e -> Optional.of(e.model());
      case VersionRevoked e -> Optional.of(e.version().model());
      case RoleChanged e -> Optional.of(e.model());
      case OwnershipTransferStarted e -> Optional.of(e.model());
      case OwnershipTransferred e -> Optional.of(e.model());
      case LogAnchored e -> Optional.empty();
    };
  }

  /** A model was created; the header's author owns it. */
  record ModelCreated(EventHeader header, ModelName model) implements LedgerEvent {
    public ModelCreated {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(model, "model");
    }
  }

  /** A version was registered. */
  record ModelTrained(EventHeader header, ModelVersionId version, Digest artifact, Digest statement)
      implements
        LedgerEvent {
    public ModelTrained {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(artifact, "artifact");
      Objects.requireNonNull(statement, "statement");
    }
  }

  /** A version was put into an environment. */
  record ModelDeployed(EventHeader header, ModelVersionId version, EnvironmentName environment)
      implements
        LedgerEvent {
    public ModelDeployed {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(environment, "environment");
    }
  }

  /** An environment was left without a version. */
  record ModelUndeployed(EventHeader header, ModelName model, EnvironmentName environment)
      implements
        LedgerEvent {
    public ModelUndeployed {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(environment, "environment");
    }
  }

  /** A version was withdrawn for good; it is in no environment any more. */
  record VersionRevoked(EventHeader header, ModelVersionId version, Digest reason)
      implements
        LedgerEvent {
    public VersionRevoked {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** An account got a role, or lost it. */
  record RoleChanged(EventHeader header, ModelName model, AccountId account, Role role,
      boolean granted) implements LedgerEvent {
    public RoleChanged {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(account, "account");
      Objects.requireNonNull(role, "role");
    }
  }

  /** A model was offered to an account; nothing has moved yet. */
  record OwnershipTransferStarted(EventHeader header, ModelName model, AccountId newOwner)
      implements
        LedgerEvent {
    public OwnershipTransferStarted {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(newOwner, "newOwner");
    }
  }

  /** A model has another owner, who is the header's author. */
  record OwnershipTransferred(EventHeader header, ModelName model, AccountId previousOwner,
      AccountId newOwner) implements LedgerEvent {
    public OwnershipTransferred {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(previousOwner, "previousOwner");
      Objects.requireNonNull(newOwner, "newOwner");
    }
  }

  /** The header's author recorded the state of a log. */
  record LogAnchored(EventHeader header, LogOrigin origin, long treeSize, Digest rootHash)
      implements
        LedgerEvent {
    public LogAnchored {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(origin, "origin");
      Objects.requireNonNull(rootHash, "rootHash");
    }
  }
}
