package org.modelledger.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Status;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.registry.ModelRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Registrations a second that are in a valid block, on the same kind of network: through our client,
 * which makes each durable before it is sent and knows its event in the end; through Fabric's client as
 * one writes it first, and by many threads at a time; and through the chaincode's function for many
 * commands, called by hand.
 *
 * <p>The state grows while it is measured, by some thousand versions each iteration.
 *
 * <p>{@code bench/run FabricCommandsBenchmark}; on a machine where nothing else runs, since the network
 * shares it. {@code -p network=real} with FABRIC_BIN set for a real one.
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class FabricCommandsBenchmark {
  private static final int IN_LOOP = 8;
  private static final int PIPELINED = 1_024;
  private static final int IN_BATCHES = 8_192;

  /** Fabric's client, and what it sends. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Raw {
    private GatewayClient client;
    private FabricModels models;

    @Setup(Level.Trial)
    public void open(FabricChain chain) throws Exception {
      client = chain.gateway();
    }

    @TearDown(Level.Trial)
    public void check() throws GatewayException {
      models.check(client);
    }

    private void create(int count) throws Exception {
      models = FabricModels.create(client, count);
    }

    private Status submitAndWait() throws GatewayException {
      return client.submitAndWait(FabricCommands.write(models.next()));
    }
  }

  /** One transaction after the other. */
  @State(Scope.Benchmark)
  public static class Loop {
    private static final int MODELS = 64;

    @Setup(Level.Trial)
    public void create(Raw raw) throws Exception {
      raw.create(MODELS);
    }
  }

  /** How many threads have a transaction on its way. */
  @State(Scope.Benchmark)
  public static class Width {
    @Param({"64", "256"})
    public int inFlight;

    /** Rates are of this many; a smoke run, whose times mean nothing, has fewer. */
    @Param("" + PIPELINED)
    public int transactions;

    @Setup(Level.Trial)
    public void create(Raw raw) throws Exception {
      raw.create(4 * inFlight);
    }
  }

  /** How many commands are in a transaction; our client has fewer while endorsers are slow with them. */
  @State(Scope.Benchmark)
  public static class Size {
    @Param({"256", "1024"})
    public int batchOf;

    /** Rates are of this many; a smoke run, whose times mean nothing, has fewer. */
    @Param("" + IN_BATCHES)
    public int commands;
  }

  /** Streams of transactions with many commands each. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Lanes {
    /** One, as our client has it, and as many as keep two cores busy. */
    @Param({"1", "4"})
    public int lanes;

    private List<GatewayLane> open;

    @Setup(Level.Trial)
    public void open(Raw raw, Size size) throws Exception {
      raw.create(2 * lanes * size.batchOf);
      open = new ArrayList<>();
      for (int i = 0; i < lanes; i++) {
        open.add(new GatewayLane(raw.client));
      }
    }
  }

  /** Our client. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Ours {
    private GatewayClient client;
    private FabricModels models;
    private ModelRegistry registry;

    @Setup(Level.Trial)
    public void open(FabricChain chain, Size size) throws Exception {
      client = chain.gateway();
      models = FabricModels.create(client, 2 * size.batchOf);
      registry = chain.registry(size.batchOf);
    }

    @TearDown(Level.Trial)
    public void check() throws GatewayException {
      models.check(client);
    }
  }

  @Benchmark
  @OperationsPerInvocation(IN_LOOP)
  public long rawSubmitAndWait(Raw raw, Loop loop) throws GatewayException {
    long last = 0;
    for (int i = 0; i < IN_LOOP; i++) {
      last = raw.submitAndWait().getBlockNumber();
    }
    return last;
  }

  @Benchmark
  @OperationsPerInvocation(PIPELINED)
  public long rawPipelined(Raw raw, Width width) throws Exception {
    AtomicInteger left = new AtomicInteger(width.transactions);
    AtomicLong last = new AtomicLong();
    InParallel.run(width.inFlight, () -> {
      while (left.getAndDecrement() > 0) {
        last.accumulateAndGet(raw.submitAndWait().getBlockNumber(), Math::max);
      }
    });
    return last.get();
  }

  @Benchmark
  @OperationsPerInvocation(IN_BATCHES)
  public long rawBatches(Raw raw, Size size, Lanes lanes) throws Exception {
    AtomicInteger left = new AtomicInteger(size.commands);
    AtomicInteger lane = new AtomicInteger();
    AtomicLong last = new AtomicLong();
    InParallel.run(lanes.lanes, () -> {
      GatewayLane own = lanes.open.get(lane.getAndIncrement());
      while (left.getAndAdd(-size.batchOf) > 0) {
        last.accumulateAndGet(
            own.submitAndWait(raw.models.next(size.batchOf)).getBlockNumber(), Math::max);
      }
    });
    return last.get();
  }

  @Benchmark
  @Peer(value = "rawBatches", params = "lanes=1")
  @OperationsPerInvocation(IN_BATCHES)
  public long submitAllAndAwait(Ours ours, Size size) throws InterruptedException {
    return FabricChain.submitAndAwait(ours.registry, ours.models.next(size.commands));
  }
}
