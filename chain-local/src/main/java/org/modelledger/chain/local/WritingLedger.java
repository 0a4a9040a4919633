package org.modelledger.chain.local;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.StorageException;
import org.modelledger.registry.Command;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.SubmissionId;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tlog.Appended;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.LogCorruptException;
import org.modelledger.tlog.LogFailedException;
import org.modelledger.tlog.LogFormatException;
import org.modelledger.tlog.LogIdentityException;
import org.modelledger.tlog.LogLockedException;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogStorageException;
import org.modelledger.tlog.LogTimeoutException;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;

/**
 * The ledger in the one process that writes it. Commands are judged at the head, which runs ahead of
 * the disk; a thread of its own follows the disk and moves the durable end.
 */
final class WritingLedger extends Ledger {
  private static final System.Logger LOGGER = System.getLogger(WritingLedger.class.getName());
  private static final Duration LONG = Duration.ofHours(1);
  /** Bounds what is in flight to some ten thousand commands. */
  private static final int MAX_PENDING_BYTES = 1 << 22;
  /** So many entries are verified in a moment when the ledger opens. */
  private static final long WORTH_A_SNAPSHOT = 1_000;

  /** A command with an index, until it is durable. */
  private record InFlight(LocalSubmission<?> submission, LedgerEvent event, Appended appended) {}

  private final NoteSigner signer;
  private final LogWriter writer;
  private final InstantSource clock;
  private final Snapshots snapshots;
  private final long snapshotEvery;
  private final Thread following;
  private final Condition workToFollow = lock.newCondition();

  // guarded by lock
  private final RegistryState state;
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private final Map<Long, LocalSubmission<?>> submissions = new HashMap<>(); // not durable, by index
  private final ArrayDeque<Recorded> tail = new ArrayDeque<>(); // may not be published
  private long tailFrom;
  private boolean closing;
  private @Nullable RuntimeException failure;
  private long snapshotSize;
  private @Nullable Thread snapshotting;

  private WritingLedger(LocalRegistryOptions options, NoteSigner signer, LogWriter writer) {
    super(options.directory(), signer.verifier());
    this.signer = signer;
    this.writer = writer;
    this.clock = options.clock();
    this.snapshots = new Snapshots(directory, log);
    this.snapshotEvery = options.snapshotEvery();
    Loaded loaded = load(writer.reader(), writer.checkpoint(), options.usesSnapshots());
    this.state = loaded.state();
    this.snapshotSize = loaded.snapshotSize();
    this.tailFrom = state.size();
    this.following = Thread.ofPlatform()
        .name("modelledger-local " + origin)
        .daemon()
        .unstarted(this::follow);
  }

