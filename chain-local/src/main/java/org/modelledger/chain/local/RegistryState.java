package org.modelledger.chain.local;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerEvent.LogAnchored;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.StaleAnchorException;
import org.modelledger.registry.SubmissionId;
import org.modelledger.registry.VersionRevokedException;

/**
 * The rules of the registry (the table in org.modelledger.registry) and the state that they are
 * about. No I/O, no clock. For one thread at a time.
 *
 * <p>There are two ends. The <em>head</em> is after the last command that was applied; {@link #decide}
 * judges by it. The <em>durable</em> end follows by {@link #commit}; what is read is always as of it,
 * so that nobody sees what a crash could take back.
 */
final class RegistryState {
  /** What a model is, at both ends. */
  static final class Model {
    final ModelName name;
    final int number;
    ModelFacts head;
    @Nullable
    ModelFacts durable;
    private int[] rows = new int[0]; // of its versions in the table, by number - 1

    Model(ModelName name, int number, ModelFacts head) {
      this.name = name;
      this.number = number;
      this.head = head;
    }

    void add(int versions, int row) {
      if (versions == rows.length) {
        rows = Arrays.copyOf(rows, Math.max(2, rows.length + (rows.length >> 1)));
      }
      rows[versions] = row;
    }

    int row(long version) {
      return rows[(int) version - 1];
    }
  }

  private static final class AnchorSlot {
    @Nullable
    Anchor head;
    @Nullable
    Anchor durable;
  }

  private record AnchorKey(LogOrigin origin, AccountId author) {}

  /**
   * A command that the rules permit at the head.
   *
   * @param assigned what the ledger adds to it
   * @param facts what is true of its model afterwards; null if it is about no model
   */
  record Decision(Command<?> command, Assigned assigned, @Nullable ModelFacts facts) {}

  /** An applied command that is not committed. */
  private record Pending(long entry, long millis, @Nullable Model model,
      @Nullable ModelFacts facts, @Nullable AnchorSlot slot, @Nullable Anchor anchor) {}

  private final Numbering<AccountId> accounts = new Numbering<>();
  private final Numbering<EnvironmentName> environments = new Numbering<>();
  private final Map<ModelName, Model> models = new HashMap<>();
  private final List<Model> modelList = new ArrayList<>();
  private final Map<AnchorKey, AnchorSlot> anchors = new HashMap<>();
  private final VersionTable versions;
  private final SubmissionTable submissions;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private long headMillis;
  private long durableMillis;
  private long durableSize;

  /** @param seed of the hash tables; not to be known to who chooses ids and digests */
  RegistryState(long seed) {
    this.versions = new VersionTable(seed);
    this.submissions = new SubmissionTable(seed);
  }

  /** Returns the number of commands applied: the next entry's index. */
  long size() {
    return submissions.size();
  }

  /** Returns the number of commands committed. */
  long durableSize() {
    return durableSize;
  }

  /** Returns the time of the last command applied, in milliseconds since 1970. */
  long headMillis() {
    return headMillis;
  }

  /** Returns the entry at the head that is this submission, or -1. */
  long find(AccountId author, SubmissionId id) {
    int number = accounts.find(author);
    return number < 0 ? -1 : submissions.find(number, id);
  }

  /**
   * Judges a command at the head; changes nothing that can be read.
   *
   * @throws org.modelledger.registry.CommandRefusedException if the rules forbid it
   */
  Decision decide(Command<?> command, AccountId author) {
    return switch (command) {
      case CreateModel c -> create(c, author);
      case RegisterVersion c -> register(c, author);
      case DeployVersion c -> deploy(c, author);
      case UndeployModel c -> undeploy(c, author);
      case RevokeVersion c -> revokeVersion(c, author);
      case GrantRole c -> grant(c, author);
      case RevokeRole c -> revokeRole(c, author);
      case TransferOwnership c -> transfer(c, author);
      case AcceptOwnership c -> accept(c, author);
      case AnchorLog c -> anchor(c, author);
    };
  }

