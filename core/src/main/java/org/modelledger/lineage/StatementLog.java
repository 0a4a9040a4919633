package org.modelledger.lineage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.modelledger.model.Digest;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelFormatException;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TlogProof;
import org.modelledger.tlog.TransparencyLogException;

/**
 * The transparency log of statements that no registration names: about data, evaluations, approvals. An
 * entry is the digest of an envelope, and once at most; docs/formats/statement-log.md. Once the log is
 * anchored in a registry, everybody can tell that a statement was there before, and that none was
 * removed.
 *
 * <p>Safe for use by several threads; one process at a time. The directory can be served as static
 * files, and shows nothing of what the statements say.
 */
public final class StatementLog implements AutoCloseable {
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private final Path directory;
  private final LogWriter writer;
  private final Map<Digest, Long> indexes = new LinkedHashMap<>(); // guarded by lock
  private final ReentrantLock lock = new ReentrantLock();

  private StatementLog(Path directory, LogWriter writer) {
    this.directory = directory;
    this.writer = writer;
  }

  /**
   * Opens a log, or creates it.
   *
   * @param signer signs checkpoints; its name is the log's origin
   * @throws StatementLogException if another process has it open, a file is damaged, it is the log of
   *     another key, or an entry is not a digest
   */
  public static StatementLog open(Path directory, NoteSigner signer) throws InterruptedException {
    LogWriter writer;
    try {
      writer = LogWriter.open(directory, LogOptions.of(signer));
    } catch (TransparencyLogException e) {
      throw failure("cannot be opened", directory, e);
    }
    StatementLog log = new StatementLog(directory, writer);
    try {
      log.readAll();
      return log;
    } catch (RuntimeException | InterruptedException e) {
      writer.close();
      throw e;
    }
  }

  private void readAll() throws InterruptedException {
    try {
      SignedCheckpoint newest = writer.publish();
      if (newest.size() > 0) {
        reader().entries(0, newest.size(), newest,
            (index, entry) -> indexes.putIfAbsent(decode(entry), index));
      }
    } catch (ProofException | TransparencyLogException | ModelFormatException e) {
      throw failure("cannot be read", directory, e);
    }
  }

  /** Returns the entry of an envelope with this digest. */
  static byte[] encode(Digest envelope) {
    return envelope.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads an entry: the digest of an envelope.
   *
   * @throws ModelFormatException if it is something else
   */
  public static Digest decode(byte[] entry) {
    String text = new String(entry, StandardCharsets.US_ASCII);
    try {
      Digest digest = Digest.parse(text);
      if (digest.toString().equals(text)) {
        return digest;
      }
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          "an entry of a statement log is 'sha256:' and 64 digits: " + e.getMessage(), e);
    }
    throw new ModelFormatException("an entry of a statement log begins with 'sha256:'");
  }

  /**
   * Records a statement, unless it is recorded, and returns when it is durable.
   *
   * @param envelope the digest of its envelope
   * @return its index, from 0
   * @throws StatementLogException if it cannot be written
   */
  public long add(Digest envelope) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Long known = indexes.get(envelope);
      if (known != null) {
        if (known >= writer.durableSize()) { // somebody was interrupted while it was written
          var unused = writer.publish();
        }
        return known;
      }
      var appended = writer.append(encode(envelope));
      indexes.put(envelope, appended.index());
      appended.await(FOREVER);
      return appended.index();
    } catch (TransparencyLogException e) {
      throw failure("cannot be written", directory, e);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the digests of all envelopes, oldest first. */
  public List<Digest> entries() {
    lock.lock();
    try {
      return List.copyOf(indexes.keySet());
    } finally {
      lock.unlock();
    }
  }

  /** Returns where a statement is, from 0, if it is recorded. */
  public Optional<Long> indexOf(Digest envelope) {
    lock.lock();
    try {
      return Optional.ofNullable(indexes.get(envelope));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the proof that a statement is recorded, with the entry as its extra data.
   *
   * @return empty if it is not
   * @throws StatementLogException if a file is damaged
   */
  public Optional<TlogProof> proof(Digest envelope) throws InterruptedException {
    Optional<Long> index = indexOf(envelope);
    if (index.isEmpty()) {
      return Optional.empty();
    }
    try {
      SignedCheckpoint checkpoint = writer.publish();
      return Optional.of(TlogProof.of(reader().inclusionProof(index.get(), checkpoint), checkpoint)
          .withExtra(encode(envelope)));
    } catch (ProofException | TransparencyLogException e) {
      throw failure("cannot prove entry " + index.get(), directory, e);
    }
  }

  /**
   * Makes a checkpoint that covers everything that is recorded, unless there is one.
   *
   * @throws StatementLogException if it cannot be written
   */
  public SignedCheckpoint publish() throws InterruptedException {
    try {
      return writer.publish();
    } catch (TransparencyLogException e) {
      throw failure("cannot be written", directory, e);
    }
  }

  /** Returns a reader of what checkpoints cover; it may be used after this log is closed. */
  public LogReader reader() {
    return writer.reader();
  }

  /** Returns the log's public key. */
  public NoteVerifier key() {
    return writer.verifier();
  }

  /** Returns the log's name, as checkpoints and anchors have it. */
  public LogOrigin origin() {
    return LogOrigin.of(key().name());
  }

  /** Makes a last checkpoint and lets go of the log. Idempotent. */
  @Override
  public void close() {
    try {
      writer.close();
    } catch (TransparencyLogException e) {
      throw failure("cannot be closed", directory, e);
    }
  }

  private static StatementLogException failure(String what, Path directory, Exception cause) {
    return new StatementLogException(
        "the log of statements in " + directory + " " + what + ": " + cause.getMessage(), cause);
  }

  @Override
  public String toString() {
    return "StatementLog[" + key() + "]";
  }
}
