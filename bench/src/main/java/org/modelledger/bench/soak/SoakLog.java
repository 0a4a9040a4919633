package org.modelledger.bench.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.modelledger.tlog.FsckReport;
import org.modelledger.tlog.LogObserver;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;

/** A log that is soaked, with what its writer says of itself. */
final class SoakLog {
  private static final int PROVEN = 1_000;
  private static final long FOLLOWED = 1_000_000;

  private final Path directory;
  private final NoteSigner signer = NoteSigner.generate("bench.example/soak", new SecureRandom());
  private final Told told = new Told();
  private final LogWriter writer;

  /** What the writer told since the log was opened. */
  static final class Told implements LogObserver {
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong syncNanos = new AtomicLong();
    private final AtomicLong publishNanos = new AtomicLong();
    private volatile long published = System.nanoTime();

    @Override
    public void committed(int entries, long bytes, long writeNanos, long sync) {
      commits.incrementAndGet();
      syncNanos.addAndGet(sync);
    }

    @Override
    public void published(SignedCheckpoint checkpoint, long nanos) {
      published = System.nanoTime();
      publishNanos.accumulateAndGet(nanos, Math::max);
    }

    long commits() {
      return commits.get();
    }

    long syncNanos() {
      return syncNanos.get();
    }

    /** Returns the longest time that publishing took since the last call. */
    long takePublishNanos() {
      return publishNanos.getAndSet(0);
    }

    double checkpointAgeSeconds() {
      return (System.nanoTime() - published) / 1e9;
    }
  }

  SoakLog(Path directory) {
    this.directory = directory;
    this.writer = LogWriter.open(directory,
        LogOptions.builder().signer(signer).observer(told).build());
  }

  LogWriter writer() {
    return writer;
  }

  Told told() {
    return told;
  }

  Path directory() {
    return directory;
  }

  /** Returns how many bytes the write-ahead files have. */
  long walBytes() {
    try (Stream<Path> files = Files.list(directory.resolve(".wal"))) {
      long bytes = 0;
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          bytes += Files.size(file);
        } catch (NoSuchFileException e) {
          // it has been dropped since it was listed
        }
      }
      return bytes;
    } catch (IOException | UncheckedIOException e) {
      return 0; // the log is being deleted
    }
  }

  /** Reads and hashes everything again, then follows each producer through the newest entries. */
  String checkAll(int entryBytes) throws ProofException, SoakException {
    LogReader reader = LogReader.open(TileSource.directory(directory), signer.verifier());
    SignedCheckpoint at = reader.latest();
    requireEverything(at);
    long began = System.nanoTime();
    FsckReport report = reader.verifyAll(at);
    report.requireIntact();
    double seconds = (System.nanoTime() - began) / 1e9;
    long from = Math.max(0, at.size() - FOLLOWED);
    Map<Integer, Long> next = new HashMap<>();
    long[] wrong = {-1};
    reader.entries(from, at.size(), at, (index, entry) -> {
      long number = SoakEntry.number(entry);
      Long expected = next.put(SoakEntry.producer(entry), number + 1);
      if (!SoakEntry.isWhole(entry, entryBytes) || (expected != null && expected != number)) {
        wrong[0] = index;
      }
    });
    if (wrong[0] >= 0) {
      throw new SoakException("entry " + wrong[0] + " is not what came next from its producer");
    }
    return String.format(Locale.ROOT,
        "fsck: %,d entries, %,d bundles, %,d tiles intact in %.1f s; the newest %,d follow each other",
        at.size(), report.bundles(), report.tiles(), seconds, at.size() - from);
  }

  /** Proves some entries by chance, which takes a moment where checking all of them takes minutes. */
  String checkSample(int entryBytes) throws ProofException, SoakException {
    LogReader reader = LogReader.open(TileSource.directory(directory), signer.verifier());
    SignedCheckpoint at = reader.latest();
    requireEverything(at);
    SplittableRandom random = new SplittableRandom(at.size());
    for (int i = 0; i < PROVEN; i++) {
      long index = random.nextLong(at.size());
      byte[] entry = reader.entry(index, at);
      reader.inclusionProof(index, at).verify(MerkleTree.leafHash(entry), at.root());
      if (!SoakEntry.isWhole(entry, entryBytes)) {
        throw new SoakException("entry " + index + " is not what its producer appended");
      }
    }
    return String.format(Locale.ROOT, "%,d entries, %,d by chance proven included", at.size(),
        PROVEN);
  }

  private void requireEverything(SignedCheckpoint at) throws SoakException {
    if (at.size() != writer.size()) {
      throw new SoakException("the log has " + at.size() + " entries; acknowledged were "
          + writer.size());
    }
  }

  void delete() throws IOException {
    List<Path> paths;
    try (Stream<Path> found = Files.walk(directory)) {
      paths = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
