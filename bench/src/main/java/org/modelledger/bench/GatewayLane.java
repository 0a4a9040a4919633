package org.modelledger.bench;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Status;
import org.hyperledger.fabric.client.Transaction;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.Lane;
import org.modelledger.registry.Command;
import org.modelledger.registry.SubmissionId;

/** A lane of submissions by hand: many in a transaction, one transaction after the other. For one thread. */
final class GatewayLane {
  private static final int ATTEMPTS = 200;
  private static final long AGAIN_MILLIS = 5;

  private final GatewayClient client;
  private final Lane lane;
  private long next;

  GatewayLane(GatewayClient client) {
    this.client = client;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.lane = new Lane(HexFormat.of().formatHex(random));
  }

  /** Returns the call of the next transaction. */
  List<String> call(List<? extends Command<?>> commands) {
    return new Batch(lane, next, commands.stream()
        .map(command -> Submitted.of(SubmissionId.random(), command))
        .toList()).call();
  }

  /**
   * Has it endorsed. The peers of other organisations may be a moment behind the one that told of the
   * transaction before, and answer differently as long.
   */
  Transaction endorse(List<String> call) throws GatewayException, InterruptedException {
    for (int attempt = 1;; attempt++) {
      try {
        return client.propose(call).endorse();
      } catch (EndorseException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
      }
    }
  }

  /** Counts what has been committed. */
  void advance(int commands) {
    next += commands;
  }

  Status submitAndWait(List<? extends Command<?>> commands)
      throws GatewayException, InterruptedException {
    Status status = GatewayClient.committed(endorse(call(commands)).submitAsync());
    advance(commands.size());
    return status;
  }
}
