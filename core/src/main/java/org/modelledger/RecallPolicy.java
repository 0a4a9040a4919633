package org.modelledger;

import java.time.Duration;
import org.modelledger.spi.ConfigurationException;

/**
 * What the user chose about recalls.
 *
 * @param onRevocation once a revocation is seen
 * @param onUnseen once the registry was not seen for longer than {@code unseenFor}
 * @param unseenFor longer than {@code pollingInterval}
 * @param pollingInterval how often the registry is looked at
 */
record RecallPolicy(Recall onRevocation, Recall onUnseen, Duration unseenFor,
    Duration pollingInterval) {
  private static final Duration MAX = Duration.ofDays(36_500);

  /** @throws ConfigurationException if the times do not fit */
  RecallPolicy {
    if (!pollingInterval.isPositive()) {
      throw new ConfigurationException(
          "the polling interval is more than 0, not " + pollingInterval);
    }
    if (unseenFor.compareTo(MAX) > 0) {
      throw new ConfigurationException(
          "the registry may be unseen for at most " + MAX + ", not for " + unseenFor);
    }
    if (unseenFor.compareTo(pollingInterval) <= 0) {
      throw new ConfigurationException("the registry is looked at every " + pollingInterval
          + "; it may be unseen for longer than that, not for " + unseenFor);
    }
  }
}
