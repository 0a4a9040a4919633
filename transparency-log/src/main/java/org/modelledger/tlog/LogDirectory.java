package org.modelledger.tlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.modelledger.tlog.LogStorage.OpenFile;

/**
 * An opened and recovered log: its lock, its write-ahead file and its publisher. No threads of its
 * own, so that a test can drive it step by step.
 */
final class LogDirectory implements Closeable {

  private static final String LOCK = Wal.DIRECTORY + "/lock";
  private static final String IDENTITY = Wal.DIRECTORY + "/log";
  private static final String NEW_IDENTITY = Wal.DIRECTORY + "/log.new";
  private static final String MAGIC = "modelledger transparency log";
  private static final String VERSION = "1";
  private static final int MAX_IDENTITY_BYTES = 10_000;

  private final Closeable lock;
  private final Wal wal;
  private final Publisher publisher;
  private final SignedCheckpoint checkpoint;

  private LogDirectory(Closeable lock, Wal wal, Publisher publisher, SignedCheckpoint checkpoint) {
    this.lock = lock;
    this.wal = wal;
    this.publisher = publisher;
    this.checkpoint = checkpoint;
  }

  Wal wal() {
    return wal;
  }

  Publisher publisher() {
    return publisher;
  }

  /** Returns the checkpoint that covers everything there was when the log was opened. */
  SignedCheckpoint checkpoint() {
    return checkpoint;
  }

  static LogDirectory open(LogStorage storage, NoteSigner signer) {
    return open(storage, signer, new SecureRandom()::nextLong);
  }

