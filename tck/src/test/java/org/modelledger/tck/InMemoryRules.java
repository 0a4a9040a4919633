package org.modelledger.tck;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Anchor;
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
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.StaleAnchorException;
import org.modelledger.registry.VersionRevokedException;

/** The state of an {@link InMemoryLedger}, with the rules and the ways to break them. */
final class InMemoryRules {
  private final RegistryFault fault;
  private final Map<ModelName, ModelState> models = new HashMap<>();
  private final Map<List<Object>, Anchor> anchors = new HashMap<>();

  private @Nullable ModelName justCreated;

  InMemoryRules(RegistryFault fault) {
    this.fault = fault;
  }

  LedgerEvent apply(Command<?> command, EventHeader header) {
    AccountId author = header.author();
    if (!(command instanceof CreateModel)) {
      justCreated = null;
    }
    if (command instanceof CreateModel create) {
      boolean race = fault == RegistryFault.TWO_WIN_A_RACE && create.model().equals(justCreated);
      if (models.containsKey(create.model()) && !race
          && fault != RegistryFault.TAKES_A_TAKEN_NAME) {
        throw new AlreadyExistsException(create.model() + " is registered already");
      }
      models.put(create.model(), new ModelState(author));
      justCreated = create.model();
      return new LedgerEvent.ModelCreated(header, create.model());
    }
    if (command instanceof AnchorLog anchor) {
      return anchor(anchor, header);
    }
    if (command instanceof RegisterVersion register) {
      return register(register, header);
    }
    if (command instanceof DeployVersion deploy) {
      return deploy(deploy, header);
    }
    if (command instanceof UndeployModel undeploy) {
      ModelState model = find(undeploy.model());
      require(model, author, Role.DEPLOYER);
      if (model.environments.remove(undeploy.environment()) == null
          && fault != RegistryFault.UNDEPLOYS_NOTHING) {
        throw new NotFoundException(
            "nothing of " + undeploy.model() + " is in " + undeploy.environment());
      }
      return new LedgerEvent.ModelUndeployed(header, undeploy.model(), undeploy.environment());
    }
    if (command instanceof RevokeVersion revoke) {
      return revoke(revoke, header);
    }
    if (command instanceof GrantRole grant) {
      ModelState model = find(grant.model());
      requireOwner(model, author);
      boolean added = model.roles.computeIfAbsent(grant.role(), role -> new HashSet<>())
          .add(grant.account());
      if (fault == RegistryFault.ROLES_ARE_FOR_ALL_MODELS) {
        models.values()
            .forEach(other -> other.roles
                .computeIfAbsent(grant.role(), role -> new HashSet<>())
                .add(grant.account()));
      }
      if (!added && fault != RegistryFault.GRANTS_TWICE) {
        throw new AlreadyExistsException(grant.account() + " is " + grant.role() + " already");
      }
      return new LedgerEvent.RoleChanged(header, grant.model(), grant.account(), grant.role(),
          true);
    }
    if (command instanceof RevokeRole revoke) {
      ModelState model = find(revoke.model());
      requireOwner(model, author);
      boolean removed = model.roles.getOrDefault(revoke.role(), new HashSet<>())
          .remove(revoke.account());
      if (!removed && fault != RegistryFault.REVOKES_A_ROLE_THAT_IS_NOT_THERE) {
        throw new NotFoundException(revoke.account() + " is not " + revoke.role());
      }
      return new LedgerEvent.RoleChanged(header, revoke.model(), revoke.account(), revoke.role(),
          false);
    }
    if (command instanceof TransferOwnership transfer) {
      ModelState model = find(transfer.model());
      requireOwner(model, author);
      if (fault == RegistryFault.TRANSFERS_IN_ONE_STEP) {
        model.owner = transfer.newOwner();
      }
      if (!author.equals(transfer.newOwner())) {
        model.offeredTo = transfer.newOwner();
      } else if (fault != RegistryFault.CANNOT_WITHDRAW_AN_OFFER) {
        model.offeredTo = null;
      }
      return new LedgerEvent.OwnershipTransferStarted(header, transfer.model(),
          transfer.newOwner());
    }
    AcceptOwnership accept = (AcceptOwnership) command;
    ModelState model = find(accept.model());
    if (!author.equals(model.offeredTo)) {
      throw new NotAuthorizedException(accept.model() + " is not offered to " + author);
    }
    AccountId previous = model.owner;
    model.formerOwners.add(previous);
    model.owner = author;
    model.offeredTo = null;
    return new LedgerEvent.OwnershipTransferred(header, accept.model(), previous, author);
  }

  private LedgerEvent anchor(AnchorLog command, EventHeader header) {
    List<Object> key = anchorKey(command.origin(), header.author());
    Anchor last = anchors.get(key);
    if (last != null && (fault == RegistryFault.ACCEPTS_A_STALE_ANCHOR
        ? command.treeSize() < last.treeSize()
        : command.treeSize() <= last.treeSize())) {
      throw new StaleAnchorException(
          "the size is " + last.treeSize() + "; " + command.treeSize() + " is not greater");
    }
    anchors.put(key,
        new Anchor(header, command.origin(), command.treeSize(), command.rootHash()));
    return new LedgerEvent.LogAnchored(header, command.origin(), command.treeSize(),
        command.rootHash());
  }

