package org.modelledger.chain.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.StaleAnchorException;
import org.modelledger.registry.VersionRevokedException;

/** The table of rules once more, in maps and lists, with no thought of speed. */
final class PlainRegistry {
  static final Class<?> PERMITTED = Void.class;

  private static final class Model {
    final AccountId[] owner = new AccountId[1];
    @Nullable
    AccountId offeredTo;
    final Map<Role, Set<AccountId>> roles = new TreeMap<>();
    final Map<EnvironmentName, Long> deployments = new HashMap<>();
    final List<ModelVersion> versions = new ArrayList<>();

    boolean has(AccountId account, Role role) {
      return roles.getOrDefault(role, Set.of()).contains(account);
    }
  }

  private final Map<ModelName, Model> models = new HashMap<>();
  private final Map<List<Object>, Anchor> anchors = new HashMap<>();

  /** Returns the exception that the rules want, or {@link #PERMITTED}. */
  Class<?> refusal(Command<?> command, AccountId author) {
    if (command instanceof AnchorLog c) {
      Anchor newest = anchors.get(List.of(c.origin(), author));
      return newest != null && newest.treeSize() >= c.treeSize()
          ? StaleAnchorException.class
          : PERMITTED;
    }
    Model model = models.get(modelOf(command));
    if (command instanceof CreateModel) {
      return model == null ? PERMITTED : AlreadyExistsException.class;
    }
    if (model == null) {
      return NotFoundException.class;
    }
    if (!may(model, command, author)) {
      return NotAuthorizedException.class;
    }
    return switch (command) {
      case RegisterVersion c -> model.versions.stream()
          .anyMatch(v -> v.artifact().equals(c.artifact()) && v.statement().equals(c.statement()))
              ? AlreadyExistsException.class
              : PERMITTED;
      case DeployVersion c -> usable(model, c.version());
      case RevokeVersion c -> usable(model, c.version());
      case UndeployModel c -> model.deployments.containsKey(c.environment())
          ? PERMITTED
          : NotFoundException.class;
      case GrantRole c -> model.has(c.account(), c.role())
          ? AlreadyExistsException.class
          : PERMITTED;
      case RevokeRole c -> model.has(c.account(), c.role()) ? PERMITTED : NotFoundException.class;
      default -> PERMITTED;
    };
  }

  private static boolean may(Model model, Command<?> command, AccountId author) {
    boolean owns = model.owner[0].equals(author);
    return switch (command) {
      case RegisterVersion c -> owns || model.has(author, Role.TRAINER);
      case DeployVersion c -> owns || model.has(author, Role.DEPLOYER);
      case UndeployModel c -> owns || model.has(author, Role.DEPLOYER);
      case AcceptOwnership c -> author.equals(model.offeredTo);
      default -> owns;
    };
  }

  private static Class<?> usable(Model model, ModelVersionId id) {
    if (id.number() > model.versions.size()) {
      return NotFoundException.class;
    }
    return model.versions.get((int) id.number() - 1).isRevoked()
        ? VersionRevokedException.class
        : PERMITTED;
  }

  private static ModelName modelOf(Command<?> command) {
    return switch (command) {
      case CreateModel c -> c.model();
      case RegisterVersion c -> c.model();
      case DeployVersion c -> c.version().model();
      case UndeployModel c -> c.model();
      case RevokeVersion c -> c.version().model();
      case GrantRole c -> c.model();
      case RevokeRole c -> c.model();
      case TransferOwnership c -> c.model();
      case AcceptOwnership c -> c.model();
      case AnchorLog c -> throw new IllegalArgumentException("an anchor is of no model: " + c);
    };
  }

  /** Applies a command that the rules permit. */
  void apply(Command<?> command, AccountId author, LedgerEvent event) {
    if (command instanceof AnchorLog c) {
      anchors.put(List.of(c.origin(), author),
          new Anchor(event.header(), c.origin(), c.treeSize(), c.rootHash()));
      return;
    }
    Model model = models.computeIfAbsent(modelOf(command), name -> new Model());
    switch (command) {
      case CreateModel c -> model.owner[0] = author;
      case RegisterVersion c -> model.versions.add(new ModelVersion(
          c.model().version(model.versions.size() + 1), c.artifact(), c.statement(), author,
          event.header().time(), event.header().position(), Optional.empty()));
      case DeployVersion c -> model.deployments.put(c.environment(), c.version().number());
      case UndeployModel c -> model.deployments.remove(c.environment());
      case RevokeVersion c -> {
        model.versions.replaceAll(v -> v.id().equals(c.version())
            ? new ModelVersion(v.id(), v.artifact(), v.statement(), v.author(), v.registeredAt(),
                v.position(), Optional.of(c.reason()))
            : v);
        model.deployments.values().removeIf(number -> number == c.version().number());
      }
      case GrantRole c -> model.roles.computeIfAbsent(c.role(), role -> new HashSet<>())
          .add(c.account());
      case RevokeRole c -> model.roles.getOrDefault(c.role(), new HashSet<>()).remove(c.account());
      case TransferOwnership c ->
        model.offeredTo = c.newOwner().equals(model.owner[0]) ? null : c.newOwner();
      case AcceptOwnership c -> {
        model.owner[0] = author;
        model.offeredTo = null;
      }
      case AnchorLog c -> throw new IllegalArgumentException("an anchor is of no model: " + c);
    }
  }

  Optional<ModelRecord> model(ModelName name) {
    return Optional.ofNullable(models.get(name)).map(model -> {
      Map<EnvironmentName, ModelVersionId> deployments = new HashMap<>();
      model.deployments.forEach((where, number) -> deployments.put(where, name.version(number)));
      return new ModelRecord(name, model.owner[0], Optional.ofNullable(model.offeredTo),
          model.roles, deployments, model.versions.size());
    });
  }

  Optional<ModelVersion> version(ModelVersionId id) {
    return Optional.ofNullable(models.get(id.model()))
        .filter(model -> id.number() <= model.versions.size())
        .map(model -> model.versions.get((int) id.number() - 1));
  }

  Optional<ModelVersion> deployed(ModelName name, EnvironmentName environment) {
    return Optional.ofNullable(models.get(name))
        .flatMap(model -> Optional.ofNullable(model.deployments.get(environment)))
        .flatMap(number -> version(name.version(number)));
  }

  Optional<Anchor> anchor(LogOrigin origin, AccountId author) {
    return Optional.ofNullable(anchors.get(List.of(origin, author)));
  }
}
