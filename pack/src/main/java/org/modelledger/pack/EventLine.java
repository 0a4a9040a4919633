package org.modelledger.pack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;

/** An event of a registry as a line of JSON and as a sentence. */
final class EventLine {
  private static final String MODEL = "model";
  private static final String VERSION = "version";
  private static final String ENVIRONMENT = "environment";

  private EventLine() {}

  static String json(LedgerEvent event) {
    EventHeader header = event.header();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("position", header.position().toString());
    json.put("transaction", header.transactionId());
    json.put("time", header.time().toString());
    json.put("author", header.author().value());
    json.put("event", event.getClass().getSimpleName());
    var unused = switch (event) {
      case LedgerEvent.ModelCreated e -> json.put(MODEL, e.model().value());
      case LedgerEvent.ModelTrained e -> json.put(VERSION, e.version().toString())
          .put("artifact", e.artifact().hex())
          .put("statement", e.statement().hex());
      case LedgerEvent.ModelDeployed e -> json.put(VERSION, e.version().toString())
          .put(ENVIRONMENT, e.environment().value());
      case LedgerEvent.ModelUndeployed e -> json.put(MODEL, e.model().value())
          .put(ENVIRONMENT, e.environment().value());
      case LedgerEvent.VersionRevoked e -> json.put(VERSION, e.version().toString())
          .put("reason", e.reason().hex());
      case LedgerEvent.RoleChanged e -> json.put(MODEL, e.model().value())
          .put("account", e.account().value())
          .put("role", e.role().name())
          .put("granted", e.granted());
      case LedgerEvent.OwnershipTransferStarted e -> json.put(MODEL, e.model().value())
          .put("newOwner", e.newOwner().value());
      case LedgerEvent.OwnershipTransferred e -> json.put(MODEL, e.model().value())
          .put("previousOwner", e.previousOwner().value())
          .put("newOwner", e.newOwner().value());
      case LedgerEvent.LogAnchored e -> json.put("origin", e.origin().value())
          .put("size", e.treeSize())
          .put("root", e.rootHash().hex());
    };
    return json + "\n";
  }

  /** Says what happened, without who and when. */
  static String sentence(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.ModelCreated e -> "created the model " + e.model();
      case LedgerEvent.ModelTrained e -> "registered " + e.version();
      case LedgerEvent.ModelDeployed e -> "put " + e.version() + " into " + e.environment();
      case LedgerEvent.ModelUndeployed e -> "took " + e.model() + " out of " + e.environment();
      case LedgerEvent.VersionRevoked e -> "revoked " + e.version();
      case LedgerEvent.RoleChanged e -> (e.granted() ? "gave the role " : "took the role ")
          + e.role().name().toLowerCase(Locale.ROOT) + (e.granted() ? " to " : " from ")
          + e.account() + " for " + e.model();
      case LedgerEvent.OwnershipTransferStarted e -> "offered " + e.model() + " to " + e.newOwner();
      case LedgerEvent.OwnershipTransferred e -> "took over " + e.model() + " from "
          + e.previousOwner();
      case LedgerEvent.LogAnchored e -> "recorded that the log " + e.origin() + " has "
          + e.treeSize() + " entries with the root " + e.rootHash().hex().substring(0, 16) + "…";
    };
  }
}
