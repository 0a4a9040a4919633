package org.modelledger.tlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log that is not trusted: everything returned has been checked against a checkpoint that the
 * log's key signed. Thread-safe; keeps a bounded number of tiles in memory; needs no closing.
 *
 * <p>The methods that take a checkpoint answer for the log as it was at that checkpoint, which must be
 * one of this log's key. Each throws {@link ProofException} if the source has something else than the
 * checkpoint commits to, or lacks it, naming the file; and {@link LogStorageException} if the source
 * could not be read, which says nothing about the log.
 */
public final class LogReader {

  /** Takes entries one by one. */
  @FunctionalInterface
  public interface EntryConsumer {

    /**
     * Takes an entry, already checked.
     *
     * @param entry the receiver's to keep
     */
    void accept(long index, byte[] entry);
  }

  private final VerifiedTiles tiles;
  private final NoteVerifier log;
  private final @Nullable WitnessPolicy policy;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable SignedCheckpoint newest;

  private LogReader(TileSource source, NoteVerifier log, @Nullable SignedCheckpoint known,
      @Nullable WitnessPolicy policy) {
    this.policy = policy;
    this.tiles = new VerifiedTiles(Objects.requireNonNull(source, "source"));
    this.log = Objects.requireNonNull(log, "log");
    this.newest = known;
    if (known != null) {
      requireOurs(known);
    }
  }

  /**
   * Opens a log for reading; reads nothing yet.
   *
   * @param log the log's public key, whose name is the origin
   */
  public static LogReader open(TileSource source, NoteVerifier log) {
    return new LogReader(source, log, null, null);
  }

  /**
   * Opens a log of which a checkpoint is remembered from before: {@link #latest()} will refuse what
   * does not continue it.
   *
   * @throws IllegalArgumentException if the checkpoint is of another key
   */
  public static LogReader open(TileSource source, NoteVerifier log, SignedCheckpoint known) {
    return new LogReader(source, log, Objects.requireNonNull(known, "known"), null);
  }

  /**
   * Opens a log whose checkpoints count only if a quorum of witnesses has cosigned them: {@link
   * #latest()} will refuse the others. So the log cannot show to this reader what it hides from the
   * rest of the world.
   */
  public static LogReader open(TileSource source, NoteVerifier log, WitnessPolicy policy) {
    return new LogReader(source, log, null, Objects.requireNonNull(policy, "policy"));
  }

  /**
   * Opens a log of which a checkpoint is remembered from before, and whose new checkpoints count only
   * if a quorum of witnesses has cosigned them.
   *
   * @throws IllegalArgumentException if the checkpoint is of another key
   */
  public static LogReader open(TileSource source, NoteVerifier log, WitnessPolicy policy,
      SignedCheckpoint known) {
    return new LogReader(source, log, Objects.requireNonNull(known, "known"),
        Objects.requireNonNull(policy, "policy"));
  }

  /** Returns the key that this reader trusts. */
  public NoteVerifier log() {
    return log;
  }

  /**
   * Fetches the newest checkpoint and makes sure that it continues the one seen before.
   *
   * @throws ProofException if there is none, it is not the log's, it lacks the quorum of witnesses that
   *     the reader was opened with, or the log was rolled back or rewritten
   */
  public SignedCheckpoint latest() throws ProofException {
    byte[] bytes = tiles.read(Layout.CHECKPOINT, Layout.MAX_CHECKPOINT_BYTES)
        .orElseThrow(() -> new ProofException("checkpoint is missing from " + tiles.source()));
    SignedCheckpoint fetched = SignedCheckpoint.parse(bytes, log);
    if (policy != null) {
      var unused = policy.verify(fetched);
    }
    lock.lock();
    try {
      if (newest != null) {
        requireContinued(newest, fetched);
      }
      newest = fetched;
      return fetched;
    } finally {
      lock.unlock();
    }
  }

