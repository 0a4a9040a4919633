package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.EthereumNode;
import org.modelledger.testnet.NodeExtension;

class RpcOnAnvilIT extends RealNodeTests {
  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension
      .anvil(AnvilOptions.builder().blockTime(Duration.ofMillis(100)).build());

  @Override
  EthereumNode node() {
    return ANVIL.node();
  }

  @Test
  void hearsOfNewBlocksAgainAfterTheNodeWasRestarted() throws Exception {
    try (AnvilNode node = AnvilNode
        .start(AnvilOptions.builder().blockTime(Duration.ofMillis(100)).build())) {
      Semaphore heads = new Semaphore(0);
      RpcUrl url = RpcUrl.webSocket(node.webSocket().toString());
      try (HeadSubscription subscription = HeadSubscription.start(url, heads::release)) {
        assertThat(heads.tryAcquire(1, TimeUnit.MINUTES)).isTrue();
        node.kill();
        while (subscription.isConnected()) {
          Thread.onSpinWait();
        }
        heads.drainPermits();
        node.restart();
        assertThat(heads.tryAcquire(1, TimeUnit.MINUTES)).isTrue();
        assertThat(subscription.isConnected()).isTrue();
      }
    }
  }
}
