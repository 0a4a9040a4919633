package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * Where in the ledger something was recorded. The chaincode does not know the number of its block:
 * that is found by the transaction's id, on any peer.
 *
 * @param transactionId the id of the transaction
 * @param outcome which one of its {@link Outcomes}, from 0
 */
public record TransactionRef(String transactionId, int outcome) {
  public TransactionRef {
    Objects.requireNonNull(transactionId, "transactionId");
    if (outcome < 0) {
      throw new MalformedInputException("outcomes count from 0, not " + outcome);
    }
  }

  ObjectNode json() {
    return Json.object().put("transaction", transactionId).put("outcome", outcome);
  }

  static TransactionRef read(JsonNode node, String what) {
    return new TransactionRef(Json.text(node, "transaction", what),
        Math.toIntExact(Math.min(Integer.MAX_VALUE, Json.number(node, "outcome", what, 0))));
  }
}
