package org.modelledger.spi;

/**
 * A named, stateless way to open a service.
 *
 * <p>An implementation has a public constructor without arguments. Neither that constructor nor
 * {@link #name()} does I/O or throws; loading the class opens nothing. Safe for use by several
 * threads.
 *
 * @param <S> the service
 */
public interface Provider<S extends AutoCloseable> {
  /**
   * Returns the name by which the provider is found and the scheme of its URIs: {@code
   * [a-z][a-z0-9-]*}. Providers of third parties put their own name before it: {@code acme-quorum}. A
   * name is data: it stands in receipts and statements and is never given to something else.
   */
  String name();

  /**
   * Opens a service.
   *
   * @param options what the provider knows; everything else is refused
   * @return a new service that the caller closes
   * @throws ConfigurationException if an option is unknown, missing or wrong; names it
   */
  S open(ProviderOptions options);
}
