package org.modelledger.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading a long history from its beginning: ours, by a client that has just been opened, as events in
 * pages of 10,000; beside the bytes of one {@code eth_getLogs} over all blocks, which public nodes
 * refuse.
 *
 * <p>{@code bench/run EthereumHistoryBenchmark}
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class EthereumHistoryBenchmark {
  private static final int PAGE = 10_000;

  /** A chain on which much has happened. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls fill() before all else
  public static class LongHistory {
    private static final int AT_ONCE = 20_000;

    @Param("100000")
    public int events;

    private EthereumChain chain;
    private RawNode node;

    @Setup(Level.Trial)
    public void fill(EthereumChain ethereum) throws InterruptedException {
      chain = ethereum;
      node = chain.closedBeforeNode(new RawNode(chain.url()));
      ModelRegistry registry = chain.open(512, 64);
      for (int left = events; left > 0; left -= AT_ONCE) {
        var unused = EthereumChain.submitAndAwait(registry, Math.min(left, AT_ONCE));
      }
    }
  }

  @Benchmark
  public int rawGetLogs(LongHistory history) throws IOException, InterruptedException {
    return history.node.send(RawNode.call("eth_getLogs", "{\"address\":\""
        + history.chain.contract() + "\",\"fromBlock\":\"0x0\",\"toBlock\":\"latest\"}")).length();
  }

  @Benchmark
  @Peer("rawGetLogs")
  public long history(LongHistory history) {
    try (ModelRegistry registry = history.chain.openReading()) {
      LedgerPosition after = LedgerPosition.START;
      long read = 0;
      while (true) {
        List<LedgerEvent> page = registry.history(after, PAGE);
        read += page.size();
        if (page.size() < PAGE) {
          break;
        }
        after = page.getLast().header().position();
      }
      if (read < history.events) {
        throw new IllegalStateException("read " + read + " of " + history.events + " events");
      }
      return read;
    }
  }
}
