package org.modelledger;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.spi.ProviderOptions;

/**
 * What makes {@code local:./ledger} enough: the embedded ledger, which is the default, gets its home
 * and its keys by itself. Every other registry is told.
 */
final class LocalDefaults {
  private static final String LOCAL = "local";
  private static final String KEY = "key";
  private static final String LOG_KEY = "log-key";

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
}
