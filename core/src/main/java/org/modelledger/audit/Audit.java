package org.modelledger.audit;

import java.time.Instant;
import java.util.Objects;
import java.util.function.Predicate;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;

/**
 * Answers what was deployed when, from a registry's final history alone. Needs no key and no home: a
 * registry that only reads will do, whichever chain it is on. Each answer reads the history once, up to
 * the moment that is asked for.
 *
 * <p>Stateless but for the registry, which it does not close; safe for use by several threads.
 */
public final class Audit {
  private final ModelRegistry registry;

  private Audit(ModelRegistry registry) {
    this.registry = registry;
  }

  /** Returns an audit of a registry. */
  public static Audit of(ModelRegistry registry) {
    return new Audit(Objects.requireNonNull(registry, "registry"));
  }

  /**
   * Rebuilds the state after the last event whose time is not later.
   *
   * <p>The time is the ledger's, not that of anybody's clock: on a local ledger that of the process that
   * writes, on Ethereum that of the block, which its proposer chooses within limits, on Fabric the latest
   * that a client has claimed. It never runs backwards along positions, so that an instant cuts the
   * history in two; events of the very instant, such as those of one block, are all before the cut. Who has to
   * cut between them asks by position.
   *
   * @throws org.modelledger.registry.LedgerUnavailableException if the history cannot be read
   */
  public RegistryAt at(Instant instant) {
    Objects.requireNonNull(instant, "instant");
    return fold(event -> !event.header().time().isAfter(instant));
  }

  /**
   * Rebuilds the state after the event at a position, or after the last one before it.
   *
   * @param position {@link LedgerPosition#START} for the empty registry
   */
  public RegistryAt at(LedgerPosition position) {
    Objects.requireNonNull(position, "position");
    return fold(event -> event.header().position().compareTo(position) <= 0);
  }

  /** Rebuilds the state after the whole history, as far as it is final. */
  public RegistryAt now() {
    return fold(event -> true);
  }

  private RegistryAt fold(Predicate<LedgerEvent> counts) {
    StateFold state = new StateFold(registry.ledgerId());
    for (LedgerEvent event : RegistryHistory.of(registry)) {
      if (!counts.test(event)) {
        break;
      }
      state.apply(event);
    }
    return state.result();
  }
}
