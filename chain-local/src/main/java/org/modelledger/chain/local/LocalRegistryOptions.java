package org.modelledger.chain.local;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.LogOrigin;
import org.modelledger.tlog.LogStorage;
import org.modelledger.tlog.NoteVerifier;

/**
 * Which ledger to open, and how. Immutable: each {@code with…} method returns changed options.
 *
 * <p>To write takes two private keys, in files outside the ledger's directory: the account's, which
 * signs commands, and the log's, which signs checkpoints. To read takes the log's public key.
 */
public final class LocalRegistryOptions {
  static final Duration DEFAULT_PUBLISH_INTERVAL = Duration.ofMillis(50);
  static final Duration DEFAULT_POLL_INTERVAL = Duration.ofMillis(100);
  static final long DEFAULT_SNAPSHOT_EVERY = 50_000;
  static final String DEFAULT_LOG_KEY = "log.key";

  // Set before anyone else sees the object, and not afterwards.
  private final Path directory;
  private @Nullable Path accountKey;
  private @Nullable Path logKey;
  private @Nullable String verifier;
  private @Nullable LogOrigin origin;
  private Duration publishInterval = DEFAULT_PUBLISH_INTERVAL;
  private Duration pollInterval = DEFAULT_POLL_INTERVAL;
  private long snapshotEvery = DEFAULT_SNAPSHOT_EVERY;
  private boolean usesSnapshots = true;
  private InstantSource clock = InstantSource.system();
  private Function<Path, LogStorage> storage = LogStorage::directory;

  private LocalRegistryOptions(Path directory) {
    this.directory = Objects.requireNonNull(directory, "directory");
  }

  private LocalRegistryOptions with(Consumer<LocalRegistryOptions> change) {
    LocalRegistryOptions changed = new LocalRegistryOptions(directory);
    changed.accountKey = accountKey;
    changed.logKey = logKey;
    changed.verifier = verifier;
    changed.origin = origin;
    changed.publishInterval = publishInterval;
    changed.pollInterval = pollInterval;
    changed.snapshotEvery = snapshotEvery;
    changed.usesSnapshots = usesSnapshots;
    changed.clock = clock;
    changed.storage = storage;
    change.accept(changed);
    return changed;
  }

  /**
   * Opens a ledger to write, and creates it if there is none.
   *
   * @param directory of the ledger; all in it but what begins with a dot may be served to anyone
   * @param accountKey the author's Ed25519 private key, a PKCS#8 PEM file; it has to exist
   */
  public static LocalRegistryOptions writing(Path directory, Path accountKey) {
    Objects.requireNonNull(accountKey, "accountKey");
    return new LocalRegistryOptions(directory).with(o -> o.accountKey = accountKey);
  }

  /**
   * Opens a ledger to read, beside whoever writes it.
   *
   * @param log the log's public key, from where it can be trusted
   */
  public static LocalRegistryOptions reading(Path directory, NoteVerifier log) {
    return new LocalRegistryOptions(directory).withVerifier(log.toString());
  }

  /** Without knowing the public key yet. */
  static LocalRegistryOptions reading(Path directory) {
    return new LocalRegistryOptions(directory);
  }

  /**
   * Sets the file of the log's private key, one line {@code PRIVATE+KEY+name+hash+base64}. It is
   * created, readable by its owner only, if it does not exist and the ledger is opened to write.
   * Default: {@code log.key} beside the account's key.
   */
  public LocalRegistryOptions withLogKey(Path file) {
    Objects.requireNonNull(file, "file");
    return with(o -> o.logKey = file);
  }

  /** The log's public key: a verifier key, or a file with some. */
  LocalRegistryOptions withVerifier(String fileOrKey) {
    return with(o -> o.verifier = fileOrKey);
  }

  /**
   * Sets the origin that the ledger has, or gets when its log key is created. Default: the log key's
   * name; a new one gets {@code modelledger.local/} and 24 random hexadecimal digits.
   */
  public LocalRegistryOptions withOrigin(LogOrigin origin) {
    Objects.requireNonNull(origin, "origin");
    return with(o -> o.origin = origin);
  }

  /**
   * Sets how long readers in other processes wait at most for a durable event. Default: 50 ms.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public LocalRegistryOptions withPublishInterval(Duration interval) {
    requirePositive("publish interval", interval);
    return with(o -> o.publishInterval = interval);
  }

  /**
   * Sets how often a reader looks for more at most. Default: 100 ms.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public LocalRegistryOptions withPollInterval(Duration interval) {
    requirePositive("poll interval", interval);
    return with(o -> o.pollInterval = interval);
  }

  /**
   * Sets after how many new events the writer makes a snapshot. Default: 50,000.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public LocalRegistryOptions withSnapshotEvery(long events) {
    if (events < 1) {
      throw new IllegalArgumentException(
          "a snapshot comes every 1 or more events, not every " + events);
    }
    return with(o -> o.snapshotEvery = events);
  }

  /**
   * Reads and verifies the whole log at opening, every signature and every rule, instead of trusting
   * a snapshot that the log's key signed. What an auditor wants; takes about 0.1 ms an event and core.
   */
  public LocalRegistryOptions withFullReplay() {
    return with(o -> o.usesSnapshots = false);
  }

  /** Sets where the time of events comes from. Default: the system's clock. */
  public LocalRegistryOptions withClock(InstantSource clock) {
    Objects.requireNonNull(clock, "clock");
    return with(o -> o.clock = clock);
  }

  /** For tests: what stands for the disk under the writer. */
  LocalRegistryOptions withStorage(Function<Path, LogStorage> storage) {
    return with(o -> o.storage = storage);
  }

  private static void requirePositive(String what, Duration interval) {
    if (!interval.isPositive()) {
      throw new IllegalArgumentException(what + " is " + interval + ", wanted more than 0");
    }
  }

  Path directory() {
    return directory;
  }

  Optional<Path> accountKey() {
    return Optional.ofNullable(accountKey);
  }

  /** Returns the file of the log's key, beside the account's unless it was set. */
  Optional<Path> logKey() {
    if (logKey != null) {
      return Optional.of(logKey);
    }
    return accountKey().map(key -> key.resolveSibling(DEFAULT_LOG_KEY));
  }

  Optional<String> verifier() {
    return Optional.ofNullable(verifier);
  }

  Optional<LogOrigin> origin() {
    return Optional.ofNullable(origin);
  }

  Duration publishInterval() {
    return publishInterval;
  }

  Duration pollInterval() {
    return pollInterval;
  }

  long snapshotEvery() {
    return snapshotEvery;
  }

  boolean usesSnapshots() {
    return usesSnapshots;
  }

  InstantSource clock() {
    return clock;
  }

  Function<Path, LogStorage> storage() {
    return storage;
  }

  /** Shows the directory only. */
  @Override
  public String toString() {
    return "LocalRegistryOptions[" + directory() + "]";
  }
}