  private Decision create(CreateModel c, AccountId author) {
    if (models.containsKey(c.model())) {
      throw new AlreadyExistsException("model " + c.model() + " exists already");
    }
    return new Decision(c, Assigned.NOTHING, ModelFacts.ownedBy(accounts.number(author)));
  }

  private Decision register(RegisterVersion c, AccountId author) {
    Model model = existing(c.model());
    requireRole(model, author, Role.TRAINER);
    int same = versions.find(model.number, c.artifact(), c.statement());
    if (same >= 0) {
      ModelVersionId id = model.name.version(versions.number(same));
      throw new AlreadyExistsException(
          id + " is already registered with " + c.artifact() + " and statement " + c.statement(),
          id);
    }
    long number = model.head.latestVersion + 1;
    return new Decision(c, new Assigned.Version(number), model.head.withLatestVersion(number));
  }

  private Decision deploy(DeployVersion c, AccountId author) {
    Model model = existing(c.version().model());
    requireRole(model, author, Role.DEPLOYER);
    requireUsable(model, c.version());
    return changed(c, model.head.withDeployment(environments.number(c.environment()),
        c.version().number()));
  }

  private Decision undeploy(UndeployModel c, AccountId author) {
    Model model = existing(c.model());
    requireRole(model, author, Role.DEPLOYER);
    int environment = environments.find(c.environment());
    if (model.head.deployedIn(environment) == 0) {
      throw new NotFoundException(
          "no version of " + c.model() + " is deployed in " + c.environment());
    }
    return changed(c, model.head.withoutDeployment(environment));
  }

  private Decision revokeVersion(RevokeVersion c, AccountId author) {
    Model model = existing(c.version().model());
    requireOwner(model, author);
    requireUsable(model, c.version());
    return changed(c, model.head.withoutVersion(c.version().number()));
  }

  private Decision grant(GrantRole c, AccountId author) {
    Model model = existing(c.model());
    requireOwner(model, author);
    int role = CommandCodec.roleNumber(c.role());
    if (model.head.holds(accounts.find(c.account()), role)) {
      throw new AlreadyExistsException(
          "account " + c.account() + " has the role " + c.role() + " on " + c.model() + " already");
    }
    return changed(c, model.head.withRole(accounts.number(c.account()), role));
  }

  private Decision revokeRole(RevokeRole c, AccountId author) {
    Model model = existing(c.model());
    requireOwner(model, author);
    int role = CommandCodec.roleNumber(c.role());
    int account = accounts.find(c.account());
    if (!model.head.holds(account, role)) {
      throw new NotFoundException(
          "account " + c.account() + " does not have the role " + c.role() + " on " + c.model());
    }
    return changed(c, model.head.withoutRole(account, role));
  }

  private Decision transfer(TransferOwnership c, AccountId author) {
    Model model = existing(c.model());
    requireOwner(model, author);
    int newOwner = accounts.number(c.newOwner());
    return changed(c,
        model.head.withPendingOwner(newOwner == model.head.owner ? ModelFacts.NOBODY : newOwner));
  }

  private Decision accept(AcceptOwnership c, AccountId author) {
    Model model = existing(c.model());
    int account = accounts.find(author);
    if (account < 0 || account != model.head.pendingOwner) {
      throw new NotAuthorizedException(
          "model " + c.model() + " was not offered to " + author + ", who would accept it");
    }
    return new Decision(c, new Assigned.PreviousOwner(accounts.name(model.head.owner)),
        model.head.withOwner(account));
  }

  private Decision anchor(AnchorLog c, AccountId author) {
    AnchorSlot slot = anchors.get(new AnchorKey(c.origin(), author));
    if (slot != null && slot.head != null && c.treeSize() <= slot.head.treeSize()) {
      throw new StaleAnchorException("the log " + c.origin() + " is anchored by " + author
          + " at size " + slot.head.treeSize() + "; a new anchor's size is greater, not "
          + c.treeSize());
    }
    return new Decision(c, Assigned.NOTHING, null);
  }

  private static Decision changed(Command<?> command, ModelFacts facts) {
    return new Decision(command, Assigned.NOTHING, facts);
  }

  private Model existing(ModelName name) {
    Model model = models.get(name);
    if (model == null) {
      throw new NotFoundException("there is no model " + name);
    }
    return model;
  }

