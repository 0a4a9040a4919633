package org.modelledger.tlog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
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
  private final Optional<Witnesses> witnesses;

  /** Who has to cosign checkpoints, and how they are asked. */
  record Witnesses(WitnessPolicy policy, Duration limit, Duration interval) {

    WitnessClient client() {
      return WitnessClient.of(policy, limit);
    }
  }

  private LogOptions(NoteSigner signer, Builder builder) {
    this.signer = signer;
    this.publishInterval = builder.publishInterval;
    this.maxPendingBytes = builder.maxPendingBytes;
    this.storage = builder.storage;
    this.observer = ObserverGuard.of(builder.observer);
    this.witnesses = Optional.ofNullable(builder.witnesses);
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

  Optional<Witnesses> witnesses() {
    return witnesses;
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
    private @Nullable Witnesses witnesses;

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
     * Shows readers only checkpoints that a quorum of these witnesses has cosigned. They are asked for
     * each new one, at most once a second, and have five seconds to answer.
     *
     * @throws IllegalArgumentException as for {@link WitnessClient#of}
     */
    public Builder witnesses(WitnessPolicy policy) {
      return witnesses(policy, Duration.ofSeconds(5), Duration.ofSeconds(1));
    }

    /**
     * Shows readers only checkpoints that a quorum of these witnesses has cosigned. No entry ever waits
     * for a witness: while there is no quorum, readers see the last checkpoint that had one, and
     * {@link LogWriter#localCheckpoint()} goes on.
     *
     * @param limit how long to wait for their answers
     * @param interval how long after asking they are asked again at the earliest, unless {@link
     *     LogWriter#publish()} or {@code close} asks
     * @throws IllegalArgumentException if the interval is not positive, or as for {@link
     *     WitnessClient#of}
     */
    public Builder witnesses(WitnessPolicy policy, Duration limit, Duration interval) {
      WitnessClient.requireAskable(policy, limit);
      if (!interval.isPositive()) {
        throw new IllegalArgumentException(
            "interval of asking witnesses is " + interval + ", wanted more than 0");
      }
      this.witnesses = new Witnesses(policy, limit, interval);
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalStateException if there is no signer, or the witnesses' policy is for other logs
     */
    public LogOptions build() {
      if (signer == null) {
        throw new IllegalStateException("a log needs a signer");
      }
      if (witnesses != null && !witnesses.policy().logs().isEmpty()
          && !witnesses.policy().logs().contains(signer.verifier())) {
        throw new IllegalStateException("the witnesses' policy accepts only the logs "
            + witnesses.policy().logs() + ", this one is " + signer.verifier());
      }
      return new LogOptions(signer, this);
    }
  }
}
