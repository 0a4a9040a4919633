package org.modelledger.tlog;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.WitnessState.Kept;

/**
 * A witness of other people's logs (c2sp.org/tlog-witness). It cosigns a checkpoint only if the log
 * continues the one that it has cosigned before, and remembers it first; so of each log it vouches for
 * one history. {@link WitnessServer} puts it on the network.
 *
 * <p>What it remembers lies in a directory that must never be lost, shared or put back from a copy: a
 * witness that forgets will vouch for a second history. Damage and missing files are noticed; that all
 * files are older ones cannot be.
 *
 * <p>Thread-safe. If its state cannot be written, it has failed: from then on every request throws
 * {@link LogFailedException}, and it must be opened again.
 */
public final class Witness implements AutoCloseable {

  /** A log, the keys that may sign its checkpoints, and what was cosigned last. */
  private static final class Known {
    final List<NoteVerifier> keys = new ArrayList<>();
    final ReentrantLock lock = new ReentrantLock();
    volatile @Nullable Kept latest; // written under the lock
  }

  private final CosignatureSigner signer;
  private final WitnessState state;
  private final InstantSource clock;
  private final Map<String, Known> logs = new HashMap<>();
  /** Writes for all: an interrupt of the thread that asks would close the file under it. */
  private final ExecutorService writing = Executors.newSingleThreadExecutor(
      Thread.ofPlatform().name("tlog-witness-state").daemon().factory());
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;

  private Witness(CosignatureSigner signer, WitnessState state, Collection<NoteVerifier> logs,
      InstantSource clock) {
    this.signer = signer;
    this.state = state;
    this.clock = clock;
    for (NoteVerifier log : logs) {
      this.logs.computeIfAbsent(log.name(), origin -> new Known()).keys.add(log);
    }
  }

  /**
   * Begins a witness that has cosigned nothing yet. For a key that has cosigned before, somewhere else,
   * this would begin a second history: use {@link #open} with what it left.
   *
   * @param directory of its state; created if missing, otherwise empty
   * @param logs keys of the logs that it will cosign; the name of a key is the origin, and a log may
   *     have several
   * @throws LogFormatException if there is something in the directory
   * @throws LogLockedException if another witness has it open
   * @throws LogStorageException if the file system refuses
   */
  public static Witness create(Path directory, CosignatureSigner signer,
      Collection<NoteVerifier> logs) {
    return create(LogStorage.directory(directory), signer, logs, InstantSource.system());
  }

  static Witness create(LogStorage storage, CosignatureSigner signer, Collection<NoteVerifier> logs,
      InstantSource clock) {
    return start(WitnessState.create(storage, signer.verifier()), signer, logs, clock);
  }

  /**
   * Opens a witness with what it remembers. Logs may be added, and left out: what was cosigned of them
   * stays remembered.
   *
   * @param directory of its state
   * @param logs see {@link #create}
   * @throws LogFormatException if there is no state, or in another format version
   * @throws LogIdentityException if it is the state of another witness
   * @throws LogCorruptException if a file is damaged or missing
   * @throws LogLockedException if another witness has it open
   * @throws LogStorageException if the file system refuses
   */
  public static Witness open(Path directory, CosignatureSigner signer,
      Collection<NoteVerifier> logs) {
    return open(LogStorage.directory(directory), signer, logs, InstantSource.system());
  }

  static Witness open(LogStorage storage, CosignatureSigner signer, Collection<NoteVerifier> logs,
      InstantSource clock) {
    return start(WitnessState.open(storage, signer.verifier()), signer, logs, clock);
  }

  private static Witness start(WitnessState state, CosignatureSigner signer,
      Collection<NoteVerifier> logs, InstantSource clock) {
    Witness witness = new Witness(signer, state, logs, clock);
    try {
      state.know(witness.logs.keySet());
      witness.logs.forEach((origin, known) -> known.latest = state.read(origin).orElse(null));
      return witness;
    } catch (RuntimeException e) {
      witness.close();
      throw e;
    }
  }

  /** Returns the public key of this witness. */
  public CosignatureVerifier verifier() {
    return signer.verifier();
  }

