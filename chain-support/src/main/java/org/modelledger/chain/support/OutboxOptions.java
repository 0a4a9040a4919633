package org.modelledger.chain.support;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Consumer;

/** Which {@link Outbox} to open, and how. Immutable: each {@code with…} method returns changed options. */
public final class OutboxOptions {
  private static final long DEFAULT_MAX_SETTLED = 100_000;
  private static final Duration DEFAULT_MAX_AGE = Duration.ofDays(30);
  private static final Duration DEFAULT_COMMIT_INTERVAL = Duration.ofMillis(2);
  private static final long DEFAULT_MAX_UNWRITTEN_BYTES = 64L << 20;

  private final Path directory;
  private final String binding;
  private long maxSettled = DEFAULT_MAX_SETTLED;
  private Duration maxAge = DEFAULT_MAX_AGE;
  private Duration commitInterval = DEFAULT_COMMIT_INTERVAL;
  private long maxUnwrittenBytes = DEFAULT_MAX_UNWRITTEN_BYTES;
  private InstantSource clock = InstantSource.system();
  private String fileSystem = "";

  private OutboxOptions(Path directory, String binding) {
    this.directory = Objects.requireNonNull(directory, "directory");
    this.binding = Objects.requireNonNull(binding, "binding");
  }

  /**
   * Names an outbox.
   *
   * @param directory where it lies; created if it does not exist
   * @param binding the account and the ledger that it serves, in any form that is the same every time;
   *     an existing outbox with another binding is refused
   */
  public static OutboxOptions of(Path directory, String binding) {
    return new OutboxOptions(directory, binding);
  }

  private OutboxOptions with(Consumer<OutboxOptions> change) {
    OutboxOptions changed = new OutboxOptions(directory, binding);
    changed.maxSettled = maxSettled;
    changed.maxAge = maxAge;
    changed.commitInterval = commitInterval;
    changed.maxUnwrittenBytes = maxUnwrittenBytes;
    changed.clock = clock;
    changed.fileSystem = fileSystem;
    change.accept(changed);
    return changed;
  }

  /**
   * Sets how many settled entries are kept at most. Default: 100,000. Each takes about 120 bytes of
   * memory, and on disk its command and outcome.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public OutboxOptions withMaxSettled(long entries) {
    if (entries < 0) {
      throw new IllegalArgumentException(
          "an outbox keeps 0 or more settled entries, not " + entries);
    }
    return with(o -> o.maxSettled = entries);
  }

  /**
   * Sets how long a settled entry is kept at most; older ones are dropped when the outbox is opened
   * and when it writes. Default: 30 days.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public OutboxOptions withMaxAge(Duration age) {
    requirePositive("max age", age);
    return with(o -> o.maxAge = age);
  }

  /**
   * Sets the least time between the beginnings of two group commits: what comes meanwhile shares one
   * sync. Default: 2 ms.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public OutboxOptions withCommitInterval(Duration interval) {
    requirePositive("commit interval", interval);
    return with(o -> o.commitInterval = interval);
  }

  /**
   * Sets how many bytes of commands may wait for the disk before {@link Outbox#add} waits too.
   * Default: 64 MiB.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public OutboxOptions withMaxUnwrittenBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("1 or more bytes may wait for the disk, not " + bytes);
    }
    return with(o -> o.maxUnwrittenBytes = bytes);
  }

  /** Sets where the age of entries comes from. Default: the system's clock. */
  public OutboxOptions withClock(InstantSource clock) {
    Objects.requireNonNull(clock, "clock");
    return with(o -> o.clock = clock);
  }

  /** For tests: the H2 file system, such as {@code "faulty:"}, that stands for the disk. */
  OutboxOptions withFileSystem(String prefix) {
    return with(o -> o.fileSystem = prefix);
  }

  private static void requirePositive(String what, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(what + " is " + duration + ", wanted more than 0");
    }
  }

  Path directory() {
    return directory;
  }

  String binding() {
    return binding;
  }

  long maxSettled() {
    return maxSettled;
  }

  Duration maxAge() {
    return maxAge;
  }

  Duration commitInterval() {
    return commitInterval;
  }

  long maxUnwrittenBytes() {
    return maxUnwrittenBytes;
  }

  InstantSource clock() {
    return clock;
  }

  String fileSystem() {
    return fileSystem;
  }

  /** Shows the directory only. */
  @Override
  public String toString() {
    return "OutboxOptions[" + directory + "]";
  }
}
