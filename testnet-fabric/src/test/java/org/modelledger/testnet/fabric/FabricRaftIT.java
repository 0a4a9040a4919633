package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three orderers, and the endorsement of one organisation: the loss of one node of each kind stops nothing. */
class FabricRaftIT {
  @RegisterExtension
  static final FabricExtension FABRIC = FabricExtension
      .of(FabricOptions.builder(SampleChaincode.description())
          .orderers(3)
          .endorsementPolicy("OR('Org1MSP.peer','Org2MSP.peer')")
          .build());

  @Test
  void goesOnWhenTheLeaderIsKilled() throws Exception {
    FabricNetwork network = FABRIC.node();
    try (Client client = Client.of(network.connection(), "Org1MSP", "User1")) {
      client.submit("put", "raft", "first");
      Eventually.holds("somebody leads", () -> network.leader().isPresent());
      FabricNode leader = network.leader().orElseThrow();

      leader.kill();
      Eventually.submits(client, "raft", "second");

      Eventually.reads(client, "raft", "second");
      Eventually.holds("another one leads", () -> network.leader().isPresent());
      assertThat(network.leader()).isNotEqualTo(Optional.of(leader));
      leader.restart();
      Eventually.submits(client, "raft", "third");
    }
  }

  @Test
  void theOtherOrganisationGoesOnWhenAPeerIsKilled() throws Exception {
    FabricNetwork network = FABRIC.node();
    FabricNode peer = network.peers("Org1MSP").getFirst();
    try (Client one = Client.of(network.connection(), "Org1MSP", "User1");
        Client two = Client.of(network.connection(), "Org2MSP", "User1")) {
      peer.kill();
      Eventually.submits(two, "peer", "while the other one was down");
      peer.restart();

      Eventually.reads(one, "peer", "while the other one was down");
      Eventually.submits(one, "peer", "back");
    }
  }

  @Test
  void everyOrdererIsInTheDetails() {
    FabricNetwork network = FABRIC.node();

    assertThat(network.connection().orderers()).extracting(FabricConnection.Endpoint::name)
        .isEqualTo(List.of("orderer1.orderer.test", "orderer2.orderer.test",
            "orderer3.orderer.test"));
  }
}
