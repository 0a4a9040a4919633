package org.modelledger.bench;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.GatewayException;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reads of a version a second: ours, which answers from the client's index of the channel, beside the
 * question to a peer, whose answer nobody looks into.
 *
 * <p>{@code bench/run FabricReadsBenchmark}
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class FabricReadsBenchmark {
  private static final ModelVersionId VERSION = FabricModels.name(0).version(1);
  private static final List<String> CALL = ChaincodeFunction.VERSION.call(VERSION.model().value(),
      Long.toString(VERSION.number()));

  /** Fabric's client on a network on which a model has a version. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Raw {
    private GatewayClient client;

    @Setup(Level.Trial)
    public void open(FabricChain chain) throws Exception {
      client = chain.gateway();
      var unused = client
          .submitAndWait(FabricCommands.write(FabricModels.create(client, 1).next()));
    }
  }

  /** Our client there. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Ours {
    private ModelRegistry registry;

    @Setup(Level.Trial)
    public void open(FabricChain chain, Raw raw) throws InterruptedException {
      registry = chain.closedBeforeNetwork(chain.openReading());
      var unused = registry.version(VERSION).orElseThrow();
    }
  }

  @Benchmark
  public byte[] rawEvaluate(Raw raw) throws GatewayException {
    return raw.client.evaluate(CALL);
  }

  @Benchmark
  @Threads(8)
  public byte[] rawEvaluateBy8Threads(Raw raw) throws GatewayException {
    return raw.client.evaluate(CALL);
  }

  @Benchmark
  @Peer("rawEvaluate")
  public Optional<ModelVersion> version(Ours ours) {
    return ours.registry.version(VERSION);
  }

  @Benchmark
  @Peer("rawEvaluateBy8Threads")
  @Threads(8)
  public Optional<ModelVersion> versionBy8Threads(Ours ours) {
    return ours.registry.version(VERSION);
  }
}
