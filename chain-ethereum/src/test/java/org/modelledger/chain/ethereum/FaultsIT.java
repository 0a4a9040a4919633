package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.Submission;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.EthereumNode;
import org.modelledger.testnet.Fault;
import org.modelledger.testnet.FaultPlan;
import org.modelledger.testnet.FaultyProxy;
import org.modelledger.testnet.GethNode;
import org.modelledger.testnet.GethOptions;

/** Whatever happens to the node, to the chain or on the way, every command of an account happens once and in its order. */
class FaultsIT {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int COMMANDS = 300;
  /** Small, so that the commands are spread over many transactions. */
  private static final int BATCH = 4;
  private static final int WINDOW = 16;

  @TempDir
  Path directory;

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void requestsAndAnswersAreLostRepeatedAndRefused() throws Exception {
    try (AnvilNode node = anvil();
        PausedMiner miner = PausedMiner.start(node);
        FaultyProxy proxy = FaultyProxy.start(node.http(), node.webSocket())) {
      Chain chain = new Chain(miner.node(), directory, Finality.confirmations(2));
      Versions versions = create(chain);
      EthereumRegistryOptions options = through(proxy, chain).withTimeout(Duration.ofSeconds(2));
      try (EthereumRegistry registry = EthereumRegistry.open(options)) {
        proxy.setDelay(POLL);
        proxy.setPlan(FaultPlan.seeded(SEED, everyFault(0.04)));
        versions.submitAndAwait(registry, 0, COMMANDS);
        proxy.setPlan(FaultPlan.none());
      }
      for (Fault fault : List.of(Fault.DROP_REQUEST, Fault.DROP_ANSWER, Fault.DUPLICATE)) {
        assertThat(proxy.count(fault)).as("%s, seed %d", fault, SEED).isPositive();
      }
      assertHistory(chain, versions, COMMANDS);
    }
  }

