package org.modelledger.tlog;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a log. Thread-safe. Two threads of its own work behind it: one puts entries on
 * the disk, as many at a time as have come in while it was busy with the last ones; the other puts what
 * is on the disk into the tree and makes tiles and checkpoints, with up to four more that write and sync
 * tiles while there are any. With witnesses, one more takes the checkpoints to them: neither entries nor
 * tiles wait for it.
 *
 * <p>An entry goes through three states: <em>assigned</em> an index when {@link #append} returns,
 * <em>durable</em> when {@link Appended#await} returns, <em>published</em> when a checkpoint covers
 * it. A crash may lose what was not durable, and nothing else; what is durable but not published is
 * published when the log is opened again.
 *
 * <p>If a write or sync fails, the writer is dead: from then on every call throws {@link
 * LogFailedException}, and what was durable before is found when the log is opened again.
 */
public final class LogWriter implements AutoCloseable {

  /** How much may be durable but not published, in units of what may be pending. */
  private static final int UNPUBLISHED_FACTOR = 4;
  /** So many bytes are worth waking the publishing thread for. */
  private static final int WORTH_WAKING = 1 << 16;
  private static final int TILE_THREADS = 4;
  private static final long NOT_DEMANDED = Long.MAX_VALUE;

  private record Entry(Acknowledgement acknowledgement, long index) implements Appended {

    @Override
    public boolean isDurable() {
      return acknowledgement.isDurable();
    }

    @Override
    public void await(Duration limit) throws InterruptedException {
      acknowledgement.await(index, limit);
    }

    @Override
    public String toString() {
      return "entry " + index;
    }
  }

  /** What the publishing thread is to do next. */
  private record Work(List<Batch> batches, boolean publish) {}

  private final LogStorage storage;
  private final NoteVerifier verifier;
  private final LogDirectory directory;
  private final LogReader reader;
  private final Intake intake;
  private final long unpublishedLimit;
  private final long publishNanos;
  private final LogObserver observer;
  private final @Nullable Cosigner cosigner;
  private final Thread committing;
  private final Thread publishing;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomToAppend = lock.newCondition();
  private final Condition workToPublish = lock.newCondition();
  private final Condition roomToCommit = lock.newCondition();
  private final Condition publishedOrFailed = lock.newCondition();

  private volatile boolean committerSleeps;

  // guarded by lock
  private List<Batch> backlog = new ArrayList<>();
  private long backlogBytes;
  private long unpublishedBytes;
  private long unpublishedSince;
  /** Publish as soon as so many entries are durable: the smallest size asked for, or none. */
  private long demanded = NOT_DEMANDED;
  private long lastDemanded;
  private boolean committed;
  private boolean closed;

  // written under the lock
  private volatile boolean closing;
  private volatile @Nullable Throwable failure;

  private volatile long durableSize;
  /** Covers what is in tiles; readers see it at once, unless witnesses have to cosign it. */
  private volatile SignedCheckpoint newest;

  private LogWriter(LogStorage storage, LogOptions options, LogDirectory directory) {
    this.storage = storage;
    this.directory = directory;
    this.verifier = options.signer().verifier();
    this.newest = directory.checkpoint();
    this.durableSize = newest.size();
    this.intake = new Intake(durableSize, options.maxPendingBytes());
    this.unpublishedLimit = (long) UNPUBLISHED_FACTOR * options.maxPendingBytes();
    this.publishNanos = Batch.nanos(options.publishInterval());
    this.observer = options.observer();
    this.reader = LogReader.open(new StorageTileSource(storage), verifier, directory.shown());
    this.cosigner = options.witnesses()
        .map(w -> new Cosigner(directory, reader, w.client(), w.interval(), observer,
            cause -> fail(cause, intake.open())))
        .orElse(null);
    this.committing = thread("commit", verifier).unstarted(this::commitAll);
    this.publishing = thread("publish", verifier).unstarted(this::publishAll);
  }

  private static Thread.Builder.OfPlatform thread(String what, NoteVerifier verifier) {
    return Thread.ofPlatform().name("tlog-" + what + " " + verifier.name()).daemon();
  }

  private static ExecutorService tileThreads(NoteVerifier verifier) {
    ThreadPoolExecutor threads = new ThreadPoolExecutor(TILE_THREADS, TILE_THREADS, 1,
        TimeUnit.SECONDS, new LinkedBlockingQueue<>(), thread("tiles", verifier).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * Opens a log for writing, or creates it. When it returns, everything that was ever acknowledged is
   * there and published.
   *
   * @param directory created if missing; otherwise empty, or a log of this signer
   * @throws LogLockedException if another writer has it open
   * @throws LogFormatException if the directory has other things in it, or another format version
   * @throws LogIdentityException if the log is of another key or origin
   * @throws LogCorruptException if a file is damaged; nothing is changed then
   * @throws LogStorageException if the file system refuses
   */
  public static LogWriter open(Path directory, LogOptions options) {
    LogStorage storage = options.storage(Objects.requireNonNull(directory, "directory"));
    NoteSigner signer = options.signer();
    return start(storage, options, LogDirectory.open(storage, signer,
        tileThreads(signer.verifier()), options.witnesses().isPresent()));
  }

  /** Goes on with a log that is open already, so that tests can choose how. */
  static LogWriter start(LogStorage storage, LogOptions options, LogDirectory directory) {
    LogWriter writer = new LogWriter(storage, options, directory);
    writer.observer.opened(writer);
    writer.committing.start();
    writer.publishing.start();
    if (writer.cosigner != null) {
      writer.cosigner.start();
    }
    return writer;
  }

  /**
   * Gives an entry the next index and returns at once; the disk comes later. Takes no lock, unless
   * {@link LogOptions.Builder#maxPendingBytes so much} is on its way that there is no memory for more:
   * then it blocks, not interruptibly, until there is.
   *
   * @param entry 0 to 65,535 bytes, copied
   * @throws IllegalArgumentException if the entry is longer
   * @throws IllegalStateException if the writer is closed
   * @throws LogFailedException if the writer has failed
   */
  public Appended append(byte[] entry) {
    return append(entry, 0, entry.length);
  }

  /**
   * Appends a part of an array, as {@link #append(byte[])} does the whole.
   *
   * @param offset where the entry begins in the array
   * @param length of the entry, 0 to 65,535 bytes, copied
   * @throws IndexOutOfBoundsException if the array has no such part
   * @throws IllegalArgumentException if the entry is longer
   * @throws IllegalStateException if the writer is closed
   * @throws LogFailedException if the writer has failed
   */
  public Appended append(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length > Layout.MAX_ENTRY) {
      throw new IllegalArgumentException(
          "entry has " + length + " bytes, wanted at most " + Layout.MAX_ENTRY);
    }
    Batch batch = intake.open();
    long claim = batch.claim(length);
    while (claim == Batch.NO_PLACE) {
      batch = batchAfter(batch);
      claim = batch.claim(length);
    }
    long index = batch.fill(claim, bytes, offset, length);
    // after the claim: the committer looks for claims after it has said that it sleeps
    if (committerSleeps) {
      LockSupport.unpark(committing);
    }
    return new Entry(batch.acknowledgement(), index);
  }

  /** Returns a batch after one that takes nothing more; waits for it only where there is no memory. */
  private Batch batchAfter(Batch batch) {
    Optional<Batch> next = batch.isSealed() ? intake.after(batch) : Optional.empty();
    if (next.isPresent() && !next.get().isEnd()) {
      return next.get();
    }
    lock.lock();
    try {
      while (true) {
        requireOpen();
        next = batch.isSealed() ? intake.after(batch) : Optional.empty();
        if (next.isPresent()) {
          return next.get();
        }
        roomToAppend.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether all entries are durable and handed over to be published, so that tests repeat. */
  boolean isIdle() {
    return committerSleeps || !committing.isAlive();
  }

  /** Returns the number of entries that have an index. */
  public long size() {
    return intake.open().nextIndex();
  }

  /** Returns the number of entries that are on the disk. */
  public long durableSize() {
    return durableSize;
  }

  /**
   * Returns the newest checkpoint that is on the disk for readers to see. With {@link
   * LogOptions.Builder#witnesses witnesses}, a quorum has cosigned it, unless none has been one yet
   * since there are witnesses.
   */
  public SignedCheckpoint checkpoint() {
    Cosigner witnessed = cosigner;
    return witnessed == null ? newest : witnessed.shown();
  }

  /**
   * Returns the newest checkpoint that this log has signed. It is durable, with its tiles; with
   * witnesses it may be one that readers do not see yet, and how far {@link #checkpoint()} is behind
   * tells how the witnesses are doing.
   */
  public SignedCheckpoint localCheckpoint() {
    return newest;
  }

  /** Returns the public key of this log. */
  public NoteVerifier verifier() {
    return verifier;
  }

  /** Returns a reader over the published part; it may be used after this writer is closed. */
  public LogReader reader() {
    return reader;
  }

  /**
   * Makes tiles, bundles and a signed checkpoint, all durable, for at least every entry appended
   * before the call. Returns the newest checkpoint, without a new one if nothing is new. With witnesses
   * it asks them at once, and returns the checkpoint when a quorum has cosigned it.
   *
   * @throws IllegalStateException if the writer is closed
   * @throws LogFailedException if the writer has failed
   * @throws NotCosignedException if the witnesses that answered in time are no quorum; the checkpoint
   *     is made and durable, and they will be asked again
   * @throws InterruptedException if interrupted; the checkpoint will be made all the same
   */
  public SignedCheckpoint publish() throws InterruptedException {
    SignedCheckpoint local = publishLocally();
    Cosigner witnessed = cosigner;
    if (witnessed == null) {
      return local;
    }
    try {
      return witnessed.await(local);
    } catch (NotCosignedException e) {
      requireAlive();
      throw e;
    }
  }

  private SignedCheckpoint publishLocally() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      requireOpen();
      long target = size();
      if (newest.size() < target) {
        demanded = Math.min(demanded, target);
        lastDemanded = target;
        workToPublish.signal();
      }
      while (newest.size() < target) {
        requireAlive();
        publishedOrFailed.await();
      }
      return newest;
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closing) {
      throw new IllegalStateException("the log in " + storage + " is closed");
    }
    requireAlive();
  }

  private void requireAlive() {
    Throwable cause = failure;
    if (cause != null) {
      throw failed(cause);
    }
  }

  private LogFailedException failed(Throwable cause) {
    return new LogFailedException("the writer of the log in " + storage + " has failed: "
        + cause.getMessage() + "; open the log again to go on", cause);
  }

  private void commitAll() {
    Batch batch = intake.open();
    try {
      while (!batch.isEnd() && awaitEntries(batch)) {
        if (closing) {
          intake.end();
        }
        seal(batch);
        if (batch.count() > 0) {
          batch.awaitFilled();
          long began = System.nanoTime();
          long syncNanos = commit(batch);
          long writeNanos = System.nanoTime() - began - syncNanos;
          durableSize = batch.nextIndex();
          batch.acknowledgement().complete();
          observer.committed(batch.count(), batch.payload() - (long) Short.BYTES * batch.count(),
              writeNanos, syncNanos);
          handOver(batch);
        }
        batch = following(batch);
      }
      end(batch);
    } catch (Throwable e) {
      fail(e, batch);
    }
  }

  /** Waits for entries in the batch, or for the log to close; returns false if it has failed. */
  private boolean awaitEntries(Batch batch) {
    while (batch.count() == 0 && !closing && failure == null) {
      committerSleeps = true;
      if (batch.count() == 0 && !closing && failure == null) {
        LockSupport.park(this);
      }
      committerSleeps = false;
    }
    return failure == null;
  }

  /** Closes a batch for appending and opens another, so that callers need not wait for the disk. */
  private void seal(Batch batch) {
    batch.seal();
    var unused = intake.after(batch);
    lock.lock();
    try {
      roomToAppend.signalAll(); // for those who found it full
    } finally {
      lock.unlock();
    }
  }

  /** Returns the batch after a sealed one as soon as there is memory for it. */
  private Batch following(Batch sealed) {
    lock.lock();
    try {
      Optional<Batch> next = intake.after(sealed);
      while (next.isEmpty()) {
        if (closing) {
          intake.end();
        } else {
          roomToCommit.awaitUninterruptibly();
        }
        next = intake.after(sealed);
      }
      return next.get();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when the batch is on the disk, and how long the sync took. */
  private long commit(Batch batch) {
    try {
      directory.wal().write(batch);
      long written = System.nanoTime();
      directory.wal().sync();
      return System.nanoTime() - written;
    } catch (IOException e) {
      throw new LogStorageException(
          "cannot write entries to " + storage + ": " + Text.describe(e), e);
    }
  }

  private void handOver(Batch batch) {
    lock.lock();
    try {
      boolean first = unpublishedBytes == 0;
      if (first) {
        unpublishedSince = System.nanoTime();
      }
      backlog.add(batch);
      backlogBytes += batch.frameBytes();
      unpublishedBytes += batch.frameBytes();
      if (first || hasWork()) {
        workToPublish.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Says that nothing more will be durable; after a failure also not what is in these batches. */
  private void end(Batch from) {
    lock.lock();
    try {
      Throwable cause = failure;
      if (cause != null) {
        failAll(from, cause);
      }
      committed = true;
      workToPublish.signal();
    } finally {
      lock.unlock();
    }
  }

  private static void failAll(Batch from, Throwable cause) {
    for (Batch batch = from; !batch.isEnd(); batch = batch.next().orElseThrow()) {
      batch.acknowledgement().fail(cause);
    }
  }

  private void publishAll() {
    try {
      for (Optional<Work> work = nextWork(); work.isPresent(); work = nextWork()) {
        integrate(work.get().batches());
        if (work.get().publish()) {
          long began = System.nanoTime();
          SignedCheckpoint checkpoint = publishIntegrated();
          long ended = System.nanoTime();
          lock.lock();
          try {
            newest = checkpoint;
            // any later size will do for the rest, or a stream of demands would put it off for ever
            demanded = lastDemanded > checkpoint.size() ? checkpoint.size() + 1 : NOT_DEMANDED;
            publishedOrFailed.signalAll();
          } finally {
            lock.unlock();
          }
          if (cosigner == null) {
            observer.published(checkpoint, ended - began);
          } else {
            cosigner.offer(checkpoint);
          }
        }
      }
    } catch (Throwable e) {
      fail(e, intake.open());
    }
  }

  /** Puts entries into the tree and gives the memory back that they took. */
  private void integrate(List<Batch> batches) {
    for (Batch batch : batches) {
      try {
        directory.publisher().add(batch.bytes(), batch.payloadStart(), batch.payload());
      } catch (IOException e) {
        throw cannotPublish(e);
      }
      batch.release();
      lock.lock();
      try {
        roomToCommit.signal();
        roomToAppend.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private SignedCheckpoint publishIntegrated() {
    try {
      SignedCheckpoint checkpoint = directory.publisher().publish();
      directory.publisher()
          .deletePartials(cosigner == null ? checkpoint.size() : cosigner.shown().size());
      directory.wal().drop(checkpoint.size());
      return checkpoint;
    } catch (IOException e) {
      throw cannotPublish(e);
    }
  }

  private LogStorageException cannotPublish(IOException e) {
    return new LogStorageException(
        "cannot publish the log in " + storage + ": " + Text.describe(e), e);
  }

  /** Waits for something to do; empty when the log is closing or has failed. */
  private Optional<Work> nextWork() throws InterruptedException {
    lock.lock();
    try {
      while (failure == null && !hasWork()) {
        if (committed && unpublishedBytes == 0) {
          return Optional.empty();
        }
        if (unpublishedBytes == 0) {
          workToPublish.await();
        } else {
          var unused = workToPublish.await(remainingNanos(), TimeUnit.NANOSECONDS);
        }
      }
      if (failure != null) {
        return Optional.empty();
      }
      Work work = new Work(backlog, isDue());
      backlog = new ArrayList<>();
      backlogBytes = 0;
      if (work.publish()) {
        unpublishedBytes = 0;
      }
      return Optional.of(work);
    } finally {
      lock.unlock();
    }
  }

  private boolean hasWork() {
    return backlogBytes >= WORTH_WAKING || isDue();
  }

  private boolean isDue() {
    return unpublishedBytes > 0
        && (durableSize >= demanded || committed || unpublishedBytes > unpublishedLimit
            || remainingNanos() <= 0);
  }

  private long remainingNanos() {
    return publishNanos - (System.nanoTime() - unpublishedSince);
  }

  /** Ends the writer. Entries from a batch on are told; those before are durable, or will be. */
  private void fail(Throwable cause, Batch from) {
    boolean first;
    lock.lock();
    try {
      // before anybody can learn of it: whoever has must not be given an index any more
      intake.end();
      first = failure == null;
      if (first) {
        failure = cause;
      }
      failAll(from, cause);
      committed = true;
      roomToAppend.signalAll();
      workToPublish.signalAll();
      roomToCommit.signalAll();
      publishedOrFailed.signalAll();
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(committing);
    Cosigner witnessed = cosigner;
    if (witnessed != null) {
      witnessed.stop();
    }
    if (first) {
      observer.failed(cause);
    }
  }

  /**
   * Makes everything durable and published, then lets go of the log. Waits for that, not
   * interruptibly. Witnesses are asked once; what they do not cosign is shown to readers when the log is
   * open again and they do. Closing again does nothing.
   *
   * @throws LogFailedException if the writer has failed, now or before; the log is let go all the same
   */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      closing = true;
      roomToCommit.signalAll();
      roomToAppend.signalAll();
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(committing);
    joinBoth();
    Cosigner witnessed = cosigner;
    if (witnessed != null) {
      witnessed.close();
    }
    try {
      directory.close();
    } catch (IOException e) {
      throw new LogStorageException("cannot close the log in " + storage, e);
    } finally {
      observer.closed();
    }
    Throwable cause = failure;
    if (cause != null) {
      throw failed(cause);
    }
  }

  private void joinBoth() {
    boolean interrupted = false;
    for (Thread thread : List.of(committing, publishing)) {
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
