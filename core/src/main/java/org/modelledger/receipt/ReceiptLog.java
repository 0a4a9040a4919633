package org.modelledger.receipt;

import com.google.crypto.tink.Aead;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.evidence.EvidenceStore;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.receipt.PendingReceipt.Outcome;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TlogProof;
import org.modelledger.tlog.TransparencyLogException;

/**
 * The transparency log of receipts, open for writing, with the evidence beside it. A receipt is handed
 * over in less than a microsecond; a thread of its own computes the commitments and writes, as many
 * receipts at a time as have come in while it was busy with the last ones.
 *
 * <p>When something cannot be written, {@link ReceiptOptions.Builder#failOpen} decides: fail-closed,
 * the log takes nothing more and every inference that was not acknowledged fails; fail-open, the log
 * is opened again as soon as it can be, and a {@link Gap} is written for what is missing.
 *
 * <p>Safe for use by several threads. The directory can be served as static files while this writes.
 */
public final class ReceiptLog implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(ReceiptLog.class.getName());
  private static final int BATCH = 4096;

  private final Recorder.Place place;
  private final ReceiptOptions options;
  private final Backlog backlog;
  private final SecureRandom random = new SecureRandom();
  private final Thread worker;
  private final AtomicLong lost = new AtomicLong();
  private volatile @Nullable Recorder recorder;
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;

  /** What was being written when the log failed; only the worker uses it, until it has ended. */
  private List<Recorder.Draft> unresolved = List.of();
  private long unresolvedFrom;
  private long failedAt;

  private ReceiptLog(Recorder.Place place, Recorder recorder) {
    this.place = place;
    this.options = place.options();
    this.recorder = recorder;
    this.backlog = new Backlog(options.maxBacklog(), options.maxBacklogBytes());
    this.worker = Thread.ofPlatform()
        .name("receipts " + place.signer().verifier().name())
        .daemon()
        .unstarted(this::work);
  }

  /**
   * Opens a log, or creates it.
   *
   * @param directory of the log, holding nothing secret
   * @param signer signs checkpoints; its name is the log's origin
   * @param evidence directory of the evidence, which is for its owner alone
   * @param evidenceKey encrypts it; see {@link org.modelledger.evidence.EvidenceKeys}
   * @throws ReceiptLogException if another process has it open, a file is damaged, or it is the log of
   *     another key
   * @throws ModelLedgerException if the evidence cannot be opened
   */
  public static ReceiptLog open(Path directory, NoteSigner signer, Path evidence,
      Aead evidenceKey, ReceiptOptions options) {
    Recorder.Place place = new Recorder.Place(directory, signer, evidence, evidenceKey, options);
    ReceiptLog log = new ReceiptLog(place, openRecorder(place));
    options.observer().opened(log);
    log.worker.start();
    return log;
  }

  private static Recorder openRecorder(Recorder.Place place) {
    try {
      return Recorder.open(place);
    } catch (TransparencyLogException e) {
      throw new ReceiptLogException(
          "cannot open the receipt log in " + place.log() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Begins to number the inferences of a model that was loaded.
   *
   * @throws IllegalStateException if the log is closed
   */
  public ReceiptSession session(ModelVersionId version, Digest artifact, EngineInfo engine,
      Determinism determinism) {
    if (closed) {
      throw new IllegalStateException("the receipt log in " + place.log() + " is closed");
    }
    return new ReceiptSession(this, version, artifact, engine, determinism);
  }

  /** Returns the directory of the log, for serving. */
  public Path directory() {
    return place.log();
  }

  /** Returns the log's public key. */
  public NoteVerifier key() {
    return place.signer().verifier();
  }

  /** Returns the log's name, as checkpoints and anchors have it. */
  public LogOrigin origin() {
    return LogOrigin.of(key().name());
  }

  /** Returns the number of entries, receipts and gaps, that are durable. */
  public long size() {
    return recorder().writer().durableSize();
  }

  /** Returns how many inferences have room in the backlog: they run, or wait to be written. */
  public int backlog() {
    return backlog.count();
  }

  /** Returns how many bytes of inputs and outputs those have; see {@link #backlog()}. */
  public long backlogBytes() {
    return backlog.bytes();
  }

  /** Returns the newest checkpoint. */
  public SignedCheckpoint checkpoint() {
    return recorder().writer().checkpoint();
  }

  /** Returns a reader of what checkpoints cover; it may be used after this log is closed. */
  public LogReader reader() {
    return recorder().writer().reader();
  }

  /** Returns the evidence to the receipts. It is closed with the log. */
  public EvidenceStore evidence() {
    return recorder().evidence();
  }

  /**
   * Makes a checkpoint that covers every receipt that is durable now, unless there is one.
   *
   * @throws ReceiptLogException if the log has failed
   * @throws IllegalStateException if it is closed
   */
  public SignedCheckpoint publish() throws InterruptedException {
    try {
      return recorder().writer().publish();
    } catch (TransparencyLogException e) {
      throw new ReceiptLogException(
          "no checkpoint of the receipt log can be made: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the proof that an entry is in the log, with the entry itself as its extra data, so that a
   * reader needs nothing else but the log's key. Makes a checkpoint if none covers it yet.
   *
   * @param index of a durable entry, from 0
   * @throws IndexOutOfBoundsException if there is no such entry
   * @throws ReceiptLogException if the log has failed or a file of it is damaged; names it
   */
  public TlogProof proof(long index) throws InterruptedException {
    Objects.checkIndex(index, size());
    SignedCheckpoint newest = checkpoint();
    SignedCheckpoint covering = newest.size() > index ? newest : publish();
    try {
      byte[] leaf = reader().entry(index, covering);
      return TlogProof.of(reader().inclusionProof(index, covering), covering).withExtra(leaf);
    } catch (ProofException | TransparencyLogException e) {
      throw new ReceiptLogException(
          "receipt " + index + " cannot be proven from " + place.log() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads an entry that a checkpoint covers.
   *
   * @throws IndexOutOfBoundsException if the newest checkpoint does not cover it
   * @throws ReceiptLogException if a file of the log is damaged; names it
   */
  public ReceiptEntry entry(long index) {
    SignedCheckpoint newest = checkpoint();
    Objects.checkIndex(index, newest.size());
    try {
      return ReceiptEntry.decode(reader().entry(index, newest));
    } catch (ProofException | TransparencyLogException e) {
      throw new ReceiptLogException(
          "receipt " + index + " cannot be read from " + place.log() + ": " + e.getMessage(), e);
    }
  }

  private Recorder recorder() {
    if (closed) {
      throw new IllegalStateException("the receipt log in " + place.log() + " is closed");
    }
    Recorder open = recorder;
    if (open == null) {
      throw new ReceiptLogException("the receipt log has failed: " + failureMessage(), failure);
    }
    return open;
  }

  private String failureMessage() {
    Throwable cause = failure;
    return cause == null ? "unknown" : String.valueOf(cause.getMessage());
  }

  // --- what a session calls

  /** Takes room; false if there is none and the user chose to go on without. */
  boolean reserve(long bytes) throws InterruptedException {
    if (backlog.reserve(bytes, options.enqueueWait())) {
      return true;
    }
    if (options.failOpen()) {
      return false;
    }
    throw new BacklogFullException("no room for another receipt: at most " + options.maxBacklog()
        + " with " + options.maxBacklogBytes() + " bytes of inputs and outputs wait to be written");
  }

  void release(long bytes) {
    backlog.release(1, bytes);
  }

  /** Lets those who wait see what has changed. */
  void wakeUp() {
    backlog.release(0, 0);
  }

  PendingReceipt enqueue(ReceiptSession session, Tensors inputs, Tensors outputs,
      SortedMap<String, String> attributes, boolean hasRoom, long reserved, long bytes) {
    Instant time;
    try {
      time = Receipt.requireTime(options.clock().instant());
    } catch (RuntimeException e) {
      if (hasRoom) {
        backlog.release(1, reserved);
      }
      throw e;
    }
    long sequence = session.nextSequence();
    PendingReceipt pending = new PendingReceipt(this, session.id(), sequence);
    if (!hasRoom) {
      pending.complete(new Outcome.Missing(Gap.Reason.BACKLOG_FULL));
      backlog.miss(session, sequence, Gap.Reason.BACKLOG_FULL, time);
      return pending;
    }
    session.enqueued();
    try {
      backlog.add(new Recording(session, sequence, time, inputs, outputs, attributes, pending,
          bytes), reserved);
    } catch (ReceiptLogException e) {
      session.acknowledged();
      throw e;
    }
    return pending;
  }

  boolean awaitUntil(BooleanSupplier condition, Duration timeout) throws InterruptedException {
    return backlog.awaitUntil(condition, timeout);
  }

  void awaitUninterruptibly(BooleanSupplier condition) {
    backlog.awaitUninterruptibly(condition);
  }

  // --- the worker

  private void work() {
    try {
      boolean closing = false;
      while (!closing) {
        boolean healthy = recorder != null;
        boolean retries = !healthy && options.failOpen();
        Backlog.Work work = backlog.take(BATCH,
            retries ? options.retryInterval().toNanos() : Long.MAX_VALUE, healthy);
        closing = work.closing();
        if (retries && (closing || System.nanoTime() - failedAt >= options.retryInterval()
            .toNanos())) {
          reopen();
        }
        write(work.recordings());
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      // nothing is left to write receipts, so nothing may go on as if there were
      failure = e;
      List<Recording> waiting = backlog.fail(e);
      lost.addAndGet(waiting.size());
      settleAll(waiting, new Outcome.Failed(e));
      options.observer().failed(e);
    }
  }

  private void write(List<Recording> recordings) throws InterruptedException {
    Recorder open = recorder;
    if (open == null) {
      giveUp(recordings);
      return;
    }
    long began = System.nanoTime();
    List<Recorder.Draft> drafts = new ArrayList<>(recordings.size());
    long first = open.next();
    try {
      for (Recording recording : recordings) {
        drafts.add(recording.draft(random, options.retention()));
      }
      for (Gap gap : backlog.takeGaps()) {
        drafts.add(Recorder.Draft.of(gap));
      }
      open.record(drafts);
    } catch (RuntimeException e) {
      fail(e, recordings, drafts, first);
      return;
    } catch (InterruptedException | Error e) {
      fail(e, recordings, drafts, first);
      throw e;
    }
    for (int i = 0; i < recordings.size(); i++) {
      Receipt receipt = (Receipt) drafts.get(i).entry();
      recordings.get(i).settle(new Outcome.Logged(new LoggedReceipt(first + i, receipt)));
    }
    release(recordings);
    observe(open, first, drafts, began);
  }

  /** Receipts come before gaps. */
  private void observe(Recorder open, long first, List<Recorder.Draft> drafts, long began) {
    if (drafts.isEmpty()) {
      return;
    }
    long nanos = System.nanoTime() - began;
    List<Gap> gaps = drafts.stream()
        .map(Recorder.Draft::entry)
        .filter(Gap.class::isInstance)
        .map(Gap.class::cast)
        .toList();
    Optional<LoggedReceipt> oldest = drafts.getFirst().entry() instanceof Receipt receipt
        ? Optional.of(new LoggedReceipt(first, receipt))
        : Optional.empty();
    Duration waited = oldest
        .map(logged -> Duration.between(logged.receipt().time(), options.clock().instant()))
        .filter(Duration::isPositive)
        .orElse(Duration.ZERO);
    options.observer()
        .recorded(new RecordedBatch(drafts.size() - gaps.size(), gaps, oldest, waited,
            nanos, open.evidenceSyncNanos(), open.logNanos()));
  }

  private void settleAll(List<Recording> recordings, Outcome outcome) {
    recordings.forEach(recording -> recording.settle(outcome));
    release(recordings);
  }

  private void release(List<Recording> recordings) {
    backlog.release(recordings.size(),
        recordings.stream().mapToLong(Recording::bytes).sum());
  }

  /** Without a log: inferences that go on without receipts. */
  private void giveUp(List<Recording> recordings) {
    for (Recording recording : recordings) {
      backlog.miss(recording.session(), recording.sequence(), Gap.Reason.LOG_FAILED,
          recording.time());
    }
    settleAll(recordings, new Outcome.Missing(Gap.Reason.LOG_FAILED));
  }

  private void fail(Throwable cause, List<Recording> recordings,
      List<Recorder.Draft> drafts, long first) {
    failure = cause;
    failedAt = System.nanoTime();
    Recorder failed = recorder;
    recorder = null;
    if (failed != null) {
      failed.abandon();
    }
    if (options.failOpen()) {
      LOGGER.log(System.Logger.Level.WARNING, "the receipt log in " + place.log()
          + " has failed; inferences go on without receipts", cause);
      unresolved = drafts;
      unresolvedFrom = first;
      for (int i = drafts.size(); i < recordings.size(); i++) {
        Recording never = recordings.get(i);
        backlog.miss(never.session(), never.sequence(), Gap.Reason.LOG_FAILED, never.time());
      }
    } else {
      List<Recording> waiting = backlog.fail(cause);
      lost.addAndGet(recordings.size() + waiting.size());
      settleAll(waiting, new Outcome.Failed(cause));
    }
    settleAll(recordings, new Outcome.Failed(cause));
    options.observer().failed(cause);
  }

  /** Opens the log again after a failure; what of the last batch is not in it gets a gap. */
  private void reopen() throws InterruptedException {
    Recorder fresh = null;
    try {
      fresh = Recorder.open(place);
      List<Recorder.Draft> missing = new ArrayList<>();
      for (int i = 0; i < unresolved.size(); i++) {
        Recorder.Draft draft = unresolved.get(i);
        if (!isLogged(fresh, unresolvedFrom + i, draft)) {
          missing.add(asGap(draft));
        }
      }
      long began = System.nanoTime();
      long first = fresh.next();
      fresh.record(missing);
      unresolved = List.of();
      recorder = fresh;
      options.observer().reopened();
      observe(fresh, first, missing, began);
      LOGGER.log(System.Logger.Level.INFO, "the receipt log in " + place.log() + " is back");
    } catch (TransparencyLogException | ModelLedgerException e) {
      failure = e;
      failedAt = System.nanoTime();
      if (fresh != null) {
        fresh.abandon();
      }
    }
  }

  private static Recorder.Draft asGap(Recorder.Draft draft) {
    return draft.entry() instanceof Receipt receipt
        ? Recorder.Draft.of(new Gap(receipt.session(), receipt.sequence(), receipt.time(),
            receipt.version(), receipt.artifact(), 1, Gap.Reason.LOG_FAILED))
        : draft;
  }

  private static boolean isLogged(Recorder recorder, long index, Recorder.Draft draft) {
    SignedCheckpoint checkpoint = recorder.writer().checkpoint();
    if (index >= checkpoint.size()) {
      return false;
    }
    try {
      return Arrays.equals(recorder.writer().reader().entry(index, checkpoint), draft.leaf());
    } catch (ProofException | TransparencyLogException e) {
      return false; // a gap beside a receipt is no lie; a receipt nobody can read is none
    }
  }

  /**
   * Writes what is waiting, makes a last checkpoint and lets go of the log. Waits, not
   * interruptibly, for inferences that are running. Idempotent.
   *
   * @throws ReceiptLogException if the log failed and inferences are left without receipts, or, with
   *     fail-open, without a gap in their place
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    backlog.close();
    joinWorker();
    closed = true;
    List<Gap> unwritten = backlog.takeGaps();
    Recorder open = recorder;
    try {
      if (open != null) {
        open.close();
      }
    } catch (TransparencyLogException e) {
      throw new ReceiptLogException(
          "the receipt log in " + place.log() + " cannot be closed: " + e.getMessage(), e);
    } finally {
      options.observer().closed();
    }
    long missing = lost.get() + unresolved.size() + unwritten.stream().mapToLong(Gap::count).sum();
    if (missing > 0) {
      throw new ReceiptLogException("the receipt log in " + place.log() + " has failed and "
          + missing + " inferences are not in it: " + failureMessage(), failure);
    }
  }

  private void joinWorker() {
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "ReceiptLog[" + key() + "]";
  }
}
