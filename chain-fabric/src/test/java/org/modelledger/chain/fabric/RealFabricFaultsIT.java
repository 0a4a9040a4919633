package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.Submission;
import org.modelledger.testnet.fabric.FabricExtension;
import org.modelledger.testnet.fabric.FabricNetwork;
import org.modelledger.testnet.fabric.FabricNode;

/**
 * Two organisations, both of which must endorse, and three orderers, of which one after the other is lost: every command
 * happens once and in its order.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class RealFabricFaultsIT {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());
  private static final int KILLS = Integer.getInteger("modelledger.fabric.real.kills", 5);
  private static final int COMMANDS = 300;
  private static final int BATCH = 8;

  @RegisterExtension
  static final FabricExtension FABRIC = FabricExtension
      .of(RealNetwork.options().orderers(3).build());

  @TempDir
  Path home;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private RealNetwork network;

  @BeforeEach
  void knowTheNetwork(TestReporter reporter) throws Exception {
    reporter.publishEntry("modelledger.seed", Long.toString(SEED));
    network = new RealNetwork(FABRIC.node());
  }

  private interface Happening {
    void happen() throws Exception;
  }

  @Test
  void thePeerInUseIsKilledAndStartedAgain() throws Exception {
    FabricNode peer = FABRIC.node().peers(network.user("ann").mspId()).getFirst();
    interrupt("acme/peer", () -> {
      peer.kill();
      pause(500 + random.nextInt(1_000));
      peer.restart();
    });
  }

  @Test
  void theOtherOrganisationsPeerIsKilledAndStartedAgain() throws Exception {
    String own = network.user("ann").mspId();
    FabricNode peer = FABRIC.node()
        .peers(own.equals("Org1MSP") ? "Org2MSP" : "Org1MSP")
        .getFirst();
    interrupt("acme/endorser", () -> {
      peer.kill();
      pause(500 + random.nextInt(1_000));
      peer.restart();
    });
  }

  @Test
  void theLeaderOfTheOrderersIsKilled() throws Exception {
    FabricNetwork fabric = FABRIC.node();
    List<FabricNode> killed = new ArrayList<>();
    interrupt("acme/leader", () -> {
      FabricNode leader = leader(fabric);
      if (!killed.isEmpty()) {
        killed.removeLast().restart(); // so that there is a majority without the next one
        leader = leader(fabric);
      }
      leader.kill();
      killed.add(leader);
    });
    killed.removeLast().restart();
    assertThat(fabric.isRunning()).isTrue();
  }

  @Test
  void theChaincodesProcessesAreKilledAndStartedAgain() throws Exception {
    interrupt("acme/chaincode", () -> {
      for (String mspId : List.of("Org1MSP", "Org2MSP")) {
        FabricNode chaincode = FABRIC.node().chaincode(mspId);
        chaincode.kill();
        pause(random.nextInt(300));
        chaincode.restart();
      }
    });
  }

  @Test
  void theClientIsKilled() throws Exception {
    KilledClient.Target target = network.target("ann");
    Versions versions = Versions.of(KilledClient.MODEL, "killed",
        network.identity("ann").account());
    Path directory = home.resolve("killed");
    try (FabricRegistry registry = FabricRegistry
        .open(network.writing("ann", home.resolve("ann")))) {
      Versions.create(registry, KilledClient.MODEL);
    }
    for (int kill = 0; kill < KILLS; kill++) {
      try (KilledClient client = KilledClient.start(target, directory, Long.MAX_VALUE)) {
        client.awaitProgress();
        pause(random.nextInt(500));
        client.kill();
      }
    }
    long end;
    try (FabricRegistry registry = FabricRegistry.open(target.writing(directory))) {
      long done = Versions.done(registry, versions.model());
      end = done + KilledClient.IN_FLIGHT;
      versions.submitAgainAndAwait(registry, Math.max(0, done - KilledClient.IN_FLIGHT), end);
      versions.assertHistory(registry, end);
    }
    try (FabricRegistry reader = FabricRegistry.open(network.reading())) {
      versions.assertHistory(reader, end);
    }
  }

  /** Submits while something happens twice, and awaits all. */
  private void interrupt(String model, Happening happening) throws Exception {
    Versions versions = Versions.of(model, "ann", network.identity("ann").account());
    try (FabricRegistry registry = FabricRegistry
        .open(network.writing("ann", home.resolve("ann")).withBatch(BATCH))) {
      Versions.create(registry, model);
      List<Submission<ModelTrained>> submissions = new ArrayList<>();
      for (int time = 0; time < 2; time++) {
        submissions.addAll(
            versions.submit(registry, submissions.size(), submissions.size() + COMMANDS / 2));
        pause(random.nextInt(1_000));
        happening.happen();
      }
      versions.awaitAll(submissions, 0);
      versions.assertHistory(registry, submissions.size());
      try (FabricRegistry reader = FabricRegistry.open(network.reading())) {
        versions.assertHistory(reader, submissions.size());
      }
    }
  }

  private static FabricNode leader(FabricNetwork fabric) {
    long deadline = System.nanoTime() + Versions.PATIENCE.toNanos();
    while (true) {
      Optional<FabricNode> leader = fabric.leader();
      if (leader.isPresent()) {
        return leader.get();
      }
      assertThat(System.nanoTime() - deadline).as("an orderer leads in time").isNegative();
      pause(100);
    }
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
