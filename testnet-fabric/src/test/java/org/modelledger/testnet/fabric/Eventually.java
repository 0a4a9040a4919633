package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.hyperledger.fabric.client.CommitException;
import org.hyperledger.fabric.client.GatewayException;
import org.jspecify.annotations.Nullable;

/** Asks other processes again and again: nothing here tells when they are ready. */
final class Eventually {
  private static final long LIMIT_SECONDS = 120;
  private static final long AGAIN_MILLIS = 50;

  private Eventually() {}

  /** Waits until something holds; what the gateway throws counts as not yet. */
  static void holds(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    @Nullable
    Exception last = null;
    while (System.nanoTime() - deadline < 0) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (GatewayException | CommitException e) {
        last = e;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS));
    }
    fail("within " + LIMIT_SECONDS + " s it did not become true that " + what, last);
  }

  static void reads(Client client, String key, String value) throws Exception {
    holds(key + " is " + value, () -> client.evaluate("get", key).equals(value));
  }

  static void submits(Client client, String key, String value) throws Exception {
    holds(key + " can be set to " + value, () -> {
      client.submit("put", key, value);
      return true;
    });
  }
}
