package org.modelledger.registry;

import org.modelledger.model.ModelLedgerException;

/**
 * The ledger said no: the command has no effect and will have none if repeated unchanged. One
 * subclass for each reason, the same on every backend.
 */
public abstract sealed class CommandRefusedException extends ModelLedgerException
    permits
    NotFoundException,
    AlreadyExistsException,
    NotAuthorizedException,
    VersionRevokedException,
    StaleAnchorException {
  private static final long serialVersionUID = 1L;

  CommandRefusedException(String message) {
    super(message);
  }
}
