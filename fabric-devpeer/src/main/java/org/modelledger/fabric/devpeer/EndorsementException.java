package org.modelledger.fabric.devpeer;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** An endorser has not endorsed; the message is what Fabric's peer says. */
final class EndorsementException extends Exception {
  private static final long serialVersionUID = 1;

  /** Where it went wrong, on which depends how a gateway takes it. */
  enum Stage {
    /** Before the proposal reached the endorser. */
    BEFORE,
    /** When the endorser looked at the proposal. */
    PROPOSAL,
    /** When the chaincode was executed. */
    SIMULATION,
    /** The chaincode has answered, and refuses. */
    CHAINCODE
  }

  private final Stage stage;

  EndorsementException(Stage stage, String message) {
    super(message);
    this.stage = stage;
  }

  EndorsementException(Stage stage, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.stage = stage;
  }

  /**
   * What a gateway answers for it when it evaluates.
   *
   * @param remote whether the endorser is of another organisation: then a refusal of the proposal comes as a failed call,
   *     which a gateway cannot tell from a peer that is not there
   */
  Status.Code code(boolean remote) {
    return switch (stage) {
      case BEFORE -> Status.Code.UNAVAILABLE;
      case PROPOSAL -> remote ? Status.Code.UNAVAILABLE : Status.Code.FAILED_PRECONDITION;
      case SIMULATION -> Status.Code.ABORTED;
      case CHAINCODE -> Status.Code.UNKNOWN;
    };
  }

  /** Whether the gateway asks another peer. */
  boolean isForOthersToTry(boolean remote) {
    return stage == Stage.BEFORE || stage == Stage.SIMULATION
        || (stage == Stage.PROPOSAL && remote);
  }

  /** What it says of the endorser. */
  String detail(boolean remote) {
    return (remote && (stage == Stage.BEFORE || stage == Stage.PROPOSAL)
        ? "rpc error: code = Unknown desc = "
        : "") + getMessage();
  }
}