  private void requireContinued(SignedCheckpoint old, SignedCheckpoint fetched)
      throws ProofException {
    if (fetched.size() < old.size()) {
      throw new ProofException("the log at " + tiles.source() + " was rolled back: its size is "
          + fetched.size() + ", but it has signed a checkpoint of size " + old.size());
    }
    Hash root = fetched.size() == old.size() ? fetched.root() : rootAt(old.size(), fetched);
    if (!root.equals(old.root())) {
      throw new ProofException("the log at " + tiles.source() + " was rewritten: at size "
          + old.size() + " it has the root " + root + ", but it has signed " + old.root());
    }
  }

  /**
   * Returns an entry.
   *
   * @param index from 0, below the checkpoint's size
   * @throws IndexOutOfBoundsException if the index is not below the checkpoint's size
   * @throws ProofException see the class
   */
  public byte[] entry(long index, SignedCheckpoint at) throws ProofException {
    requireOurs(at);
    Objects.checkIndex(index, at.size());
    return tiles.bundle(index / Layout.WIDTH, at).entry((int) (index % Layout.WIDTH));
  }

  /**
   * Hands over the entries of a range in order. Those handed over before a failure were all checked.
   *
   * @param from first index, from 0
   * @param to index after the last, at most the checkpoint's size
   * @throws IndexOutOfBoundsException if the range is not within the checkpoint's size
   * @throws ProofException see the class
   */
  public void entries(long from, long to, SignedCheckpoint at, EntryConsumer consumer)
      throws ProofException {
    requireOurs(at);
    Objects.checkFromToIndex(from, to, at.size());
    for (long next = from; next < to;) {
      long first = next / Layout.WIDTH * Layout.WIDTH;
      Bundle bundle = tiles.bundle(next / Layout.WIDTH, at);
      long end = Math.min(to, first + bundle.count());
      for (; next < end; next++) {
        consumer.accept(next, bundle.entry((int) (next - first)));
      }
    }
  }

  /**
   * Returns the proof that the entry at an index is in the tree of a checkpoint.
   *
   * @throws IndexOutOfBoundsException if the index is not below the checkpoint's size
   * @throws ProofException see the class
   */
  public InclusionProof inclusionProof(long index, SignedCheckpoint at) throws ProofException {
    requireOurs(at);
    Objects.checkIndex(index, at.size());
    return new InclusionProof(index, at.size(), tiles.column(index, 0, at).path(0, index));
  }

  /**
   * Hands over the proofs of all entries of a range, in order: what {@link #inclusionProof} returns
   * for each, for much less work. To show that a whole range is in the tree, {@link
   * #rangeInclusionProof} is much smaller.
   *
   * @param from first index, from 0
   * @param to index after the last, at most the checkpoint's size
   * @throws IndexOutOfBoundsException if the range is not within the checkpoint's size
   * @throws ProofException see the class
   */
  public void inclusionProofs(long from, long to, SignedCheckpoint at,
      Consumer<InclusionProof> consumer) throws ProofException {
    requireOurs(at);
    Objects.checkFromToIndex(from, to, at.size());
    for (long next = from; next < to;) {
      long end = next + Math.min(to - next, Layout.WIDTH - next % Layout.WIDTH);
      tiles.column(next, 0, at)
          .paths(next, end, (index, path) -> consumer
              .accept(new InclusionProof(index, at.size(), path)));
      next = end;
    }
  }

  /**
   * Returns the proof that a range of entries is in the tree of a checkpoint: one for all of them, no
   * larger than two inclusion proofs.
   *
   * @param from first index, from 0
   * @param to index after the last, more than {@code from}, at most the checkpoint's size
   * @throws IllegalArgumentException if the range is empty
   * @throws IndexOutOfBoundsException if the range is not within the checkpoint's size
   * @throws ProofException see the class
   */
  public RangeInclusionProof rangeInclusionProof(long from, long to, SignedCheckpoint at)
      throws ProofException {
    requireOurs(at);
    Objects.checkFromToIndex(from, to, at.size());
    RangeInclusionProof.requireRange(from, to, at.size());
    return new RangeInclusionProof(from, to, at.size(), tiles.column(from, 0, at).leftOf(from),
        tiles.column(to - 1, 0, at).rightOf(to - 1));
  }

