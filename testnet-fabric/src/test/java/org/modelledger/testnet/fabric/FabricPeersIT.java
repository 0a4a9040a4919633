package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import org.hyperledger.fabric.client.GatewayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.modelledger.testnet.TestnetException;

/** Two peers in each organisation, which speak only with those who show a certificate. */
class FabricPeersIT {
  @RegisterExtension
  static final FabricExtension FABRIC = FabricExtension
      .of(FabricOptions.builder(SampleChaincode.description())
          .peersPerOrganization(2)
          .mutualTls()
          .build());

  @Test
  void everyPeerLearnsWhatIsSubmittedToAnother() throws Exception {
    FabricConnection connection = FABRIC.node().connection();
    try (Client first = client("Org1MSP", 0)) {
      first.submit("put", "gossip", "from the first");

      for (FabricConnection.Organization organization : connection.organizations()) {
        assertThat(organization.peers()).hasSize(2);
        for (int peer = 0; peer < 2; peer++) {
          try (Client other = client(organization.mspId(), peer)) {
            Eventually.reads(other, "gossip", "from the first");
          }
        }
      }
    }
  }

  @Test
  void theOtherPeerOfAnOrganisationGoesOn() throws Exception {
    FabricNode peer = FABRIC.node().peers("Org1MSP").getFirst();
    try (Client second = client("Org1MSP", 1); Client elsewhere = client("Org2MSP", 0)) {
      peer.kill();
      Eventually.submits(second, "survivor", "submits");

      Eventually.reads(elsewhere, "survivor", "submits");
      peer.restart();
      try (Client back = client("Org1MSP", 0)) {
        Eventually.reads(back, "survivor", "submits");
      }
    }
  }

  @Test
  void whoShowsNoCertificateIsNotHeard() throws Exception {
    FabricConnection connection = FABRIC.node().connection();
    try (Client hidden = Client.of(connection, "Org1MSP", "User1")) {
      GatewayException refused = catchThrowableOfType(GatewayException.class,
          () -> hidden.evaluate("get", "gossip"));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
    assertThatThrownBy(() -> FABRIC.node().tlsClient("Org9MSP"))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("Org9MSP");
  }

  private static Client client(String mspId, int peer) throws Exception {
    FabricNetwork network = FABRIC.node();
    FabricConnection.Organization organization = network.connection().organization(mspId);
    return Client.showing(network.tlsClient(mspId), network.connection(),
        organization.user("User1"), organization.peers().get(peer));
  }
}
