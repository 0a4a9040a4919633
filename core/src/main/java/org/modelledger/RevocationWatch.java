package org.modelledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.Subscription;

/**
 * Follows the registry on a thread of its own and tells of every version that is revoked. A second
 * thread tells when the first one has not seen the registry's end for too long, whatever the reason: it
 * may be waiting for an answer that does not come.
 */
final class RevocationWatch implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(RevocationWatch.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Subscription subscription;
  private final RecallPolicy policy;
  private final InstantSource clock;
  private final RunningModels models;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private long seenAt = System.nanoTime(); // guarded by lock; decides
  private Instant seenOn; // guarded by lock; is told
  private boolean unseen; // guarded by lock
  private final List<Thread> threads;

  RevocationWatch(ModelRegistry registry, LedgerPosition after, RecallPolicy policy,
      InstantSource clock, RunningModels models) {
    this.subscription = registry.subscribe(after);
    this.policy = policy;
    this.clock = clock;
    this.seenOn = clock.instant();
    this.models = models;
    this.threads = List.of(
        Thread.ofPlatform().name("revocations").daemon().start(this::follow),
        Thread.ofPlatform().name("registry-unseen").daemon().start(this::guard));
  }

  private void follow() {
    try {
      boolean atEnd = false;
      boolean fails = false;
      while (closed.getCount() > 0) {
        try {
          atEnd = look(atEnd ? policy.pollingInterval() : Duration.ZERO);
          fails = false;
        } catch (ModelLedgerException e) { // unavailable, or damaged until somebody mends it
          warn(fails, "revocations cannot be seen while the registry cannot be read", e);
          fails = true;
          atEnd = false; // once it can, the first look is at once
          var unused = closed.await(pause(), TimeUnit.NANOSECONDS);
        }
      }
    } catch (InterruptedException | RuntimeException e) {
      // once this is closed, the subscription says so to whoever waits
      warn(closed.getCount() == 0,
          "revocations are not followed any more; the registry counts as unseen", e);
    }
  }

  /** Takes an event; returns whether there was none, so that the end of the history is reached. */
  private boolean look(Duration timeout) throws InterruptedException {
    Optional<LedgerEvent> event = subscription.next(timeout);
    if (event.isEmpty()) {
      seen();
    } else if (event.get() instanceof LedgerEvent.VersionRevoked revoked) {
      models.revoked(revoked);
    }
    return event.isEmpty();
  }

  private static void warn(boolean quiet, String what, Exception cause) {
    if (!quiet) {
      LOGGER.log(System.Logger.Level.WARNING, what, cause);
    }
  }

  private long pause() {
    return Math.min(PAUSE.toNanos(), policy.pollingInterval().toNanos());
  }

  private void seen() {
    lock.lock();
    try {
      seenAt = System.nanoTime();
      seenOn = clock.instant();
      if (unseen) {
        unseen = false;
        models.seen();
      }
    } finally {
      lock.unlock();
    }
  }

  private void guard() {
    try {
      boolean open = true;
      while (open) {
        open = !closed.await(untilUnseen(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      LOGGER.log(System.Logger.Level.WARNING, "nobody looks whether the registry is seen", e);
    }
  }

  /** Tells if the registry was not seen for too long; returns the nanoseconds to the next look. */
  private long untilUnseen() {
    long bound = policy.unseenFor().toNanos();
    lock.lock();
    try {
      long left = bound - (System.nanoTime() - seenAt);
      if (left > 0) {
        return left;
      }
      if (!unseen) {
        unseen = true;
        models.unseen(new RecallWarning.RegistryUnseen(seenOn, policy.unseenFor()));
      }
      return bound;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    subscription.close();
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