  private void requireOwner(Model model, AccountId author) {
    if (accounts.find(author) != model.head.owner) {
      throw new NotAuthorizedException("account " + author + " is not the owner of " + model.name
          + ", which only " + accounts.name(model.head.owner) + " is");
    }
  }

  private void requireRole(Model model, AccountId author, Role role) {
    int account = accounts.find(author);
    if (account != model.head.owner
        && !model.head.holds(account, CommandCodec.roleNumber(role))) {
      throw new NotAuthorizedException("account " + author + " needs the role " + role + " on "
          + model.name + ", or to be its owner");
    }
  }

  private void requireUsable(Model model, ModelVersionId id) {
    if (id.number() > model.head.latestVersion) {
      throw new NotFoundException("there is no version " + id + "; the newest version of "
          + model.name + " is " + model.head.latestVersion);
    }
    int revocation = versions.revocation(model.row(id.number()));
    if (revocation >= 0) {
      throw new VersionRevokedException(
          id + " was revoked for the reason " + versions.reason(revocation));
    }
  }

  /**
   * Applies what was decided at this very head.
   *
   * @param event the event that it leaves, at the position {@link #size()}
   */
  void apply(Decision decision, SubmissionId id, LedgerEvent event) {
    long entry = size();
    AccountId author = event.header().author();
    int authorNumber = accounts.number(author);
    long millis = event.header().time().toEpochMilli();
    ModelFacts facts = decision.facts();
    Model model = null;
    AnchorSlot slot = null;
    Anchor anchor = null;
    switch (decision.command()) {
      case CreateModel c -> model = addModel(c.model(), required(facts));
      case RegisterVersion c -> {
        model = existing(c.model());
        long number = required(facts).latestVersion;
        model.add((int) number - 1, versions.add(model.number, number, c.artifact(), c.statement(),
            authorNumber, entry, millis));
      }
      case RevokeVersion c -> {
        model = existing(c.version().model());
        versions.revoke(model.row(c.version().number()), c.reason(), entry);
      }
      case DeployVersion c -> model = existing(c.version().model());
      case UndeployModel c -> model = existing(c.model());
      case GrantRole c -> model = existing(c.model());
      case RevokeRole c -> model = existing(c.model());
      case TransferOwnership c -> model = existing(c.model());
      case AcceptOwnership c -> model = existing(c.model());
      case AnchorLog c -> {
        slot = anchors.computeIfAbsent(new AnchorKey(c.origin(), author), k -> new AnchorSlot());
        anchor = new Anchor(((LogAnchored) event).header(), c.origin(), c.treeSize(), c.rootHash());
        slot.head = anchor;
      }
    }
    if (model != null) {
      model.head = required(facts);
    }
    submissions.add(authorNumber, id);
    headMillis = millis;
    pending.add(new Pending(entry, millis, model, facts, slot, anchor));
  }

  private static ModelFacts required(@Nullable ModelFacts facts) {
    if (facts == null) {
      throw new IllegalStateException("a command on a model leaves facts about it");
    }
    return facts;
  }

  private Model addModel(ModelName name, ModelFacts facts) {
    Model model = new Model(name, modelList.size(), facts);
    models.put(name, model);
    modelList.add(model);
    return model;
  }

  /** Moves the durable end to where so many commands are committed. */
  void commit(long size) {
    for (Pending next = pending.peek(); next != null
        && next.entry() < size; next = pending.peek()) {
      pending.remove();
      if (next.model() != null) {
        next.model().durable = next.facts();
      }
      if (next.slot() != null) {
        next.slot().durable = next.anchor();
      }
      durableMillis = next.millis();
      durableSize = next.entry() + 1;
    }
  }

