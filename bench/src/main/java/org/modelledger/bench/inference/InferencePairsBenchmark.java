package org.modelledger.bench.inference;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.inference.InferenceBenchmark.Attested;
import org.modelledger.bench.inference.InferenceBenchmark.Bare;
import org.modelledger.bench.inference.InferenceBenchmark.Caller;
import org.modelledger.bench.inference.InferenceBenchmark.OtherBare;
import org.modelledger.bench.inference.InferenceBenchmark.Setting;
import org.modelledger.bench.inference.InferenceBenchmark.Spi;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * What a call costs more than the bare one, in pairs: a bare call and another one, one right after the
 * other, in turns which of them is first. A machine that becomes slower for a second slows both, so that
 * differences of a percent can be told where {@link InferenceBenchmark}'s rows sway by ten.
 *
 * <p>{@code bareNanos} is the median of the bare calls of an iteration, {@code addedNanos} the median of
 * the differences in the pairs. {@code rawTwice} is a bare call beside a bare call, {@code rawCopies} a bare
 * call beside one of the same model loaded once more, in other memory: how far from zero they are, from
 * process to process, tells how far the others can be believed.
 *
 * <p>{@code bench/run InferencePairs -p engine=onnxruntime -p model=mlp-3m -p batch=1}
 */
@PartOf(value = Suite.INFERENCE, filter = Engines.Fitting.class)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class InferencePairsBenchmark {
  private static final int MAX_PAIRS = 1 << 20;

  /** How long the calls of an iteration took. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Pairs {
    private final long[] bare = new long[MAX_PAIRS];
    private final long[] added = new long[MAX_PAIRS];
    private int count;

    @Setup(Level.Iteration)
    public void forget() {
      count = 0;
    }

    /** Returns the median of the bare calls. */
    public double bareNanos() {
      return median(bare);
    }

    /** Returns the median of what the other call of a pair took more. */
    public double addedNanos() {
      return median(added);
    }

    private double median(long[] of) {
      long[] sorted = Arrays.copyOf(of, Math.min(count, MAX_PAIRS));
      Arrays.sort(sorted);
      return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    private void run(Call plain, Call other, Blackhole results) throws Exception {
      boolean plainFirst = count % 2 == 0;
      long began = System.nanoTime();
      results.consume((plainFirst ? plain : other).run());
      long between = System.nanoTime();
      results.consume((plainFirst ? other : plain).run());
      long ended = System.nanoTime();
      long first = between - began;
      long second = ended - between;
      int at = count++ % MAX_PAIRS;
      bare[at] = plainFirst ? first : second;
      added[at] = plainFirst ? second - first : first - second;
    }
  }

  private interface Call {
    Object run() throws Exception;
  }

  @Benchmark
  public void rawTwice(Bare bare, Pairs pairs, Blackhole results) throws Exception {
    pairs.run(bare::run, bare::run, results);
  }

  @Benchmark
  public void rawCopies(Bare bare, OtherBare copy, Pairs pairs, Blackhole results)
      throws Exception {
    pairs.run(bare::run, copy::run, results);
  }

  @Benchmark
  @Peer("rawTwice")
  public void spi(Setting setting, Bare bare, Spi spi, Pairs pairs, Blackhole results)
      throws Exception {
    pairs.run(bare::run, () -> spi.run(setting), results);
  }

  @Benchmark
  @Peer("rawTwice")
  public void attested(Setting setting, Bare bare, Attested attested, Caller caller, Pairs pairs,
      Blackhole results) throws Exception {
    pairs.run(bare::run, () -> caller.infer(attested, setting), results);
  }
}
