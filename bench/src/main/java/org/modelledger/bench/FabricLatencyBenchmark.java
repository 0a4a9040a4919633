package org.modelledger.bench;

import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Status;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.ModelRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long one registration takes when nothing else is on its way, from the call to where it is known to
 * be in a valid block: nearly all of it is the time that a block waits for more transactions.
 *
 * <p>{@code bench/run FabricLatencyBenchmark}; {@code -p blockTransactions=1} for blocks that do not wait.
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 30)
@Measurement(iterations = 50)
@Fork(1)
public class FabricLatencyBenchmark {
  private static final int MODELS = 64;

  /** Fabric's client, and what it sends. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Raw {
    private GatewayClient client;
    private FabricModels models;

    @Setup(Level.Trial)
    public void open(FabricChain chain) throws Exception {
      client = chain.gateway();
      models = FabricModels.create(client, MODELS);
    }
  }

  /** Our client. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Ours {
    private FabricModels models;
    private ModelRegistry registry;

    @Setup(Level.Trial)
    public void open(FabricChain chain) throws Exception {
      models = FabricModels.create(chain.gateway(), MODELS);
      registry = chain.registry(1);
    }
  }

  @Benchmark
  public Status rawSubmitAndWait(Raw raw) throws GatewayException {
    return raw.client.submitAndWait(FabricCommands.write(raw.models.next()));
  }

  @Benchmark
  @Peer("rawSubmitAndWait")
  public ModelTrained submitAndAwait(Ours ours) throws InterruptedException {
    return ours.registry.submit(ours.models.next()).await(FabricChain.LIMIT);
  }
}
