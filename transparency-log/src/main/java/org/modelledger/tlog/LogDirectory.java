package org.modelledger.tlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.LogStorage.OpenFile;

/**
 * An opened and recovered log: its lock, its write-ahead file and its publisher. No threads of its
 * own, so that a test can drive it step by step.
 */
final class LogDirectory implements Closeable {

  private static final String LOCK = Wal.DIRECTORY + "/lock";
  private static final String IDENTITY = Wal.DIRECTORY + "/log";
  private static final String NEW_IDENTITY = Wal.DIRECTORY + "/log.new";
  /** The newest checkpoint of a log that shows readers only what witnesses have cosigned. */
  private static final String LOCAL = Wal.DIRECTORY + "/checkpoint";
  private static final String NEW_SHOWN = Wal.DIRECTORY + "/checkpoint.new";
  private static final String MAGIC = "modelledger transparency log";
  private static final String VERSION = "1";
  private static final int MAX_IDENTITY_BYTES = 10_000;

  private final Closeable lock;
  private final Wal wal;
  private final Publisher publisher;
  private final LogStorage storage;
  private final Found found;

  /** The checkpoint that covers everything there was, and the one that readers see. */
  private record Found(SignedCheckpoint newest, SignedCheckpoint shown) {}

  private LogDirectory(Closeable lock, Wal wal, Publisher publisher, LogStorage storage,
      Found found) {
    this.lock = lock;
    this.wal = wal;
    this.publisher = publisher;
    this.storage = storage;
    this.found = found;
  }

  Wal wal() {
    return wal;
  }

  Publisher publisher() {
    return publisher;
  }

  /** Returns the checkpoint that covers everything there was when the log was opened. */
  SignedCheckpoint checkpoint() {
    return found.newest();
  }

  /** Returns the checkpoint that readers saw when the log was opened. */
  SignedCheckpoint shown() {
    return found.shown();
  }

  /** Shows a checkpoint to readers; it is durable when this returns. Any one thread. */
  void show(SignedCheckpoint checkpoint) throws IOException {
    show(storage, checkpoint);
  }

  private static void show(LogStorage storage, SignedCheckpoint checkpoint) throws IOException {
    try (OpenFile file = storage.create(NEW_SHOWN)) {
      file.write(ByteBuffer.wrap(checkpoint.text().getBytes(StandardCharsets.UTF_8)), 0);
      file.sync();
    }
    storage.rename(NEW_SHOWN, Layout.CHECKPOINT);
    storage.syncDirectory("");
  }

  static LogDirectory open(LogStorage storage, NoteSigner signer, ExecutorService tileThreads,
      boolean witnessed) {
    return open(storage, signer, tileThreads, new SecureRandom()::nextLong,
        Wal.SegmentSizes.DEFAULT, witnessed);
  }

  /**
   * Opens with threads that sync tiles, which are closed with the directory.
   *
   * @param witnessed whether readers are to see only what {@link #show} shows them, while the publisher
   *     keeps its checkpoints to itself
   */
  static LogDirectory open(LogStorage storage, NoteSigner signer, ExecutorService tileThreads,
      LongSupplier salts, Wal.SegmentSizes segments, boolean witnessed) {
    TileWriter tiles = new TileWriter(storage, tileThreads);
    try {
      refuseForeign(storage);
      storage.createDirectory(Wal.DIRECTORY);
      Closeable lock = storage.lock(LOCK);
      try {
        return new Opening(storage, signer, tiles, salts, segments, witnessed).open(lock);
      } catch (IOException | RuntimeException e) {
        try (lock) {
          tiles.close();
        }
        throw e;
      }
    } catch (IOException e) {
      throw new LogStorageException("cannot open the log in " + storage + ": " + Text.describe(e),
          e);
    }
  }

  private static void refuseForeign(LogStorage storage) throws IOException {
    List<String> names = storage.list("");
    if (!names.isEmpty() && !names.contains(Wal.DIRECTORY)) {
      throw new LogFormatException(storage + " is not a log of this library, nor empty: it has "
          + names.stream().sorted().limit(10).toList());
    }
  }

  @Override
  public void close() throws IOException {
    try (lock; wal) {
      publisher.close();
    }
  }

