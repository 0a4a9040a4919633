package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Opening a log: one whose writer stopped with so many bytes of entries acknowledged and not published
 * (62 MiB is about the most that the default options let pile up), and one of a million entries that was
 * closed. Raw: reading the same write-ahead files and hashing them.
 *
 * <p>{@code bench/run RecoveryBenchmark}
 */
@PartOf(Suite.ARTIFACTS)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(1)
public class RecoveryBenchmark {
  private static final int ENTRY_BYTES = 256;

  private static LogOptions options(NoteSigner signer) {
    return LogOptions.builder().signer(signer).publishInterval(Duration.ofDays(1)).build();
  }

  private static void copyAll(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** A log as a writer leaves it that is killed, anew for each opening. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls write() before all else
  public static class KilledLog {
    @Param("62")
    private int mebibytes;

    private final NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());
    private Path directory;
    private Path killed;
    private Path log;

    @Setup(Level.Trial)
    public void write() throws IOException, InterruptedException {
      directory = Workspace.create("recovery");
      killed = directory.resolve("killed");
      byte[] entry = new byte[ENTRY_BYTES];
      try (LogWriter writer = LogWriter.open(directory.resolve("whole"), options(signer))) {
        int entries = (mebibytes << 20) / (ENTRY_BYTES + Short.BYTES);
        for (int i = 1; i < entries; i++) {
          writer.append(entry);
        }
        writer.append(entry).await(Duration.ofMinutes(1));
        // the tiles that are being written meanwhile do not count without a checkpoint
        Files.createDirectories(killed.resolve(".wal"));
        for (String name : List.of(".wal/log", "checkpoint")) {
          Files.copy(directory.resolve("whole").resolve(name), killed.resolve(name));
        }
        for (Path segment : segments(directory.resolve("whole"))) {
          Files.copy(segment, killed.resolve(".wal").resolve(segment.getFileName()));
        }
      }
      Workspace.delete(directory.resolve("whole"));
    }

    static List<Path> segments(Path log) throws IOException {
      try (Stream<Path> files = Files.list(log.resolve(".wal"))) {
        return files.filter(file -> file.toString().endsWith(".wal")).sorted().toList();
      }
    }

    @Setup(Level.Invocation)
    public void copy() throws IOException {
      log = directory.resolve("log");
      copyAll(killed, log);
    }

    @TearDown(Level.Invocation)
    public void delete() throws IOException {
      Workspace.delete(log);
    }

    @TearDown(Level.Trial)
    public void end() throws IOException {
      Workspace.delete(directory);
    }
  }

  /** A log of a million entries that was closed. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls write() before all else
  public static class ClosedLog {
    private static final int ENTRIES = 1_000_000;

    private final NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());
    private Path directory;

    @Setup(Level.Trial)
    public void write() throws IOException {
      directory = Workspace.create("closed");
      byte[] entry = new byte[ENTRY_BYTES];
      try (LogWriter writer = LogWriter.open(directory.resolve("log"), options(signer))) {
        for (int i = 0; i < ENTRIES; i++) {
          writer.append(entry);
        }
      }
    }

    @TearDown(Level.Trial)
    public void end() throws IOException {
      Workspace.delete(directory);
    }
  }

  @Benchmark
  public byte[] rawReadAndHash(KilledLog killed) throws IOException, NoSuchAlgorithmException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (Path segment : KilledLog.segments(killed.log)) {
      sha256.update(Files.readAllBytes(segment));
    }
    return sha256.digest();
  }

  @Benchmark
  @Peer("rawReadAndHash")
  public long openKilled(KilledLog killed) {
    try (LogWriter writer = LogWriter.open(killed.log, options(killed.signer))) {
      return writer.size();
    }
  }

  @Benchmark
  @Peer("rawReadAndHash")
  public long openMillion(ClosedLog closed) {
    try (LogWriter writer = LogWriter.open(closed.directory.resolve("log"),
        options(closed.signer))) {
      return writer.size();
    }
  }
}
