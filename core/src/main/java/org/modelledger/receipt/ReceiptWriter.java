package org.modelledger.receipt;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.modelledger.evidence.EvidenceBatch;
import org.modelledger.receipt.PendingReceipt.Outcome;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TransparencyLogException;

/**
 * The two threads behind a {@link ReceiptLog}: one makes receipts of what the backlog has, the other
 * writes them and waits for the disk meanwhile. The second one decides what happens when something cannot
 * be written.
 */
final class ReceiptWriter {
  private static final System.Logger LOGGER = System.getLogger(ReceiptLog.class.getName());
  private static final int BATCH = 4096;
  private static final long BATCH_BYTES = 16L << 20;

  private final Recorder.Place place;
  private final ReceiptOptions options;
  private final Backlog backlog;
  private final ReceiptFactory factory;
  private final SynchronousQueue<Batch> made = new SynchronousQueue<>();
  private final Batch end = new Batch(List.of(), List.of(), Optional.empty());
  private final Thread making;
  private final Thread writing;
  private volatile @Nullable Recorder recorder;
  private volatile @Nullable Throwable failure;

  // the writing thread's own, until it has ended
  /** What was being written when the log failed. */
  private Optional<Batch> unresolved = Optional.empty();
  private long failedAt;
  private long lost;
  private boolean dead;

  ReceiptWriter(Recorder.Place place, Backlog backlog) {
    this.place = place;
    this.options = place.options();
    this.backlog = backlog;
    String name = place.signer().verifier().name();
    this.factory = new ReceiptFactory(options, name);
    this.making = thread("receipts " + name, this::make);
    this.writing = thread("receipts-write " + name, this::write);
  }

  private static Thread thread(String name, Runnable work) {
    return Thread.ofPlatform().name(name).daemon().unstarted(work);
  }

  /** @throws ReceiptLogException if the log cannot be opened */
  void start() {
    try {
      recorder = Recorder.open(place, factory.parts());
    } catch (TransparencyLogException e) {
      throw new ReceiptLogException(
          "cannot open the receipt log in " + place.log() + ": " + e.getMessage(), e);
    }
    making.start();
    writing.start();
  }

  /** @throws ReceiptLogException if the log has failed */
  Recorder recorder() {
    Recorder open = recorder;
    if (open == null) {
      throw new ReceiptLogException("the receipt log has failed: " + failureMessage(), failure);
    }
    return open;
  }

  @Nullable
  Throwable failure() {
    return failure;
  }

  String failureMessage() {
    Throwable cause = failure;
    return cause == null ? "unknown" : String.valueOf(cause.getMessage());
  }

  // --- the thread that makes receipts

  private void make() {
    // who has the log open, and the index after the last entry that was made for them
    Recorder known = null;
    long next = 0;
    boolean closing = false;
    while (!closing) {
      Backlog.Work work = take();
      closing = work.closing();
      Recorder open = recorder;
      Batch batch = new Batch(work.recordings(), open == null ? List.of() : backlog.takeGaps(),
          Optional.ofNullable(open));
      if (batch.size() == 0) {
        continue;
      }
      if (open != null) {
        next = open == known ? next : open.next();
        known = open;
        make(batch, open, next);
        next += batch.size();
      }
      put(batch);
    }
    put(end);
  }

  private void make(Batch batch, Recorder open, long first) {
    long began = System.nanoTime();
    try {
      List<EvidenceBatch> set = open.takeEvidence();
      batch.use(set);
      int parts = factory.make(batch, first, set);
      batch.made(first, parts, System.nanoTime() - began);
    } catch (Throwable e) {
      batch.failed(e); // told by the thread that writes, in its turn
    }
  }

  private Backlog.Work take() {
    while (true) {
      try {
        return backlog.take(BATCH, BATCH_BYTES, () -> recorder != null);
      } catch (InterruptedException e) {
        // nobody has this thread to interrupt it; receipts are not lost for that
      }
    }
  }

  private void put(Batch batch) {
    while (true) {
      try {
        made.put(batch);
        return;
      } catch (InterruptedException e) {
        // as above
      }
    }
  }

  // --- the thread that writes them

