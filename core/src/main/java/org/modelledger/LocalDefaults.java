package org.modelledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tlog.NoteSigner;

/**
 * What makes {@code local:./ledger} enough: the embedded ledger, which is the default, gets its home
 * and its keys by itself. Every other registry is told.
 */
final class LocalDefaults {
  private static final String LOCAL = "local";
  private static final String KEY = "key";
  private static final String LOG_KEY = "log-key";
  private static final String DEFAULT_LOG_KEY = "log.key";

  private LocalDefaults() {}

  static Optional<Path> home(String scheme, ProviderOptions options) {
    return scheme.equals(LOCAL)
        ? options.findPath(ProviderOptions.LOCATION)
            .map(ledger -> ledger.toAbsolutePath().normalize())
            .map(ledger -> ledger
                .resolveSibling(Objects.requireNonNullElse(ledger.getFileName(), "") + "-home"))
        : Optional.empty();
  }

  static ProviderOptions apply(String scheme, ProviderOptions options, Home home) {
    if (!scheme.equals(LOCAL) || options.find(KEY).isPresent()) {
      return options;
    }
    ProviderOptions withKey = options.with(KEY, home.accountKey().toString());
    return options.find(LOG_KEY).isPresent()
        ? withKey
        : withKey.with(LOG_KEY, home.ledgerLogKey().toString());
  }

  /**
   * Returns the log that an embedded ledger is, once it is open.
   *
   * @param options what it was opened with
   */
  static Optional<PublicLog> publicLog(String scheme, ProviderOptions options) {
    if (!scheme.equals(LOCAL)) {
      return Optional.empty();
    }
    Path directory = Path.of(options.get(ProviderOptions.LOCATION)).toAbsolutePath().normalize();
    return options.findPath(LOG_KEY)
        .or(() -> options.findPath(KEY).map(key -> key.resolveSibling(DEFAULT_LOG_KEY)))
        .map(file -> new PublicLog(directory, signer(file).verifier()));
  }

  private static NoteSigner signer(Path file) {
    try {
      return NoteSigner.parse(Files.readString(file).strip());
    } catch (IOException e) {
      throw new StorageException("read the key of the ledger's log", file, e);
    }
  }
}
