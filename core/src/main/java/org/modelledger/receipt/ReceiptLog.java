package org.modelledger.receipt;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.modelledger.encryption.KeyManagement;
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
 * over in less than a microsecond, without a lock. Other threads compute the commitments, several at once
 * where there is much to hash, and write, as many receipts at a time as have come in while they were busy
 * with the last ones.
 *
 * <p>When something cannot be written, {@link ReceiptOptions.Builder#failOpen} decides: fail-closed,
 * the log takes nothing more and every inference that was not acknowledged fails; fail-open, the log
 * is opened again as soon as it can be, and a {@link Gap} is written for what is missing.
 *
 * <p>Safe for use by several threads. The directory can be served as static files while this writes.
 */
public final class ReceiptLog implements AutoCloseable {

  private final Recorder.Place place;
  private final ReceiptOptions options;
  private final Backlog backlog;
  private final ReceiptWriter writer;
  private volatile boolean closed;

  private ReceiptLog(Recorder.Place place) {
    this.place = place;
    this.options = place.options();
    this.backlog = new Backlog(options.maxBacklog(), options.maxBacklogBytes(), options.linger());
    this.writer = new ReceiptWriter(place, backlog);
  }

  /**
   * Opens a log, or creates it.
   *
   * @param directory of the log, holding nothing secret
   * @param signer signs checkpoints; its name is the log's origin
   * @param evidence directory of the evidence, which is for its owner alone
   * @param keys wraps the keys that encrypt it; {@link org.modelledger.encryption.LocalKeys} has them in
   *     files
   * @throws ReceiptLogException if another process has it open, a file is damaged, or it is the log of
   *     another key
   * @throws ModelLedgerException if the evidence cannot be opened
   */
  public static ReceiptLog open(Path directory, NoteSigner signer, Path evidence,
      KeyManagement keys, ReceiptOptions options) {
    ReceiptLog log = new ReceiptLog(
        new Recorder.Place(directory, signer, evidence, keys, options));
    log.writer.start();
    options.observer().opened(log);
    return log;
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

  /** Returns the newest checkpoint that readers see; with witnesses, one that they have cosigned. */
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
   * Makes a checkpoint that covers every receipt that is durable now, unless there is one. With
   * witnesses, waits for their quorum.
   *
   * @throws ReceiptLogException if the log has failed, or because of a {@link
   *     org.modelledger.tlog.NotCosignedException}: then nothing is lost, and it can be tried again
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
   * @throws ReceiptLogException if the log has failed, a file of it is damaged, or the witnesses have not
   *     cosigned it yet; says which
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
    return writer.recorder();
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

  /** Somebody waits: what is in the backlog is written now rather than in some milliseconds. */
  void hurry() {
    backlog.hurry();
  }

  /** Lets those who wait see what has changed. */
  void wakeUp() {
    backlog.signal();
  }

  PendingReceipt enqueue(ReceiptSession session, Tensors inputs, Tensors outputs,
      SortedMap<String, String> attributes, boolean hasRoom, long reserved, long bytes) {
    try {
      Instant time = Receipt.requireTime(options.clock().instant());
      long sequence = session.nextSequence();
      PendingReceipt pending = new PendingReceipt(this, session.id(), sequence);
      if (hasRoom) {
        backlog.add(new Recording(session, sequence, time, inputs, outputs, attributes, pending,
            bytes), reserved);
      } else {
        pending.complete(new Outcome.Missing(Gap.Reason.BACKLOG_FULL));
        backlog.miss(session, sequence, Gap.Reason.BACKLOG_FULL, time);
        session.leave(1);
      }
      return pending;
    } catch (ReceiptLogException e) {
      session.leave(1); // the backlog has given back the room
      throw e;
    } catch (RuntimeException e) {
      if (hasRoom) {
        backlog.release(1, reserved);
      }
      session.leave(1);
      throw e;
    }
  }

  void awaitUninterruptibly(BooleanSupplier condition) {
    backlog.awaitUninterruptibly(condition);
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
    writer.join();
    closed = true;
    try {
      writer.close();
    } catch (TransparencyLogException e) {
      throw new ReceiptLogException(
          "the receipt log in " + place.log() + " cannot be closed: " + e.getMessage(), e);
    } finally {
      options.observer().closed();
    }
    long missing = writer.missing();
    if (missing > 0) {
      throw new ReceiptLogException("the receipt log in " + place.log() + " has failed and "
          + missing + " inferences are not in it: " + writer.failureMessage(), writer.failure());
    }
  }

  @Override
  public String toString() {
    return "ReceiptLog[" + key() + "]";
  }
}
