package org.modelledger.chain.support;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.StorageException;
import org.modelledger.registry.SubmissionId;

/**
 * The commands of one account for one ledger, in order and durable before they are sent.
 *
 * <p>A command that is added gets the next sequence number at once and is written by a thread of the
 * outbox, together with whatever else has come. Whoever sends waits with {@link #awaitDurable} and
 * takes {@link #pending} entries, which are durable; when an outcome is final it is
 * {@linkplain #settle settled} with it. Settled entries are found by their ids, also after a restart,
 * until they are dropped for their number or age.
 *
 * <p>An outbox is a <em>lane</em>: 32 random bytes, made when it is created. Since sequence numbers
 * have no gaps and durable ones are never given twice, a ledger that counts them per lane carries
 * every command out once, however often it is sent.
 *
 * <p>Safe for use by many threads, which may be virtual and may be interrupted. Has two threads of
 * its own until it is closed.
 */
public final class Outbox implements AutoCloseable {
  private final OutboxOptions options;
  private final OutboxStore store;
  private final ExecutorService reader;
  private final Thread writer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition written = lock.newCondition();
  // All below belong to the lock.
  /** The sequence number of each entry that is pending, and its complement if it is settled. */
  private final Map<SubmissionId, Long> index;
  private final Map<Long, OutboxEntry> unwritten = new HashMap<>();
  private final Map<Long, byte[]> unwrittenOutcomes = new HashMap<>();
  private List<OutboxEntry> added = new ArrayList<>();
  private Map<Long, byte[]> settled = new HashMap<>();
  private long unwrittenBytes;
  private long next;
  private long durable;
  private long pendingCount;
  private boolean closing;
  private @Nullable StorageException failure;

  private Outbox(OutboxOptions options, OutboxStore store, Map<SubmissionId, Long> index) {
    this.options = options;
    this.store = store;
    this.index = index;
    this.next = store.next();
    this.durable = next;
    this.pendingCount = store.pendingCount();
    Path directory = options.directory();
    this.reader = Executors.newSingleThreadExecutor(
        Thread.ofPlatform().daemon().name("outbox-reader " + directory).factory());
    this.writer = Thread.ofPlatform()
        .daemon()
        .name("outbox-writer " + directory)
        .unstarted(this::writeUntilClosed);
  }

  /**
   * Opens an outbox, or creates it where there is none.
   *
   * @return the outbox, which the caller closes
   * @throws org.modelledger.spi.ConfigurationException if it belongs to another account or ledger
   * @throws org.modelledger.registry.LedgerUnavailableException if it is open already; names the
   *     directory
   * @throws OutboxCorruptException if its file is damaged
   * @throws StorageException if the disk failed
   */
  public static Outbox open(OutboxOptions options) {
    Map<SubmissionId, Long> index = new HashMap<>();
    OutboxStore store = OutboxStore.open(options, index);
    boolean opened = false;
    try {
      store.write(List.of(), Map.of()).dropped().forEach(index::remove); // what has grown old
      opened = true;
    } finally {
      if (!opened) {
        store.close();
      }
    }
    Outbox outbox = new Outbox(options, store, index);
    outbox.writer.start();
    return outbox;
  }

  /** Returns a copy of the 32 random bytes that tell this outbox from every other one. */
  public byte[] lane() {
    return store.lane().clone();
  }

  /**
   * Adds a command and returns without waiting for the disk, unless more bytes than the options allow
   * wait for it already. Idempotent.
   *
   * @param command not retained
   * @return the new entry, or the one with this id and this command that was added before, with its
   *     outcome if it has one
   * @throws IllegalArgumentException if the id was used for another command
   * @throws StorageException if the disk has failed: this call added nothing
   * @throws IllegalStateException if the outbox is closed
   */
  public OutboxEntry add(SubmissionId id, byte[] command) {
    Objects.requireNonNull(id, "id");
    byte[] copy = command.clone();
    while (true) {
      OutboxEntry entry = addNew(id, copy);
      if (entry != null) {
        return entry;
      }
      Optional<OutboxEntry> known = find(id); // empty if it has been dropped since
      if (known.isPresent()) {
        if (!known.get().hasCommand(copy)) {
          throw new IllegalArgumentException(
              "submission id " + id + " was used for another command");
        }
        return known.get();
      }
    }
  }

