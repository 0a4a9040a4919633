package org.modelledger.registry;

/** The version was revoked, which is final. */
public final class VersionRevokedException extends CommandRefusedException {
  private static final long serialVersionUID = 1L;

  /** @param message which thing, what it is, what was wanted */
  public VersionRevokedException(String message) {
    super(message);
  }
}
