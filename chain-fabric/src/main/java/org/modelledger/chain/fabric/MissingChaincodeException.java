package org.modelledger.chain.fabric;

import org.jspecify.annotations.Nullable;
import org.modelledger.spi.ConfigurationException;

/** There is no registry under the name that was given on the channel, or something else is. */
public final class MissingChaincodeException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  MissingChaincodeException(String chaincode, String channel, String why,
      @Nullable Throwable cause) {
    super("the chaincode '" + chaincode + "' on channel '" + channel
        + "' does not answer as a ModelLedger registry: " + why, cause);
  }
}