  private @Nullable OutboxEntry addNew(SubmissionId id, byte[] command) {
    lock.lock();
    try {
      requireUsable();
      while (!index.containsKey(id)) {
        if (unwrittenBytes == 0 || unwrittenBytes + command.length <= options.maxUnwrittenBytes()) {
          OutboxEntry entry = new OutboxEntry(next++, id, command, null);
          index.put(id, entry.sequence());
          unwritten.put(entry.sequence(), entry);
          unwrittenBytes += command.length;
          pendingCount++;
          added.add(entry);
          if (added.size() == 1) {
            work.signal();
          }
          return entry;
        }
        written.awaitUninterruptibly();
        requireUsable();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Finds an entry by its id.
   *
   * @return the entry, with its outcome if it is settled; empty if it was never added or has been
   *     dropped
   * @throws StorageException if the disk has failed
   * @throws IllegalStateException if the outbox is closed
   */
  public Optional<OutboxEntry> find(SubmissionId id) {
    Objects.requireNonNull(id, "id");
    long sequence;
    byte[] outcome;
    lock.lock();
    try {
      requireUsable();
      Long known = index.get(id);
      if (known == null) {
        return Optional.empty();
      }
      sequence = known < 0 ? ~known : known;
      outcome = unwrittenOutcomes.get(sequence);
      OutboxEntry entry = unwritten.get(sequence);
      if (entry != null) {
        return Optional.of(outcome == null ? entry : entry.settledWith(outcome));
      }
    } finally {
      lock.unlock();
    }
    return read(() -> store.read(sequence))
        .map(entry -> outcome == null ? entry : entry.settledWith(outcome));
  }

  /**
   * Waits until an entry is durable.
   *
   * @param sequence of the entry, which need not have been added yet
   * @param timeout how long to wait at most; zero or less looks once
   * @return whether it is durable
   * @throws StorageException if the disk has failed
   * @throws IllegalStateException if the outbox is or gets closed
   * @throws InterruptedException if interrupted
   */
  public boolean awaitDurable(long sequence, Duration timeout) throws InterruptedException {
    long nanos = nanos(timeout);
    lock.lockInterruptibly();
    try {
      while (true) {
        requireUsable();
        if (durable > sequence) {
          return true;
        }
        if (nanos <= 0) {
          return false;
        }
        nanos = written.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private static long nanos(Duration timeout) {
    try {
      return timeout.toNanos();
    } catch (ArithmeticException e) {
      return timeout.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  /**
   * Returns entries that are durable and not settled, in order.
   *
   * @param from the sequence number to begin with
   * @param limit the greatest number of entries to return, from 1
   * @throws StorageException if the disk has failed
   * @throws IllegalStateException if the outbox is closed
   */
  public List<OutboxEntry> pending(long from, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("1 or more entries are returned, not " + limit);
    }
    long before;
    Set<Long> without;
    lock.lock();
    try {
      requireUsable();
      before = durable;
      // before the store is read: what is no longer in this map has moved there
      without = unwrittenOutcomes.isEmpty() ? Set.of() : new HashSet<>(unwrittenOutcomes.keySet());
    } finally {
      lock.unlock();
    }
    return read(() -> store.pending(from, before, limit, without));
  }

  /**
   * Records the final outcome of an entry. Returns without waiting for the disk: after a crash the
   * entry may be pending again, and the ledger tells its outcome once more.
   *
   * @param outcome any bytes; not retained
   * @return whether the entry was pending; false if it is unknown, dropped or settled already
   * @throws StorageException if the disk has failed
   * @throws IllegalStateException if the outbox is closed
   */
  public boolean settle(SubmissionId id, byte[] outcome) {
    Objects.requireNonNull(id, "id");
    byte[] copy = outcome.clone();
    lock.lock();
    try {
      requireUsable();
      Long sequence = index.get(id);
      if (sequence == null || sequence < 0) {
        return false;
      }
      index.put(id, ~sequence);
      unwrittenOutcomes.put(sequence, copy);
      settled.put(sequence, copy);
      pendingCount--;
      if (settled.size() == 1) {
        work.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the sequence number that the next new entry gets. */
  public long next() {
    lock.lock();
    try {
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of entries that are not settled. */
  public long pendingCount() {
    lock.lock();
    try {
      return pendingCount;
    } finally {
      lock.unlock();
    }
  }

  /** Reads on the reader's thread: an interrupt in the middle of a read closes the file for all. */
  private <T> T read(Supplier<T> read) {
    Future<T> result;
    lock.lock();
    try {
      requireUsable(); // later the reader may be gone
      result = reader.submit(read::get);
    } finally {
      lock.unlock();
    }
    return Threads.result(result);
  }

  private void requireUsable() {
    if (failure != null) {
      throw new StorageException("the outbox " + options.directory()
          + " has failed and takes nothing any more: " + failure.getMessage()
          + "; what was not durable then may be lost. Open it again", failure);
    }
    if (closing) {
      throw new IllegalStateException("the outbox " + options.directory() + " is closed");
    }
  }

  private void writeUntilClosed() {
    long interval = options.commitInterval().toNanos();
    long lastBegin = System.nanoTime() - interval;
    while (true) {
      List<OutboxEntry> entries;
      Map<Long, byte[]> outcomes;
      lock.lock();
      try {
        while (!closing && added.isEmpty() && settled.isEmpty()) {
          work.awaitUninterruptibly();
        }
        gather(lastBegin + interval);
        if (added.isEmpty() && settled.isEmpty()) {
          return;
        }
        entries = added;
        outcomes = settled;
        added = new ArrayList<>();
        settled = new HashMap<>();
      } finally {
        lock.unlock();
      }
      lastBegin = System.nanoTime();
      try {
        written(entries, outcomes, store.write(entries, outcomes));
      } catch (StorageException e) {
        fail(e);
        return;
      } catch (RuntimeException | Error e) {
        fail(new StorageException("write the outbox", options.directory(), e));
        return;
      }
    }
  }

  /** Lets more come until the time, unless the outbox is being closed. */
  private void gather(long until) {
    boolean interrupted = false;
    while (!closing) {
      long nanos = until - System.nanoTime();
      if (nanos <= 0) {
        break;
      }
      try {
        nanos = work.awaitNanos(nanos);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void written(List<OutboxEntry> entries, Map<Long, byte[]> outcomes,
      OutboxStore.Written result) {
    lock.lock();
    try {
      for (OutboxEntry entry : entries) {
        unwritten.remove(entry.sequence());
        unwrittenBytes -= entry.rawCommand().length;
        durable = entry.sequence() + 1;
      }
      outcomes.keySet().forEach(unwrittenOutcomes::remove);
      result.dropped().forEach(index::remove);
      written.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(StorageException e) {
    lock.lock();
    try {
      failure = e;
      written.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Writes what was added, waits for the disk and lets others open the outbox. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signalAll();
      written.signalAll();
    } finally {
      lock.unlock();
    }
    Threads.join(writer);
    reader.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (reader.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    store.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
