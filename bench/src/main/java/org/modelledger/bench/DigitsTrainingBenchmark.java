package org.modelledger.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;
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
 * Training one network on the digits: by our trainers on PyTorch and TensorFlow, against the runtimes
 * themselves, on one thread, where they are fastest with matrices as small as these; and bit-exact in Java
 * on one thread and on two. A network that has not learnt the digits fails the benchmark.
 *
 * <p>{@code bench/run DigitsTrainingBenchmark}
 */
@PartOf(Suite.TRAINING)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(1)
public class DigitsTrainingBenchmark {
  private static final int ENOUGH_EPOCHS = 20;
  private static final double ENOUGH = 0.96;

  /** The data, and how often it is gone through. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Task {
    @Param("25")
    public int epochs;

    private Digits digits;

    @Setup
    public void load() throws IOException {
      digits = Digits.load();
    }

    private void check(double accuracy) {
      if (epochs >= ENOUGH_EPOCHS && accuracy < ENOUGH) {
        throw new IllegalStateException("after " + epochs + " epochs " + accuracy
            + " of the held-out rows are right; expected at least " + ENOUGH);
      }
    }
  }

  /** A runtime, used by hand; its networks are judged when the clock stands. */
  @SuppressWarnings("NullAway.Init") // set before it is read
  abstract static class Raw {
    Digits.Trained trained;

    @TearDown(Level.Invocation)
    public void judge(Task task) {
      try (Digits.Trained network = trained) {
        task.check(network.accuracy(task.digits));
      }
    }
  }

  /** PyTorch, loaded. */
  @State(Scope.Benchmark)
  public static class PyTorch extends Raw {
    @Setup
    public void load() {
      PyTorchDigits.start();
    }
  }

  /** TensorFlow, loaded. */
  @State(Scope.Benchmark)
  public static class TensorFlow extends Raw {
    @Setup
    public void load() {
      TensorFlowDigits.start();
    }
  }

  /** One of our trainers; its networks are judged when the clock stands. */
  @SuppressWarnings("NullAway.Init") // set before it is read
  abstract static class Ours {
    private String name;
    private Trainer trainer;
    private TrainingSpec spec;
    private Dataset training;
    private TrainedModel trained;

    void open(String provider, int threads, TrainingSpec wanted, Task task) {
      name = provider;
      trainer = Providers.openTrainer(provider,
          ProviderOptions.empty().with("threads", Integer.toString(threads)), loader());
      spec = wanted;
      training = task.digits.dataset(task.digits.training());
    }

    TrainedModel train() throws InterruptedException {
      trained = trainer.train(spec, training, TrainingListener.NONE);
      return trained;
    }

    @TearDown(Level.Invocation)
    public void judge(Task task) throws InterruptedException {
      int[] rows = task.digits.heldOut();
      try (
          InferenceEngine engine = Providers.openInferenceEngine(name, ProviderOptions.empty(),
              loader());
          LoadedModel model = engine.load(trained.files())) {
        Tensor scores = model.run(task.digits.inputs(rows)).get("scores");
        task.check(task.digits.accuracy(scores.toFloats(), rows));
      }
    }

    @TearDown
    public void close() {
      trainer.close();
    }

    private static ClassLoader loader() {
      return DigitsTrainingBenchmark.class.getClassLoader();
    }
  }

  /** {@code ml-exact} on one thread. */
  @State(Scope.Benchmark)
  public static class ExactOnOneThread extends Ours {
    @Setup
    public void open(Task task) {
      open("exact", 1, Digits.exactSpec(task.epochs), task);
    }
  }

  /** {@code ml-exact} on two threads. */
  @State(Scope.Benchmark)
  public static class ExactOnTwoThreads extends Ours {
    @Setup
    public void open(Task task) {
      open("exact", 2, Digits.exactSpec(task.epochs), task);
    }
  }

  /** {@code ml-djl}. */
  @State(Scope.Benchmark)
  public static class OurPyTorch extends Ours {
    @Setup
    public void open(Task task) {
      open("pytorch", 1, Digits.float32Spec(task.epochs), task);
    }
  }

  /** {@code ml-tensorflow}. */
  @State(Scope.Benchmark)
  public static class OurTensorFlow extends Ours {
    @Setup
    public void open(Task task) {
      open("tensorflow", 1, Digits.float32Spec(task.epochs), task);
    }
  }

  @Benchmark
  public Object rawPyTorchOnOneThread(Task task, PyTorch pytorch) {
    pytorch.trained = PyTorchDigits.train(task.digits, task.epochs);
    return pytorch.trained;
  }

  @Benchmark
  @Peer("rawPyTorchOnOneThread")
  public TrainedModel pytorchOnOneThread(OurPyTorch pytorch) throws InterruptedException {
    return pytorch.train();
  }

  @Benchmark
  public Object rawTensorFlowOnOneThread(Task task, TensorFlow tensorflow) {
    tensorflow.trained = TensorFlowDigits.train(task.digits, task.epochs);
    return tensorflow.trained;
  }

  @Benchmark
  @Peer("rawTensorFlowOnOneThread")
  public TrainedModel tensorflowOnOneThread(OurTensorFlow tensorflow) throws InterruptedException {
    return tensorflow.train();
  }

  @Benchmark
  @Peer("rawPyTorchOnOneThread")
  public TrainedModel exactOnOneThread(ExactOnOneThread exact) throws InterruptedException {
    return exact.train();
  }

  @Benchmark
  @Peer("rawPyTorchOnOneThread")
  public TrainedModel exactOnTwoThreads(ExactOnTwoThreads exact) throws InterruptedException {
    return exact.train();
  }
}
