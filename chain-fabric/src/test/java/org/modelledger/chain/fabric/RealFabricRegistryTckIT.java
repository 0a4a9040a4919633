package org.modelledger.chain.fabric;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.AccountId;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.tck.ModelRegistryTck;
import org.modelledger.tck.RegistryFixture;
import org.modelledger.testnet.fabric.FabricExtension;

/**
 * The contract of every registry, on a real network. A channel is never empty again, but a chaincode is: each test has
 * the registry under a name of its own.
 */
class RealFabricRegistryTckIT extends ModelRegistryTck {
  @RegisterExtension
  static final FabricExtension FABRIC = FabricExtension
      .of(RealNetwork.options().batchTimeout(Duration.ofMillis(50)).build());

  private static @Nullable Shared shared;

  @TempDir
  Path home;

  /** What belongs to the network, not to a test. */
  private record Shared(RealNetwork network, RealNetwork.Names names) {}

  @Override
  protected RegistryFixture newLedger() throws Exception {
    Shared current = shared;
    if (current == null || current.network.network() != FABRIC.node()) {
      current = new Shared(new RealNetwork(FABRIC.node()), new RealNetwork.Names(FABRIC.node()));
      shared = current;
    }
    return new Fixture(current.network, current.names.next(), home);
  }

  @Override
  protected Duration finalityTimeout() {
    return Duration.ofMinutes(2);
  }

  private static final class Fixture implements RegistryFixture {
    private final RealNetwork network;
    private final String chaincode;
    private final Path home;
    private final Map<String, Integer> open = new HashMap<>();

    Fixture(RealNetwork network, String chaincode, Path home) {
      this.network = network;
      this.chaincode = chaincode;
      this.home = home;
    }

    @Override
    public AccountId account(String alias) {
      return network.identity(alias).account();
    }

    @Override
    public ModelRegistry open(String alias) throws InterruptedException {
      int client = open.merge(alias, 1, Integer::sum);
      return FabricRegistry.open(network.writing(alias, home.resolve(alias + "-" + client))
          .withChaincode(chaincode));
    }

    @Override
    public ModelRegistry openReader() throws InterruptedException {
      return FabricRegistry.open(network.reading().withChaincode(chaincode));
    }

    @Override
    public void restart() {
      open.clear(); // the directories are the same again
    }

    @Override
    public void close() {
      // the network goes on
    }
  }
}
