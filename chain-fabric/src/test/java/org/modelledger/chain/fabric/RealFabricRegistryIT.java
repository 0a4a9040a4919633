package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.Submission;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.testnet.fabric.FabricExtension;
import org.modelledger.testnet.fabric.FabricUser;

/** What real peers say when something is wrong, and what a client makes of it: as on the development peer. */
class RealFabricRegistryIT {
  @RegisterExtension
  static final FabricExtension FABRIC = FabricExtension.of(RealNetwork.options().build());

  @TempDir
  Path home;

  private RealNetwork network;

  @BeforeEach
  void knowTheNetwork() throws Exception {
    network = new RealNetwork(FABRIC.node());
  }

  @Test
  @DisplayName("names a channel that the peers do not have")
  void namesAnUnknownChannel() {
    assertThatExceptionOfType(LedgerUnavailableException.class)
        .isThrownBy(() -> FabricRegistry
            .open(network.reading("nosuchchannel", network.identity("ann"))))
        .withMessageContaining("nosuchchannel");
  }

  @Test
  @DisplayName("says that the chaincode is missing")
  void saysThatTheChaincodeIsMissing() {
    assertThatExceptionOfType(MissingChaincodeException.class)
        .isThrownBy(() -> FabricRegistry.open(network.reading().withChaincode("nosuchchaincode")))
        .withMessageContaining("nosuchchaincode");
  }

  @Test
  @DisplayName("says that the peers do not know the authority of a certificate")
  void saysThatAnIdentityIsForeign() {
    FabricIdentity ann = network.identity("ann");
    FabricIdentity foreign = FabricIdentity.of(
        ann.mspId().equals("Org1MSP") ? "Org2MSP" : "Org1MSP", ann.certificate(), ann.signer());

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> FabricRegistry
            .open(network.reading(FABRIC.node().connection().channel(), foreign)))
        .withMessageContaining("access denied");
  }

  @Test
  @DisplayName("says of a certificate's attribute what it may not do, and lets it read")
  void refusesAnAuditorsCommands() throws Exception {
    FabricUser user = FABRIC.node()
        .enroll("Org1MSP", "auditor", Map.of("modelledger.roles", "auditor"));
    FabricIdentity auditor = FabricIdentity.ofFiles(user.mspId(), user.certificate(),
        user.privateKey());
    ModelName model = ModelName.of("acme/audited");
    try (FabricRegistry owner = FabricRegistry.open(network.writing("ann", home.resolve("ann")));
        FabricRegistry registry = FabricRegistry
            .open(network.writing("ann", auditor, home.resolve("auditor")))) {
      Versions.create(owner, model.value());
      Submission<?> refused = registry.submit(new CreateModel(ModelName.of("acme/other")));

      assertThatExceptionOfType(NotAuthorizedException.class)
          .isThrownBy(() -> refused.await(Versions.PATIENCE));
      assertThat(registry.model(model).orElseThrow().owner())
          .isEqualTo(network.identity("ann").account());
    }
  }
}