  private LedgerEvent register(RegisterVersion command, EventHeader header) {
    ModelState model = find(command.model());
    if (fault != RegistryFault.A_STRANGER_REGISTERS) {
      require(model, header.author(), Role.TRAINER);
    }
    for (ModelVersion version : model.versions) {
      if (version.artifact().equals(command.artifact())
          && version.statement().equals(command.statement())
          && fault != RegistryFault.FORGETS_ALREADY_EXISTS) {
        String message = version.id() + " has the same digests";
        throw fault == RegistryFault.DOES_NOT_NAME_THE_VERSION
            ? new AlreadyExistsException(message)
            : new AlreadyExistsException(message, version.id());
      }
    }
    int first = fault == RegistryFault.VERSIONS_START_AT_TWO ? 2 : 1;
    ModelVersionId id = command.model().version(model.versions.size() + first);
    model.versions.add(new ModelVersion(id, command.artifact(), command.statement(),
        header.author(), header.time(), header.position(), Optional.empty()));
    return new LedgerEvent.ModelTrained(header, id, command.artifact(), command.statement());
  }

  private LedgerEvent deploy(DeployVersion command, EventHeader header) {
    ModelState model = find(command.version().model());
    if (fault == RegistryFault.CHECKS_THE_VERSION_BEFORE_THE_AUTHOR) {
      model.active(command.version());
    }
    if (fault != RegistryFault.A_STRANGER_DEPLOYS) {
      require(model, header.author(), Role.DEPLOYER);
    }
    if (fault != RegistryFault.DEPLOYS_A_REVOKED_VERSION) {
      model.active(command.version());
    }
    model.environments.put(command.environment(), command.version());
    return new LedgerEvent.ModelDeployed(header, command.version(), command.environment());
  }

  private LedgerEvent revoke(RevokeVersion command, EventHeader header) {
    ModelState model = find(command.version().model());
    if (fault == RegistryFault.A_TRAINER_REVOKES) {
      require(model, header.author(), Role.TRAINER);
    } else {
      requireOwner(model, header.author());
    }
    ModelVersion version = fault == RegistryFault.REVOKES_TWICE
        ? model.version(command.version()).orElseThrow()
        : model.active(command.version());
    model.versions.set((int) version.id().number() - 1,
        new ModelVersion(version.id(), version.artifact(), version.statement(), version.author(),
            version.registeredAt(), version.position(), Optional.of(command.reason())));
    if (fault != RegistryFault.KEEPS_ENVIRONMENTS_OF_A_REVOKED_VERSION) {
      model.environments.values().removeIf(command.version()::equals);
    }
    return new LedgerEvent.VersionRevoked(header, command.version(), command.reason());
  }

  private ModelState find(ModelName name) {
    ModelState model = models.get(name);
    if (model == null) {
      throw new NotFoundException("no model " + name);
    }
    return model;
  }

  private void require(ModelState model, AccountId account, Role role) {
    if (!model.roles.getOrDefault(role, Set.of()).contains(account)
        && !model.owner.equals(account) && !keepsRights(model, account)) {
      throw new NotAuthorizedException(account + " is not " + role);
    }
  }

  private void requireOwner(ModelState model, AccountId account) {
    if (!model.owner.equals(account) && !keepsRights(model, account)) {
      throw new NotAuthorizedException(account + " is not the owner");
    }
  }

  private boolean keepsRights(ModelState model, AccountId account) {
    return fault == RegistryFault.THE_FORMER_OWNER_KEEPS_RIGHTS
        && model.formerOwners.contains(account);
  }

  private List<Object> anchorKey(LogOrigin origin, AccountId author) {
    return fault == RegistryFault.KEEPS_ANCHORS_BY_ORIGIN_ONLY
        ? List.of(origin)
        : List.of(origin, author);
  }

  Optional<ModelRecord> model(ModelName name) {
    return Optional.ofNullable(models.get(name))
        .map(model -> new ModelRecord(name, model.owner, Optional.ofNullable(model.offeredTo),
            model.roles, model.environments, model.versions.size()));
  }

  Optional<ModelVersion> version(ModelVersionId id) {
    return Optional.ofNullable(models.get(id.model())).flatMap(model -> model.version(id));
  }

  Optional<ModelVersion> deployed(ModelName name, EnvironmentName environment) {
    return Optional.ofNullable(models.get(name))
        .flatMap(model -> Optional.ofNullable(model.environments.get(environment)))
        .flatMap(this::version);
  }

  Optional<Anchor> anchor(LogOrigin origin, AccountId author) {
    return Optional.ofNullable(anchors.get(anchorKey(origin, author)));
  }

  private static final class ModelState {
    AccountId owner;
    @Nullable
    AccountId offeredTo;
    final Set<AccountId> formerOwners = new HashSet<>();
    final Map<Role, Set<AccountId>> roles = new EnumMap<>(Role.class);
    final List<ModelVersion> versions = new ArrayList<>();
    final Map<EnvironmentName, ModelVersionId> environments = new HashMap<>();

    ModelState(AccountId owner) {
      this.owner = owner;
    }

    Optional<ModelVersion> version(ModelVersionId id) {
      return versions.stream().filter(version -> version.id().equals(id)).findAny();
    }

    ModelVersion active(ModelVersionId id) {
      ModelVersion version = version(id)
          .orElseThrow(() -> new NotFoundException("no version " + id));
      if (version.isRevoked()) {
        throw new VersionRevokedException(id + " was revoked");
      }
      return version;
    }
  }
}