  private void write() {
    boolean ended = false;
    while (!ended) {
      boolean retries = recorder == null && options.failOpen() && !dead;
      Batch batch = next(retries);
      ended = batch == end;
      if (retries && (ended || System.nanoTime() - failedAt >= options.retryInterval()
          .toNanos())) {
        reopen();
      }
      if (batch != null && !ended) {
        write(batch);
      }
    }
    Recorder open = recorder;
    List<Gap> last = open == null ? List.of() : backlog.takeGaps();
    if (open != null && !last.isEmpty()) {
      Batch gaps = new Batch(List.of(), last, Optional.of(open));
      make(gaps, open, open.next());
      write(gaps);
    }
    factory.close();
  }

  private @Nullable Batch next(boolean retries) {
    while (true) {
      try {
        return retries
            ? made.poll(options.retryInterval().toNanos(), TimeUnit.NANOSECONDS)
            : made.take();
      } catch (InterruptedException e) {
        // as above
      }
    }
  }

  private void write(Batch batch) {
    Recorder open = recorder;
    if (open == null || !batch.isFor(open)) {
      giveUp(batch);
      return;
    }
    long began = System.nanoTime();
    try {
      Throwable cause = batch.failure();
      if (cause != null) {
        fail(cause, batch, false);
        return;
      }
      open.record(batch);
    } catch (Throwable e) {
      fail(e, batch, true);
      return;
    }
    List<Recording> recordings = batch.recordings();
    release(recordings);
    for (int i = 0; i < recordings.size(); i++) {
      recordings.get(i)
          .pending()
          .complete(new Outcome.Logged(new LoggedReceipt(batch.first() + i, batch.leaf(i))));
    }
    leave(recordings);
    observe(open, batch, System.nanoTime() - began);
    batch.giveBack(open);
  }

  private void observe(Recorder open, Batch batch, long nanos) {
    Optional<LoggedReceipt> oldest = batch.recordings().isEmpty()
        ? Optional.empty()
        : Optional.of(new LoggedReceipt(batch.first(), batch.leaf(0)));
    Duration waited = batch.recordings()
        .stream()
        .findFirst()
        .map(first -> Duration.between(first.time(), options.clock().instant()))
        .filter(Duration::isPositive)
        .orElse(Duration.ZERO);
    options.observer()
        .recorded(new RecordedBatch(batch.recordings().size(), batch.gaps(), oldest, waited,
            batch.makingNanos() + nanos, open.evidenceSyncNanos(), open.logNanos()));
  }

  private void settleAll(List<Recording> recordings, Outcome outcome) {
    release(recordings);
    for (Recording recording : recordings) {
      recording.pending().complete(outcome);
    }
    leave(recordings);
  }

  /** Gives back the room, first of all: who awaits a receipt finds room when it is there. */
  private void release(List<Recording> recordings) {
    long bytes = 0;
    for (Recording recording : recordings) {
      bytes += recording.bytes();
    }
    backlog.release(recordings.size(), bytes);
  }

  /** Tells the sessions that inferences are over, last of all: then they may be closed. */
  private static void leave(List<Recording> recordings) {
    int same = 0;
    for (int i = 0; i < recordings.size(); i++) {
      ReceiptSession session = recordings.get(i).session();
      same++;
      if (i + 1 == recordings.size() || recordings.get(i + 1).session() != session) {
        session.leave(same);
        same = 0;
      }
    }
  }

  /** Without a log: inferences that go on without receipts, or fail if the user chose so. */
  private void giveUp(Batch batch) {
    List<Recording> recordings = batch.recordings();
    if (options.failOpen() && !dead) {
      for (Recording recording : recordings) {
        backlog.miss(recording.session(), recording.sequence(), Gap.Reason.LOG_FAILED,
            recording.time());
      }
      backlog.giveBack(batch.gaps());
      settleAll(recordings, new Outcome.Missing(Gap.Reason.LOG_FAILED));
    } else {
      lost += recordings.size() + count(batch.gaps());
      settleAll(recordings, new Outcome.Failed(Objects.requireNonNull(failure)));
    }
    batch.recorder().ifPresent(batch::giveBack);
  }

  private static long count(List<Gap> gaps) {
    return gaps.stream().mapToLong(Gap::count).sum();
  }

