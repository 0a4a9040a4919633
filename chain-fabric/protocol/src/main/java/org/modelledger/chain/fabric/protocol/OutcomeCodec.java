package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.modelledger.chain.fabric.protocol.Outcome.Accepted;
import org.modelledger.chain.fabric.protocol.Outcome.Refused;
import org.modelledger.chain.fabric.protocol.Outcome.Repeated;
import org.modelledger.model.AccountId;
import org.modelledger.registry.Command;
import org.modelledger.registry.SubmissionId;

/** Outcomes as JSON. */
final class OutcomeCodec {
  private OutcomeCodec() {}

  static ObjectNode json(Outcome outcome) {
    ObjectNode node = Json.object();
    outcome.id().ifPresent(id -> node.put("id", id.toString()));
    node.set("command", Json.texts(outcome.call()));
    switch (outcome) {
      case Accepted accepted -> node.set("event", event(accepted));
      case Refused refused -> node.set("refusal", refused.refusal().json());
      case Repeated repeated -> node.set("repeats",
          repeated.before().json().put("same", repeated.same()));
    }
    return node;
  }

  private static ObjectNode event(Accepted accepted) {
    ObjectNode event = Json.object()
        .put("type", accepted.command().eventType().getSimpleName());
    if (accepted.version() > 0) {
      event.put("version", accepted.version());
    }
    accepted.previousOwner().ifPresent(owner -> event.put("previousOwner", owner.value()));
    return event;
  }

  static Outcome read(JsonNode node, String what) {
    Optional<SubmissionId> id = Json.optionalText(Json.object(node, what), "id", what)
        .map(FabricCommands::submissionId);
    List<String> call = Json.texts(Json.field(node, "command", what), "the command of " + what);
    if (node.has("event")) {
      return accepted(id, call, Json.field(node, "event", what), "the event of " + what);
    }
    if (node.has("refusal")) {
      return new Refused(id, call,
          Refusal.read(Json.field(node, "refusal", what), "the refusal of " + what));
    }
    JsonNode repeats = Json.field(node, "repeats", what);
    return new Repeated(
        id.orElseThrow(() -> new MalformedInputException(what + " repeats, and has no id")), call,
        TransactionRef.read(repeats, what), Json.isTrue(repeats, "same", what));
  }

  private static Outcome accepted(Optional<SubmissionId> id, List<String> call, JsonNode event,
      String what) {
    Command<?> command = FabricCommands.read(call);
    String type = Json.text(event, "type", what);
    if (!type.equals(command.eventType().getSimpleName())) {
      throw new MalformedInputException(what + " is " + Texts.shortened(type) + "; expected "
          + command.eventType().getSimpleName() + ", which " + call.get(0) + " leaves");
    }
    return new Accepted(id, command,
        event.has("version") ? Json.number(event, "version", what, 1) : 0,
        Json.optionalText(event, "previousOwner", what).map(AccountId::of));
  }
}
