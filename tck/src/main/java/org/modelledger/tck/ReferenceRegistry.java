package org.modelledger.tck;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.AlreadyExistsException;
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
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.StaleAnchorException;
import org.modelledger.registry.VersionRevokedException;

/**
 * The table of rules once more, written to be read beside it and not to be fast: what the random
 * commands of {@link RegistryLaw} are compared with. Not safe for use by several threads.
 */
final class ReferenceRegistry {
  private final Map<ModelName, Model> models = new TreeMap<>();
  private final Map<Map.Entry<LogOrigin, AccountId>, Long> anchors = new HashMap<>();

  /**
   * Says what a command does.
   *
   * @param header what the event is to carry
   * @return the event
   * @throws CommandRefusedException if the rules refuse it; then nothing has changed
   */
  LedgerEvent apply(AccountId author, Command<?> command, EventHeader header) {
    return switch (command) {
      case CreateModel(ModelName name) -> {
        if (models.containsKey(name)) {
          throw new AlreadyExistsException(name + " exists");
        }
        models.put(name, new Model(author));
        yield new LedgerEvent.ModelCreated(header, name);
      }
      case RegisterVersion(ModelName name, Digest artifact, Digest statement) -> {
        Model model = modelFor(name, author, Role.TRAINER);
        int same = model.digests.indexOf(List.of(artifact, statement));
        if (same >= 0) {
          throw new AlreadyExistsException("the same digests", name.version(same + 1));
        }
        model.digests.add(List.of(artifact, statement));
        yield new LedgerEvent.ModelTrained(header, name.version(model.digests.size()), artifact,
            statement);
      }
      case DeployVersion(ModelVersionId version, EnvironmentName environment) -> {
        Model model = modelFor(version.model(), author, Role.DEPLOYER);
        model.requireActive(version);
        model.deployments.put(environment, version);
        yield new LedgerEvent.ModelDeployed(header, version, environment);
      }
      case UndeployModel(ModelName name, EnvironmentName environment) -> {
        if (modelFor(name, author, Role.DEPLOYER).deployments.remove(environment) == null) {
          throw new NotFoundException("nothing in " + environment);
        }
        yield new LedgerEvent.ModelUndeployed(header, name, environment);
      }
      case RevokeVersion(ModelVersionId version, Digest reason) -> {
        Model model = modelOf(version.model(), author);
        model.requireActive(version);
        model.revoked.put(version.number(), reason);
        model.deployments.values().removeIf(version::equals);
        yield new LedgerEvent.VersionRevoked(header, version, reason);
      }
      case GrantRole(ModelName name, AccountId account, Role role) -> {
        if (!modelOf(name, author).roles.computeIfAbsent(role, r -> new HashSet<>()).add(account)) {
          throw new AlreadyExistsException(account + " is " + role);
        }
        yield new LedgerEvent.RoleChanged(header, name, account, role, true);
      }
      case RevokeRole(ModelName name, AccountId account, Role role) -> {
        if (!modelOf(name, author).roles.getOrDefault(role, new HashSet<>()).remove(account)) {
          throw new NotFoundException(account + " is not " + role);
        }
        yield new LedgerEvent.RoleChanged(header, name, account, role, false);
      }
      case TransferOwnership(ModelName name, AccountId newOwner) -> {
        Model model = modelOf(name, author);
        model.pendingOwner = newOwner.equals(author) ? Optional.empty() : Optional.of(newOwner);
        yield new LedgerEvent.OwnershipTransferStarted(header, name, newOwner);
      }
      case AcceptOwnership(ModelName name) -> {
        Model model = existing(name);
        if (!model.pendingOwner.equals(Optional.of(author))) {
          throw new NotAuthorizedException(name + " is not offered to " + author);
        }
        AccountId previous = model.owner;
        model.owner = author;
        model.pendingOwner = Optional.empty();
        yield new LedgerEvent.OwnershipTransferred(header, name, previous, author);
      }
      case AnchorLog(LogOrigin origin, long treeSize, Digest rootHash) -> {
        if (treeSize <= anchors.getOrDefault(Map.entry(origin, author), 0L)) {
          throw new StaleAnchorException("the size is " + treeSize);
        }
        anchors.put(Map.entry(origin, author), treeSize);
        yield new LedgerEvent.LogAnchored(header, origin, treeSize, rootHash);
      }
    };
  }

  /** Returns what the ledger should say of a model. */
  Optional<ModelRecord> model(ModelName name) {
    return Optional.ofNullable(models.get(name))
        .map(m -> new ModelRecord(name, m.owner, m.pendingOwner, Map.copyOf(m.roles),
            m.deployments, m.digests.size()));
  }

  /** Returns the digests of a version, of the artifact and of the statement. */
  List<Digest> digests(ModelVersionId version) {
    return existing(version.model()).digests.get((int) version.number() - 1);
  }

  /** Returns why a version was revoked, or empty. */
  Optional<Digest> revocation(ModelVersionId version) {
    return Optional.ofNullable(existing(version.model()).revoked.get(version.number()));
  }

  /** Returns the anchored size, 0 if there is none. */
  long anchored(LogOrigin origin, AccountId author) {
    return anchors.getOrDefault(Map.entry(origin, author), 0L);
  }

  private Model existing(ModelName name) {
    Model model = models.get(name);
    if (model == null) {
      throw new NotFoundException(name + " does not exist");
    }
    return model;
  }

  /** The model, if the author owns it. */
  private Model modelOf(ModelName name, AccountId author) {
    Model model = existing(name);
    if (!model.owner.equals(author)) {
      throw new NotAuthorizedException(author + " does not own " + name);
    }
    return model;
  }

  /** The model, if the author has the role or owns it. */
  private Model modelFor(ModelName name, AccountId author, Role role) {
    Model model = existing(name);
    if (!model.owner.equals(author)
        && !model.roles.getOrDefault(role, Set.of()).contains(author)) {
      throw new NotAuthorizedException(author + " is not " + role + " of " + name);
    }
    return model;
  }

  private static final class Model {
    AccountId owner;
    Optional<AccountId> pendingOwner = Optional.empty();
    final Map<Role, Set<AccountId>> roles = new TreeMap<>();
    final List<List<Digest>> digests = new ArrayList<>();
    final Map<Long, Digest> revoked = new HashMap<>();
    final Map<EnvironmentName, ModelVersionId> deployments = new HashMap<>();

    Model(AccountId owner) {
      this.owner = owner;
    }

    void requireActive(ModelVersionId version) {
      if (version.number() > digests.size()) {
        throw new NotFoundException(version + " does not exist");
      }
      if (revoked.containsKey(version.number())) {
        throw new VersionRevokedException(version + " is revoked");
      }
    }
  }
}
