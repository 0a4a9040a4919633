package org.modelledger.chain.ethereum;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tck.ModelRegistryTck;
import org.modelledger.tck.RegistryFixture;
import org.modelledger.testnet.GethNode;
import org.modelledger.testnet.GethOptions;
import org.modelledger.testnet.NodeExtension;

/** The contract of every registry, on geth with the pool of a public node; final at once. */
class GethRegistryTckIT extends ModelRegistryTck {
  @RegisterExtension
  static final NodeExtension<GethNode> GETH = NodeExtension
      .geth(GethOptions.builder().publicPool().build());

  @TempDir
  Path home;

  @Override
  protected RegistryFixture newLedger() throws Exception {
    return new Chain(GETH.node(), home, Finality.latest());
  }
}