  /**
   * Returns the proof that the tree of a checkpoint continues the one of an older size.
   *
   * @param oldSize from 0, at most the checkpoint's size
   * @throws IllegalArgumentException if the size is outside that range
   * @throws ProofException see the class
   */
  public ConsistencyProof consistencyProof(long oldSize, SignedCheckpoint at)
      throws ProofException {
    requireOurs(at);
    requireSize(oldSize, at);
    if (oldSize == 0 || oldSize == at.size()) {
      return new ConsistencyProof(oldSize, at.size(), List.of());
    }
    // RFC 6962 §2.1.2: the path of the last perfect subtree of the old tree, and before it that
    // subtree, unless it is the whole old tree
    int height = Long.numberOfTrailingZeros(oldSize);
    long last = (oldSize >>> height) - 1;
    TileColumn column = tiles.column(last << height, height / HashTile.HEIGHT, at);
    List<Hash> path = column.path(height, last);
    if (last > 0) {
      List<Hash> whole = new ArrayList<>(path.size() + 1);
      whole.add(column.node(height, last));
      whole.addAll(path);
      path = whole;
    }
    return new ConsistencyProof(oldSize, at.size(), path);
  }

  /**
   * Returns the root that the log had at a size, computed from its tiles.
   *
   * @param size from 0, at most the checkpoint's size
   * @throws IllegalArgumentException if the size is outside that range
   * @throws ProofException see the class
   */
  public Hash rootAt(long size, SignedCheckpoint at) throws ProofException {
    requireOurs(at);
    requireSize(size, at);
    if (size == 0) {
      return MerkleTree.emptyRoot();
    }
    if (size == at.size()) {
      return tiles.edge(at).root();
    }
    // RFC 6962 §2.1: perfect subtrees, the smallest first
    int height = Long.numberOfTrailingZeros(size);
    TileColumn column = tiles.column(size, height / HashTile.HEIGHT, at);
    byte[] hash = column.node(height, (size >>> height) - 1).toByteArray();
    TreeHasher hasher = new TreeHasher();
    for (long rest = size & (size - 1); rest > 0; rest &= rest - 1) {
      height = Long.numberOfTrailingZeros(rest);
      hasher.withLeft(column.node(height, (rest >>> height) - 1), hash, 0);
    }
    return Hash.at(hash, 0);
  }

  /**
   * Reads everything and hashes it again, on the caller's thread: every entry, every tile, up to the root.
   *
   * @return what was found; ask it {@link FsckReport#requireIntact()}
   * @throws LogStorageException see the class
   */
  public FsckReport verifyAll(SignedCheckpoint at) {
    requireOurs(at);
    return new Fsck(tiles, at).run();
  }

  /**
   * Does the same with several threads and says how far it is. The outcome is the same, whatever their
   * number. Each has at most one entry bundle in memory; what they have done is kept a few thousand
   * entries ahead of what has been reported.
   *
   * @param threads at least 1; for a directory as many as there are processors, for a log over HTTP more,
   *     since they wait for answers
   * @throws IllegalArgumentException if there are no threads
   * @throws InterruptedException if interrupted; nothing is left running
   * @throws LogStorageException see the class
   */
  public FsckReport verifyAll(SignedCheckpoint at, int threads, FsckListener listener)
      throws InterruptedException {
    requireOurs(at);
    if (threads < 1) {
      throw new IllegalArgumentException("there are " + threads + " threads, wanted at least 1");
    }
    return new Fsck(tiles, at).run(threads, Objects.requireNonNull(listener, "listener"));
  }

  private void requireOurs(SignedCheckpoint at) {
    if (!at.log().equals(log)) {
      throw new IllegalArgumentException(
          "the checkpoint is signed by " + at.log() + ", this reader is for " + log);
    }
  }

  private static void requireSize(long size, SignedCheckpoint at) {
    if (size < 0 || size > at.size()) {
      throw new IllegalArgumentException("size is " + size + ", wanted 0 to " + at.size());
    }
  }
}
