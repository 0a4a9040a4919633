package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole logs checked by several threads. */
class FsckTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  // more than one tile on level 1, and a partial one on each
  private static final int SIZE = 300 * 256 + 44;
  private static final SimulatedDisk DISK = new SimulatedDisk();

  private final TileSource source = new StorageTileSource(DISK);

  @BeforeAll
  static void write() {
    try (LogWriter log = LogWriter.open(Path.of("unused"),
        LogOptions.builder().signer(SIGNER).storage(directory -> DISK).build())) {
      for (int i = 0; i < SIZE; i++) {
        log.append(("entry " + i).getBytes(UTF_8));
      }
    }
  }

  private static LogReader reader(TileSource source) {
    return LogReader.open(source, SIGNER.verifier());
  }

  private SignedCheckpoint checkpoint() throws ProofException {
    return reader(source).latest();
  }

  private static FsckReport check(TileSource source, SignedCheckpoint at, int threads)
      throws InterruptedException {
    return reader(source).verifyAll(at, threads, progress -> {
    });
  }

  @Test
  void theNumberOfThreadsDoesNotChangeWhatIsFound() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed());
    SignedCheckpoint at = checkpoint();
    List<String> files = DISK.files().stream().filter(name -> name.startsWith("tile/")).toList();
    int found = 0;
    for (int round = 0; round < 30; round++) {
      Map<String, byte[]> damaged = new HashMap<>();
      int damages = random.nextInt(round == 0 ? 150 : 12);
      for (int i = 0; i < damages; i++) {
        // every other one among the few files of the upper levels and the edge
        List<String> candidates = random.nextBoolean()
            ? files
            : files.stream().filter(name -> name.matches("tile/[12].*|.*\\.p/.*")).toList();
        String name = candidates.get(random.nextInt(candidates.size()));
        damaged.putIfAbsent(name, DISK.contents(name));
        byte[] other = DISK.contents(files.get(random.nextInt(files.size())));
        DISK.damage(name, damage(random, other));
      }
      FsckReport alone = reader(source).verifyAll(at);
      found += alone.findings().size();
      for (int threads : new int[]{1, 2, 7}) {
        FsckReport together = check(source, at, threads);
        assertThat(together.findings()).isEqualTo(alone.findings());
        assertThat(together.bundles()).isEqualTo(alone.bundles());
        assertThat(together.tiles()).isEqualTo(alone.tiles());
      }
      damaged.forEach((name, bytes) -> DISK.damage(name, any -> bytes));
    }
    assertThat(found).isGreaterThan(100);
    assertThat(check(source, at, 2).isIntact()).isTrue();
  }

  /** A way to spoil a file, its length included. */
  private static UnaryOperator<byte[]> damage(RandomGenerator random, byte[] other) {
    return switch (random.nextInt(6)) {
      case 0 -> bytes -> new byte[0];
      case 1 -> bytes -> other;
      case 2 -> bytes -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 2));
      default -> bytes -> {
        if (bytes.length > 0) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
      };
    };
  }

  @Test
  void checksLogsOfAnySizeToTheEnd() throws Exception {
    for (int size : new int[]{0, 1, 255, 256, 257, 4096, 4097, 65_536, 65_537}) {
      SignedCheckpoint at = SignedCheckpoint.sign(SIGNER, size,
          reader(source).rootAt(size, checkpoint()));
      List<FsckProgress> heard = new ArrayList<>();
      FsckReport report = reader(source).verifyAll(at, 2, heard::add);
      // partial tiles of older sizes are gone, the full ones are read in their place
      assertThat(report.findings()).as("size " + size).isEmpty();
      assertThat(report).isEqualTo(reader(source).verifyAll(at));
      assertThat(heard.getLast().entries()).isEqualTo(size);
      assertThat(heard.getLast().total()).isEqualTo(size);
    }
  }

  @Test
  void saysHowFarItIs() throws Exception {
    SignedCheckpoint at = checkpoint();
    List<FsckProgress> heard = new ArrayList<>();
    FsckReport report = reader(source).verifyAll(at, 2, heard::add);
    report.requireIntact();
    assertThat(heard).hasSizeGreaterThan(10);
    for (int i = 1; i < heard.size(); i++) {
      assertThat(heard.get(i).entries()).isBetween(heard.get(i - 1).entries(),
          heard.get(i - 1).entries() + 4096);
      assertThat(heard.get(i).bytes()).isGreaterThanOrEqualTo(heard.get(i - 1).bytes());
      assertThat(heard.get(i).elapsed()).isGreaterThanOrEqualTo(heard.get(i - 1).elapsed());
    }
    long bytes = DISK.files()
        .stream()
        .filter(name -> name.startsWith("tile/"))
        .mapToLong(name -> DISK.contents(name).length)
        .sum();
    FsckProgress last = heard.getLast();
    assertThat(last.entries()).isEqualTo(SIZE);
    assertThat(last.total()).isEqualTo(SIZE);
    assertThat(last.bytes()).isEqualTo(bytes);
    assertThat(last.findings()).isZero();
    assertThat(last.entriesPerSecond()).isPositive();
    assertThat(last.bytesPerSecond()).isGreaterThan(last.entriesPerSecond());
  }

  @Test
  void readsOnlyABoundedWayAhead() throws Exception {
    AtomicInteger bundles = new AtomicInteger();
    TileSource counting = (path, maxBytes) -> {
      if (path.startsWith("tile/entries/")) {
        bundles.incrementAndGet();
      }
      return source.read(path, maxBytes);
    };
    AtomicLong furthest = new AtomicLong();
    reader(counting).verifyAll(checkpoint(), 2, progress -> {
      long ahead = bundles.get() - progress.entries() / 256;
      furthest.accumulateAndGet(ahead, Math::max);
    });
    assertThat(furthest.get()).isBetween(1L, 2L * 4 * 16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tile/entries/150", "tile/0/010", "tile/1/000"})
  void anInterruptEndsItAndItsThreads(String stuck) throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    AtomicInteger reading = new AtomicInteger();
    TileSource waiting = (path, maxBytes) -> {
      reading.incrementAndGet();
      try {
        if (path.equals(stuck)) {
          reached.countDown();
          new CountDownLatch(1).await();
        }
        return source.read(path, maxBytes);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      } finally {
        reading.decrementAndGet();
      }
    };
    SignedCheckpoint at = checkpoint();
    FutureTask<Integer> ended = new FutureTask<>(() -> {
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> check(waiting, at, 2));
      assertThat(Thread.interrupted()).isFalse();
      return reading.get();
    });
    Thread caller = Thread.ofPlatform().start(ended);
    reached.await();
    caller.interrupt();
    assertThat(ended.get()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void aFileThatCannotBeReadEndsItAndTheFirstIsNamed(int threads) throws Exception {
    TileSource failing = new TileSource() {
      @Override
      public Optional<byte[]> read(String path, int maxBytes) throws IOException {
        if (path.matches("tile/0/(013|01[5-9]|1..)")) {
          throw new IOException("no luck");
        }
        return source.read(path, maxBytes);
      }

      @Override
      public String toString() {
        return "somewhere";
      }
    };
    SignedCheckpoint at = checkpoint();
    assertThatExceptionOfType(LogStorageException.class)
        .isThrownBy(() -> check(failing, at, threads))
        .withMessage("cannot read tile/0/013 from somewhere: no luck");
  }

  @Test
  void aListenerMayEndIt() throws Exception {
    SignedCheckpoint at = checkpoint();
    IllegalStateException enough = new IllegalStateException("enough");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> reader(source).verifyAll(at, 2, progress -> {
          throw enough;
        }))
        .isSameAs(enough);
  }

  @Test
  void needsAThread() throws Exception {
    SignedCheckpoint at = checkpoint();
    assertThatIllegalArgumentException().isThrownBy(() -> check(source, at, 0))
        .withMessage("there are 0 threads, wanted at least 1");
  }
}
