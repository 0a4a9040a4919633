package org.modelledger.ml.onnxruntime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;

/**
 * Finds out how far a model's results repeat on this machine: it runs on made-up inputs twice on one thread and
 * then on two at once.
 *
 * <p>The same bits each time are {@link Determinism#PROBED}. If only floating-point numbers differ, the
 * tolerance is eight times the greatest difference that was seen, and at least the least one that means
 * something; above {@value #MAX_TOLERANCE}, or if anything else differs, it is {@link Determinism#NONE}.
 */
final class DeterminismProbe {
  private static final System.Logger LOG = System.getLogger(DeterminismProbe.class.getName());

  /** Differences above it are no matter of rounding. */
  static final double MAX_TOLERANCE = 0.01;

  private static final double SAFETY = 8;
  private static final double LEAST_TOLERANCE = 1e-7;

  /** What free dimensions are tried as: a model may take no other length. */
  private static final long[] LENGTHS = {2, 1, 32};

  private DeterminismProbe() {}

  /** Returns how far the results repeat, or nothing if the model takes no inputs that are made up. */
  static Optional<Determinism> probe(Runner runner) {
    boolean free = runner.signature().inputs().stream().anyMatch(spec -> !spec.shape().isFixed());
    for (int i = 0; i < (free ? LENGTHS.length : 1); i++) {
      Optional<Tensors> inputs = SyntheticInputs.of(runner.signature().inputs(), LENGTHS[i]);
      try {
        if (inputs.isPresent()) {
          return Optional.of(compare(runs(runner, inputs.get())));
        }
      } catch (InferenceException e) {
        LOG.log(System.Logger.Level.DEBUG, "made-up inputs are not for this model", e);
      }
    }
    return Optional.empty();
  }

  private static List<Tensors> runs(Runner runner, Tensors inputs) {
    List<Tensors> results = new ArrayList<>();
    results.add(runner.run(inputs));
    results.add(runner.run(inputs));
    FutureTask<Tensors> other = new FutureTask<>(() -> runner.run(inputs));
    FutureTask<Tensors> own = new FutureTask<>(() -> runner.run(inputs));
    Thread.ofPlatform().daemon().name("modelledger-onnxruntime-probe").start(other);
    own.run();
    // the other one first: nothing is thrown while it uses the session
    results.add(result(other));
    results.add(result(own));
    return results;
  }

  /** Waits for a run to end, whatever interrupts. */
  private static Tensors result(FutureTask<Tensors> run) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return run.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new InferenceException("a run beside another one failed: " + e.getCause(), e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Judges the results of equal inputs. */
  static Determinism compare(List<Tensors> results) {
    Tensors first = results.getFirst();
    double greatest = 0;
    for (Tensors other : results) {
      for (String name : first.names()) {
        greatest = Math.max(greatest, difference(first.get(name), other.get(name)));
      }
    }
    if (greatest == 0) {
      return Determinism.PROBED;
    }
    double tolerance = Math.max(LEAST_TOLERANCE, SAFETY * greatest);
    return tolerance <= MAX_TOLERANCE ? Determinism.tolerance(tolerance) : Determinism.NONE;
  }

  /** Returns the greatest difference of two elements relative to the greater or to 1; infinite if there is no such. */
  private static double difference(Tensor a, Tensor b) {
    if (a.equals(b)) {
      return 0;
    }
    boolean comparable = a.dataType() == b.dataType() && a.shape().equals(b.shape())
        && (a.dataType() == DataType.FP32 || a.dataType() == DataType.FP64);
    if (!comparable) {
      return Double.POSITIVE_INFINITY;
    }
    double[] x = numbers(a);
    double[] y = numbers(b);
    // the bits differ somewhere, if only in the sign of a zero
    double greatest = Double.MIN_NORMAL;
    for (int i = 0; i < x.length; i++) {
      if (Double.compare(x[i], y[i]) != 0) {
        double scale = Math.max(1, Math.max(Math.abs(x[i]), Math.abs(y[i])));
        double difference = Math.abs(x[i] - y[i]) / scale;
        greatest = Double.isNaN(difference)
            ? Double.POSITIVE_INFINITY
            : Math.max(greatest, difference);
      }
    }
    return greatest;
  }

  private static double[] numbers(Tensor tensor) {
    if (tensor.dataType() == DataType.FP64) {
      return tensor.toDoubles();
    }
    float[] floats = tensor.toFloats();
    double[] numbers = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      numbers[i] = floats[i];
    }
    return numbers;
  }
}
