package org.modelledger.tlog;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a log. Thread-safe. Two threads of its own work behind it: one puts entries on
 * the disk, as many at a time as have come in while it was busy with the last ones; the other makes
 * tiles and checkpoints of what is on the disk.
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

  private static final int BACKLOG_FACTOR = 4;
  private static final long NOT_DEMANDED = Long.MAX_VALUE;

  private record Entry(Batch batch, long index) implements Appended {

    @Override
    public boolean isDurable() {
      return batch.isDurable();
    }

    @Override
    public void await(Duration limit) throws InterruptedException {
      batch.await(index, limit);
    }

    @Override
    public String toString() {
      return "entry " + index;
    }
  }

  private final LogStorage storage;
  private final NoteVerifier verifier;
  private final LogDirectory directory;
  private final LogReader reader;
  private final int batchLimit;
  private final long backlogLimit;
  private final long publishNanos;
  private final LogObserver observer;
  private final Thread committing;
  private final Thread publishing;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition workToCommit = lock.newCondition();
  private final Condition roomToAppend = lock.newCondition();
  private final Condition workToPublish = lock.newCondition();
  private final Condition roomToCommit = lock.newCondition();
  private final Condition publishedOrFailed = lock.newCondition();

  // guarded by lock
  private Batch filling;
  private List<Batch> backlog = new ArrayList<>();
  private long backlogBytes;
  private long backlogSince;
  /** Publish as soon as so many entries are durable: the smallest size asked for, or none. */
  private long demanded = NOT_DEMANDED;
  private long lastDemanded;
  private boolean closing;
  private boolean committed;
  private boolean closed;
  private @Nullable Throwable failure;

  private volatile long size;
  private volatile long durableSize;
  private volatile SignedCheckpoint published;

  private LogWriter(LogStorage storage, LogOptions options, LogDirectory directory) {
    this.storage = storage;
    this.directory = directory;
    this.verifier = options.signer().verifier();
    this.published = directory.checkpoint();
    this.size = published.size();
    this.durableSize = size;
    this.filling = new Batch(size);
    this.batchLimit = options.maxPendingBytes() / 2;
    this.backlogLimit = (long) BACKLOG_FACTOR * options.maxPendingBytes();
    this.publishNanos = Batch.nanos(options.publishInterval());
    this.observer = options.observer();
    this.reader = LogReader.open(new StorageTileSource(storage), verifier, published);
    this.committing = thread("commit", this::commitAll);
    this.publishing = thread("publish", this::publishAll);
  }

  private Thread thread(String what, Runnable work) {
    return Thread.ofPlatform()
        .name("tlog-" + what + " " + verifier.name())
        .daemon()
        .unstarted(work);
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
    LogWriter writer = new LogWriter(storage, options,
        LogDirectory.open(storage, options.signer()));
    writer.observer.opened(writer);
    writer.committing.start();
    writer.publishing.start();
    return writer;
  }

  /**
   * Gives an entry the next index and returns at once; the disk comes later. Blocks, not
   * interruptibly, only while too much waits for the disk already.
   *
   * @param entry 0 to 65,535 bytes, copied
   * @throws IllegalArgumentException if the entry is longer
   * @throws IllegalStateException if the writer is closed
   * @throws LogFailedException if the writer has failed
   */
  public Appended append(byte[] entry) {
    if (entry.length > Layout.MAX_ENTRY) {
      throw new IllegalArgumentException(
          "entry has " + entry.length + " bytes, wanted at most " + Layout.MAX_ENTRY);
    }
    lock.lock();
    try {
      requireOpen();
      while (!filling.hasRoomFor(entry.length, batchLimit)) {
        roomToAppend.awaitUninterruptibly();
        requireOpen();
      }
      Batch batch = filling;
      long index = batch.next();
      batch.add(entry);
      size = index + 1;
      if (batch.count() == 1) {
        workToCommit.signal();
      }
      return new Entry(batch, index);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of entries that have an index. */
  public long size() {
    return size;
  }

  /** Returns the number of entries that are on the disk. */
  public long durableSize() {
    return durableSize;
  }

  /** Returns the newest checkpoint that is on the disk for readers to see. */
  public SignedCheckpoint checkpoint() {
    return published;
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
   * before the call. Returns the newest checkpoint, without a new one if nothing is new.
   *
   * @throws IllegalStateException if the writer is closed
   * @throws LogFailedException if the writer has failed
   * @throws InterruptedException if interrupted; the checkpoint will be made all the same
   */
  public SignedCheckpoint publish() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      requireOpen();
      long target = size;
      if (published.size() < target) {
        demanded = Math.min(demanded, target);
        lastDemanded = target;
        workToPublish.signal();
      }
      while (published.size() < target) {
        requireAlive();
        publishedOrFailed.await();
      }
      return published;
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
    Batch batch = null;
    try {
      for (batch = nextToCommit(); batch != null; batch = nextToCommit()) {
        long began = System.nanoTime();
        commit(batch);
        long ended = System.nanoTime();
        durableSize = batch.next();
        batch.complete();
        long written = directory.wal().writtenNanos();
        observer.committed(batch.count(), batch.payload() - 2L * batch.count(), written - began,
            ended - written);
        handOver(batch);
      }
    } catch (Throwable e) {
      fail(e, batch);
    }
  }

  private void commit(Batch batch) {
    try {
      directory.wal().commit(batch);
    } catch (IOException e) {
      throw new LogStorageException("cannot write to " + Wal.DIRECTORY + " of " + storage + ": "
          + Text.describe(e), e);
    }
  }

  /** Returns the entries that have come in; null when the log is closing or has failed. */
  private @Nullable Batch nextToCommit() {
    lock.lock();
    try {
      while (filling.count() == 0 && !closing && failure == null) {
        workToCommit.awaitUninterruptibly();
      }
      if (filling.count() == 0 || failure != null) {
        committed = true;
        workToPublish.signal();
        return null;
      }
      Batch batch = filling;
      filling = new Batch(batch.next(), batch.payload());
      roomToAppend.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void handOver(Batch batch) {
    lock.lock();
    try {
      if (backlog.isEmpty()) {
        backlogSince = System.nanoTime();
      }
      backlog.add(batch);
      backlogBytes += batch.payload();
      workToPublish.signal();
      while (backlogBytes > backlogLimit && failure == null) {
        roomToCommit.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void publishAll() {
    try {
      for (List<Batch> batches = nextToPublish(); !batches.isEmpty(); batches = nextToPublish()) {
        long began = System.nanoTime();
        SignedCheckpoint checkpoint = publish(batches);
        long ended = System.nanoTime();
        lock.lock();
        try {
          published = checkpoint;
          // any later size will do for the rest, or a stream of demands would put it off for ever
          demanded = lastDemanded > checkpoint.size() ? checkpoint.size() + 1 : NOT_DEMANDED;
          publishedOrFailed.signalAll();
        } finally {
          lock.unlock();
        }
        observer.published(checkpoint, ended - began);
      }
    } catch (Throwable e) {
      fail(e, null);
    }
  }

  private SignedCheckpoint publish(List<Batch> batches) {
    try {
      Publisher publisher = directory.publisher();
      for (Batch batch : batches) {
        publisher.add(batch.bytes(), WalFormat.FRAME_HEADER_BYTES, batch.payload());
      }
      SignedCheckpoint checkpoint = publisher.publish();
      directory.wal().drop(checkpoint.size());
      return checkpoint;
    } catch (IOException e) {
      throw new LogStorageException(
          "cannot publish the log in " + storage + ": " + Text.describe(e), e);
    }
  }

  /** Waits until it is time to publish; returns nothing when the log is closing or has failed. */
  private List<Batch> nextToPublish() throws InterruptedException {
    lock.lock();
    try {
      while (failure == null && !isDue()) {
        if (committed && backlog.isEmpty()) {
          return List.of();
        }
        if (backlog.isEmpty()) {
          workToPublish.await();
        } else {
          var unused = workToPublish.await(remainingNanos(), TimeUnit.NANOSECONDS);
        }
      }
      if (failure != null) {
        return List.of();
      }
      List<Batch> batches = backlog;
      backlog = new ArrayList<>();
      backlogBytes = 0;
      roomToCommit.signal();
      return batches;
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue() {
    return !backlog.isEmpty()
        && (durableSize >= demanded || committed || backlogBytes > backlogLimit / 2
            || remainingNanos() <= 0);
  }

  private long remainingNanos() {
    return publishNanos - (System.nanoTime() - backlogSince);
  }

  private void fail(Throwable cause, @Nullable Batch inFlight) {
    boolean first;
    lock.lock();
    try {
      first = failure == null;
      if (first) {
        failure = cause;
      }
      if (inFlight != null) {
        inFlight.fail(cause);
      }
      filling.fail(cause);
      committed = true;
      workToCommit.signalAll();
      roomToAppend.signalAll();
      workToPublish.signalAll();
      roomToCommit.signalAll();
      publishedOrFailed.signalAll();
    } finally {
      lock.unlock();
    }
    if (first) {
      observer.failed(cause);
    }
  }

  /**
   * Makes everything durable and published, then lets go of the log. Waits for that, not
   * interruptibly. Closing again does nothing.
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
      workToCommit.signalAll();
      workToPublish.signalAll();
      roomToAppend.signalAll();
    } finally {
      lock.unlock();
    }
    joinBoth();
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
