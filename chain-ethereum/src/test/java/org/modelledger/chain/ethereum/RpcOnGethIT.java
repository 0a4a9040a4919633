package org.modelledger.chain.ethereum;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.modelledger.testnet.EthereumNode;
import org.modelledger.testnet.GethNode;
import org.modelledger.testnet.GethOptions;
import org.modelledger.testnet.NodeExtension;

class RpcOnGethIT extends RealNodeTests {
  @RegisterExtension
  static final NodeExtension<GethNode> GETH = NodeExtension.geth(GethOptions.DEFAULT);

  @Override
  EthereumNode node() {
    return GETH.node();
  }
}
