package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.model.ModelName;

/**
 * Whose a model is, as the chaincode keeps it: apart from its versions and deployments, so that those
 * can change side by side.
 *
 * @param model the model
 * @param owner its one owner
 * @param pendingOwner whom it is offered to, if it is
 */
public record Ownership(ModelName model, AccountId owner, Optional<AccountId> pendingOwner) {
  public Ownership {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(pendingOwner, "pendingOwner");
  }

  /** Returns this state as JSON. */
  public byte[] toJson() {
    return Json.bytes(json());
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws MalformedInputException if it is none
   */
  public static Ownership parse(byte[] json) {
    return Json.read(json, "a model's owner", Ownership::read);
  }

  ObjectNode json() {
    ObjectNode node = Json.object().put("model", model.value()).put("owner", owner.value());
    pendingOwner.ifPresent(pending -> node.put("pendingOwner", pending.value()));
    return node;
  }

  static Ownership read(JsonNode node) {
    String what = "a model's owner";
    return new Ownership(ModelName.of(Json.text(node, "model", what)),
        AccountId.of(Json.text(node, "owner", what)),
        Json.optionalText(node, "pendingOwner", what).map(AccountId::of));
  }
}
