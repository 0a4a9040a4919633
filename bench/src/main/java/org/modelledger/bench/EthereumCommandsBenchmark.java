package org.modelledger.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.web3j.protocol.exceptions.TransactionException;

/**
 * Commands a second that reach a block, on the same node: through our client, which makes each durable
 * before it is sent and ends when its event is final; through web3j as one writes it first; and
 * through transactions signed beforehand. All deploy the same version again.
 *
 * <p>{@code bench/run EthereumCommandsBenchmark}; on a machine where nothing else runs, since the node
 * shares it.
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class EthereumCommandsBenchmark {
  private static final int MULTICALL_COMMANDS = 16_384;

  /** Our client with one command in a transaction. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Pipelined {
    private ModelRegistry registry;

    @Setup(Level.Trial)
    public void open(EthereumChain chain) {
      registry = chain.open(1, 1_024);
    }
  }

  /** Our client with many. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Multicall {
    private ModelRegistry registry;

    @Setup(Level.Trial)
    public void open(EthereumChain chain) {
      registry = chain.open(512, 64);
    }
  }

  @Benchmark
  @OperationsPerInvocation(Web3jLoop.COMMANDS)
  public long rawWeb3jSendAndWait(Web3jLoop loop) throws IOException, TransactionException {
    long last = 0;
    for (int i = 0; i < Web3jLoop.COMMANDS; i++) {
      last = loop.sendAndWait().getBlockNumber().longValue();
    }
    return last;
  }

  @Benchmark
  @OperationsPerInvocation(RawSender.TRANSACTIONS)
  public long rawPresignedPipelined(RawSender sender) throws IOException, InterruptedException {
    return sender.sendAll();
  }

  @Benchmark
  @Peer("rawPresignedPipelined")
  @OperationsPerInvocation(RawSender.TRANSACTIONS)
  public long pipelined(Pipelined client) throws InterruptedException {
    return EthereumChain.submitAndAwait(client.registry, RawSender.TRANSACTIONS);
  }

  @Benchmark
  @Peer("rawPresignedPipelined")
  @OperationsPerInvocation(MULTICALL_COMMANDS)
  public long multicall(Multicall client) throws InterruptedException {
    return EthereumChain.submitAndAwait(client.registry, MULTICALL_COMMANDS);
  }
}
