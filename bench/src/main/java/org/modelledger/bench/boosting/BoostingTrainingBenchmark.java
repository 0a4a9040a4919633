package org.modelledger.bench.boosting;

import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
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
 * Boosted trees that learn two labels, from an array of float32 to a model: by the exact engine through
 * the SPI, and by LightGBM and XGBoost. Same rows, same sizes ({@link Sizes}). When the clock stands, each
 * model is judged by rows held out; one that is worse than LightGBM's, by more than noise, fails the
 * benchmark. Each JVM trains once before it is measured; {@code -wi 0} measures a JVM that has just begun.
 *
 * <p>{@code bench/suite exact --only BoostingTraining}
 */
@PartOf(Suite.EXACT)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
@Fork(1)
public class BoostingTrainingBenchmark {
  private static final int HELD_OUT = 100_000;
  /** What LightGBM reaches with so many rows, features and trees. */
  private static final int ROWS = 1_000_000;
  private static final int FEATURES = 30;
  private static final int ROUNDS = 100;
  private static final double AREA = 0.8835;
  /** By so much it would differ with other rows held out: twice the standard error. */
  private static final double NOISE = 0.002;
  /** What any model reaches that has learned something. */
  private static final double ANY_AREA = 0.6;

  /** The data. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls make() before all else
  public static class Task {
    /** How many rows there are to learn from. */
    @Param("1000000")
    public int trainingRows;

    /** How many numbers a row has. */
    @Param("30")
    public int features;

    /** How many trees are grown. */
    @Param("100")
    public int boostingRounds;

    /** How many threads the library may use. */
    @Param({"1", "2"})
    public int trainingThreads;

    private BoostingRows training;
    private BoostingRows heldOut;

    @Setup
    public void make() {
      training = BoostingRows.of(trainingRows, features, 1);
      heldOut = BoostingRows.of(HELD_OUT, features, 2);
    }
  }

  /** A library. */
  @SuppressWarnings("NullAway.Init") // JMH calls the setup before all else
  abstract static class Library {
    private Booster booster;
    private Booster.Model model;

    abstract Booster open(int threads) throws Exception;

    @Setup
    public void open(Task task) throws Exception {
      booster = open(task.trainingThreads);
    }

    Object train(Task task) throws Exception {
      model = booster.train(task.training, task.boostingRounds);
      return model;
    }

    @TearDown(Level.Invocation)
    public void judge(Task task) throws Exception {
      try (Booster.Model judged = model) {
        double area = task.heldOut.areaUnderCurve(judged.score(task.heldOut));
        double expected = task.trainingRows == ROWS && task.features == FEATURES
            && task.boostingRounds == ROUNDS ? AREA - NOISE : ANY_AREA;
        if (area < expected) {
          throw new IllegalStateException("of rows held out the area under the curve is " + area
              + "; expected at least " + expected);
        }
      }
    }

    @TearDown
    public void close() {
      booster.close();
    }
  }

  /** LightGBM. */
  @State(Scope.Benchmark)
  public static class OnLightgbm extends Library {
    @Override
    Booster open(int threads) throws Exception {
      return new Lightgbm(threads);
    }
  }

  /** XGBoost. */
  @State(Scope.Benchmark)
  public static class OnXgboost extends Library {
    @Override
    Booster open(int threads) {
      return new Xgboost(threads);
    }
  }

  /** {@code ml-exact}. */
  @State(Scope.Benchmark)
  public static class OnExact extends Library {
    @Override
    Booster open(int threads) {
      return new Exact(threads);
    }
  }

  @Benchmark
  public Object rawLightgbm(Task task, OnLightgbm lightgbm) throws Exception {
    return lightgbm.train(task);
  }

  @Benchmark
  public Object rawXgboost(Task task, OnXgboost xgboost) throws Exception {
    return xgboost.train(task);
  }

  @Benchmark
  @Peer("rawLightgbm")
  public Object exact(Task task, OnExact exact) throws Exception {
    return exact.train(task);
  }
}
