package org.modelledger.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.Role;

/**
 * Applies events in the ledger's order. Does not ask whether they were allowed: that was the ledger's to
 * decide (the table in {@link org.modelledger.registry}), and what it refused left no event.
 */
final class StateFold {
  private final String ledgerId;
  private final Map<ModelName, Model> models = new TreeMap<>();
  private final TreeMap<ModelVersionId, ModelVersion> versions = new TreeMap<>();
  private final TreeMap<ModelVersionId, LedgerEvent.VersionRevoked> revocations = new TreeMap<>();
  private final Map<Log, Anchor> anchors = new LinkedHashMap<>();
  private @Nullable EventHeader last;

  private record Log(LogOrigin origin, AccountId author) {}

  private static final class Model {
    AccountId owner;
    Optional<AccountId> pendingOwner = Optional.empty();
    final Map<Role, Set<AccountId>> roles = new HashMap<>();
    final Map<EnvironmentName, ModelVersionId> deployments = new HashMap<>();
    long latestVersion;

    Model(AccountId owner) {
      this.owner = owner;
    }
  }

  StateFold(String ledgerId) {
    this.ledgerId = ledgerId;
  }

  /** @throws ModelFormatException if the event is about what no earlier event has made */
  void apply(LedgerEvent event) {
    switch (event) {
      case LedgerEvent.ModelCreated created -> models.put(created.model(),
          new Model(created.header().author()));
      case LedgerEvent.ModelTrained trained -> register(trained);
      case LedgerEvent.ModelDeployed deployed -> model(deployed.version().model(),
          event).deployments.put(deployed.environment(), deployed.version());
      case LedgerEvent.ModelUndeployed undeployed -> model(undeployed.model(), event).deployments
          .remove(undeployed.environment());
      case LedgerEvent.VersionRevoked revoked -> revoke(revoked);
      case LedgerEvent.RoleChanged changed -> change(changed);
      case LedgerEvent.OwnershipTransferStarted started -> offer(started);
      case LedgerEvent.OwnershipTransferred transferred -> {
        Model model = model(transferred.model(), event);
        model.owner = transferred.newOwner();
        model.pendingOwner = Optional.empty();
      }
      case LedgerEvent.LogAnchored anchored -> anchors.put(
          new Log(anchored.origin(), anchored.header().author()), new Anchor(anchored.header(),
              anchored.origin(), anchored.treeSize(), anchored.rootHash()));
    }
    last = event.header();
  }

  private Model model(ModelName name, LedgerEvent event) {
    Model model = models.get(name);
    if (model == null) {
      throw new ModelFormatException("the history of " + ledgerId + " is not whole: at "
          + event.header().position() + " something happens to " + name
          + ", which no earlier event created");
    }
    return model;
  }

  private void register(LedgerEvent.ModelTrained trained) {
    EventHeader header = trained.header();
    model(trained.version().model(), trained).latestVersion = trained.version().number();
    versions.put(trained.version(), new ModelVersion(trained.version(), trained.artifact(),
        trained.statement(), header.author(), header.time(), header.position(), Optional.empty()));
  }

  private void revoke(LedgerEvent.VersionRevoked revoked) {
    model(revoked.version().model(), revoked).deployments.values()
        .removeIf(revoked.version()::equals);
    revocations.put(revoked.version(), revoked);
    versions.computeIfPresent(revoked.version(),
        (id, version) -> new ModelVersion(id, version.artifact(), version.statement(),
            version.author(), version.registeredAt(), version.position(),
            Optional.of(revoked.reason())));
  }

  private void change(LedgerEvent.RoleChanged changed) {
    Set<AccountId> holders = model(changed.model(), changed).roles
        .computeIfAbsent(changed.role(), role -> new TreeSet<>());
    if (changed.granted()) {
      holders.add(changed.account());
    } else {
      holders.remove(changed.account());
    }
  }

  /** Offered to the owner itself, a model is offered to nobody any more. */
  private void offer(LedgerEvent.OwnershipTransferStarted started) {
    Model model = model(started.model(), started);
    model.pendingOwner = started.newOwner().equals(model.owner)
        ? Optional.empty()
        : Optional.of(started.newOwner());
  }

  RegistryAt result() {
    TreeMap<ModelName, ModelRecord> records = new TreeMap<>();
    models.forEach((name, model) -> records.put(name, new ModelRecord(name, model.owner,
        model.pendingOwner, model.roles, model.deployments, model.latestVersion)));
    List<Anchor> newest = new ArrayList<>(anchors.values());
    return new RegistryAt(ledgerId, Optional.ofNullable(last), records, versions, revocations,
        newest);
  }
}
