package org.modelledger.tlog;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Takes a log's newest checkpoint to the witnesses, again and again, and shows it to readers once there
 * is a quorum. Has a thread of its own, so that no entry ever waits for a witness.
 */
final class Cosigner implements AutoCloseable {

  private static final System.Logger LOGGER = System.getLogger(Cosigner.class.getName());

  private final LogDirectory directory;
  private final LogReader reader;
  private final WitnessClient witnesses;
  private final long intervalNanos;
  private final LogObserver observer;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition roundEnded = lock.newCondition();

  // guarded by lock
  private SignedCheckpoint newest;
  private boolean demanded;
  private boolean closing;
  private boolean finalRound;
  private boolean stopped;
  private long nextRound;
  /** Rounds that have begun; the one that ended last without a quorum, and why. */
  private long rounds;
  private long failedRound;
  private List<WitnessFailure> failures = List.of();

  // written under the lock
  private volatile SignedCheckpoint shown;
  /** Whether a quorum has cosigned what is shown: not when the log had no witnesses before. */
  private volatile boolean cosigned;

  Cosigner(LogDirectory directory, LogReader reader, WitnessClient witnesses, Duration interval,
      LogObserver observer, Consumer<Throwable> onFailure) {
    this.directory = directory;
    this.reader = reader;
    this.witnesses = witnesses;
    this.intervalNanos = Batch.nanos(interval);
    this.observer = observer;
    this.onFailure = onFailure;
    this.newest = directory.checkpoint();
    this.shown = directory.shown();
    this.cosigned = isCosigned(shown);
    this.nextRound = System.nanoTime();
    this.thread = Thread.ofPlatform()
        .name("tlog-cosign " + reader.log().name())
        .daemon()
        .unstarted(this::run);
  }

  private boolean isCosigned(SignedCheckpoint checkpoint) {
    try {
      var unused = witnesses.policy().verify(checkpoint);
      return true;
    } catch (ProofException e) {
      return false; // which is what was asked
    }
  }

  void start() {
    thread.start();
  }

  /** Returns the checkpoint that readers see. */
  SignedCheckpoint shown() {
    return shown;
  }

  /** Takes a checkpoint that is durable, with its tiles, and continues those before it. */
  void offer(SignedCheckpoint checkpoint) {
    lock.lock();
    try {
      take(checkpoint);
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whoever waits for a checkpoint may be here before the thread that made it. */
  private void take(SignedCheckpoint checkpoint) {
    if (checkpoint.size() > newest.size()) {
      newest = checkpoint;
    }
  }

  /**
   * Asks the witnesses now and returns when this checkpoint, or a newer one, is shown.
   *
   * @throws NotCosignedException if they were asked after the call and are no quorum
   */
  SignedCheckpoint await(SignedCheckpoint checkpoint) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      take(checkpoint);
      long before = rounds;
      while (isBehind(checkpoint.size())) {
        if (stopped || failedRound > before) {
          throw new NotCosignedException("the checkpoint of size " + newest.size() + " of the log "
              + Text.quote(reader.log().name()) + " is not cosigned by a quorum: " + failures,
              failures);
        }
        demanded = true;
        work.signal();
        roundEnded.await();
      }
      return shown;
    } finally {
      lock.unlock();
    }
  }

  private boolean isBehind(long size) {
    return !cosigned || shown.size() < size;
  }

  private void run() {
    try {
      while (awaitWork()) {
        round();
      }
    } catch (InterruptedException e) {
      // the writer has failed, and nothing is shown any more
    } catch (Throwable e) {
      onFailure.accept(e);
    } finally {
      lock.lock();
      try {
        stopped = true;
        roundEnded.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Returns whether it is time for a round; false when there is to be none any more. */
  private boolean awaitWork() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!finalRound) {
        boolean last = closing;
        if (isBehind(newest.size())) {
          long wait = nextRound - System.nanoTime();
          if (demanded || last || wait <= 0) {
            finalRound = last;
            return true;
          }
          var unused = work.awaitNanos(wait);
        } else if (last) {
          return false;
        } else {
          demanded = false;
          work.await();
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void round() throws InterruptedException {
    long began = System.nanoTime();
    SignedCheckpoint checkpoint = begin(began);
    Cosigned outcome;
    try {
      outcome = witnesses.cosign(checkpoint, reader);
    } catch (ProofException | LogStorageException e) {
      LOGGER.log(System.Logger.Level.WARNING,
          "no proof for the witnesses can be made of the log " + reader.log().name(), e);
      outcome = new Cosigned(checkpoint, List.of(), false, List.of());
    }
    if (outcome.isQuorum()) {
      show(outcome.checkpoint());
    }
    boolean first = end(outcome);
    long nanos = System.nanoTime() - began;
    observer.cosigned(outcome, nanos);
    if (outcome.isQuorum()) {
      observer.published(outcome.checkpoint(), nanos);
    } else if (first) {
      LOGGER.log(System.Logger.Level.WARNING,
          "the checkpoint of size " + checkpoint.size() + " of the log " + reader.log().name()
              + " is not shown, because no quorum has cosigned it: " + outcome.failures());
    }
  }

  private SignedCheckpoint begin(long now) {
    lock.lock();
    try {
      rounds++;
      demanded = false;
      nextRound = now + intervalNanos;
      return newest;
    } finally {
      lock.unlock();
    }
  }

  private void show(SignedCheckpoint checkpoint) {
    try {
      directory.show(checkpoint);
    } catch (IOException e) {
      throw new LogStorageException(
          "cannot show the checkpoint of size " + checkpoint.size() + ": " + Text.describe(e), e);
    }
  }

  /** Returns whether this is the first round without a quorum after one with. */
  private boolean end(Cosigned outcome) {
    lock.lock();
    try {
      boolean first = failures.isEmpty();
      failures = outcome.isQuorum() ? List.of() : outcome.failures();
      if (outcome.isQuorum()) {
        shown = outcome.checkpoint();
        cosigned = true;
      } else {
        failedRound = rounds;
      }
      roundEnded.signalAll();
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** Stops in the middle of whatever it does: the writer has failed. Does not wait. */
  void stop() {
    thread.interrupt();
  }

  /** Asks once more if the newest checkpoint is not shown yet, whatever comes of it, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    witnesses.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