  static LogDirectory open(LogStorage storage, NoteSigner signer, LongSupplier salts) {
    try {
      refuseForeign(storage);
      storage.createDirectory(Wal.DIRECTORY);
      Closeable lock = storage.lock(LOCK);
      try {
        return new Opening(storage, signer, salts).open(lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new LogStorageException("cannot open the log in " + storage + ": " + describe(e), e);
    }
  }

  static String describe(IOException e) {
    String message = e.getMessage();
    return e.getClass() == IOException.class && message != null
        ? message
        : e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
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
    publisher.close();
    try (lock) {
      wal.close();
    }
  }

  /** The steps of opening, under the lock. */
  private record Opening(LogStorage storage, NoteSigner signer, LongSupplier salts) {

    LogDirectory open(Closeable lock) throws IOException {
      boolean created = identify();
      storage.createDirectory(TileWriter.TEMPORARY);
      for (String name : storage.list(TileWriter.TEMPORARY)) {
        storage.delete(TileWriter.TEMPORARY + "/" + name);
      }
      byte[] owner = signer.verifier().toString().getBytes(StandardCharsets.UTF_8);
      ByteBuffer identity = ByteBuffer
          .wrap(TreeHasher.newSha256().digest(owner), 0, WalFormat.IDENTITY_BYTES)
          .slice();
      WalReplay replay = new WalReplay(storage, identity);
      Publisher publisher = new Publisher(storage, signer);
      SignedCheckpoint checkpoint = created || isInterruptedCreation(replay)
          ? publisher.publish()
          : recover(publisher, replay);
      Wal wal = new Wal(storage, identity, salts, replay.nextNumber(), checkpoint.size());
      replay.delete();
      return new LogDirectory(lock, wal, publisher, checkpoint);
    }

    /** Checks whose log this is, or makes it this signer's; returns whether it was made now. */
    private boolean identify() throws IOException {
      String vkey = signer.verifier().toString();
      Optional<byte[]> found = storage.read(IDENTITY, MAX_IDENTITY_BYTES);
      if (found.isEmpty()) {
        List<String> others = storage.list("")
            .stream()
            .filter(name -> !name.equals(Wal.DIRECTORY))
            .sorted()
            .toList();
        if (!others.isEmpty()) {
          throw new LogCorruptException(storage.toString(), IDENTITY,
              "it is missing, while the log has " + others);
        }
        OpenFile file = storage.create(NEW_IDENTITY);
        try (file) {
          String text = MAGIC + "\n" + VERSION + "\n" + vkey + "\n";
          file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
          file.sync();
        }
        storage.rename(NEW_IDENTITY, IDENTITY);
        storage.syncDirectory(Wal.DIRECTORY);
        return true;
      }
      String[] lines = Text.utf8(found.get()).orElse("").split("\n", -1);
      if (lines.length < 2 || !lines[0].equals(MAGIC)) {
        throw new LogCorruptException(storage.toString(), IDENTITY, 0,
            "it does not begin with the line '" + MAGIC + "'");
      }
      if (!lines[1].equals(VERSION)) {
        throw new LogFormatException("the log in " + storage + " has the format version "
            + Text.quote(lines[1]) + ", this library writes version " + VERSION);
      }
      requireOurs(lines, vkey);
      return false;
    }

    private void requireOurs(String[] lines, String vkey) {
      if (lines.length != 4 || !lines[3].isEmpty()) {
        throw new LogCorruptException(storage.toString(), IDENTITY, "it has " + lines.length
            + " lines, wanted magic, version and verifier key");
      }
      NoteVerifier owner;
      try {
        owner = NoteVerifier.parse(lines[2]);
      } catch (IllegalArgumentException e) {
        throw new LogCorruptException(storage.toString(), IDENTITY,
            String.valueOf(e.getMessage()));
      }
      if (!owner.toString().equals(vkey)) {
        throw new LogIdentityException("the log in " + storage + " belongs to the key " + owner
            + ", it was opened with " + vkey);
      }
    }

    // the first checkpoint comes before the first segment
    private boolean isInterruptedCreation(WalReplay replay) throws IOException {
      boolean hasCheckpoint = storage.read(Layout.CHECKPOINT, Layout.MAX_CHECKPOINT_BYTES)
          .isPresent();
      boolean hasTiles = !storage.list(Layout.TILES).isEmpty();
      return !hasCheckpoint && !hasTiles && replay.isEmpty();
    }

    private SignedCheckpoint recover(Publisher publisher, WalReplay replay) throws IOException {
      SignedCheckpoint checkpoint = readCheckpoint();
      if (replay.isEmpty()) {
        if (checkpoint.size() == 0 && storage.list(Layout.TILES).isEmpty()) {
          return checkpoint;
        }
        throw new LogCorruptException(storage.toString(), Wal.name(1),
            "no write-ahead segment is there, so nobody knows what came after the checkpoint");
      }
      try {
        publisher.load(checkpoint);
      } catch (ProofException e) {
        throw explain(checkpoint, e);
      }
      replay.replay(checkpoint.size(), (bytes, offset, length, first, count) -> {
        publisher.add(bytes, offset, length);
      });
      return publisher.size() == checkpoint.size() ? checkpoint : publisher.publish();
    }

    private SignedCheckpoint readCheckpoint() throws IOException {
      byte[] bytes = storage.read(Layout.CHECKPOINT, Layout.MAX_CHECKPOINT_BYTES)
          .orElseThrow(() -> new LogCorruptException(storage.toString(), Layout.CHECKPOINT,
              "it is missing"));
      try {
        return SignedCheckpoint.parse(bytes, signer.verifier());
      } catch (ProofException e) {
        throw new LogCorruptException(storage.toString(), Layout.CHECKPOINT,
            String.valueOf(e.getMessage()));
      }
    }

    private LogCorruptException explain(SignedCheckpoint checkpoint, ProofException noticed) {
      FsckReport report = LogReader.open(new StorageTileSource(storage), signer.verifier())
          .verifyAll(checkpoint);
      return report.findings()
          .stream()
          .findFirst()
          .map(f -> new LogCorruptException(storage.toString(), f.path(), f.what()))
          .orElseGet(() -> new LogCorruptException(storage.toString(), Layout.TILES,
              String.valueOf(noticed.getMessage())));
    }
  }
}
