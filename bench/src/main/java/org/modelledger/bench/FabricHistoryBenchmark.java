package org.modelledger.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.chain.fabric.protocol.Outcomes;
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
 * Reading a long history from its beginning: ours, by a client that has just been opened, builds its
 * index of the channel and then its events in pages of 10,000; beside the channel's blocks, with each
 * transaction taken apart down to its event, which is left as text or read.
 *
 * <p>{@code bench/run FabricHistoryBenchmark}
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
@Fork(1)
public class FabricHistoryBenchmark {
  private static final int PAGE = 10_000;

  /** A channel on which much has happened. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls fill() before all else
  public static class LongHistory {
    private static final int MODELS = 2_048;
    private static final int BATCH = 256;
    private static final int LANES = 4;

    @Param("100000")
    public int events;

    private FabricChain chain;
    private GatewayClient client;
    private long lastBlock;
    private int expected;

    @Setup(Level.Trial)
    public void fill(FabricChain fabric) throws Exception {
      chain = fabric;
      client = chain.gateway();
      int count = Math.min(MODELS, events / 2);
      int batch = Math.min(BATCH, count / (2 * LANES));
      FabricModels models = FabricModels.create(client, count);
      AtomicInteger left = new AtomicInteger(events - count);
      AtomicLong last = new AtomicLong();
      InParallel.run(LANES, () -> {
        GatewayLane lane = new GatewayLane(client);
        for (int n = left.getAndAdd(-batch); n > 0; n = left.getAndAdd(-batch)) {
          last.accumulateAndGet(
              lane.submitAndWait(models.next(Math.min(n, batch))).getBlockNumber(), Math::max);
        }
      });
      models.check(client);
      lastBlock = last.get();
      expected = events;
    }

    /** Gives each event of the channel to somebody, and returns the sum of what they return. */
    private long read(ToIntFunction<byte[]> reader) throws InvalidProtocolBufferException {
      long sum = 0;
      try (CloseableIterator<Block> blocks = client.blocks()) {
        for (long number = 0; number < lastBlock;) {
          Block block = blocks.next();
          number = block.getHeader().getNumber();
          for (ByteString envelope : block.getData().getDataList()) {
            sum += read(envelope, reader);
          }
        }
      }
      return sum;
    }

    private static long read(ByteString envelope, ToIntFunction<byte[]> reader)
        throws InvalidProtocolBufferException {
      Payload payload = Payload.parseFrom(Envelope.parseFrom(envelope).getPayload());
      ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
      if (header.getType() != HeaderType.ENDORSER_TRANSACTION_VALUE) {
        return 0;
      }
      long sum = 0;
      for (TransactionAction each : Transaction.parseFrom(payload.getData()).getActionsList()) {
        ChaincodeActionPayload action = ChaincodeActionPayload.parseFrom(each.getPayload());
        ChaincodeEvent event = ChaincodeEvent.parseFrom(ChaincodeAction
            .parseFrom(ProposalResponsePayload
                .parseFrom(action.getAction().getProposalResponsePayload())
                .getExtension())
            .getEvents());
        if (event.getEventName().equals(Outcomes.EVENT_NAME)) {
          sum += reader.applyAsInt(event.getPayload().toByteArray());
        }
      }
      return sum;
    }

    private long checked(long read) {
      if (read != expected) {
        throw new IllegalStateException("read " + read + " of " + expected + " events");
      }
      return read;
    }
  }

  @Benchmark
  public long rawBlocks(LongHistory history) throws InvalidProtocolBufferException {
    return history.read(json -> json.length);
  }

  @Benchmark
  public long rawBlocksAndOutcomes(LongHistory history) throws InvalidProtocolBufferException {
    return history.checked(history.read(json -> Outcomes.parse(json).outcomes().size()));
  }

  @Benchmark
  @Peer("rawBlocksAndOutcomes")
  public long history(LongHistory history) throws InterruptedException {
    try (ModelRegistry registry = history.chain.openReading()) {
      LedgerPosition after = LedgerPosition.START;
      long read = 0;
      while (true) {
        List<LedgerEvent> page = registry.history(after, PAGE);
        read += page.size();
        if (page.size() < PAGE) {
          return history.checked(read);
        }
        after = page.getLast().header().position();
      }
    }
  }
}
