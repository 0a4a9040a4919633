package org.modelledger.tlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A short working life of a log, the same each time, for tests that make each of its steps fail. One
 * thread, which waits for the disk each time before it goes on.
 */
final class ScriptedSession {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int FIRST_LONG = 303;
  /** Their batches do not fit the first segment. */
  private static final int LONG_ENTRIES = 5;
  private static final int LONG_BYTES = 60_000;

  private final LogOptions options;
  private final LongConsumer acknowledged;

  /** Takes what is told how many entries are acknowledged, each time there is one more. */
  ScriptedSession(LogOptions options, LongConsumer acknowledged) {
    this.options = options;
    this.acknowledged = acknowledged;
  }

  static LogOptions.Builder options(NoteSigner signer) {
    return LogOptions.builder().signer(signer).publishInterval(Duration.ofDays(1));
  }

  /** Does everything that a writer does, once, with a log that is not there yet. */
  void create(Path directory) throws InterruptedException {
    try (LogWriter log = LogWriter.open(directory, options)) {
      append(log, 3);
      log.publish();
      append(log, 300); // fills a tile that was partial
      log.publish();
      for (int i = 0; i < LONG_ENTRIES; i++) {
        append(log, 1);
      }
      log.publish(); // drops the segment before
      append(log, 1);
    }
    reopen(directory);
  }

  /** Opens a log, with all that recovering it takes, and goes on. */
  void reopen(Path directory) throws InterruptedException {
    try (LogWriter log = LogWriter.open(directory, options)) {
      append(log, 2);
    }
  }

  private void append(LogWriter log, int entries) throws InterruptedException {
    List<Appended> appended = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      appended.add(log.append(entry(log.size())));
    }
    for (Appended each : appended) {
      each.await(LIMIT);
      acknowledged.accept(each.index() + 1);
    }
  }

  /** Makes a directory as a writer leaves it that is killed after two segments, one not published. */
  static void abandon(Path directory, NoteSigner signer) throws InterruptedException {
    Killable storage = new Killable(directory);
    ScriptedSession session = new ScriptedSession(
        options(signer).storage(any -> storage).build(), size -> {
        });
    LogWriter log = LogWriter.open(directory, session.options);
    session.append(log, 3);
    log.publish();
    session.append(log, 300);
    for (int i = 0; i < LONG_ENTRIES; i++) {
      session.append(log, 1);
    }
    storage.killed = true;
    try {
      log.close();
    } catch (LogFailedException e) {
      return; // as was wanted
    }
    throw new AssertionError("it should have had something to publish");
  }

  /** Does nothing more from a moment on. */
  private static final class Killable extends ForwardingStorage {
    private volatile boolean killed;

    Killable(Path directory) {
      super(LogStorage.directory(directory));
    }

    private void check() throws IOException {
      if (killed) {
        throw new IOException("killed");
      }
    }

    @Override
    public OpenFile create(String name) throws IOException {
      check();
      return super.create(name);
    }

    @Override
    void write(String name, OpenFile file, ByteBuffer bytes, long position) throws IOException {
      check();
      super.write(name, file, bytes, position);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      check();
      super.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      check();
      super.delete(name);
    }

    @Override
    public void createDirectory(String name) throws IOException {
      check();
      super.createDirectory(name);
    }
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** Opens a log, wants what it should have in it and returns how much that is. */
  static long check(Path directory, LogOptions options) throws ProofException {
    try (LogWriter log = LogWriter.open(directory, options)) {
      SignedCheckpoint at = log.checkpoint();
      log.reader().entries(0, at.size(), at, (index, entry) -> {
        if (!Arrays.equals(entry, entry(index))) {
          throw new AssertionError("entry " + index + " is another one");
        }
      });
      log.reader().verifyAll(at).requireIntact();
      return at.size();
    }
  }

  private static byte[] entry(long index) {
    byte[] entry = KilledWriter.entry(index);
    return index >= FIRST_LONG && index < FIRST_LONG + LONG_ENTRIES
        ? Arrays.copyOf(entry, LONG_BYTES)
        : entry;
  }

  /** Returns what of a directory this process has open, where the system tells. */
  static List<String> open(Path directory) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    List<String> open = new ArrayList<>();
    if (!Files.isDirectory(descriptors)) {
      return open;
    }
    try (Stream<Path> all = Files.list(descriptors)) {
      for (Path descriptor : all.toList()) {
        String file;
        try {
          file = Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
          continue; // the descriptor by which they are listed
        }
        if (file.startsWith(directory.toString())) {
          open.add(file);
        }
      }
    }
    return open;
  }
}
