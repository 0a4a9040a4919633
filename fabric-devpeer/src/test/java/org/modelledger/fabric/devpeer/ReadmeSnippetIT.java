package org.modelledger.fabric.devpeer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.Map;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.junit.jupiter.api.Test;

/** The code that the README shows; ReadmeTest of the examples compares them. */
class ReadmeSnippetIT {
  @Test
  void submitsAndReads() throws Exception {
    try (ChaincodeProcess chaincode = new ChaincodeProcess().start()) {
      String endpoint = chaincode.endpoint();
      byte[] read;
      // region devpeer
      try (DevPeer peer = DevPeer.builder()
          .organization("Org1MSP")
          .organization("Org2MSP")
          .chaincode("assets", endpoint) // a chaincode as a service: its own process, its own class path
          .start()) {
        DevIdentity alice = peer.enroll("Org1MSP", "alice", Map.of("role", "auditor"));
        ManagedChannel connection = Grpc
            .newChannelBuilder(peer.endpoint(), InsecureChannelCredentials.create())
            .build();
        try (Gateway gateway = Gateway.newInstance()
            .identity(new X509Identity(alice.mspId(), alice.certificate()))
            .signer(Signers.newPrivateKeySigner(alice.privateKey()))
            .connection(connection)
            .connect()) {
          Contract contract = gateway.getNetwork(peer.channel()).getContract("assets");
          contract.submitTransaction("put", "asset1", "blue"); // endorsed by both, in a block, valid
          read = contract.evaluateTransaction("get", "asset1");
        } finally {
          connection.shutdownNow();
        }
      }
      // endregion
      assertThat(read).asString(UTF_8).isEqualTo("blue");
    }
  }
}
