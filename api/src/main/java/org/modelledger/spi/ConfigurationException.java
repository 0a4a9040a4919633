package org.modelledger.spi;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/** The set-up is wrong: an option, a key, a parameter. Names it and says what is expected. */
public class ConfigurationException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
