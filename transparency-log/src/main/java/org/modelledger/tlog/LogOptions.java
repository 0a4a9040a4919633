package org.modelledger.tlog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a {@link LogWriter} works. Immutable. */
public final class LogOptions {

  private static final int MIN_PENDING_BYTES = 1 << 18;
  private static final int MAX_PENDING_BYTES = 1 << 29;

  private final NoteSigner signer;
  private final Duration publishInterval;
  private final int maxPendingBytes;
  private final Function<Path, LogStorage> storage;
  private final LogObserver observer;

  private LogOptions(NoteSigner signer, Duration publishInterval, int maxPendingBytes,
      Function<Path, LogStorage> storage, LogObserver observer) {
    this.signer = signer;
    this.publishInterval = publishInterval;
    this.maxPendingBytes = maxPendingBytes;
    this.storage = storage;
    this.observer = observer;
  }

  /** Returns the options with their defaults, for a log signed by this key. */
  public static LogOptions of(NoteSigner signer) {
    return builder().signer(signer).build();
  }

  /** Returns a builder; only the signer has to be set. */
  public static Builder builder() {
    return new Builder();
  }

  NoteSigner signer() {
    return signer;
  }

  Duration publishInterval() {
    return publishInterval;
  }

  int maxPendingBytes() {
    return maxPendingBytes;
  }

  LogStorage storage(Path directory) {
    return storage.apply(directory);
  }

  /** Never throws, whatever the user's does. */
  LogObserver observer() {
    return observer;
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {

    private @Nullable NoteSigner signer;
    private Duration publishInterval = Duration.ofSeconds(1);
    private int maxPendingBytes = 1 << 24;
    private Function<Path, LogStorage> storage = LogStorage::directory;
    private LogObserver observer = LogObserver.NONE;

    private Builder() {}

    /** Sets the key that signs checkpoints; its name is the log's origin. */
    public Builder signer(NoteSigner signer) {
      this.signer = Objects.requireNonNull(signer, "signer");
      return this;
    }

    /**
     * Sets how long an entry waits at most until tiles and a checkpoint are made for it. They also
     * are when {@link LogWriter#publish()} or {@code close} asks, or much has piled up. Default: one
     * second.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder publishInterval(Duration interval) {
      if (!interval.isPositive()) {
        throw new IllegalArgumentException(
            "publish interval is " + interval + ", wanted more than 0");
      }
      this.publishInterval = interval;
      return this;
    }

    /**
     * Sets how much memory entries may take on their way to the disk and into the tree before {@code
     * append} blocks; a log with little traffic takes less. As much again may wait as tiles. Four times
     * as much, on the disk, may wait for a checkpoint, and is read back after a crash. Default: 16 MiB.
     *
     * @param bytes from 256 KiB to 512 MiB
     * @throws IllegalArgumentException if it is outside that range
     */
    public Builder maxPendingBytes(int bytes) {
      if (bytes < MIN_PENDING_BYTES || bytes > MAX_PENDING_BYTES) {
        throw new IllegalArgumentException("pending bytes are " + bytes + ", wanted "
            + MIN_PENDING_BYTES + " to " + MAX_PENDING_BYTES);
      }
      this.maxPendingBytes = bytes;
      return this;
    }

    /** Sets what stands for the disk. Default: {@link LogStorage#directory}. */
    public Builder storage(Function<Path, LogStorage> storage) {
      this.storage = Objects.requireNonNull(storage, "storage");
      return this;
    }

    /** Sets who is told what the writer does; several by {@link LogObserver#of}. Default: nobody. */
    public Builder observer(LogObserver observer) {
      this.observer = Objects.requireNonNull(observer, "observer");
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalStateException if there is no signer
     */
    public LogOptions build() {
      if (signer == null) {
        throw new IllegalStateException("a log needs a signer");
      }
      return new LogOptions(signer, publishInterval, maxPendingBytes, storage,
          ObserverGuard.of(observer));
    }
  }
}
