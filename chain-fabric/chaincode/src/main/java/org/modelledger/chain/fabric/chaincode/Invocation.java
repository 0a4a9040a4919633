package org.modelledger.chain.fabric.chaincode;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * A call of the chaincode.
 *
 * @param transactionId the transaction's id
 * @param claimedTime what the transaction says its time is
 * @param caller who calls; throws {@link org.modelledger.chain.fabric.protocol.MalformedInputException}
 *     if it is nobody that could have an account
 * @param call the function's name and its arguments
 */
record Invocation(String transactionId, Instant claimedTime, Supplier<Caller> caller,
    List<String> call) {
  Invocation {
    call = List.copyOf(call);
  }
}