  /**
   * Answers a request to cosign a checkpoint. When the answer is {@link WitnessAnswer.Cosigned}, what
   * was cosigned is on the disk.
   *
   * @param request the body of an add-checkpoint request (c2sp.org/tlog-witness)
   * @throws IllegalStateException if the witness is closed
   * @throws LogFailedException if its state could not be written, now or before
   */
  public WitnessAnswer addCheckpoint(byte[] request) {
    requireAlive();
    AddCheckpoint asked;
    Checkpoint checkpoint;
    try {
      asked = AddCheckpoint.parse(request);
      checkpoint = Checkpoint.parse(asked.note().text());
    } catch (ProofException e) {
      return refused(400, e.getMessage());
    }
    Known known = logs.get(checkpoint.origin());
    if (known == null) {
      return refused(404, "the log " + Text.quote(checkpoint.origin()) + " is not known here");
    }
    SignedNote signed;
    try {
      signed = onlyBy(asked.note(), asked.note().verify(known.keys));
    } catch (ProofException e) {
      return refused(403, e.getMessage());
    }
    if (asked.oldSize() > checkpoint.size()) {
      return refused(400, "the old size " + asked.oldSize() + " is more than the checkpoint's, "
          + checkpoint.size());
    }
    // Comparing and keeping are one step, or a slow request could undo a quick one.
    known.lock.lock();
    try {
      return cosign(known, asked, checkpoint, signed);
    } finally {
      known.lock.unlock();
    }
  }

  private WitnessAnswer cosign(Known known, AddCheckpoint asked, Checkpoint checkpoint,
      SignedNote signed) {
    requireAlive();
    Kept latest = known.latest;
    long size = latest == null ? 0 : latest.checkpoint().size();
    if (asked.oldSize() != size) {
      return new WitnessAnswer.Conflict(size);
    }
    try {
      // what was cosigned of no log yet is the empty tree, with which all trees are consistent
      Hash root = latest == null ? MerkleTree.emptyRoot() : latest.checkpoint().root();
      new ConsistencyProof(size, checkpoint.size(), asked.proof()).verify(root, checkpoint.root());
    } catch (ProofException e) {
      return refused(422, e.getMessage());
    }
    // A clock that goes back must not let this witness contradict what it has said before.
    long timestamp = Math.max(clock.instant().getEpochSecond(),
        latest == null ? 1 : latest.timestamp());
    SignedNote.Signature cosignature = signer.cosign(checkpoint, timestamp);
    keep(known, new Kept(checkpoint, signed.with(List.of(cosignature)), timestamp));
    return new WitnessAnswer.Cosigned(cosignature);
  }

  private void keep(Known known, Kept kept) {
    Future<?> written = writing.submit(() -> {
      state.write(kept);
      return null;
    });
    try {
      getUninterruptibly(written);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      failure = cause;
      throw failed(cause);
    }
    known.latest = kept;
  }

  private static void getUninterruptibly(Future<?> future) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          future.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns the note with the signatures of these keys alone, each once. */
  private static SignedNote onlyBy(SignedNote note, List<NoteVerifier> signers) {
    List<SignedNote.Signature> checked = new ArrayList<>();
    for (NoteVerifier signer : signers) {
      note.signatures().stream().filter(signer.key()::made).findFirst().ifPresent(checked::add);
    }
    return new SignedNote(note.text(), checked);
  }

  /** Returns the checkpoint of a log that was cosigned last, with the log's signature and its own. */
  public Optional<SignedNote> latest(String origin) {
    return latest(logs.get(origin));
  }

  /** The same by the hash of the origin, as the read interface has it. */
  Optional<SignedNote> latestByHash(String hash) {
    return logs.keySet()
        .stream()
        .filter(origin -> WitnessState.file(origin).equals(hash))
        .findFirst()
        .flatMap(this::latest);
  }

  private static Optional<SignedNote> latest(@Nullable Known known) {
    Kept latest = known == null ? null : known.latest;
    return Optional.ofNullable(latest).map(Kept::note);
  }

  private void requireAlive() {
    if (closed) {
      throw new IllegalStateException("the witness in " + state + " is closed");
    }
    Throwable cause = failure;
    if (cause != null) {
      throw failed(cause);
    }
  }

  private LogFailedException failed(Throwable cause) {
    return new LogFailedException("the witness in " + state + " has failed: "
        + Text.describe(cause) + "; open it again to go on", cause);
  }

  private static WitnessAnswer refused(int status, @Nullable String reason) {
    return new WitnessAnswer.Refused(status, String.valueOf(reason));
  }

  /** Lets go of the state, once the requests that are being answered are. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Known known : logs.values()) {
      known.lock.lock();
      try {
        known.latest = null; // whoever had the lock was still being answered
      } finally {
        known.lock.unlock();
      }
    }
    writing.close();
    try {
      state.close();
    } catch (IOException e) {
      throw new LogStorageException("cannot close the witness in " + state, e);
    }
  }

  /** Returns the witness's public key. */
  @Override
  public String toString() {
    return "Witness[" + verifier() + "]";
  }
}
