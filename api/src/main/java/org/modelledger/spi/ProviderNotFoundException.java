package org.modelledger.spi;

/** No provider has the name. Lists those that are installed, and what to add. */
public final class ProviderNotFoundException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  public ProviderNotFoundException(String message) {
    super(message);
  }
}
