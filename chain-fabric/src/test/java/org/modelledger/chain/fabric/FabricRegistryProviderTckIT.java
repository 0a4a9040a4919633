package org.modelledger.chain.fabric;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.fabric.devpeer.DevIdentity;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.ProviderTck;

/** The contract of every provider. */
class FabricRegistryProviderTckIT extends ProviderTck<ModelRegistryProvider> {
  @RegisterExtension
  static final Chaincode CHAINCODE = new Chaincode();

  @TempDir
  Path home;

  private @Nullable DevNetwork network;

  @AfterEach
  void close() {
    if (network != null) {
      network.close();
    }
  }

  @Override
  protected Class<ModelRegistryProvider> kind() {
    return ModelRegistryProvider.class;
  }

  @Override
  protected Class<FabricRegistryProvider> implementation() {
    return FabricRegistryProvider.class;
  }

  @Override
  protected ProviderOptions options() throws Exception {
    close();
    DevNetwork fresh = new DevNetwork(CHAINCODE, home);
    network = fresh;
    DevIdentity ann = fresh.devIdentity("ann");
    return ProviderOptions.empty()
        .with(ProviderOptions.LOCATION, String.join(",", fresh.peers("ann")))
        .with("channel", fresh.peer.channel())
        .with("chaincode", "registry")
        .with("msp-id", ann.mspId())
        .with("certificate",
            Files.writeString(home.resolve("ann.pem"), ann.certificatePem()).toString())
        .with("key", Files.writeString(home.resolve("ann.key"), ann.privateKeyPem()).toString())
        .with("outbox", home.resolve("ledger-" + fresh.peer.endpoint().hashCode()).toString())
        .with("endorsers", "Org1MSP,Org2MSP")
        .with("batch", "16")
        .with("timeout", "PT20S");
  }
}
