package org.modelledger.registry;

/** The author may not do this to the model. Names the account and the role it would need. */
public final class NotAuthorizedException extends CommandRefusedException {
  private static final long serialVersionUID = 1L;

  /** @param message which thing, what it is, what was wanted */
  public NotAuthorizedException(String message) {
    super(message);
  }
}
