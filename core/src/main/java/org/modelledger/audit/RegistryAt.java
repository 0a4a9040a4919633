package org.modelledger.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelVersion;

/**
 * What a registry said at a moment. The records are those that {@link
 * org.modelledger.registry.ModelRegistry} would have answered then.
 *
 * @param ledgerId of the registry
 * @param last the last event that counts; empty if there was none yet
 * @param models each model with its owner, roles and deployments
 * @param versions each version that was registered by then, with its revocation if it was revoked by
 *     then
 * @param revocations the event of each revocation
 * @param anchors the newest anchor of each log by each author
 */
public record RegistryAt(String ledgerId, Optional<EventHeader> last,
    SortedMap<ModelName, ModelRecord> models, SortedMap<ModelVersionId, ModelVersion> versions,
    SortedMap<ModelVersionId, LedgerEvent.VersionRevoked> revocations, List<Anchor> anchors) {
  public RegistryAt {
    Objects.requireNonNull(ledgerId, "ledgerId");
    Objects.requireNonNull(last, "last");
    models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    revocations = Collections.unmodifiableSortedMap(new TreeMap<>(revocations));
    anchors = List.copyOf(anchors);
  }

  /** Returns a model, or empty if it did not exist. */
  public Optional<ModelRecord> model(ModelName name) {
    return Optional.ofNullable(models.get(name));
  }

  /** Returns a version, or empty if it was not registered. */
  public Optional<ModelVersion> version(ModelVersionId id) {
    return Optional.ofNullable(versions.get(id));
  }

  /** Returns what was deployed in an environment, or empty. */
  public Optional<ModelVersion> deployed(ModelName model, EnvironmentName environment) {
    return model(model)
        .flatMap(record -> Optional.ofNullable(record.deployments().get(environment)))
        .flatMap(this::version);
  }

  /** Returns the newest anchor of a log by an author, or empty. */
  public Optional<Anchor> anchor(LogOrigin origin, AccountId author) {
    return anchors.stream()
        .filter(anchor -> anchor.origin().equals(origin)
            && anchor.header().author().equals(author))
        .findFirst();
  }

  /** Returns a few lines for a person to read: what was deployed where. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(ledgerId + " " + last.map(
        header -> "after " + header.position() + " of " + header.time())
        .orElse("when it was empty"));
    models.values()
        .forEach(model -> new TreeMap<>(model.deployments()).forEach((environment,
            version) -> lines.add(version + " in " + environment)));
    revocations.keySet().forEach(version -> lines.add(version + " revoked"));
    return String.join("\n  ", lines);
  }
}