  /** The steps of opening, under the lock. */
  private record Opening(LogStorage storage, NoteSigner signer, TileWriter tiles,
      LongSupplier salts, Wal.SegmentSizes segments, boolean witnessed) {

    LogDirectory open(Closeable lock) throws IOException {
      byte[] vkey = signer.verifier().toString().getBytes(StandardCharsets.UTF_8);
      ByteBuffer identity = ByteBuffer
          .wrap(TreeHasher.newSha256().digest(vkey), 0, WalFormat.IDENTITY_BYTES)
          .slice();
      Optional<byte[]> owner = storage.read(IDENTITY, MAX_IDENTITY_BYTES);
      if (owner.isPresent()) {
        requireOurs(Text.utf8(owner.get()).orElse(""));
      }
      WalReplay replay = new WalReplay(storage, identity);
      if (owner.isEmpty()) {
        requireNothingWritten(replay);
      }
      clearTemporary();
      Wal.deleteSpares(storage);
      Publisher publisher = new Publisher(storage, signer, tiles,
          witnessed ? LOCAL : Layout.CHECKPOINT);
      Found found = owner.isPresent() ? recover(publisher, replay) : begin(publisher);
      Wal wal = new Wal(storage, identity, salts, segments, replay.nextNumber(),
          found.newest().size());
      try {
        if (owner.isEmpty()) {
          writeIdentity();
        }
        replay.delete();
        return new LogDirectory(lock, wal, publisher, storage, found);
      } catch (IOException | RuntimeException e) {
        wal.close();
        throw e;
      }
    }

    private void requireOurs(String text) {
      String[] lines = text.split("\n", -1);
      if (lines.length < 2 || !lines[0].equals(MAGIC)) {
        throw corrupt(IDENTITY, "it does not begin with the line '" + MAGIC + "'");
      }
      if (!lines[1].equals(VERSION)) {
        throw new LogFormatException("the log in " + storage + " has the format version "
            + Text.quote(lines[1]) + ", this library writes version " + VERSION);
      }
      if (lines.length != 4 || !lines[3].isEmpty()) {
        throw corrupt(IDENTITY, "it has not three lines: magic, version, verifier key");
      }
      NoteVerifier owner;
      try {
        owner = NoteVerifier.parse(lines[2]);
      } catch (IllegalArgumentException e) {
        throw corrupt(IDENTITY, e.getMessage());
      }
      if (!owner.equals(signer.verifier())) {
        throw new LogIdentityException("the log in " + storage + " belongs to the key " + owner
            + ", it was opened with " + signer.verifier());
      }
    }

    // The identity is written last: without it there is at most a creation that was cut short.
    private void requireNothingWritten(WalReplay replay) throws IOException {
      List<String> others = storage.list("")
          .stream()
          .filter(name -> !name.equals(Wal.DIRECTORY) && !name.equals(Layout.CHECKPOINT))
          .toList();
      if (!others.isEmpty()) {
        throw corrupt(IDENTITY, "it is missing, while the log has " + others);
      }
      if (storage.read(Layout.CHECKPOINT, Layout.MAX_CHECKPOINT_BYTES).isPresent()
          && readCheckpoint().size() > 0) {
        throw corrupt(IDENTITY, "it is missing, while the log has a checkpoint");
      }
      if (!replay.isEmpty()) {
        replay.replay(0, (bytes, offset, length) -> {
          throw corrupt(IDENTITY, "it is missing, while the log has entries");
        });
      }
    }

    private void writeIdentity() throws IOException {
      try (OpenFile file = storage.create(NEW_IDENTITY)) {
        String text = MAGIC + "\n" + VERSION + "\n" + signer.verifier() + "\n";
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        file.sync();
      }
      storage.rename(NEW_IDENTITY, IDENTITY);
      storage.syncDirectory(Wal.DIRECTORY);
    }

    private void clearTemporary() throws IOException {
      storage.createDirectory(TileWriter.TEMPORARY);
      for (String name : storage.list(TileWriter.TEMPORARY)) {
        storage.delete(TileWriter.TEMPORARY + "/" + name);
      }
    }

    private Found begin(Publisher publisher) throws IOException {
      SignedCheckpoint empty = publisher.publish();
      if (witnessed) {
        show(storage, empty);
      }
      return new Found(empty, empty);
    }

    private Found recover(Publisher publisher, WalReplay replay) throws IOException {
      SignedCheckpoint shown = readCheckpoint();
      Optional<SignedCheckpoint> local = readCheckpoint(LOCAL);
      boolean ahead = local.isPresent() && local.get().size() > shown.size();
      SignedCheckpoint newest = ahead ? local.get() : shown;
      if (replay.isEmpty()) {
        throw corrupt(Wal.name(1),
            "no write-ahead segment is there, so nobody knows what came after the checkpoint");
      }
      // A writer that was killed may have put them there without the sync, on which deleting the
      // segments that they cover depends.
      storage.syncDirectory("");
      storage.syncDirectory(Wal.DIRECTORY);
      try {
        publisher.load(newest);
        if (local.isPresent()) {
          requireOneHistory(ahead ? shown : local.get(), newest);
        }
      } catch (ProofException e) {
        throw explain(newest, e);
      }
      replay.replay(newest.size(), publisher::add);
      if (publisher.size() > newest.size() || ahead && !witnessed) {
        replay.makeDurable(); // readers see the checkpoint a moment before it is durable itself
        newest = publisher.publish();
        publisher.deletePartials(witnessed ? shown.size() : newest.size());
      }
      if (!witnessed && local.isPresent()) {
        storage.delete(LOCAL);
      }
      return new Found(newest, witnessed ? shown : newest);
    }

    private void requireOneHistory(SignedCheckpoint older, SignedCheckpoint newest)
        throws ProofException {
      Hash root = LogReader.open(new StorageTileSource(storage), signer.verifier())
          .rootAt(older.size(), newest);
      if (!root.equals(older.root())) {
        throw corrupt(LOCAL, "it and " + Layout.CHECKPOINT + " are of two histories");
      }
    }

    private SignedCheckpoint readCheckpoint() throws IOException {
      return readCheckpoint(Layout.CHECKPOINT)
          .orElseThrow(() -> corrupt(Layout.CHECKPOINT, "it is missing"));
    }

    private Optional<SignedCheckpoint> readCheckpoint(String file) throws IOException {
      Optional<byte[]> bytes = storage.read(file, Layout.MAX_CHECKPOINT_BYTES);
      if (bytes.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(SignedCheckpoint.parse(bytes.get(), signer.verifier()));
      } catch (ProofException e) {
        throw corrupt(file, e.getMessage());
      }
    }

    private LogCorruptException explain(SignedCheckpoint checkpoint, ProofException noticed) {
      FsckReport report = LogReader.open(new StorageTileSource(storage), signer.verifier())
          .verifyAll(checkpoint);
      return report.findings()
          .stream()
          .findFirst()
          .map(finding -> corrupt(finding.path(), finding.what()))
          .orElseGet(() -> corrupt(Layout.TILES, noticed.getMessage()));
    }

    private LogCorruptException corrupt(String file, @Nullable String what) {
      return new LogCorruptException(storage.toString(), file, String.valueOf(what));
    }
  }
}