  /**
   * Opens a ledger for writing, or creates it.
   *
   * @throws LedgerUnavailableException if someone else is writing it
   * @throws ConfigurationException if it belongs to another key, or the directory to something else
   * @throws LedgerCorruptException if it is damaged or an entry is not valid
   * @throws StorageException if the file system refuses
   */
  static WritingLedger open(LocalRegistryOptions options, NoteSigner signer) {
    LogWriter writer = openLog(options, signer);
    try {
      WritingLedger ledger = new WritingLedger(options, signer, writer);
      ledger.following.start();
      return ledger;
    } catch (LogStorageException e) {
      close(writer, e);
      throw new StorageException("cannot read the ledger in " + options.directory() + ": "
          + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      close(writer, e);
      throw e;
    }
  }

  private static LogWriter openLog(LocalRegistryOptions options, NoteSigner signer) {
    LogOptions logOptions = LogOptions.builder()
        .signer(signer)
        .publishInterval(options.publishInterval())
        .maxPendingBytes(MAX_PENDING_BYTES)
        .storage(options.storage())
        .build();
    try {
      return LogWriter.open(options.directory(), logOptions);
    } catch (LogLockedException e) {
      throw new LedgerUnavailableException("the ledger in " + options.directory()
          + " is open for writing already, in this process or another, and only one may write it;"
          + " close it there, act for a second account through LocalRegistry.actingAs, or open it"
          + " without the option 'key' to read", e);
    } catch (LogIdentityException e) {
      throw new ConfigurationException("the log key does not fit: " + e.getMessage(), e);
    } catch (LogFormatException e) {
      throw new ConfigurationException("not a ledger: " + e.getMessage(), e);
    } catch (LogCorruptException e) {
      throw new LedgerCorruptException(String.valueOf(e.getMessage()), e);
    } catch (LogStorageException e) {
      throw new StorageException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void close(LogWriter writer, Throwable because) {
    try {
      writer.close();
    } catch (RuntimeException e) {
      because.addSuppressed(e);
    }
  }

  /** Submits a command in an author's name, or finds the submission that it is already. */
  <E extends LedgerEvent> LocalSubmission<E> submit(AccountKey author, SubmissionId id,
      Command<E> command) {
    Optional<LocalSubmission<?>> known = find(author, id);
    if (known.isPresent()) {
      return same(known.get(), command);
    }
    // Outside the lock: it is the expensive part, and several threads can do it at once.
    SignedCommand signed = SignedCommand.sign(author, origin, id, clock.instant(), command);
    lock.lock();
    try {
      requireWritable();
      known = find(author, id);
      return known.isPresent() ? same(known.get(), command) : append(signed, id, command);
    } finally {
      lock.unlock();
    }
  }

  private static <E extends LedgerEvent> LocalSubmission<E> same(LocalSubmission<?> known,
      Command<E> command) {
    if (!known.command().equals(command)) {
      throw new IllegalArgumentException("submission " + known.id() + " is of " + known.command()
          + "; it cannot be of " + command);
    }
    @SuppressWarnings("unchecked") // equal commands are of one class, which fixes E
    LocalSubmission<E> same = (LocalSubmission<E>) known;
    return same;
  }

  private <E extends LedgerEvent> LocalSubmission<E> append(SignedCommand signed, SubmissionId id,
      Command<E> command) {
    RegistryState.Decision decision;
    try {
      decision = state.decide(command, signed.author());
    } catch (CommandRefusedException e) {
      return LocalSubmission.refused(id, command, e);
    }
    long index = state.size();
    long millis = Math.max(clock.millis(), state.headMillis());
    LogEntry entry = new LogEntry(millis, decision.assigned(), signed);
    byte[] bytes = entry.encode();
    LedgerEvent event;
    try {
      event = entry.event(index, MerkleTree.leafHash(bytes));
    } catch (MalformedEntryException e) {
      throw new IllegalStateException("the rules assign what fits the command", e);
    }
    Appended appended;
    try {
      appended = writer.append(bytes);
    } catch (LogFailedException e) {
      throw unavailable(e);
    }
    LocalSubmission<E> submission = new LocalSubmission<>(id, command);
    state.apply(decision, id, event);
    inFlight.add(new InFlight(submission, event, appended));
    submissions.put(index, submission);
    tail.add(new Recorded(command, event));
    workToFollow.signal();
    return submission;
  }

  private void requireWritable() {
    if (closing) {
      throw new IllegalStateException("the ledger in " + directory + " is closed");
    }
    RuntimeException cause = failure;
    if (cause != null) {
      throw unavailable(cause);
    }
  }

  private LedgerUnavailableException unavailable(RuntimeException cause) {
    return new LedgerUnavailableException("the ledger in " + directory
        + " takes no more commands since its log failed: " + cause.getMessage()
        + "; close it and open it again", cause);
  }

  /** Returns the submission of an author, if it has an entry, be it durable or not. */
  Optional<LocalSubmission<?>> find(AccountKey author, SubmissionId id) {
    long index;
    lock.lock();
    try {
      index = state.find(author.account(), id);
      if (index < 0) {
        return Optional.empty();
      }
      LocalSubmission<?> known = submissions.get(index);
      if (known != null) {
        return Optional.of(known);
      }
    } finally {
      lock.unlock();
    }
    Recorded recorded = records(index, 1).getFirst();
    return Optional.of(LocalSubmission.durable(id, recorded.command(), recorded.event()));
  }

  private void follow() {
    try {
      for (Appended next = nextToFollow(); next != null; next = nextToFollow()) {
        if (awaitDurable(next)) {
          advance();
        }
      }
    } catch (LogFailedException e) {
      advance();
      fail(e);
    } catch (InterruptedException | RuntimeException | Error e) {
      LOGGER.log(System.Logger.Level.ERROR, "the ledger in " + directory + " stops", e);
      fail(new IllegalStateException("the thread that follows the log has ended", e));
    }
  }

  private static boolean awaitDurable(Appended appended) throws InterruptedException {
    try {
      appended.await(LONG);
      return true;
    } catch (LogTimeoutException e) {
      return false;
    }
  }

  /** Returns the oldest entry in flight, or null when there will be no more. */
  private @Nullable Appended nextToFollow() throws InterruptedException {
    lock.lock();
    try {
      while (inFlight.isEmpty() && !closing) {
        workToFollow.await();
      }
      InFlight oldest = inFlight.peek();
      return oldest == null ? null : oldest.appended();
    } finally {
      lock.unlock();
    }
  }

  /** Moves the durable end to what is on the disk, then tells who waits for it. */
  private void advance() {
    List<InFlight> completed = new ArrayList<>();
    lock.lock();
    try {
      long durable = writer.durableSize();
      state.commit(durable);
      for (InFlight next = inFlight.peek(); next != null
          && next.appended().index() < durable; next = inFlight.peek()) {
        completed.add(inFlight.remove());
        submissions.remove(next.appended().index());
      }
      long published = writer.checkpoint().size();
      while (!tail.isEmpty() && tailFrom < Math.min(published, durable)) {
        tail.remove();
        tailFrom++;
      }
      advanced.signalAll();
      snapshotIfDue();
    } finally {
      lock.unlock();
    }
    completed.forEach(done -> done.submission().complete(done.event()));
  }

  private void fail(RuntimeException cause) {
    List<InFlight> lost;
    lock.lock();
    try {
      failure = cause;
      lost = new ArrayList<>(inFlight);
      inFlight.clear();
      advanced.signalAll();
    } finally {
      lock.unlock();
    }
    for (InFlight one : lost) {
      one.submission()
          .fail(new OutcomeUnknownException("the log of the ledger in " + directory
              + " failed before " + one.submission().command() + " was known to be durable",
              one.submission().id(), cause));
    }
  }

  private void snapshotIfDue() {
    if (snapshotting == null && state.durableSize() - snapshotSize >= snapshotEvery) {
      snapshotSize = state.durableSize();
      StateCopy copy = state.copy();
      snapshotting = Thread.ofPlatform()
          .name("modelledger-local snapshot " + origin)
          .daemon()
          .start(() -> {
            writeSnapshot(copy);
            lock.lock();
            try {
              snapshotting = null;
            } finally {
              lock.unlock();
            }
          });
    }
  }

  private void writeSnapshot(StateCopy copy) {
    try {
      SignedCheckpoint at = writer.publish();
      Hash root = writer.reader().rootAt(copy.size(), at);
      snapshots.write(copy, root, signer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | ProofException | RuntimeException e) {
      LOGGER.log(System.Logger.Level.WARNING, "no snapshot of the ledger in " + directory
          + " was written; opening it takes longer", e);
    }
  }

  @Override
  <T> T read(Function<RegistryState, T> query) {
    lock.lock();
    try {
      return query.apply(state);
    } finally {
      lock.unlock();
    }
  }

  @Override
  List<Recorded> records(long from, int limit) {
    SignedCheckpoint at;
    long to;
    List<Recorded> unpublished = new ArrayList<>();
    lock.lock();
    try {
      at = writer.checkpoint();
      to = end(from, limit, state.durableSize());
      long index = tailFrom;
      for (Recorded recorded : tail) {
        if (index >= to) {
          break;
        }
        if (index >= from && index >= at.size()) {
          unpublished.add(recorded);
        }
        index++;
      }
    } finally {
      lock.unlock();
    }
    long publishedTo = Math.min(to, at.size());
    if (from >= publishedTo) {
      return unpublished;
    }
    List<Recorded> records = new ArrayList<>(published(reader(), from, publishedTo, at));
    records.addAll(unpublished);
    return records;
  }

  @Override
  SignedCheckpoint checkpointOver(long index) throws InterruptedException {
    SignedCheckpoint newest = writer.checkpoint();
    try {
      return index < newest.size() ? newest : writer.publish();
    } catch (LogFailedException e) {
      throw unavailable(e);
    }
  }

  @Override
  LogReader reader() {
    return writer.reader();
  }

  @Override
  void awaitEntry(long index, long nanos, BooleanSupplier isClosed) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      while (state.durableSize() <= index && left > 0 && !isClosed.getAsBoolean()) {
        left = advanced.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  void close() {
    lock.lock();
    try {
      closing = true;
      workToFollow.signalAll();
      advanced.signalAll();
    } finally {
      lock.unlock();
    }
    join(following);
    Optional<Thread> snapshot = read(unchanged -> Optional.ofNullable(snapshotting));
    snapshot.ifPresent(WritingLedger::join);
    if (failure == null && state.durableSize() - snapshotSize >= Math.min(snapshotEvery,
        WORTH_A_SNAPSHOT)) {
      writeSnapshot(state.copy());
    }
    try {
      writer.close();
    } catch (LogFailedException e) {
      // Whoever had something in flight was told so, and nothing else was lost.
      LOGGER.log(System.Logger.Level.DEBUG, "the failed log in " + directory + " is let go", e);
    } catch (LogStorageException e) {
      throw new StorageException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