  /** @param mayBeThere whether some of the batch may have got into the log */
  private void fail(Throwable cause, Batch batch, boolean mayBeThere) {
    failure = cause;
    failedAt = System.nanoTime();
    dead = cause instanceof Error; // then nothing is sure, not even that gaps can be noted
    Recorder failed = recorder;
    recorder = null;
    if (failed != null) {
      failed.abandon();
    }
    options.observer().failed(cause);
    if (!options.failOpen() || dead) {
      backlog.fail(cause);
      giveUp(batch);
      return;
    }
    LOGGER.log(System.Logger.Level.WARNING, "the receipt log in " + place.log()
        + " has failed; inferences go on without receipts", cause);
    if (mayBeThere) {
      unresolved = Optional.of(batch);
      settleAll(batch.recordings(), new Outcome.Failed(cause));
    } else {
      giveUp(batch);
    }
  }

  /** Opens the log again after a failure; what of the last batch is not in it gets a gap. */
  private void reopen() {
    Recorder fresh = null;
    Batch gaps = null;
    try {
      fresh = Recorder.open(place, factory.parts());
      if (unresolved.isPresent()) {
        noteMissing(fresh, unresolved.get());
        unresolved = Optional.empty();
      }
      long began = System.nanoTime();
      gaps = new Batch(List.of(), backlog.takeGaps(), Optional.of(fresh));
      if (gaps.size() > 0) {
        try (ReceiptFactory own = new ReceiptFactory(options, "gaps")) {
          List<EvidenceBatch> set = fresh.takeEvidence();
          gaps.use(set);
          gaps.made(fresh.next(), own.make(gaps, fresh.next(), set), System.nanoTime() - began);
        }
        fresh.record(gaps);
        gaps.giveBack(fresh);
      }
      recorder = fresh;
      LOGGER.log(System.Logger.Level.INFO, "the receipt log in " + place.log() + " is back");
      options.observer().reopened();
      if (gaps.size() > 0) {
        observe(fresh, gaps, System.nanoTime() - began);
      }
      backlog.wakeTaker();
    } catch (Throwable e) {
      failure = e;
      failedAt = System.nanoTime();
      if (e instanceof Error) {
        dead = true;
        backlog.fail(e);
      }
      if (gaps != null) {
        unresolved = Optional.of(gaps);
      }
      if (fresh != null) {
        fresh.abandon();
      }
    }
  }

  private void noteMissing(Recorder fresh, Batch batch) {
    List<Recording> recordings = batch.recordings();
    for (int i = 0; i < recordings.size(); i++) {
      if (!isLogged(fresh, batch, i)) {
        Recording missing = recordings.get(i);
        backlog.miss(missing.session(), missing.sequence(), Gap.Reason.LOG_FAILED, missing.time());
      }
    }
    for (int i = 0; i < batch.gaps().size(); i++) {
      if (!isLogged(fresh, batch, recordings.size() + i)) {
        backlog.giveBack(List.of(batch.gaps().get(i)));
      }
    }
  }

  private static boolean isLogged(Recorder recorder, Batch batch, int entry) {
    // witnesses may not have cosigned it yet
    SignedCheckpoint checkpoint = recorder.writer().localCheckpoint();
    long index = batch.first() + entry;
    if (index >= checkpoint.size()) {
      return false;
    }
    try {
      return Arrays.equals(recorder.writer().reader().entry(index, checkpoint),
          batch.leaf(entry));
    } catch (ProofException | TransparencyLogException e) {
      return false; // a gap beside a receipt is no lie; a receipt nobody can read is none
    }
  }

  // --- the end

  /** Waits until everything is written that can be. */
  void join() {
    boolean interrupted = false;
    for (Thread thread : List.of(making, writing)) {
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

  /** Lets go of the log, after {@link #join}. */
  void close() {
    lost += count(backlog.takeGaps());
    lost += unresolved.map(batch -> batch.recordings().size() + count(batch.gaps())).orElse(0L);
    Recorder open = recorder;
    if (open != null) {
      open.close();
    }
  }

  /** Returns how many inferences have neither a receipt nor a gap, after {@link #close}. */
  long missing() {
    return lost;
  }
}
