package org.modelledger.chain.ethereum;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.ProviderTck;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.NodeExtension;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.WalletUtils;

/** The contract of every provider. */
class EthereumRegistryProviderTckIT extends ProviderTck<ModelRegistryProvider> {
  private static final String PASSWORD = "correct horse battery staple";

  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension.anvil(AnvilOptions.DEFAULT);

  @TempDir
  Path home;

  @Override
  protected Class<ModelRegistryProvider> kind() {
    return ModelRegistryProvider.class;
  }

  @Override
  protected Class<EthereumRegistryProvider> implementation() {
    return EthereumRegistryProvider.class;
  }

  @Override
  protected ProviderOptions options() throws Exception {
    AnvilNode node = ANVIL.node();
    Chain chain = new Chain(node, home, Finality.latest());
    String wallet = WalletUtils.generateWalletFile(PASSWORD,
        Credentials.create(chain.testAccount("alice").privateKey()).getEcKeyPair(), home.toFile(),
        false);
    return ProviderOptions.empty()
        .with(ProviderOptions.LOCATION, node.http().toString())
        .with("contract", chain.deployment().contract())
        .with("chain-id", Long.toString(node.chainId()))
        .with("key", home.resolve(wallet).toString())
        .with("password-file",
            Files.writeString(home.resolve("password"), PASSWORD + "\n").toString())
        .with("outbox", home.resolve("outbox-" + chain.deployment().contract()).toString())
        .with("finality", "latest")
        .with("from-block", Long.toString(chain.deployment().block()))
        .with("web-socket", node.webSocket().toString())
        .with("batch", "16")
        .with("window", "8")
        .with("max-fee", "100.5")
        .with("poll", "PT0.1S")
        .with("timeout", "PT10S");
  }
}
