package org.modelledger.chain.fabric.chaincode;

import java.util.Optional;
import org.modelledger.chain.fabric.protocol.AnchorState;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Ownership;
import org.modelledger.chain.fabric.protocol.Refusal;
import org.modelledger.chain.fabric.protocol.Refusal.Reason;
import org.modelledger.chain.fabric.protocol.Refusal.Thing;
import org.modelledger.chain.fabric.protocol.TransactionRef;
import org.modelledger.chain.fabric.protocol.VersionState;
import org.modelledger.model.AccountId;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
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
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;

/**
 * The rules of the registry (the table in org.modelledger.registry) over one transaction's view of the
 * state. They check in this order: the model exists, the author may, the version exists, it is not
 * revoked, the rest; and write only after the last check.
 *
 * <p>A revocation does not go through environments: what is deployed there of a revoked version counts
 * as nothing. So it never conflicts with a deployment of another version.
 */
final class RegistryRules {
  private final Workspace state;
  private final Caller caller;
  private final AccountId author;

  RegistryRules(Workspace state, Caller caller) {
    this.state = state;
    this.caller = caller;
    this.author = caller.account();
  }

  /**
   * Carries out a command.
   *
   * @param id under which it was submitted, if it was
   * @param at where its outcome will be
   * @throws RefusedException if the rules forbid it; then nothing has been written
   */
  Outcome.Accepted carryOut(Optional<SubmissionId> id, Command<?> command, TransactionRef at)
      throws RefusedException {
    return switch (command) {
      case CreateModel c -> {
        create(c);
        yield accepted(id, c);
      }
      case RegisterVersion c -> new Outcome.Accepted(id, c, register(c, at), Optional.empty());
      case DeployVersion c -> {
        deploy(c);
        yield accepted(id, c);
      }
      case UndeployModel c -> {
        undeploy(c);
        yield accepted(id, c);
      }
      case RevokeVersion c -> {
        revokeVersion(c);
        yield accepted(id, c);
      }
      case GrantRole c -> {
        grant(c);
        yield accepted(id, c);
      }
      case RevokeRole c -> {
        revokeRole(c);
        yield accepted(id, c);
      }
      case TransferOwnership c -> {
        transfer(c);
        yield accepted(id, c);
      }
      case AcceptOwnership c -> new Outcome.Accepted(id, c, 0, Optional.of(accept(c)));
      case AnchorLog c -> {
        anchor(c, at);
        yield accepted(id, c);
      }
    };
  }

  private static Outcome.Accepted accepted(Optional<SubmissionId> id, Command<?> command) {
    return new Outcome.Accepted(id, command, 0, Optional.empty());
  }

  private void create(CreateModel c) throws RefusedException {
    requirePermission(c);
    if (state.get(Keys.model(c.model())).isPresent()) {
      throw refused(Reason.ALREADY_EXISTS, Thing.MODEL, "model " + c.model() + " exists already");
    }
    write(new Ownership(c.model(), author, Optional.empty()));
  }

  private long register(RegisterVersion c, TransactionRef at) throws RefusedException {
    requireRole(existing(c.model()), Role.TRAINER, c);
    String digests = Keys.digests(c.model(), c.artifact(), c.statement());
    Optional<Long> same = state.get(digests).map(Stored::number);
    if (same.isPresent()) {
      throw new RefusedException(Refusal.of(Reason.ALREADY_EXISTS, Thing.VERSION,
          c.model().version(same.get()) + " has the artifact " + c.artifact()
              + " and the statement " + c.statement() + " already")
          .withVersion(same.get()));
    }
    long number = state.get(Keys.latest(c.model())).map(Stored::number).orElse(0L) + 1;
    ModelVersionId version = c.model().version(number);
    state.put(digests, Stored.number(number));
    state.put(Keys.latest(c.model()), Stored.number(number));
    state.put(Keys.version(version), new VersionState(version, c.artifact(), c.statement(), author,
        at, Optional.empty()).toJson());
    return number;
  }

  private void deploy(DeployVersion c) throws RefusedException {
    requireRole(existing(c.version().model()), Role.DEPLOYER, c);
    usable(c.version());
    state.put(Keys.deployment(c.version().model(), c.environment()),
        Stored.number(c.version().number()));
  }

  private void undeploy(UndeployModel c) throws RefusedException {
    requireRole(existing(c.model()), Role.DEPLOYER, c);
    String key = Keys.deployment(c.model(), c.environment());
    Optional<byte[]> deployed = state.get(key);
    if (deployed.isEmpty()
        || version(c.model().version(Stored.number(deployed.get()))).orElseThrow()
            .revocation()
            .isPresent()) {
      throw refused(Reason.NOT_FOUND, Thing.DEPLOYMENT,
          "no version of " + c.model() + " is deployed in " + c.environment());
    }
    state.delete(key);
  }

  private void revokeVersion(RevokeVersion c) throws RefusedException {
    requireOwner(existing(c.version().model()), c);
    VersionState version = usable(c.version());
    state.put(Keys.version(c.version()), version.revokedFor(c.reason()).toJson());
  }

