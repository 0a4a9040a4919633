package org.modelledger.chain.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.LogOrigin;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * Opens ledgers by URIs such as {@code local:./ledger?key=account.pem}.
 *
 * <table>
 * <caption>Options; paths are relative to the working directory</caption>
 * <tr><td>{@code location}</td><td>the ledger's directory</td></tr>
 * <tr><td>{@code key}</td><td>the account's Ed25519 private key, a PKCS#8 PEM file; without it the
 * ledger is opened to read</td></tr>
 * <tr><td>{@code log-key}</td><td>the file of the log's private key; created if need be; default:
 * {@code log.key} beside {@code key}</td></tr>
 * <tr><td>{@code log-vkey}</td><td>the log's public key or a file with it; needed to read unless
 * {@code log-key} is given</td></tr>
 * <tr><td>{@code origin}</td><td>the ledger's origin, its name for ever; default: that of the log
 * key</td></tr>
 * <tr><td>{@code publish}, {@code poll}</td><td>how long an event may wait until other processes can
 * see it, and how often they look: durations such as {@code PT0.05S}</td></tr>
 * <tr><td>{@code snapshot-every}</td><td>events from one snapshot to the next</td></tr>
 * <tr><td>{@code replay}</td><td>{@code full}: verify the whole log, use no snapshot; default: {@code
 * snapshot}</td></tr>
 * </table>
 *
 * @see LocalRegistryOptions
 */
public final class LocalRegistryProvider implements ModelRegistryProvider {
  private static final String KEY = "key";
  private static final String LOG_KEY = "log-key";
  private static final String LOG_VKEY = "log-vkey";
  private static final String ORIGIN = "origin";
  private static final String PUBLISH = "publish";
  private static final String POLL = "poll";
  private static final String SNAPSHOT_EVERY = "snapshot-every";
  private static final String REPLAY = "replay";

  /** Does nothing; see {@link ModelRegistryProvider}. */
  public LocalRegistryProvider() {}

  @Override
  public String name() {
    return "local";
  }

  @Override
  public ModelRegistry open(ProviderOptions options) {
    return LocalRegistry.open(read(options));
  }

  private static LocalRegistryOptions read(ProviderOptions options) {
    options.requireKnown(ProviderOptions.LOCATION, KEY, LOG_KEY, LOG_VKEY, ORIGIN, PUBLISH, POLL,
        SNAPSHOT_EVERY, REPLAY);
    Path directory = directory(options.get(ProviderOptions.LOCATION));
    LocalRegistryOptions result = options.findPath(KEY)
        .map(key -> LocalRegistryOptions.writing(directory, key))
        .orElseGet(() -> LocalRegistryOptions.reading(directory));
    Optional<Path> logKey = options.findPath(LOG_KEY);
    if (logKey.isPresent()) {
      result = result.withLogKey(logKey.get());
    }
    Optional<String> verifier = options.find(LOG_VKEY);
    if (verifier.isPresent()) {
      result = result.withVerifier(verifier.get());
    }
    Optional<String> origin = options.find(ORIGIN);
    if (origin.isPresent()) {
      result = result.withOrigin(origin(origin.get()));
    }
    result = result
        .withPublishInterval(
            interval(options, PUBLISH, LocalRegistryOptions.DEFAULT_PUBLISH_INTERVAL))
        .withPollInterval(interval(options, POLL, LocalRegistryOptions.DEFAULT_POLL_INTERVAL))
        .withSnapshotEvery(options.getLong(SNAPSHOT_EVERY,
            LocalRegistryOptions.DEFAULT_SNAPSHOT_EVERY, 1, Long.MAX_VALUE));
    String replay = options.find(REPLAY).orElse("snapshot");
    return switch (replay) {
      case "full" -> result.withFullReplay();
      case "snapshot" -> result;
      default -> throw new ConfigurationException(
          "option 'replay' is '" + replay + "'; expected full or snapshot");
    };
  }

  private static Path directory(String location) {
    try {
      return Path.of(location);
    } catch (InvalidPathException e) {
      throw new ConfigurationException("option 'location' is not a path: " + e.getReason(), e);
    }
  }

  private static LogOrigin origin(String text) {
    try {
      return LogOrigin.of(text);
    } catch (InvalidNameException e) {
      throw new ConfigurationException("option 'origin': " + e.getMessage(), e);
    }
  }

  private static Duration interval(ProviderOptions options, String name, Duration absent) {
    Duration interval = options.getDuration(name, absent);
    if (interval.isZero()) {
      throw new ConfigurationException("option '" + name + "' is zero; expected more");
    }
    return interval;
  }
}
