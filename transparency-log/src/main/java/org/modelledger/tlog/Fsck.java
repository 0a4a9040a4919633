package org.modelledger.tlog;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.FsckReport.Finding;
import org.modelledger.tlog.LeafCheck.Leaves;

/**
 * Hashes a log again from its entries up. Bundles and the tiles over them, nearly all of the work, are
 * checked by as many threads as wanted, a bounded way ahead; what came of each is taken in the order of
 * the log, and the levels above are made of it by one thread, so the number of threads changes nothing
 * but the time. Used once.
 */
final class Fsck {

  private static final int MAX_FINDINGS = 100;

  /** Bundles that a thread checks at a time, so that handing over costs little beside the hashing. */
  private static final int CHUNK = 16;

  /** Chunks under way or done for each thread, so that none waits while the oldest is being taken. */
  private static final int AHEAD = 4;

  /** Hashes of a level that have not filled a tile yet. */
  private static final class Level {
    byte[] hashes = new byte[Layout.TILE_BYTES];
    int width;
    long index;
  }

  private final VerifiedTiles source;
  private final SignedCheckpoint at;
  private final long chunks;
  private final long begin = System.nanoTime();
  private final TreeHasher hasher = new TreeHasher();
  private final List<Level> levels = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private long entries;
  private long bundles;
  private long tiles;
  private long bytes;

  /** What the last, partial tile says, if its bundle says something else. */
  private byte @Nullable [] edgeFromTile;

  Fsck(VerifiedTiles source, SignedCheckpoint at) {
    this.source = source;
    this.at = at;
    this.chunks = Math.ceilDiv(at.size(), (long) CHUNK * Layout.WIDTH);
  }

  /** Does everything on the caller's thread. */
  FsckReport run() {
    for (long chunk = 0; chunk < chunks; chunk++) {
      check(chunk).forEach(this::take);
    }
    return finish();
  }

  /** Checks with so many threads besides the caller's, which puts together what they find. */
  FsckReport run(int threads, FsckListener listener) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads,
        Thread.ofPlatform().daemon().name("log-fsck-", 0).factory());
    try {
      Queue<Future<List<Leaves>>> ahead = new ArrayDeque<>();
      long next = 0;
      for (long chunk = 0; chunk < chunks; chunk++) {
        for (; next < chunks && ahead.size() < AHEAD * threads; next++) {
          long number = next;
          ahead.add(pool.submit(() -> check(number)));
        }
        await(ahead.remove()).forEach(this::take);
        listener.progress(progress());
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      FsckReport report = finish();
      listener.progress(progress());
      return report;
    } catch (LogStorageException e) {
      if (Thread.interrupted()) {
        // an interrupt breaks off what the caller's own thread reads
        throw (InterruptedException) new InterruptedException().initCause(e);
      }
      throw e;
    } finally {
      pool.shutdownNow();
      pool.close();
    }
  }

  private static List<Leaves> await(Future<List<Leaves>> chunk) throws InterruptedException {
    try {
      return chunk.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private FsckProgress progress() {
    return new FsckProgress(entries, at.size(), bytes, findings.size(),
        Duration.ofNanos(System.nanoTime() - begin));
  }

  private List<Leaves> check(long chunk) {
    LeafCheck check = new LeafCheck(source, at);
    List<Leaves> checked = new ArrayList<>(CHUNK);
    for (long index = chunk * CHUNK; index < (chunk + 1) * CHUNK
        && index * Layout.WIDTH < at.size(); index++) {
      checked.add(check.check(index));
    }
    return checked;
  }

  private void take(Leaves leaves) {
    bundles++;
    tiles++;
    entries += leaves.width;
    bytes += leaves.bytes;
    leaves.findings.forEach(this::find);
    if (leaves.width == Layout.WIDTH) {
      add(1, leaves.believed);
    } else {
      Level bottom = level(0);
      bottom.width = leaves.width;
      bottom.index = leaves.index;
      System.arraycopy(leaves.believed, 0, bottom.hashes, 0, leaves.believed.length);
      edgeFromTile = leaves.disagreeing;
    }
  }

  private Level level(int level) {
    while (levels.size() <= level) {
      levels.add(new Level());
    }
    return levels.get(level);
  }

  private void add(int level, byte[] hash) {
    Level here = level(level);
    System.arraycopy(hash, 0, here.hashes, here.width * Hash.BYTES, Hash.BYTES);
    here.width++;
    if (here.width == Layout.WIDTH) {
      compare(level, here.index, here.hashes, Layout.WIDTH);
      byte[] root = new HashTile(here.hashes, Layout.WIDTH, hasher).root().toByteArray();
      here.width = 0;
      here.index++;
      add(level + 1, root);
    }
  }

  private FsckReport finish() {
    byte[] tile = edgeFromTile;
    if (tile != null) {
      Level bottom = levels.getFirst();
      byte[] entries = Arrays.copyOf(bottom.hashes, tile.length);
      System.arraycopy(tile, 0, bottom.hashes, 0, tile.length);
      if (fold().equals(at.root())) {
        find(LeafCheck.blameBundle(bottom.index, bottom.width, entries, tile));
      } else {
        System.arraycopy(entries, 0, bottom.hashes, 0, entries.length);
        find(LeafCheck.blameTile(0, bottom.index, bottom.width, entries, tile));
      }
    }
    for (int level = 1; level < levels.size(); level++) {
      Level here = levels.get(level);
      if (here.width > 0) {
        compare(level, here.index, Arrays.copyOf(here.hashes, here.width * Hash.BYTES), here.width);
      }
    }
    Hash root = fold();
    if (!root.equals(at.root()) && findings.isEmpty()) {
      find(new Finding(Layout.CHECKPOINT, OptionalLong.empty(),
          "entries and tiles hash to the root " + root + ", the checkpoint has " + at.root()));
    }
    return new FsckReport(at, bundles, tiles, findings);
  }

  private Hash fold() {
    Optional<Hash> root = Optional.empty();
    for (Level level : levels) {
      if (level.width > 0) {
        root = Optional.of(new HashTile(level.hashes, level.width, hasher).fold(root, hasher));
      }
    }
    return root.orElse(MerkleTree.emptyRoot());
  }

  private void compare(int level, long index, byte[] computed, int width) {
    tiles++;
    try {
      byte[] tile = source.readTile(level, index, width);
      bytes += tile.length;
      if (!Arrays.equals(computed, tile)) {
        find(LeafCheck.blameTile(level, index, width, computed, tile));
      }
    } catch (ProofException e) {
      find(new Finding(Layout.tile(level, index, width), OptionalLong.empty(),
          String.valueOf(e.getMessage())));
    }
  }

  private void find(Finding finding) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(finding);
    }
  }
}
