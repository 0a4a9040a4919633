package org.modelledger.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Utf8String;

/**
 * Reads of a model's state a second, each an {@code eth_call}: ours, which takes the answer apart into
 * records, beside the same call as text that nobody looks into.
 *
 * <p>{@code bench/run EthereumReadsBenchmark}
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EthereumReadsBenchmark {
  private static final int BATCH = 100;

  /** Somebody who reads. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Reader {
    private ModelRegistry registry;
    private RawNode node;
    private String call;
    private List<String> batch;

    @Setup(Level.Trial)
    public void open(EthereumChain chain) {
      registry = chain.closedBeforeNode(chain.openReading());
      node = chain.closedBeforeNode(new RawNode(chain.url()));
      String data = FunctionEncoder.encode(new Function("model",
          List.of(new Utf8String(EthereumChain.MODEL.value())), List.of()));
      call = RawNode.call("eth_call", "{\"to\":\"" + chain.contract() + "\",\"data\":\"" + data
          + "\"},\"latest\"");
      batch = Collections.nCopies(BATCH, call);
    }
  }

  @Benchmark
  public String rawCall(Reader reader) throws IOException, InterruptedException {
    return reader.node.send(reader.call);
  }

  @Benchmark
  @Threads(8)
  public String rawCallBy8Threads(Reader reader) throws IOException, InterruptedException {
    return reader.node.send(reader.call);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public String rawCallInBatchesOf100(Reader reader) throws IOException, InterruptedException {
    return reader.node.sendAll(reader.batch);
  }

  @Benchmark
  @Peer("rawCall")
  public Optional<ModelRecord> model(Reader reader) {
    return reader.registry.model(EthereumChain.MODEL);
  }

  @Benchmark
  @Peer("rawCallBy8Threads")
  @Threads(8)
  public Optional<ModelRecord> modelBy8Threads(Reader reader) {
    return reader.registry.model(EthereumChain.MODEL);
  }

  /** A hundred callers at once, each for itself. */
  @Benchmark
  @Peer("rawCallBy8Threads")
  @OperationsPerInvocation(BATCH)
  public List<Future<Optional<ModelRecord>>> modelBy100VirtualThreads(Reader reader)
      throws InterruptedException, ExecutionException {
    List<Future<Optional<ModelRecord>>> models = new ArrayList<>(BATCH);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < BATCH; i++) {
        models.add(threads.submit(() -> reader.registry.model(EthereumChain.MODEL)));
      }
      for (Future<Optional<ModelRecord>> each : models) {
        var unused = each.get();
      }
    }
    return models;
  }
}