  private void grant(GrantRole c) throws RefusedException {
    requireOwner(existing(c.model()), c);
    String key = Keys.role(c.model(), c.role(), c.account());
    if (state.get(key).isPresent()) {
      throw new RefusedException(Refusal.of(Reason.ALREADY_EXISTS, Thing.ROLE,
          "account " + c.account() + " has the role " + c.role() + " on " + c.model() + " already")
          .withRole(c.role()));
    }
    state.put(key, Stored.number(1));
  }

  private void revokeRole(RevokeRole c) throws RefusedException {
    requireOwner(existing(c.model()), c);
    String key = Keys.role(c.model(), c.role(), c.account());
    if (state.get(key).isEmpty()) {
      throw new RefusedException(Refusal.of(Reason.NOT_FOUND, Thing.ROLE,
          "account " + c.account() + " does not have the role " + c.role() + " on " + c.model())
          .withRole(c.role()));
    }
    state.delete(key);
  }

  private void transfer(TransferOwnership c) throws RefusedException {
    Ownership model = existing(c.model());
    requireOwner(model, c);
    Optional<AccountId> pending = c.newOwner().equals(model.owner())
        ? Optional.empty()
        : Optional.of(c.newOwner());
    write(new Ownership(model.model(), model.owner(), pending));
  }

  private AccountId accept(AcceptOwnership c) throws RefusedException {
    Ownership model = existing(c.model());
    requirePermission(c);
    if (!model.pendingOwner().equals(Optional.of(author))) {
      throw refused(Reason.NOT_AUTHORIZED, Thing.MODEL,
          "model " + c.model() + " was not offered to " + author + ", who would accept it");
    }
    write(new Ownership(model.model(), author, Optional.empty()));
    return model.owner();
  }

  private void anchor(AnchorLog c, TransactionRef at) throws RefusedException {
    requirePermission(c);
    String key = Keys.anchor(c.origin(), author);
    Optional<AnchorState> before = state.get(key)
        .map(value -> Stored.read(value, AnchorState::parse));
    if (before.isPresent() && c.treeSize() <= before.get().treeSize()) {
      throw new RefusedException(Refusal.of(Reason.STALE_ANCHOR, Thing.ANCHOR,
          "the log " + c.origin() + " is anchored by " + author + " at size "
              + before.get().treeSize() + "; a new anchor's size is greater, not " + c.treeSize())
          .withTreeSize(before.get().treeSize()));
    }
    state.put(key, new AnchorState(c.origin(), author, c.treeSize(), c.rootHash(), at).toJson());
  }

  private Ownership existing(ModelName name) throws RefusedException {
    Optional<byte[]> model = state.get(Keys.model(name));
    if (model.isEmpty()) {
      throw refused(Reason.NOT_FOUND, Thing.MODEL, "there is no model " + name);
    }
    return Stored.read(model.get(), Ownership::parse);
  }

  private void requireOwner(Ownership model, Command<?> command) throws RefusedException {
    requirePermission(command);
    if (!model.owner().equals(author)) {
      throw refused(Reason.NOT_AUTHORIZED, Thing.MODEL, "account " + author
          + " is not the owner of " + model.model() + ", which only " + model.owner() + " is");
    }
  }

  private void requireRole(Ownership model, Role role, Command<?> command)
      throws RefusedException {
    requirePermission(command);
    if (!model.owner().equals(author)
        && state.get(Keys.role(model.model(), role, author)).isEmpty()) {
      throw new RefusedException(Refusal.of(Reason.NOT_AUTHORIZED, Thing.ROLE, "account " + author
          + " needs the role " + role + " on " + model.model() + ", or to be its owner")
          .withRole(role));
    }
  }

  /** The certificate's own bounds, which no owner can widen. */
  private void requirePermission(Command<?> command) throws RefusedException {
    ChaincodeFunction verb = ChaincodeFunction.named(FabricCommands.write(command).get(0));
    if (!caller.permissions().allow(verb)) {
      throw refused(Reason.NOT_AUTHORIZED, Thing.CERTIFICATE, "the certificate of account " + author
          + " is restricted to " + caller.permissions().words() + " by its attribute "
          + Permissions.ATTRIBUTE + ", which does not allow " + verb.functionName());
    }
  }

  private VersionState usable(ModelVersionId id) throws RefusedException {
    Optional<VersionState> version = version(id);
    if (version.isEmpty()) {
      throw refused(Reason.NOT_FOUND, Thing.VERSION, "there is no version " + id);
    }
    if (version.get().revocation().isPresent()) {
      throw new RefusedException(Refusal.of(Reason.VERSION_REVOKED, Thing.VERSION,
          id + " was revoked for the reason " + version.get().revocation().get())
          .withDigest(version.get().revocation().get()));
    }
    return version.get();
  }

  private Optional<VersionState> version(ModelVersionId id) {
    return state.get(Keys.version(id)).map(value -> Stored.read(value, VersionState::parse));
  }

  private void write(Ownership ownership) {
    state.put(Keys.model(ownership.model()), ownership.toJson());
  }

  private static RefusedException refused(Reason reason, Thing thing, String message) {
    return new RefusedException(Refusal.of(reason, thing, message));
  }
}
