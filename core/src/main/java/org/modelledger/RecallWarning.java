package org.modelledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.modelledger.registry.LedgerEvent;

/** What stands against a model that runs, as far as its ledger has seen. */
public sealed interface RecallWarning {

  /**
   * The version was revoked. Final.
   *
   * @param event the registry's
   */
  record Revoked(LedgerEvent.VersionRevoked event) implements RecallWarning {
    public Revoked {
      Objects.requireNonNull(event, "event");
    }

    @Override
    public String toString() {
      return event.version() + " was revoked at " + event.header().position() + " on "
          + event.header().time();
    }
  }

  /**
   * The registry cannot be read, so that nobody knows whether the version is revoked. Over as soon as
   * it can be read again.
   *
   * @param since when it was read last, by this ledger's clock
   * @param bound how long the user lets that be
   */
  record RegistryUnseen(Instant since, Duration bound) implements RecallWarning {
    public RegistryUnseen {
      Objects.requireNonNull(since, "since");
      Objects.requireNonNull(bound, "bound");
    }

    @Override
    public String toString() {
      return "the registry was not seen since " + since + ", which is longer than " + bound;
    }
  }
}
