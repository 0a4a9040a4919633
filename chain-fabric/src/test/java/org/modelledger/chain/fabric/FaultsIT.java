package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.Role;
import org.modelledger.registry.Submission;

/**
 * Whatever happens to peers, chaincode and transactions, every command of an account happens once, and those of one
 * client in their order.
 */
class FaultsIT {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());
  private static final String MODEL = "acme/faults";
  private static final int COMMANDS = 300;
  /** Small, so that the commands are spread over many transactions. */
  private static final int BATCH = 8;

  @RegisterExtension
  static final Chaincode CHAINCODE = new Chaincode();

  @TempDir
  Path home;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private DevNetwork network;
  private Versions versions;

  @BeforeEach
  void createModel(TestReporter reporter) throws Exception {
    reporter.publishEntry("modelledger.seed", Long.toString(SEED));
    network = new DevNetwork(CHAINCODE, home);
    versions = Versions.of(MODEL, "ann", network.account("ann"));
    try (FabricRegistry registry = FabricRegistry.open(writing("ann", "first"))) {
      Versions.create(registry, MODEL);
      registry.submit(new GrantRole(ModelName.of(MODEL), network.account("bob"), Role.TRAINER))
          .await(Versions.PATIENCE);
    }
  }

  @AfterEach
  void closeNetwork() {
    network.close();
  }

  private FabricRegistryOptions writing(String alias, String directory) {
    return network.writing(alias, home.resolve(directory)).withBatch(BATCH);
  }

  @Test
  void transactionsConflict() throws Exception {
    try (FabricRegistry registry = FabricRegistry.open(writing("ann", "ann"))) {
      List<Submission<ModelTrained>> submissions = new ArrayList<>();
      for (int part = 0; part < 5; part++) {
        network.peer.faults().conflict(1 + random.nextInt(4));
        submissions.addAll(versions.submit(registry, submissions.size(),
            submissions.size() + COMMANDS / 5));
        pause(random.nextInt(200));
      }
      versions.awaitAll(submissions, 0);
    }
    assertThat(count(TxValidationCode.MVCC_READ_CONFLICT)).as("seed %d", SEED).isPositive();
    assertOnce(COMMANDS);
  }

  @Test
  void twoAccountsRegisterVersionsOfOneModel() throws Exception {
    Versions other = Versions.of(MODEL, "bob", network.account("bob"));
    try (FabricRegistry one = FabricRegistry.open(writing("ann", "ann"));
        FabricRegistry two = FabricRegistry.open(writing("bob", "bob"))) {
      submitBoth(one, versions, two, other);
    }
    assertThat(count(TxValidationCode.MVCC_READ_CONFLICT)).as("seed %d", SEED).isPositive();
    assertOnce(Map.of(versions, (long) COMMANDS, other, (long) COMMANDS));
  }

  @Test
  void twoClientsActForOneAccount() throws Exception {
    Versions other = Versions.of(MODEL, "ann again", network.account("ann"));
    try (FabricRegistry one = FabricRegistry.open(writing("ann", "ann"));
        FabricRegistry two = FabricRegistry.open(writing("ann", "again"))) {
      submitBoth(one, versions, two, other);
    }
    assertOnce(Map.of(versions, (long) COMMANDS, other, (long) COMMANDS));
  }

  private void submitBoth(FabricRegistry one, Versions ones, FabricRegistry two, Versions twos)
      throws InterruptedException {
    List<Submission<ModelTrained>> first = new ArrayList<>();
    List<Submission<ModelTrained>> second = new ArrayList<>();
    for (int number = 0; number < COMMANDS; number++) {
      first.addAll(ones.submit(one, number, number + 1));
      second.addAll(twos.submit(two, number, number + 1));
      pause(random.nextInt(5));
    }
    ones.awaitAll(first, 0);
    twos.awaitAll(second, 0);
  }

  @Test
  void submitsAreLostAndSoAreTheirAnswers() throws Exception {
    try (FabricRegistry registry = FabricRegistry.open(writing("ann", "ann"))) {
      List<Submission<ModelTrained>> submissions = new ArrayList<>();
      for (int part = 0; part < 6; part++) {
        int faults = 1 + random.nextInt(3);
        if (part % 2 == 0) {
          network.peer.faults().loseSubmits(faults);
        } else {
          network.peer.faults().loseSubmitAnswers(faults);
        }
        submissions.addAll(versions.submit(registry, submissions.size(),
            submissions.size() + COMMANDS / 6));
        versions.awaitAll(submissions.subList(submissions.size() - 1, submissions.size()),
            submissions.size() - 1);
      }
      versions.awaitAll(submissions, 0);
    }
    assertOnce(COMMANDS);
  }

  @Test
  void streamsToTheChaincodeEnd() throws Exception {
    interrupt(writing("ann", "ann"), 5, () -> network.peer.dropChaincodeStreams());
  }

  @Test
  void theChaincodesProcessIsKilledAndStartedAgain() throws Exception {
    interrupt(writing("ann", "ann"), 2, CHAINCODE::restart);
  }

  @Test
  void theOnlyGatewayIsLostAndComesBack() throws Exception {
    String mspId = network.devIdentity("ann").mspId();
    FabricRegistryOptions only = FabricRegistryOptions
        .writing(List.of(network.peer.endpoint(mspId)), network.peer.channel(),
            network.identity("ann"), home.resolve("ann"))
        .withBatch(BATCH);
    interrupt(only, 3, () -> {
      network.peer.disconnect(mspId);
      pause(random.nextInt(300));
      network.peer.reconnect(mspId);
    });
  }

  @Test
  void oneOfTwoGatewaysIsLostInTurn() throws Exception {
    List<String> organizations = network.peer.organizations();
    try (FabricRegistry registry = FabricRegistry.open(writing("ann", "ann"))) {
      List<Submission<ModelTrained>> submissions = new ArrayList<>();
      for (int time = 0; time < 4; time++) {
        String lost = organizations.get(time % 2);
        int from = submissions.size();
        submissions.addAll(versions.submit(registry, from, from + COMMANDS / 8));
        pause(random.nextInt(100));
        network.peer.disconnect(lost);
        submissions.addAll(
            versions.submit(registry, submissions.size(), submissions.size() + COMMANDS / 8));
        // it goes on without the one that is away
        versions.awaitAll(submissions.subList(from, submissions.size()), from);
        network.peer.reconnect(lost);
      }
      versions.awaitAll(submissions, 0);
      versions.assertHistory(registry, submissions.size());
      assertOnce(submissions.size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void blocksAreHeldForLongerThanTheClientWaits(int gateways) throws Exception {
    Duration timeout = Duration.ofSeconds(2);
    FabricRegistryOptions options = FabricRegistryOptions
        .writing(network.peers("ann").subList(0, gateways), network.peer.channel(),
            network.identity("ann"), home.resolve("ann"))
        .withBatch(BATCH)
        .withTimeout(timeout);
    FabricRegistry registry = FabricRegistry
        .open(options.withTimeout(FabricRegistryOptions.DEFAULT_TIMEOUT));
    registry.close(); // with its index on disk, so that opening asks for little
    interrupt(options, 2, () -> {
      network.peer.faults().holdBlocks();
      pause(2 * (int) timeout.toMillis());
      network.peer.faults().releaseBlocks();
    });
  }

  private interface Happening {
    void happen() throws Exception;
  }

  /** Submits while something happens again and again, and awaits all. */
  private void interrupt(FabricRegistryOptions options, int times, Happening happening)
      throws Exception {
    try (FabricRegistry registry = FabricRegistry.open(options)) {
      List<Submission<ModelTrained>> submissions = new ArrayList<>();
      for (int time = 0; time < times; time++) {
        submissions.addAll(versions.submit(registry, submissions.size(),
            submissions.size() + COMMANDS / times));
        pause(random.nextInt(150));
        happening.happen();
      }
      versions.awaitAll(submissions, 0);
      versions.assertHistory(registry, submissions.size());
      assertOnce(submissions.size());
    }
  }

  private void assertOnce(long count) throws InterruptedException {
    assertOnce(Map.of(versions, count));
  }

  /** Reads with a client that has seen nothing of the faults, from the first block on. */
  private void assertOnce(Map<Versions, Long> counts) throws InterruptedException {
    try (FabricRegistry reader = FabricRegistry.open(network.reading())) {
      Versions.assertHistory(reader, counts);
    }
  }

  /** How many transactions the channel has with a code. */
  private int count(TxValidationCode code) throws InvalidProtocolBufferException {
    int count = 0;
    for (long number = 0; number < network.peer.height(); number++) {
      ByteString codes = Block.parseFrom(network.peer.block(number))
          .getMetadata()
          .getMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE);
      for (int i = 0; i < codes.size(); i++) {
        if (codes.byteAt(i) == code.getNumber()) {
          count++;
        }
      }
    }
    return count;
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
