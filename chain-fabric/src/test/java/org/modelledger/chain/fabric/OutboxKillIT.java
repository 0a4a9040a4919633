package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.fabric.devpeer.DevIdentity;

/**
 * A client's process is killed with {@code kill -9} at random points and started again, and every command happens once
 * and in its order. Both the outbox and the index are as the kill left them.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class OutboxKillIT {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());
  private static final int KILLS = Integer.getInteger("modelledger.fabric.kills", 20);
  private static final int BEYOND = KilledClient.IN_FLIGHT + 10;
  private static final int WARM_UP = 100;
  private static final int MAX_LIFE_MILLIS = 1_500;
  private static final int MAX_WORK_MICROS = 100_000;

  @RegisterExtension
  static final Chaincode CHAINCODE = new Chaincode();

  @TempDir
  Path home;

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void everyCommandHappensOnceAndInOrderThroughManyDeaths(TestReporter reporter)
      throws Exception {
    reporter.publishEntry("modelledger.seed", Long.toString(SEED));
    try (DevNetwork network = new DevNetwork(CHAINCODE, home)) {
      DevIdentity ann = network.devIdentity("ann");
      KilledClient.Target target = new KilledClient.Target(network.peers("ann"),
          network.peer.channel(), "registry", ann.mspId(),
          Files.writeString(home.resolve("ann.pem"), ann.certificatePem()),
          Files.writeString(home.resolve("ann.key"), ann.privateKeyPem()), "");
      Versions versions = Versions.of(KilledClient.MODEL, "killed", network.account("ann"));
      Path directory = home.resolve("killed");
      try (FabricRegistry registry = network.open("ann")) {
        Versions.create(registry, KilledClient.MODEL);
      }
      try (KilledClient client = KilledClient.start(target, directory, WARM_UP)) {
        assertThat(client.exit()).as("a client that nobody kills").isZero();
      }

      for (int kill = 0; kill < KILLS; kill++) {
        killOnce(target, directory);
      }

      long done;
      try (FabricRegistry registry = FabricRegistry.open(target.writing(directory))) {
        done = Versions.done(registry, versions.model());
        versions.submitAgainAndAwait(registry, Math.max(0, done - BEYOND), done + BEYOND);
        versions.assertHistory(registry, done + BEYOND);
      }
      try (FabricRegistry reader = FabricRegistry.open(network.reading())) {
        versions.assertHistory(reader, done + BEYOND);
      }
    }
  }

  /** Kills anywhere in a client's life: while its JVM starts, while it opens its directory, or while it works. */
  private void killOnce(KilledClient.Target target, Path directory) throws Exception {
    try (KilledClient client = KilledClient.start(target, directory, Long.MAX_VALUE)) {
      if (random.nextBoolean()) {
        client.awaitProgress();
        pause(random.nextInt(MAX_WORK_MICROS));
      } else {
        pause(TimeUnit.MILLISECONDS.toMicros(random.nextInt(MAX_LIFE_MILLIS)));
      }
      client.kill();
    }
  }

  private static void pause(long micros) {
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
  }
}
