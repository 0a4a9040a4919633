package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.GatewayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.modelledger.testnet.TestnetException;

/** Two organisations, one orderer, and the endorsement of both. */
class FabricNetworkIT {
  @RegisterExtension
  static final FabricExtension FABRIC = FabricExtension
      .of(FabricOptions.builder(SampleChaincode.description())
          .user("Org2MSP", "auditor", Map.of("role", "auditor"))
          .build());

  @Test
  void whatOneOrganisationSubmitsTheOtherReads() throws Exception {
    FabricConnection connection = FABRIC.node().connection();
    try (Client first = Client.of(connection, "Org1MSP", "User1");
        Client second = Client.of(connection, "Org2MSP", "User1")) {
      first.submit("put", "greeting", "from one");

      Eventually.reads(second, "greeting", "from one");
      second.submit("put", "greeting", "from two");
      Eventually.reads(first, "greeting", "from two");
    }
  }

  @Test
  void theChaincodeReadsWhatACertificateSays() throws Exception {
    FabricNetwork network = FABRIC.node();
    FabricUser trainer = network.enroll("Org1MSP", "trainer",
        Map.of("role", "trainer", "quoted", "\"\u00e4\""));
    FabricConnection connection = network.connection();
    try (Client client = Client.of(connection, "Org1MSP", "trainer");
        Client auditor = Client.of(connection, "Org2MSP", "auditor");
        Client plain = Client.of(connection, "Org1MSP", "User1")) {
      assertThat(trainer.attributes()).containsEntry("role", "trainer");
      assertThat(client.evaluate("attribute", "role")).isEqualTo("trainer");
      assertThat(client.evaluate("attribute", "quoted")).isEqualTo("\"\u00e4\"");
      assertThat(client.evaluate("msp")).isEqualTo("Org1MSP");
      client.submit("put", "by", "trainer");
      assertThat(auditor.evaluate("attribute", "role")).isEqualTo("auditor");
      assertThat(plain.evaluate("attribute", "role")).isEmpty();
    }
  }

  @Test
  void theChaincodeIsKilledAndStartedAgain() throws Exception {
    FabricNetwork network = FABRIC.node();
    FabricNode chaincode = network.chaincode("Org1MSP");
    try (Client client = Client.of(network.connection(), "Org1MSP", "User1")) {
      client.submit("put", "kept", "by the peer");
      String before = client.evaluate("pid");

      chaincode.kill();
      assertThat(chaincode.isRunning()).isFalse();
      assertThat(network.isRunning()).isFalse();
      assertThatThrownBy(() -> client.submit("put", "kept", "by nobody"))
          .isInstanceOf(EndorseException.class);
      chaincode.restart();

      Eventually.reads(client, "kept", "by the peer");
      assertThat(client.evaluate("pid")).isNotEqualTo(before);
      client.submit("put", "kept", "again");
      Eventually.reads(client, "kept", "again");
    }
  }

  @Test
  void aPeerThatWasKilledLearnsWhatItMissed() throws Exception {
    FabricNetwork network = FABRIC.node();
    FabricNode peer = network.peers("Org2MSP").getFirst();
    try (Client one = Client.of(network.connection(), "Org1MSP", "User1");
        Client two = Client.of(network.connection(), "Org2MSP", "User1")) {
      one.submit("put", "height", "before");
      peer.kill();
      // the policy wants both organisations
      assertThatThrownBy(() -> one.submit("put", "height", "without"))
          .isInstanceOf(GatewayException.class);
      assertThat(one.evaluate("get", "height")).isEqualTo("before");
      peer.restart();

      Eventually.reads(two, "height", "before");
      Eventually.submits(one, "height", "after");
      Eventually.reads(two, "height", "after");
    }
  }

  @Test
  void theChaincodeIsOnTheChannelUnderOtherNamesToo() throws Exception {
    FabricNetwork network = FABRIC.node();
    network.define(List.of("other", "third"));
    FabricConnection first = network.connection();
    FabricConnection second = new FabricConnection(first.channel(), "other",
        first.organizations(), first.orderers());
    try (Client one = Client.of(first, "Org1MSP", "User1");
        Client two = Client.of(second, "Org2MSP", "User1")) {
      one.submit("put", "name", "sample");
      two.submit("put", "name", "other");

      Eventually.reads(one, "name", "sample");
      Eventually.reads(two, "name", "other");
    }
    assertThatThrownBy(() -> network.define(List.of("other")))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("other");
  }

  @Test
  void theOnlyOrdererLeads() {
    assertThat(FABRIC.node().leader()).contains(FABRIC.node().orderers().getFirst());
  }

  @Test
  void refusesAUserOfNobody() {
    assertThatThrownBy(() -> FABRIC.node().enroll("Org3MSP", "stranger", Map.of()))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("Org3MSP")
        .hasMessageContaining("Org1MSP, Org2MSP");
  }
}
