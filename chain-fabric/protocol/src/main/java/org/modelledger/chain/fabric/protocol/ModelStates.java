package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.Role;

/** The state of a model, as the function {@code model} answers with it. */
public final class ModelStates {
  private static final String WHAT = "a model's state";

  private ModelStates() {}

  /** Returns a model's state as JSON: roles, accounts and environments in ascending order. */
  public static byte[] toJson(ModelRecord model) {
    ObjectNode node = new Ownership(model.name(), model.owner(), model.pendingOwner()).json();
    node.put("latestVersion", model.latestVersion());
    ObjectNode roles = node.putObject("roles");
    new TreeMap<>(model.roles()).forEach((role, accounts) -> {
      ArrayNode array = roles.putArray(role.name());
      accounts.stream().sorted().forEach(account -> array.add(account.value()));
    });
    ObjectNode deployments = node.putObject("deployments");
    new TreeMap<>(model.deployments())
        .forEach((environment, version) -> deployments.put(environment.value(), version.number()));
    return Json.bytes(node);
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws MalformedInputException if it is none
   */
  public static ModelRecord parse(byte[] json) {
    return Json.read(json, WHAT, ModelStates::read);
  }

  private static ModelRecord read(JsonNode node) {
    Ownership ownership = Ownership.read(node);
    return new ModelRecord(ownership.model(), ownership.owner(), ownership.pendingOwner(),
        roles(Json.field(node, "roles", WHAT)),
        deployments(ownership.model(), Json.field(node, "deployments", WHAT)),
        Json.number(node, "latestVersion", WHAT, 0));
  }

  private static Map<Role, Set<AccountId>> roles(JsonNode node) {
    Map<Role, Set<AccountId>> roles = new TreeMap<>();
    Json.object(node, "the roles").properties().forEach(field -> {
      Set<AccountId> accounts = new HashSet<>();
      Json.texts(field.getValue(), "the accounts of a role")
          .forEach(account -> accounts.add(AccountId.of(account)));
      roles.put(FabricCommands.role(field.getKey()), accounts);
    });
    return roles;
  }

  private static Map<EnvironmentName, ModelVersionId> deployments(ModelName model, JsonNode node) {
    Map<EnvironmentName, ModelVersionId> deployments = new HashMap<>();
    Json.object(node, "the deployments")
        .properties()
        .forEach(field -> deployments.put(EnvironmentName.of(field.getKey()),
            model.version(Json.number(node, field.getKey(), "the deployments", 1))));
    return deployments;
  }
}
