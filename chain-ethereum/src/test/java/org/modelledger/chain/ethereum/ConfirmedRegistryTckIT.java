package org.modelledger.chain.ethereum;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tck.ModelRegistryTck;
import org.modelledger.tck.RegistryFixture;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.NodeExtension;

/** The contract of every registry, where an event is final once two blocks stand on its own. */
class ConfirmedRegistryTckIT extends ModelRegistryTck {
  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension
      .anvil(AnvilOptions.builder().noMining().build());

  private static Miner miner;

  @TempDir
  Path home;

  @BeforeAll
  static void startMining() {
    miner = new Miner(ANVIL.node(), Duration.ofMillis(15));
  }

  @AfterAll
  static void stopMining() {
    miner.close();
  }

  @Override
  protected RegistryFixture newLedger() throws Exception {
    return new Chain(ANVIL.node(), home, Finality.confirmations(2));
  }

  /** Each takes three blocks. */
  @Override
  protected int lawSteps() {
    return 100;
  }
}
