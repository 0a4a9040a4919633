package org.modelledger.registry;

import java.util.Objects;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;

/**
 * What an account asks of the registry. The rules are the table in the
 * {@linkplain org.modelledger.registry package description}.
 *
 * @param <E> the event that it leaves when it is accepted
 */
public sealed interface Command<E extends LedgerEvent> {
  /** Returns the class of the event that an accepted command leaves. */
  Class<E> eventType();

  /** Creates a model; the author becomes its owner. */
  record CreateModel(ModelName model) implements Command<LedgerEvent.ModelCreated> {
    public CreateModel {
      Objects.requireNonNull(model, "model");
    }

    @Override
    public Class<LedgerEvent.ModelCreated> eventType() {
      return LedgerEvent.ModelCreated.class;
    }
  }

  /**
   * Registers the next version; on a chain this verb is {@code trainModel}.
   *
   * @param artifact the OMS root digest of the model's files
   * @param statement the digest of the signed lineage statement's stored bytes
   */
  record RegisterVersion(ModelName model, Digest artifact, Digest statement)
      implements
        Command<LedgerEvent.ModelTrained> {
    public RegisterVersion {
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(artifact, "artifact");
      Objects.requireNonNull(statement, "statement");
    }

    @Override
    public Class<LedgerEvent.ModelTrained> eventType() {
      return LedgerEvent.ModelTrained.class;
    }
  }

  /** Puts a version into an environment in place of what was there; {@code deployModel}. */
  record DeployVersion(ModelVersionId version, EnvironmentName environment)
      implements
        Command<LedgerEvent.ModelDeployed> {
    public DeployVersion {
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(environment, "environment");
    }

    @Override
    public Class<LedgerEvent.ModelDeployed> eventType() {
      return LedgerEvent.ModelDeployed.class;
    }
  }

  /** Leaves an environment without a version. */
  record UndeployModel(ModelName model, EnvironmentName environment)
      implements
        Command<LedgerEvent.ModelUndeployed> {
    public UndeployModel {
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(environment, "environment");
    }

    @Override
    public Class<LedgerEvent.ModelUndeployed> eventType() {
      return LedgerEvent.ModelUndeployed.class;
    }
  }

  /**
   * Withdraws a version for good and clears the environments it is in.
   *
   * @param reason the digest of a text that says why, kept elsewhere
   */
  record RevokeVersion(ModelVersionId version, Digest reason)
      implements
        Command<LedgerEvent.VersionRevoked> {
    public RevokeVersion {
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public Class<LedgerEvent.VersionRevoked> eventType() {
      return LedgerEvent.VersionRevoked.class;
    }
  }

  /** Gives an account a role on a model. */
  record GrantRole(ModelName model, AccountId account, Role role)
      implements
        Command<LedgerEvent.RoleChanged> {
    public GrantRole {
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(account, "account");
      Objects.requireNonNull(role, "role");
    }

    @Override
    public Class<LedgerEvent.RoleChanged> eventType() {
      return LedgerEvent.RoleChanged.class;
    }
  }

  /** Takes a role on a model from an account. */
  record RevokeRole(ModelName model, AccountId account, Role role)
      implements
        Command<LedgerEvent.RoleChanged> {
    public RevokeRole {
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(account, "account");
      Objects.requireNonNull(role, "role");
    }

    @Override
    public Class<LedgerEvent.RoleChanged> eventType() {
      return LedgerEvent.RoleChanged.class;
    }
  }

  /** Offers a model to a new owner, who becomes it by {@link AcceptOwnership}. */
  record TransferOwnership(ModelName model, AccountId newOwner)
      implements
        Command<LedgerEvent.OwnershipTransferStarted> {
    public TransferOwnership {
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(newOwner, "newOwner");
    }

    @Override
    public Class<LedgerEvent.OwnershipTransferStarted> eventType() {
      return LedgerEvent.OwnershipTransferStarted.class;
    }
  }

  /** Takes a model that was offered to the author. */
  record AcceptOwnership(ModelName model) implements Command<LedgerEvent.OwnershipTransferred> {
    public AcceptOwnership {
      Objects.requireNonNull(model, "model");
    }

    @Override
    public Class<LedgerEvent.OwnershipTransferred> eventType() {
      return LedgerEvent.OwnershipTransferred.class;
    }
  }

  /**
   * Records the state of a transparency log, for its author only.
   *
   * @param treeSize the number of entries, from 1
   * @param rootHash the RFC 6962 root over them
   */
  record AnchorLog(LogOrigin origin, long treeSize, Digest rootHash)
      implements
        Command<LedgerEvent.LogAnchored> {
    /** @throws IllegalArgumentException if {@code treeSize} is less than 1 */
    public AnchorLog {
      Objects.requireNonNull(origin, "origin");
      Objects.requireNonNull(rootHash, "rootHash");
      if (treeSize < 1) {
        throw new IllegalArgumentException("an anchored log has at least 1 entry, not " + treeSize);
      }
    }

    @Override
    public Class<LedgerEvent.LogAnchored> eventType() {
      return LedgerEvent.LogAnchored.class;
    }
  }
}
