package org.modelledger.receipt;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.modelledger.evidence.EvidenceBatch;
import org.modelledger.evidence.Retention;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogStorage;
import org.modelledger.tlog.WitnessPolicy;

/** How a {@link ReceiptLog} works. Immutable. */
public final class ReceiptOptions {
  private static final int MAX_BACKLOG = 100_000_000;
  private static final Duration MAX_LINGER = Duration.ofMinutes(1);

  private final Retention retention;
  private final Set<String> subjects;
  private final boolean failOpen;
  private final int maxBacklog;
  private final long maxBacklogBytes;
  private final Duration enqueueWait;
  private final Duration linger;
  private final Duration checkpointInterval;
  private final InstantSource clock;
  private final Duration retryInterval;
  private final Function<Path, LogStorage> storage;
  private final Optional<WitnessPolicy> witnesses;
  private final ReceiptObserver observer;

  private ReceiptOptions(Builder builder) {
    this.retention = builder.retention;
    this.subjects = builder.subjects;
    this.failOpen = builder.failOpen;
    this.maxBacklog = builder.maxBacklog;
    this.maxBacklogBytes = builder.maxBacklogBytes;
    this.enqueueWait = builder.enqueueWait;
    this.linger = builder.linger;
    this.checkpointInterval = builder.checkpointInterval;
    this.clock = builder.clock;
    this.retryInterval = builder.retryInterval;
    this.storage = builder.storage;
    this.witnesses = Optional.ofNullable(builder.witnesses);
    this.observer = ReceiptObserverGuard.of(builder.observer);
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  Retention retention() {
    return retention;
  }

  Set<String> subjects() {
    return subjects;
  }

  boolean failOpen() {
    return failOpen;
  }

  int maxBacklog() {
    return maxBacklog;
  }

  long maxBacklogBytes() {
    return maxBacklogBytes;
  }

  Duration enqueueWait() {
    return enqueueWait;
  }

  Duration linger() {
    return linger;
  }

  Duration checkpointInterval() {
    return checkpointInterval;
  }

  InstantSource clock() {
    return clock;
  }

  Duration retryInterval() {
    return retryInterval;
  }

  Optional<WitnessPolicy> witnesses() {
    return witnesses;
  }

  LogStorage storage(Path directory) {
    return storage.apply(directory);
  }

  /** Never throws, whatever the user's does. */
  ReceiptObserver observer() {
    return observer;
  }

  /** Collects options. Not for use by several threads at once. */
  public static final class Builder {
    private Retention retention = Retention.SALTS;
    private Set<String> subjects = Set.of();
    private boolean failOpen;
    private int maxBacklog = 65_536;
    private long maxBacklogBytes = 256L << 20;
    private Duration enqueueWait = Duration.ZERO;
    private Duration linger = Duration.ofMillis(5);
    private Duration checkpointInterval = Duration.ofSeconds(1);
    private InstantSource clock = InstantSource.system();
    private Duration retryInterval = Duration.ofSeconds(1);
    private Function<Path, LogStorage> storage = LogStorage::directory;
    private @Nullable WitnessPolicy witnesses;
    private ReceiptObserver observer = ReceiptObserver.NONE;

    private Builder() {}

    /**
     * Sets by the values of which attributes evidence is filed, so that {@link
     * org.modelledger.evidence.EvidenceStore#eraseSubject} finds what belongs to a person; none if not
     * set. The values are on the disk as keyed hashes alone. Evidence that was written before is not
     * filed.
     *
     * @param attributes names of attributes that inferences are given, such as {@code customer}
     * @throws IllegalArgumentException if there are more than {@value EvidenceBatch#MAX_SUBJECTS}
     */
    public Builder subjects(String... attributes) {
      Set<String> names = Set.copyOf(List.of(attributes));
      if (names.size() > EvidenceBatch.MAX_SUBJECTS) {
        throw new IllegalArgumentException("evidence is filed by at most "
            + EvidenceBatch.MAX_SUBJECTS + " attributes, not " + names.size());
      }
      this.subjects = names;
      return this;
    }

    /** Sets what is kept beside the receipts; {@link Retention#SALTS} if not set. */
    public Builder retention(Retention retention) {
      this.retention = Objects.requireNonNull(retention, "retention");
      return this;
    }

    /**
     * Sets what happens when a receipt cannot be written. False, the default: the inference fails.
     * True: it succeeds without, and the log gets a {@link Gap} in its place as soon as it can.
     */
    public Builder failOpen(boolean failOpen) {
      this.failOpen = failOpen;
      return this;
    }

    /**
     * Sets how much may wait to be written: inferences, and bytes of their inputs and outputs. 65,536
     * and 256 MiB if not set.
     *
     * @throws IllegalArgumentException if one is less than 1, or there are more than 100 million
     *     inferences
     */
    public Builder backlog(int receipts, long bytes) {
      if (receipts < 1 || receipts > MAX_BACKLOG || bytes < 1) {
        throw new IllegalArgumentException("a backlog takes 1 to " + MAX_BACKLOG
            + " receipts and at least 1 byte, not " + receipts + " and " + bytes);
      }
      this.maxBacklog = receipts;
      this.maxBacklogBytes = bytes;
      return this;
    }

    /**
     * Sets how long an inference waits for room in a full backlog before it counts as full. Zero if
     * not set: an inference never waits for the disk.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder enqueueWait(Duration wait) {
      if (wait.isNegative()) {
        throw new IllegalArgumentException("a wait is not negative: " + wait);
      }
      this.enqueueWait = wait;
      return this;
    }

    /**
     * Sets how long receipts gather before they are written together, as long as nobody {@linkplain
     * PendingReceipt#await awaits} one of them, nobody waits for room, and they are few: 5 ms if not set. A
     * crash can lose so much of what nobody has waited for. Each write takes the disk, and the processor
     * from models, for a moment; zero writes what there is as soon as the last write is done.
     *
     * @throws IllegalArgumentException if it is negative or more than a minute
     */
    public Builder linger(Duration linger) {
      if (linger.isNegative() || linger.compareTo(MAX_LINGER) > 0) {
        throw new IllegalArgumentException(
            "receipts gather for 0 to " + MAX_LINGER + ", not " + linger);
      }
      this.linger = linger;
      return this;
    }

    /**
     * Sets how long a durable receipt waits at most for a checkpoint that covers it; one second if
     * not set.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder checkpointInterval(Duration interval) {
      if (!interval.isPositive()) {
        throw new IllegalArgumentException(
            "the time between checkpoints is more than 0, not " + interval);
      }
      this.checkpointInterval = interval;
      return this;
    }

    /**
     * Sets witnesses that have to cosign the log's checkpoints before readers see them, so that nobody
     * can be shown other receipts than the rest of the world. No inference waits for a witness: without
     * a quorum, receipts are durable all the same, and only proofs have to wait. Nobody, if not set.
     *
     * @param policy whose quorum's witnesses have URLs
     * @throws IllegalArgumentException as for {@link
     *     org.modelledger.tlog.LogOptions.Builder#witnesses(WitnessPolicy)}
     */
    public Builder witnesses(WitnessPolicy policy) {
      var unused = LogOptions.builder().witnesses(policy);
      this.witnesses = policy;
      return this;
    }

    /** Sets where the time in receipts comes from; the system's clock if not set. */
    public Builder clock(InstantSource clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /** Sets who is told what happens to receipts; several by {@link ReceiptObserver#of}. */
    public Builder observer(ReceiptObserver observer) {
      this.observer = Objects.requireNonNull(observer, "observer");
      return this;
    }

    /** Sets how long a log that failed is left alone before it is opened again, with fail-open. */
    Builder retryInterval(Duration interval) {
      this.retryInterval = interval;
      return this;
    }

    /** Puts something else in place of the disk, for tests. */
    Builder storage(Function<Path, LogStorage> storage) {
      this.storage = storage;
      return this;
    }

    public ReceiptOptions build() {
      return new ReceiptOptions(this);
    }
  }
}
