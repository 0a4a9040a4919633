package org.modelledger.chain.ethereum;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tck.ModelRegistryTck;
import org.modelledger.tck.RegistryFixture;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.NodeExtension;

/** The contract of every registry, on anvil: a block for each transaction and each second, final at once. */
class AnvilRegistryTckIT extends ModelRegistryTck {
  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension
      .anvil(
          AnvilOptions.builder().blockTime(Duration.ofSeconds(1)).extra("--mixed-mining").build());

  @TempDir
  Path home;

  @Override
  protected RegistryFixture newLedger() throws Exception {
    return new Chain(ANVIL.node(), home, Finality.latest());
  }
}
