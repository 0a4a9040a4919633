package org.modelledger.registry;

/** The anchored size is not greater than the one recorded before. Names both. */
public final class StaleAnchorException extends CommandRefusedException {
  private static final long serialVersionUID = 1L;

  /** @param message which thing, what it is, what was wanted */
  public StaleAnchorException(String message) {
    super(message);
  }
}
