package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How much work it is to open a log after a crash: bounded by the options, whatever the log's size. */
class RecoveryTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final int PENDING = 1 << 18;
  private static final int ENTRY_BYTES = 256;
  /** What the writer lets pile up before it publishes, and what comes in while it does. */
  private static final long MAX_UNPUBLISHED = 4L * PENDING + 3L * PENDING;
  /** A first and a last one, each read to its end though only a part of it counts. */
  private static final long SEGMENTS = 2L << 15;
  /** Identity, checkpoint, and the tiles and the bundle at the right edge of the tree. */
  private static final long EDGE = 1 << 18;
  private static final int CRASHES = 15;

  private final AtomicLong bytesRead = new AtomicLong();
  private final SimulatedDisk disk = new SimulatedDisk();
  private final LogStorage counting = new ForwardingStorage(disk) {
    @Override
    public Optional<byte[]> read(String name, int maxBytes) throws IOException {
      Optional<byte[]> bytes = super.read(name, maxBytes);
      bytes.ifPresent(all -> bytesRead.addAndGet(all.length));
      return bytes;
    }
  };

  private LogWriter open() {
    ExecutorService tileThreads = Executors.newFixedThreadPool(4);
    return LogWriter.start(counting,
        LogOptions.builder()
            .signer(SIGNER)
            .publishInterval(Duration.ofDays(1))
            .maxPendingBytes(PENDING)
            .build(),
        Steps.open(counting, SIGNER, new SecureRandom()::nextLong, tileThreads));
  }

  @Test
  void openingReadsNoMoreThanWasNotPublishedHoweverLongTheLog() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed());
    byte[] entry = new byte[ENTRY_BYTES];
    long longest = 0;
    for (int crash = 0; crash < CRASHES; crash++) {
      LogWriter log = open();
      disk.stopAfter(random.nextInt(200, 2_000));
      assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> {
        while (true) {
          log.append(entry);
        }
      });
      assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::close);
      disk.kill(); // keeps more than a power cut
      long published = SignedCheckpoint.parse(disk.contents(Layout.CHECKPOINT), SIGNER.verifier())
          .size();
      bytesRead.set(0);
      try (LogWriter again = open()) {
        long replayed = (again.size() - published) * (Short.BYTES + ENTRY_BYTES);
        assertThat(replayed).isLessThanOrEqualTo(MAX_UNPUBLISHED);
        // each segment to find where to begin, to be replayed, and to be written again
        assertThat(bytesRead.get()).isLessThanOrEqualTo(3 * (MAX_UNPUBLISHED + SEGMENTS) + EDGE);
        longest = Math.max(longest, replayed);
      }
    }
    assertThat(longest).as("a test that replays next to nothing shows nothing")
        .isGreaterThan(PENDING);
    System.out.println("at most " + longest + " bytes replayed, of " + MAX_UNPUBLISHED);
  }
}
