package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.NodeExtension;

/**
 * A client dies at random points, and each time every command happens once and in its order. At one in ten the
 * process is killed with {@code kill -9} and started again. At the others it is stopped at any instruction, with all
 * its threads; its outbox is copied, which is to the byte what a kill at that point would have left; another client goes on
 * from the copy, on the same chain with the same transactions waiting; then the chain is put back and the process goes on.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class OutboxKillIT {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());
  private static final int KILLS = Integer.getInteger("modelledger.ethereum.kills", 20);
  private static final int STOPS = Integer.getInteger("modelledger.ethereum.stops", 180);
  private static final int BEYOND = KilledClient.IN_FLIGHT + 10;
  private static final int WARM_UP = 200;
  private static final int MAX_LIFE_MILLIS = 1_500;
  private static final int MAX_WORK_MICROS = 40_000;

  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension
      .anvil(AnvilOptions.builder().noMining().quiet().build());

  @TempDir
  Path directory;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final AnvilNode node = ANVIL.node();
  private final Versions versions = Versions.of(KilledClient.MODEL);

  @Test
  void everyCommandHappensOnceAndInOrderThroughManyDeaths() throws Exception {
    try (PausedMiner miner = PausedMiner.start(node)) {
      Chain chain = new Chain(node, directory, Finality.latest());
      Path outbox = directory.resolve("outbox");
      try (EthereumRegistry registry = EthereumRegistry
          .open(chain.writing("owner", directory.resolve("first")))) {
        var unused = Versions.create(registry, KilledClient.MODEL);
      }
      try (KilledClient client = KilledClient.start(node, chain.deployment().contract(), outbox,
          WARM_UP)) {
        assertThat(client.exit()).as("a client that nobody kills").isZero();
      }

      for (int kill = 0; kill < KILLS; kill++) {
        killOnce(chain, outbox);
      }
      stopAgainAndAgain(chain, outbox, miner);

      try (EthereumRegistry registry = EthereumRegistry.open(chain.writing("owner", outbox))) {
        long done = versions.done(registry);
        versions.submitAndAwait(registry, Math.max(0, done - BEYOND), done + BEYOND);
        versions.assertHistory(registry, chain.account("owner"), done + BEYOND);
      }
    }
  }

  /** Kills anywhere in a client's life: while its JVM starts, while it opens the outbox, or while it works. */
  private void killOnce(Chain chain, Path outbox) throws Exception {
    try (KilledClient client = KilledClient.start(node, chain.deployment().contract(), outbox,
        Long.MAX_VALUE)) {
      if (random.nextBoolean()) {
        client.awaitProgress();
        pause(random.nextInt(MAX_WORK_MICROS));
      } else {
        pause(TimeUnit.MILLISECONDS.toMicros(random.nextInt(MAX_LIFE_MILLIS)));
      }
      client.kill();
    }
  }

  private void stopAgainAndAgain(Chain chain, Path outbox, PausedMiner miner) throws Exception {
    try (KilledClient client = KilledClient.start(node, chain.deployment().contract(), outbox,
        Long.MAX_VALUE)) {
      client.awaitProgress();
      for (int stop = 0; stop < STOPS; stop++) {
        pause(random.nextInt(MAX_WORK_MICROS));
        client.freeze();
        miner.pause();
        List<String> waiting = waiting();
        String snapshot = node.snapshot();
        Path copy = copy(outbox, directory.resolve("copy-" + stop));
        miner.goOn();

        goOnFrom(chain, copy, stop);

        miner.pause();
        node.revert(snapshot);
        waiting.forEach(raw -> node.rpc().text("eth_sendRawTransaction", raw));
        miner.goOn();
        client.thaw();
      }
      client.kill();
    }
  }

  private void goOnFrom(Chain chain, Path outbox, int stop) throws Exception {
    try (EthereumRegistry registry = EthereumRegistry.open(chain.writing("owner", outbox))) {
      long done = versions.done(registry);
      versions.submitAndAwait(registry, Math.max(0, done - KilledClient.IN_FLIGHT), done + BEYOND);
      assertThat(versions.done(registry)).as("stop %d of seed %d", stop, SEED)
          .isEqualTo(done + BEYOND);
    }
    delete(outbox);
  }

  /** The signed transactions that are in the pool, in the order of their nonces. */
  private List<String> waiting() {
    List<String> raw = new ArrayList<>();
    Map<String, Object> content = node.rpc().object("txpool_content").orElseThrow();
    for (String kind : List.of("pending", "queued")) {
      if (content.get(kind) instanceof Map<?, ?> accounts) {
        for (Object transactions : accounts.values()) {
          if (transactions instanceof Map<?, ?> byNonce) {
            byNonce.entrySet()
                .stream()
                .sorted(Comparator
                    .comparingLong(entry -> Long.parseLong(String.valueOf(entry.getKey()))))
                .forEach(entry -> raw.add(raw(entry.getValue())));
          }
        }
      }
    }
    return raw;
  }

  private String raw(Object transaction) {
    Object hash = transaction instanceof Map<?, ?> members
        ? String.valueOf(members.get("hash"))
        : "";
    return node.rpc().text("eth_getRawTransactionByHash", hash);
  }

  private static void pause(long micros) {
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        var unused = Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
