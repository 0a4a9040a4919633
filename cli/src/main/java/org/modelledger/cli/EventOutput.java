package org.modelledger.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;

/** Prints events of the registry by the names that contracts give them. */
final class EventOutput {
  private static final String MODEL = "model";
  private static final String VERSION = "version";
  private static final String ENVIRONMENT = "environment";

  private final ResultOutput output;

  EventOutput(ResultOutput output) {
    this.output = output;
  }

  void print(LedgerEvent event) {
    EventHeader header = event.header();
    Map<String, Object> subject = subject(event);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("position", header.position().toString());
    members.put("time", header.time().toString());
    members.put("event", event.getClass().getSimpleName());
    members.putAll(subject);
    members.put("author", header.author().value());
    members.put("transaction", header.transactionId());
    StringBuilder text = new StringBuilder(header.position() + "  " + header.time() + "  "
        + event.getClass().getSimpleName());
    subject.forEach((name, value) -> text.append("  ").append(name).append(' ').append(value));
    output.print(text + "  by " + header.author(), members);
  }

  private static Map<String, Object> subject(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.ModelCreated e -> members(MODEL, e.model().value());
      case LedgerEvent.ModelTrained e -> members(VERSION, e.version().toString(), "artifact",
          e.artifact().toString(), "statement", e.statement().toString());
      case LedgerEvent.ModelDeployed e -> members(VERSION, e.version().toString(), ENVIRONMENT,
          e.environment().value());
      case LedgerEvent.ModelUndeployed e -> members(MODEL, e.model().value(), ENVIRONMENT,
          e.environment().value());
      case LedgerEvent.VersionRevoked e -> members(VERSION, e.version().toString(), "reason",
          e.reason().toString());
      case LedgerEvent.RoleChanged e -> members(MODEL, e.model().value(), "role",
          e.role().name(), "account", e.account().value(), "granted", e.granted());
      case LedgerEvent.OwnershipTransferStarted e -> members(MODEL, e.model().value(), "newOwner",
          e.newOwner().value());
      case LedgerEvent.OwnershipTransferred e -> members(MODEL, e.model().value(),
          "previousOwner", e.previousOwner().value(), "newOwner", e.newOwner().value());
      case LedgerEvent.LogAnchored e -> members("origin", e.origin().value(), "size",
          e.treeSize(), "root", e.rootHash().toString());
    };
  }

  /** Returns names and values in turn as a map that keeps their order. */
  private static Map<String, Object> members(Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return members;
  }
}
