package org.modelledger;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.Subscription;

/** Follows the registry on a thread of its own and tells of every version that is revoked. */
final class RevocationWatch implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(RevocationWatch.class.getName());
  private static final Duration TURN = Duration.ofSeconds(5);
  private static final long PAUSE_SECONDS = 1;

  private final Subscription subscription;
  private final Consumer<ModelVersionId> onRevoked;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  RevocationWatch(ModelRegistry registry, LedgerPosition after,
      Consumer<ModelVersionId> onRevoked) {
    this.subscription = registry.subscribe(after);
    this.onRevoked = onRevoked;
    this.thread = Thread.ofPlatform().name("revocations").daemon().start(this::follow);
  }

  private void follow() {
    try {
      while (closed.getCount() > 0) {
        try {
          Optional<LedgerEvent> event = subscription.next(TURN);
          if (event.isPresent()
              && event.get() instanceof LedgerEvent.VersionRevoked revoked) {
            onRevoked.accept(revoked.version());
          }
        } catch (LedgerUnavailableException e) {
          LOGGER.log(System.Logger.Level.WARNING,
              "revocations cannot be seen while the registry is unavailable", e);
          var unused = closed.await(PAUSE_SECONDS, TimeUnit.SECONDS);
        }
      }
    } catch (InterruptedException | IllegalStateException e) {
      // closed: the subscription says so to whoever waits
      if (closed.getCount() > 0) {
        LOGGER.log(System.Logger.Level.WARNING, "revocations are not followed any more", e);
      }
    } catch (RuntimeException e) {
      LOGGER.log(System.Logger.Level.WARNING, "revocations are not followed any more", e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    subscription.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
