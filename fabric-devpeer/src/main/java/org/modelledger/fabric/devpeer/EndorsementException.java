package org.modelledger.fabric.devpeer;

import io.grpc.Status;

/** An endorser has not endorsed; the message is what Fabric's peer says. */
final class EndorsementException extends Exception {
  private static final long serialVersionUID = 1;

  private final Status.Code code;

  EndorsementException(Status.Code code, String message) {
    super(message);
    this.code = code;
  }

  EndorsementException(Status.Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What the gateway answers for it when it evaluates. */
  Status.Code code() {
    return code;
  }
}