  @Test
  void everyAnswerToATransactionIsLostForATime() throws Exception {
    try (AnvilNode node = anvil();
        PausedMiner miner = PausedMiner.start(node);
        FaultyProxy proxy = FaultyProxy.start(node.http(), node.webSocket())) {
      Chain chain = new Chain(miner.node(), directory, Finality.latest());
      Versions versions = create(chain);
      try (EthereumRegistry registry = EthereumRegistry.open(through(proxy, chain))) {
        proxy
            .setPlan(FaultPlan.always(Fault.DROP_ANSWER).only("eth_sendRawTransaction").atMost(10));
        versions.submitAndAwait(registry, 0, COMMANDS);
      }
      assertThat(proxy.count(Fault.DROP_ANSWER)).isEqualTo(10);
      assertHistory(chain, versions, COMMANDS);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theChainIsReorganizedAndWhatWasInItIsLost(int depth) throws Exception {
    try (AnvilNode node = anvil(); PausedMiner miner = PausedMiner.start(node)) {
      Chain chain = new Chain(node, directory, Finality.confirmations(12));
      Versions versions = create(chain);
      try (EthereumRegistry registry = EthereumRegistry.open(writing(chain, "outbox"))) {
        List<Submission<ModelTrained>> submissions = new ArrayList<>();
        for (int part = 0; part < 4; part++) {
          submissions.addAll(
              versions.submit(registry, submissions.size(), submissions.size() + COMMANDS / 10));
          awaitBlocks(node, 1 + random.nextInt(depth + 2));
          miner.pause();
          node.reorg(depth);
          miner.goOn();
        }
        versions.awaitAll(submissions, 0);
        assertHistory(chain, versions, submissions.size());
      }
    }
  }

  @Test
  void theNodeIsStoppedAndStartedAgain() throws Exception {
    try (AnvilNode node = AnvilNode
        .start(AnvilOptions.builder().noMining().quiet().persistent().build());
        PausedMiner miner = PausedMiner.start(node)) {
      Chain chain = new Chain(node, directory, Finality.latest());
      Versions versions = create(chain);
      interrupt(chain, versions, 4, () -> {
        miner.pause();
        node.stop();
        pause(500);
        node.restart();
        miner.goOn();
      });
    }
  }

  @Test
  void gethIsStoppedAndStartedAgain() throws Exception {
    try (GethNode node = GethNode.start(GethOptions.builder().publicPool().build())) {
      Chain chain = new Chain(node, directory, Finality.latest());
      Versions versions = create(chain);
      interrupt(chain, versions, 2, () -> {
        node.stop();
        pause(500);
        node.restart();
      });
    }
  }

  /** A geth that is killed loses its newest blocks: what was in them is not final yet, and is sent again. */
  @Test
  void gethIsKilledAndStartedAgain() throws Exception {
    try (GethNode node = GethNode.start(GethOptions.builder().persistent().build())) {
      Chain chain = new Chain(node, directory, Finality.confirmations(12));
      Versions versions = Versions.of("acme/faults");
      try (EthereumRegistry registry = EthereumRegistry.open(writing(chain, "outbox"))) {
        var created = registry.submit(new CreateModel(versions.model()));
        List<Submission<ModelTrained>> submissions = new ArrayList<>();
        for (int kill = 0; kill < 2; kill++) {
          submissions.addAll(
              versions.submit(registry, submissions.size(), submissions.size() + COMMANDS / 2));
          pause(500 + random.nextInt(1_000));
          node.kill();
          node.restart();
        }
        long deadline = System.nanoTime() + Versions.PATIENCE.toNanos();
        for (long more = COMMANDS; submissions.getLast().poll().isEmpty(); more++) {
          assertThat(System.nanoTime() - deadline).as("all is final in time").isNegative();
          // blocks come with transactions only
          var unused = versions.submit(registry, more);
          pause(50);
        }
        versions.awaitAll(submissions, 0);
        assertThat(created.await(Versions.PATIENCE).model()).isEqualTo(versions.model());
      }
    }
  }

  @Test
  void twoClientsActForOneAccount() throws Exception {
    try (AnvilNode node = anvil(); PausedMiner miner = PausedMiner.start(node)) {
      Chain chain = new Chain(miner.node(), directory, Finality.latest());
      Versions one = create(chain, "acme/one");
      Versions two = create(chain, "acme/two");
      try (EthereumRegistry first = EthereumRegistry.open(writing(chain, "first"));
          EthereumRegistry second = EthereumRegistry.open(writing(chain, "second"))) {
        List<Submission<ModelTrained>> ones = new ArrayList<>();
        List<Submission<ModelTrained>> twos = new ArrayList<>();
        for (int number = 0; number < COMMANDS; number++) {
          ones.add(one.submit(first, number));
          twos.add(two.submit(second, number));
          pause(random.nextInt(10));
        }
        one.awaitAll(ones, 0);
        two.awaitAll(twos, 0);
      }
      assertHistory(chain, one, COMMANDS);
      assertHistory(chain, two, COMMANDS);
    }
  }

  @Test
  void feesRiseAboveWhatWasOffered() throws Exception {
    BigInteger spike = BigInteger.valueOf(200_000_000_000L);
    try (AnvilNode node = anvil()) {
      try (PausedMiner miner = PausedMiner.start(node)) {
        Chain chain = new Chain(node, directory, Finality.latest());
        Versions versions = create(chain);
        try (EthereumRegistry registry = EthereumRegistry.open(writing(chain, "outbox"))) {
          versions.submitAndAwait(registry, 0, 10);
          miner.pause();
          List<Submission<ModelTrained>> stuck = versions.submit(registry, 10, 60);
          awaitWaiting(node);
          miner.goOnWith(spike);

          versions.awaitAll(stuck, 10);
          versions.submitAndAwait(registry, 60, 100);
        }
        BigInteger baseFee = new BigInteger(String.valueOf(node.rpc()
            .object("eth_getBlockByNumber", "latest", false)
            .orElseThrow()
            .get("baseFeePerGas")).substring(2), 16);
        assertThat(baseFee).isEqualTo(spike);
        assertHistory(chain, versions, 100);
      }
    }
  }

  /** Submits while something happens again and again, and awaits all. */
  private void interrupt(Chain chain, Versions versions, int times, Runnable happening)
      throws Exception {
    try (EthereumRegistry registry = EthereumRegistry.open(writing(chain, "outbox"))) {
      List<Submission<ModelTrained>> submissions = new ArrayList<>();
      for (int time = 0; time < times; time++) {
        submissions.addAll(
            versions.submit(registry, submissions.size(), submissions.size() + COMMANDS / times));
        pause(random.nextInt(300));
        happening.run();
      }
      versions.awaitAll(submissions, 0);
      versions.assertHistory(registry, chain.account("owner"), submissions.size());
    }
  }

  /** Left to itself at a quick pace, anvil may leave a transaction in its pool for good; so it mines when told to. */
  private static AnvilNode anvil() throws InterruptedException {
    return AnvilNode.start(AnvilOptions.builder().noMining().quiet().build());
  }

  private static Map<Fault, Double> everyFault(double share) {
    Map<Fault, Double> shares = new EnumMap<>(Fault.class);
    for (Fault fault : Fault.values()) {
      shares.put(fault, share);
    }
    shares.put(Fault.SILENCE, share / 4); // each costs a time-out
    shares.remove(Fault.NONE);
    return shares;
  }

  private Versions create(Chain chain) throws InterruptedException {
    return create(chain, "acme/faults");
  }

  private Versions create(Chain chain, String name) throws InterruptedException {
    try (
        EthereumRegistry registry = EthereumRegistry.open(writing(chain, name.replace('/', '-')))) {
      return Versions.create(registry, name);
    }
  }

  private EthereumRegistryOptions writing(Chain chain, String outbox) {
    return chain.writing("owner", directory.resolve(outbox)).withBatch(BATCH).withWindow(WINDOW);
  }

  /** The same as {@link #writing}, with the proxy in place of the node. */
  private EthereumRegistryOptions through(FaultyProxy proxy, Chain chain) {
    return EthereumRegistryOptions
        .writing(proxy.http().toString(), chain.deployment().contract(), chain.chainId(),
            Chain.signer(chain.testAccount("owner")), directory.resolve("proxied"))
        .withWebSocket(proxy.webSocket().toString())
        .withFinality(chain.finality())
        .withPollInterval(POLL)
        .withBatch(BATCH)
        .withWindow(WINDOW);
  }

  /** Reads with a client that has seen nothing of the faults. */
  private static void assertHistory(Chain chain, Versions versions, long count)
      throws InterruptedException {
    try (EthereumRegistry reader = EthereumRegistry.open(chain.reading())) {
      versions.assertHistory(reader, chain.account("owner"), count);
    }
  }

  private static void awaitBlocks(EthereumNode node, int blocks) {
    long end = node.blockNumber() + blocks;
    long deadline = System.nanoTime() + Versions.PATIENCE.toNanos();
    while (node.blockNumber() < end) {
      assertThat(System.nanoTime() - deadline).as("%s mines block %d", node, end).isNegative();
      pause(5);
    }
  }

  /** Waits until the pool has a transaction. */
  private static void awaitWaiting(AnvilNode node) {
    long deadline = System.nanoTime() + Versions.PATIENCE.toNanos();
    while ("0x0".equals(node.rpc().object("txpool_status").orElseThrow().get("pending"))) {
      assertThat(System.nanoTime() - deadline).as("%s gets a transaction", node).isNegative();
      pause(5);
    }
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