  /** Returns a model at the durable end. */
  Optional<ModelRecord> model(ModelName name) {
    Model model = models.get(name);
    ModelFacts facts = model == null ? null : model.durable;
    if (facts == null) {
      return Optional.empty();
    }
    Map<Role, Set<AccountId>> roles = new HashMap<>();
    for (long role : facts.roles) {
      for (Role kind : Role.values()) {
        if (CommandCodec.roleNumber(kind) == ModelFacts.roleNumber(role)) {
          roles.computeIfAbsent(kind, k -> new HashSet<>())
              .add(accounts.name(ModelFacts.account(role)));
        }
      }
    }
    Map<EnvironmentName, ModelVersionId> deployments = new HashMap<>();
    for (int i = 0; i < facts.environments.length; i++) {
      deployments.put(environments.name(facts.environments[i]), name.version(facts.deployed[i]));
    }
    Optional<AccountId> pendingOwner = facts.pendingOwner == ModelFacts.NOBODY
        ? Optional.empty()
        : Optional.of(accounts.name(facts.pendingOwner));
    return Optional.of(new ModelRecord(name, accounts.name(facts.owner), pendingOwner, roles,
        deployments, facts.latestVersion));
  }

  /** Returns a version at the durable end. */
  Optional<ModelVersion> version(ModelVersionId id) {
    Model model = models.get(id.model());
    ModelFacts facts = model == null ? null : model.durable;
    if (model == null || facts == null || id.number() > facts.latestVersion) {
      return Optional.empty();
    }
    int row = model.row(id.number());
    int revocation = versions.revocation(row);
    boolean isRevoked = revocation >= 0 && versions.revokedBy(revocation) < durableSize;
    return Optional.of(new ModelVersion(id, versions.artifact(row), versions.statement(row),
        accounts.name(versions.author(row)), Instant.ofEpochMilli(versions.millis(row)),
        new LedgerPosition(versions.entry(row), 0),
        isRevoked ? Optional.of(versions.reason(revocation)) : Optional.empty()));
  }

  /** Returns the version in an environment at the durable end. */
  Optional<ModelVersion> deployed(ModelName name, EnvironmentName environment) {
    Model model = models.get(name);
    ModelFacts facts = model == null ? null : model.durable;
    int number = environments.find(environment);
    long version = facts == null || number < 0 ? 0 : facts.deployedIn(number);
    return version == 0 ? Optional.empty() : version(name.version(version));
  }

  /** Returns an author's newest anchor at the durable end. */
  Optional<Anchor> anchor(LogOrigin origin, AccountId author) {
    AnchorSlot slot = anchors.get(new AnchorKey(origin, author));
    return slot == null ? Optional.empty() : Optional.ofNullable(slot.durable);
  }

  /**
   * Copies the durable end for writing it down elsewhere. Takes milliseconds for a million entries:
   * the large tables are shared, since nothing in them changes.
   */
  StateCopy copy() {
    List<Model> durableModels = modelList;
    int count = durableModels.size();
    while (count > 0 && durableModels.get(count - 1).durable == null) {
      count--;
    }
    ModelName[] names = new ModelName[count];
    ModelFacts[] facts = new ModelFacts[count];
    for (int i = 0; i < count; i++) {
      names[i] = durableModels.get(i).name;
      facts[i] = required(durableModels.get(i).durable);
    }
    List<Anchor> durableAnchors = anchors.values()
        .stream()
        .flatMap(slot -> Optional.ofNullable(slot.durable).stream())
        .toList();
    return new StateCopy(durableSize, durableMillis, accounts.copy(), environments.copy(),
        List.of(names), List.of(facts), durableAnchors, versions.versionsBefore(durableSize),
        versions.revocationsBefore(durableSize), submissions.prefix((int) durableSize));
  }

  /** Fills this state, which is empty, with what a copy wrote. */
  void restore(StateCopy.Source in) throws IOException {
    in.accounts(accounts::number);
    in.environments(environments::number);
    in.models((name, facts) -> addModel(name, facts).durable = facts);
    in.anchors(anchor -> {
      AnchorSlot slot = new AnchorSlot();
      slot.head = anchor;
      slot.durable = anchor;
      anchors.put(new AnchorKey(anchor.origin(), anchor.header().author()), slot);
    });
    in.tables(versions, submissions);
    for (int row = 0; row < versions.size(); row++) {
      modelList.get(versions.model(row)).add((int) versions.number(row) - 1, row);
    }
    durableSize = submissions.size();
    durableMillis = in.millis();
    headMillis = durableMillis;
  }
}
