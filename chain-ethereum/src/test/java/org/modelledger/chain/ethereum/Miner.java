package org.modelledger.chain.ethereum;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.modelledger.testnet.AnvilNode;

/**
 * Makes blocks at a quick pace on an anvil that mines when it is told to. Left to itself at such a pace,
 * anvil now and then leaves a transaction in its pool for good.
 */
final class Miner implements AutoCloseable {
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().daemon().name("miner").factory());

  Miner(AnvilNode node, Duration interval) {
    var unused = clock.scheduleWithFixedDelay(() -> node.mine(1), 0, interval.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    clock.close();
  }
}
