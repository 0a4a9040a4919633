package org.modelledger.pack;

import java.util.Optional;
import org.modelledger.model.ModelName;
import org.modelledger.registry.LedgerEvent;

/** Which model an event is about. */
final class EventModel {
  private EventModel() {}

  /** Returns nothing for an event about a log. */
  static Optional<ModelName> of(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.ModelCreated e -> Optional.of(e.model());
      case LedgerEvent.ModelTrained e -> Optional.of(e.version().model());
      case LedgerEvent.ModelDeployed e -> Optional.of(e.version().model());
      case LedgerEvent.ModelUndeployed e -> Optional.of(e.model());
      case LedgerEvent.VersionRevoked e -> Optional.of(e.version().model());
      case LedgerEvent.RoleChanged e -> Optional.of(e.model());
      case LedgerEvent.OwnershipTransferStarted e -> Optional.of(e.model());
      case LedgerEvent.OwnershipTransferred e -> Optional.of(e.model());
      case LedgerEvent.LogAnchored unused -> Optional.empty();
    };
  }
}
