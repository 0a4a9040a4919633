package org.modelledger;

import java.util.ArrayList;
import java.util.List;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;

/** Reads the whole history of a registry. */
final class History {
  private static final int PAGE = 1000;

  private History() {}

  /** Returns every event, oldest first. */
  static List<LedgerEvent> of(ModelRegistry registry) {
    List<LedgerEvent> all = new ArrayList<>();
    LedgerPosition after = LedgerPosition.START;
    List<LedgerEvent> page;
    do {
      page = registry.history(after, PAGE);
      all.addAll(page);
      after = page.isEmpty() ? after : page.getLast().header().position();
    } while (page.size() == PAGE);
    return all;
  }
}
