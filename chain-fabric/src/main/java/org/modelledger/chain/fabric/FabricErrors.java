package org.modelledger.chain.fabric;

import io.grpc.Status;
import java.util.List;
import java.util.stream.Collectors;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.GatewayRuntimeException;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.spi.ConfigurationException;

/**
 * What Fabric's client throws, as exceptions of ours: whose fault it is is told by gRPC's code, and what
 * peers and chaincode themselves have said is in the message.
 */
final class FabricErrors {
  private FabricErrors() {}

  /** Returns what an answer means; retryable if another peer, or the same one later, may answer otherwise. */
  static ModelLedgerException of(String peer, GatewayException e) {
    return of(peer, e.getStatus(), e.getDetails(), e);
  }

  /** Returns what the end of a stream means. */
  static ModelLedgerException of(String peer, GatewayRuntimeException e) {
    return of(peer, e.getStatus(), e.getDetails(), e);
  }

  private static ModelLedgerException of(String peer, Status status, List<ErrorDetail> details,
      Exception cause) {
    String message = "the peer " + peer + ": " + describe(status, details);
    return switch (status.getCode()) {
      case PERMISSION_DENIED, UNAUTHENTICATED, INVALID_ARGUMENT, UNIMPLEMENTED ->
        new ConfigurationException(message, cause);
      default -> new LedgerUnavailableException(message, cause);
    };
  }

  /** Says whether the peer answered, and will not serve such a request: it will say the same next time. */
  static boolean isRefusal(LedgerUnavailableException e) {
    return e.getCause() instanceof GatewayException cause
        && (cause.getStatus().getCode() == Status.Code.UNKNOWN
            || cause.getStatus().getCode() == Status.Code.FAILED_PRECONDITION);
  }

  /** Says whether what the peer refuses has to do with the chaincode. */
  static boolean isOfChaincode(LedgerUnavailableException e) {
    return String.valueOf(e.getMessage()).contains("chaincode");
  }

  /** Returns code, message and each endorser's own words. */
  static String describe(Status status, List<ErrorDetail> details) {
    String said = details.stream()
        .map(detail -> detail.getMspId() + " at " + detail.getAddress() + ": "
            + detail.getMessage())
        .collect(Collectors.joining("; "));
    String description = status.getDescription();
    return status.getCode() + (description == null ? "" : ": " + description)
        + (said.isEmpty() ? "" : " (" + said + ")");
  }
}
