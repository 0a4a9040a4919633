package org.modelledger.tlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.modelledger.tlog.LogStorage.OpenFile;

/**
 * What a witness must not forget: the checkpoint of each log that it has cosigned last, one file each,
 * and which logs these are, so that a file that is gone is not taken for a log that is new. The
 * layout is in docs/formats/transparency-log.md.
 */
final class WitnessState implements Closeable {

  private static final String LOCK = "lock";
  private static final String IDENTITY = "witness";
  private static final String NEW = ".new";
  private static final String MAGIC = "modelledger witness";
  private static final String VERSION = "1";
  private static final String NOTHING = "nothing cosigned yet\n";
  private static final int MAX_IDENTITY_BYTES = 1 << 24;

  private final LogStorage storage;
  private final CosignatureVerifier key;
  private final Closeable lock;
  private final Set<String> origins = new LinkedHashSet<>();

  private WitnessState(LogStorage storage, CosignatureVerifier key, Closeable lock) {
    this.storage = storage;
    this.key = key;
    this.lock = lock;
  }

  /** Makes the state of a witness that has cosigned nothing, and opens it. */
  static WitnessState create(LogStorage storage, CosignatureVerifier key) {
    return locked(storage, key, state -> {
      List<String> others = storage.list("")
          .stream()
          .filter(name -> !name.equals(LOCK) && !name.equals(IDENTITY + NEW))
          .sorted()
          .limit(10)
          .toList();
      if (!others.isEmpty()) {
        throw new LogFormatException(
            storage + " is not empty, so no new witness can begin there: it has " + others);
      }
      state.writeIdentity();
    });
  }

  /** Opens the state that was left; refuses to begin anew. */
  static WitnessState open(LogStorage storage, CosignatureVerifier key) {
    return locked(storage, key, WitnessState::readIdentity);
  }

  private interface Step {
    void take(WitnessState state) throws IOException;
  }

  private static WitnessState locked(LogStorage storage, CosignatureVerifier key, Step step) {
    try {
      storage.createDirectory("");
      Closeable lock = storage.lock(LOCK);
      try {
        WitnessState state = new WitnessState(storage, key, lock);
        step.take(state);
        return state;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new LogStorageException(
          "cannot open the state of the witness in " + storage + ": " + Text.describe(e), e);
    }
  }

  private void readIdentity() throws IOException {
    String text = storage.read(IDENTITY, MAX_IDENTITY_BYTES)
        .map(bytes -> Text.utf8(bytes).orElse(""))
        .orElseThrow(() -> new LogFormatException("there is no state of a witness in " + storage
            + "; a witness that has lost it would cosign a second history, so it needs a new key"));
    List<String> lines = List.of(text.split("\n", -1));
    if (!lines.getFirst().equals(MAGIC)) {
      throw corrupt(IDENTITY, "it does not begin with the line '" + MAGIC + "'");
    }
    if (lines.size() > 1 && !lines.get(1).equals(VERSION)) {
      throw new LogFormatException("the state of the witness in " + storage
          + " has the format version " + Text.quote(lines.get(1)) + ", this library writes version "
          + VERSION);
    }
    if (lines.size() < 4 || !lines.getLast().isEmpty()) {
      throw corrupt(IDENTITY, "it has not magic, version, verifier key and origins, a line each");
    }
    if (!lines.get(2).equals(key.toString())) {
      throw new LogIdentityException("the state in " + storage + " belongs to the witness "
          + Text.quote(lines.get(2)) + ", it was opened with " + key);
    }
    origins.addAll(lines.subList(3, lines.size() - 1));
  }

  /** Makes sure that these logs have files, before anything of them is cosigned or shown. */
  void know(Collection<String> logs) {
    try {
      // A witness that was killed may have put files in place without the sync that follows.
      storage.syncDirectory("");
      List<String> fresh = logs.stream().filter(origin -> !origins.contains(origin)).toList();
      for (String origin : fresh) {
        // it may be there: a crash can come between this and the list of the origins
        if (storage.read(file(origin), Layout.MAX_CHECKPOINT_BYTES).isEmpty()) {
          replace(file(origin), NOTHING);
        }
      }
      if (!fresh.isEmpty()) {
        origins.addAll(fresh);
        writeIdentity();
      }
    } catch (IOException e) {
      throw new LogStorageException(
          "cannot write the state of the witness in " + storage + ": " + Text.describe(e), e);
    }
  }

  /** Returns what was cosigned last of a log, or nothing if nothing was. */
  Optional<Kept> read(String origin) {
    String file = file(origin);
    byte[] bytes;
    try {
      bytes = storage.read(file, Layout.MAX_CHECKPOINT_BYTES)
          .orElseThrow(() -> corrupt(file,
              "it is missing; it has what was cosigned of the log " + Text.quote(origin)));
    } catch (IOException e) {
      throw new LogStorageException("cannot read " + file + " of the state in " + storage + ": "
          + Text.describe(e), e);
    }
    if (Text.utf8(bytes).orElse("").equals(NOTHING)) {
      return Optional.empty();
    }
    try {
      SignedNote note = SignedNote.parse(bytes);
      Checkpoint checkpoint = Checkpoint.parse(note.text());
      List<Cosignature> own = note.cosignatures(List.of(key));
      if (own.isEmpty() || !checkpoint.origin().equals(origin)) {
        throw new ProofException("it is not a checkpoint of the log " + Text.quote(origin)
            + " that this witness has cosigned");
      }
      return Optional.of(new Kept(checkpoint, note, own.getFirst().timestamp()));
    } catch (ProofException e) {
      throw corrupt(file, String.valueOf(e.getMessage()));
    }
  }

  /** A checkpoint that was cosigned, as it is kept. */
  record Kept(Checkpoint checkpoint, SignedNote note, long timestamp) {}

  /** Keeps what is to be cosigned; it is durable when this returns. */
  void write(Kept kept) throws IOException {
    replace(file(kept.checkpoint().origin()), kept.note().encoded());
  }

  /** The name of a log's file, which is also its name in the read interface. */
  static String file(String origin) {
    byte[] utf8 = origin.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(TreeHasher.newSha256().digest(utf8));
  }

  private void writeIdentity() throws IOException {
    List<String> lines = new ArrayList<>(List.of(MAGIC, VERSION, key.toString()));
    lines.addAll(origins);
    replace(IDENTITY, String.join("\n", lines) + "\n");
  }

  private void replace(String name, String text) throws IOException {
    try (OpenFile file = storage.create(name + NEW)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      file.sync();
    }
    storage.rename(name + NEW, name);
    storage.syncDirectory("");
  }

  private LogCorruptException corrupt(String file, String what) {
    return new LogCorruptException(storage.toString(), file, what);
  }

  @Override
  public String toString() {
    return storage.toString();
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
