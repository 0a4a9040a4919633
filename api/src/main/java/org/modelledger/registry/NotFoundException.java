package org.modelledger.registry;

/** The model, the version, the deployment or the role that the command names does not exist. */
public final class NotFoundException extends CommandRefusedException {
  private static final long serialVersionUID = 1L;

  /** @param message which thing, what it is, what was wanted */
  public NotFoundException(String message) {
    super(message);
  }
}
