package org.modelledger.fabric.devpeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.junit.jupiter.api.Test;

/** Chaincode that comes and goes or takes too long, and where blocks end. */
class ChaincodeIT {
  @Test
  void chaincodeMayBeStartedLateAndAgain() throws Exception {
    try (ChaincodeProcess chaincode = new ChaincodeProcess();
        DevPeer peer = DevPeer.builder()
            .organization("Org1MSP")
            .organization("Org2MSP")
            .chaincode("test", chaincode.endpoint())
            .connectTimeout(Duration.ofMillis(300))
            .start();
        Client client = Client.of(peer, peer.enroll("Org1MSP", "alice"))) {
      EndorseException early = catchThrowableOfType(EndorseException.class,
          () -> client.submit("put", "a", "1"));
      assertThat(early.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
      assertThat(early.getDetails()).singleElement()
          .satisfies(detail -> assertThat(detail.getMessage())
              .contains("could not launch chaincode test: connection to "
                  + chaincode.endpoint() + " failed"));

      chaincode.start();
      untilItAnswers(client);
      client.submit("put", "a", "2");
      chaincode.kill();
      chaincode.start();
      untilItAnswers(client);
      assertThat(client.evaluate("get", "a")).isEqualTo("2");
      client.submit("put", "a", "3");
    }
  }

  @Test
  void aStreamOutlivesTheTransactionThatOpenedIt() throws Exception {
    try (ChaincodeProcess chaincode = new ChaincodeProcess().start();
        DevPeer peer = DevPeer.builder()
            .organization("Org1MSP")
            .organization("Org2MSP")
            .chaincode("test", chaincode.endpoint())
            .connectTimeout(Duration.ofSeconds(60))
            .start();
        Client client = Client.of(peer, peer.enroll("Org1MSP", "alice"))) {
      for (int i = 0; i < 10; i++) {
        client.submit("put", "a", "value" + i);
      }
      assertThat(chaincode.log().split("Registering new chaincode", -1)).hasSize(1 + 2);
    }
  }

  @Test
  void chaincodeThatTakesTooLongIsGivenUp() throws Exception {
    try (ChaincodeProcess chaincode = new ChaincodeProcess().start();
        DevPeer peer = DevPeer.builder()
            .organization("Org1MSP")
            .chaincode("test", chaincode.endpoint())
            .connectTimeout(Duration.ofSeconds(60))
            .executeTimeout(Duration.ofSeconds(3))
            .start();
        Client client = Client.of(peer, peer.enroll("Org1MSP", "alice"))) {
      untilItAnswers(client);
      GatewayException slow = catchThrowableOfType(GatewayException.class,
          () -> client.evaluate("hang"));
      assertThat(slow.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
      assertThat(slow.getDetails()).singleElement()
          .satisfies(detail -> assertThat(detail.getMessage())
              .endsWith("timeout expired while executing transaction"));
      untilItAnswers(client); // the others go on
    }
  }

  @Test
  void blocksAreCutByCountAndByBytes() throws Exception {
    try (ChaincodeProcess chaincode = new ChaincodeProcess().start();
        DevPeer peer = DevPeer.builder()
            .organization("Org1MSP")
            .chaincode("test", chaincode.endpoint())
            .connectTimeout(Duration.ofSeconds(60))
            .blockCutting(new BlockCutting(3, 100_000, Duration.ofMillis(20)))
            .start();
        Client client = Client.of(peer, peer.enroll("Org1MSP", "alice"))) {
      untilItAnswers(client);
      // held, so that time cuts none of them
      peer.faults().holdBlocks();
      List<SubmittedTransaction> small = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        small.add(client.begin("put", "small" + i, "value"));
      }
      peer.faults().releaseBlocks();
      Set<Long> blocks = new HashSet<>();
      for (SubmittedTransaction each : small) {
        blocks.add(each.getStatus().getBlockNumber());
      }
      assertThat(blocks).containsExactlyInAnyOrder(1L, 2L);

      peer.faults().holdBlocks();
      String value = "x".repeat(30_000); // in the arguments and in the write set
      SubmittedTransaction one = client.begin("put", "large1", value);
      SubmittedTransaction two = client.begin("put", "large2", value);
      peer.faults().releaseBlocks();
      assertThat(one.getStatus().getBlockNumber()).isEqualTo(3);
      assertThat(two.getStatus().getBlockNumber()).isEqualTo(4);
    }
  }

  /** Asks until the answer comes; a process that was just started needs a while. */
  private static void untilItAnswers(Client client) throws GatewayException {
    for (int attempt = 0;; attempt++) {
      try {
        client.evaluate("get", "a");
        return;
      } catch (GatewayException e) {
        if (attempt == 200) {
          throw e;
        }
      }
    }
  }
}
