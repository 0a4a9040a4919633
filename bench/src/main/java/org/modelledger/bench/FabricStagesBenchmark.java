package org.modelledger.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Status;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Where the time of a transaction goes, by how many commands are in it: each of the three calls of
 * Fabric's client, while the clock stands for the others, and ours from the first submission to the last
 * event. What the second one ends with is that the orderer has the transaction; the third one is the rest of
 * ordering, with the wait for a block to fill, and the commit.
 *
 * <p>{@code bench/run FabricStagesBenchmark}; {@code -p blockTransactions=1} for blocks that do not wait.
 */
@PartOf(value = Suite.TRANSACTIONS, sweep = "perTransaction")
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 15)
@Measurement(iterations = 15)
@Fork(1)
public class FabricStagesBenchmark {
  private static final int MODELS = 2_048;

  /** How many commands are in each transaction. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Commands {
    @Param({"1", "16", "64", "256", "1024"})
    public int perTransaction;

    private GatewayClient client;
    private FabricModels models;

    @Setup(Level.Trial)
    public void open(FabricChain chain) throws Exception {
      client = chain.gateway();
      models = FabricModels.create(client, Math.min(MODELS, 2 * perTransaction));
    }
  }

  /** A call to endorse; what was endorsed is then submitted, so that the state grows as for the others. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() before all else
  public static class Proposed {
    private GatewayLane lane;
    private List<String> call;
    private Transaction endorsed;

    @Setup(Level.Invocation)
    public void prepare(Commands commands) {
      if (lane == null) {
        lane = new GatewayLane(commands.client);
      }
      call = lane.call(commands.models.next(commands.perTransaction));
    }

    @TearDown(Level.Invocation)
    public void commit(Commands commands) throws GatewayException {
      var unused = GatewayClient.committed(endorsed.submitAsync());
      lane.advance(commands.perTransaction);
    }
  }

  /** A transaction that has been endorsed. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() before all else
  public static class Endorsed {
    private GatewayLane lane;
    private Transaction transaction;
    private SubmittedTransaction submitted;

    @Setup(Level.Invocation)
    public void prepare(Commands commands) throws GatewayException, InterruptedException {
      if (lane == null) {
        lane = new GatewayLane(commands.client);
      }
      transaction = lane.endorse(lane.call(commands.models.next(commands.perTransaction)));
    }

    @TearDown(Level.Invocation)
    public void commit(Commands commands) throws GatewayException {
      var unused = GatewayClient.committed(submitted);
      lane.advance(commands.perTransaction);
    }
  }

  /** A transaction that the orderer has. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() before all else
  public static class Submitted {
    private GatewayLane lane;
    private SubmittedTransaction transaction;

    @Setup(Level.Invocation)
    public void prepare(Commands commands) throws GatewayException, InterruptedException {
      if (lane == null) {
        lane = new GatewayLane(commands.client);
      }
      transaction = lane.endorse(lane.call(commands.models.next(commands.perTransaction)))
          .submitAsync();
    }

    @TearDown(Level.Invocation)
    public void count(Commands commands) {
      lane.advance(commands.perTransaction);
    }
  }

  /** Our client. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Ours {
    private ModelRegistry registry;

    @Setup(Level.Trial)
    public void open(FabricChain chain, Commands commands) throws InterruptedException {
      registry = chain.registry(commands.perTransaction);
    }
  }

  @Benchmark
  public Transaction rawEndorse(Commands commands, Proposed proposed)
      throws GatewayException, InterruptedException {
    proposed.endorsed = proposed.lane.endorse(proposed.call);
    return proposed.endorsed;
  }

  @Benchmark
  public SubmittedTransaction rawSubmit(Commands commands, Endorsed endorsed)
      throws GatewayException {
    endorsed.submitted = endorsed.transaction.submitAsync();
    return endorsed.submitted;
  }

  @Benchmark
  public Status rawCommitStatus(Commands commands, Submitted submitted) throws GatewayException {
    return GatewayClient.committed(submitted.transaction);
  }

  @Benchmark
  @Peer("rawCommitStatus")
  public long submitAllAndAwait(Commands commands, Ours ours) throws InterruptedException {
    return FabricChain.submitAndAwait(ours.registry,
        commands.models.next(commands.perTransaction));
  }
}
