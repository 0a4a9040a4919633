package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.modelledger.chain.fabric.protocol.MalformedInputException;
import org.modelledger.chain.fabric.protocol.ModelStates;
import org.modelledger.chain.fabric.protocol.Ownership;
import org.modelledger.chain.fabric.protocol.Page;
import org.modelledger.chain.fabric.protocol.VersionState;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.Role;

/** What the chaincode answers to those who only ask. */
final class RegistryReads {
  private final State state;

  RegistryReads(State state) {
    this.state = state;
  }

  String owner(ModelName model) {
    return state.get(Keys.model(model))
        .map(value -> Stored.read(value, Ownership::parse).owner().value())
        .orElse("");
  }

  long number(String key) {
    return state.get(key).map(Stored::number).orElse(0L);
  }

  Optional<byte[]> value(String key) {
    return state.get(key);
  }

  /** A model with its roles and deployments, as JSON. */
  Optional<byte[]> model(ModelName name) {
    return state.get(Keys.model(name))
        .map(value -> Stored.read(value, Ownership::parse))
        .map(ownership -> {
          Map<Role, Set<AccountId>> roles = new EnumMap<>(Role.class);
          for (State.Entry entry : state.range(Keys.roles(name))) {
            roles
                .computeIfAbsent(Role.valueOf(Keys.attribute(entry.key(), 1)), r -> new HashSet<>())
                .add(AccountId.of(Keys.attribute(entry.key(), 2)));
          }
          Map<EnvironmentName, ModelVersionId> deployments = new HashMap<>();
          for (State.Entry entry : state.range(Keys.deployments(name))) {
            ModelVersionId version = name.version(Stored.number(entry.value()));
            if (usable(version).isPresent()) {
              deployments.put(EnvironmentName.of(Keys.attribute(entry.key(), 1)), version);
            }
          }
          return ModelStates
              .toJson(new ModelRecord(name, ownership.owner(), ownership.pendingOwner(),
                  roles, deployments, number(Keys.latest(name))));
        });
  }

  /** The version in an environment, unless it is revoked: then there is none. */
  Optional<byte[]> deployed(ModelName model, EnvironmentName environment) {
    return state.get(Keys.deployment(model, environment))
        .flatMap(number -> usable(model.version(Stored.number(number))));
  }

  private Optional<byte[]> usable(ModelVersionId version) {
    return state.get(Keys.version(version))
        .filter(value -> Stored.read(value, VersionState::parse).revocation().isEmpty());
  }

  /** A page of the values under a prefix. The bookmark is the peer's own, in visible characters. */
  byte[] page(String prefix, String size, String bookmark) {
    State.Slice slice = state.page(prefix, Page.size(size), decode(bookmark));
    List<byte[]> items = new ArrayList<>();
    slice.entries().forEach(entry -> items.add(entry.value()));
    return Page.toJson(items,
        Base64.getUrlEncoder().withoutPadding().encodeToString(slice.bookmark().getBytes(UTF_8)));
  }

  private static String decode(String bookmark) {
    try {
      return new String(Base64.getUrlDecoder().decode(bookmark), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(
          "the bookmark is none; expected that of the page before, or nothing for the first page",
          e);
    }
  }
}
