package org.modelledger.ml.djl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * Runs a model a few times on made-up inputs, the last times by two threads at once, and compares the results: the same bits are
 * {@link Determinism#PROBED}. Otherwise floating-point results are within a tolerance, the least power of ten that is at least ten
 * times the greatest difference seen, absolute or relative to the greater number; anything else is {@link Determinism#NONE}.
 *
 * <p>Free dimensions are 2 for the outermost and 4 for the others; numbers are from a fixed seed, between 0 and 1, and whole numbers
 * are 0 or 1, which indexes and masks allow.
 *
 * @param found what was found; null if the model does not run on such inputs
 * @param keepsInputs whether the model was seen to leave its inputs as they were
 */
record Probe(@Nullable Determinism found, boolean keepsInputs) {
  // TorchScript profiles the first two runs of a module and then compiles it
  private static final int RUNS = 4;
  private static final int THREADS = 2;
  private static final long SEED = 0x6d6f64656c6cL;
  private static final int OUTERMOST = 2;
  private static final int INNER = 4;
  private static final double SAFETY = 10;
  private static final Probe NOTHING = new Probe(null, false);

  static Probe of(NetworkModel model, List<TensorSpec> inputs) {
    try {
      Tensors made = inputs(inputs);
      Tensors before = copy(made);
      List<Tensors> results = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        results.add(model.run(made, false));
        if (!made.equals(before)) {
          return new Probe(compare(repeat(model, before)), false);
        }
      }
      results.addAll(byThreads(model, made));
      return new Probe(compare(results), made.equals(before));
    } catch (InferenceException | ArithmeticException | IllegalArgumentException e) {
      return NOTHING;
    }
  }

  private static List<Tensors> repeat(NetworkModel model, Tensors inputs) {
    List<Tensors> results = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      results.add(model.run(inputs, true));
    }
    return results;
  }

  private static List<Tensors> byThreads(NetworkModel model, Tensors inputs) {
    List<Tensors> results = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    List<RuntimeException> failures = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofPlatform().name("modelledger-pytorch-probe").start(() -> {
        try {
          Tensors result = model.run(inputs, false);
          synchronized (results) {
            results.add(result);
          }
        } catch (RuntimeException e) {
          synchronized (results) {
            failures.add(e);
          }
        }
      }));
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true; // the threads compute for a moment only, and use native memory
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return results;
  }

  private static Determinism compare(List<Tensors> results) {
    double greatest = 0;
    for (Tensors result : results) {
      OptionalDouble difference = difference(results.getFirst(), result);
      if (difference.isEmpty()) {
        return Determinism.NONE;
      }
      greatest = Math.max(greatest, difference.getAsDouble());
    }
    return greatest == 0 ? Determinism.PROBED : tolerance(greatest);
  }

  /** Returns the tolerance for a difference that was seen. */
  static Determinism tolerance(double difference) {
    double power = StrictMath.ceil(StrictMath.log10(difference * SAFETY));
    double epsilon = Double.parseDouble("1e" + (int) power);
    return epsilon < 1 ? Determinism.tolerance(epsilon) : Determinism.NONE;
  }

  /** Returns how far results differ; 0 only for the same bits, nothing if no tolerance could say it. */
  private static OptionalDouble difference(Tensors a, Tensors b) {
    double greatest = 0;
    for (String name : a.names()) {
      Tensor x = a.get(name);
      Tensor y = b.get(name);
      if (x.equals(y)) {
        continue;
      }
      if (!x.shape().equals(y.shape())
          || x.dataType() != DataType.FP32 && x.dataType() != DataType.FP64) {
        return OptionalDouble.empty();
      }
      ByteBuffer left = x.data();
      ByteBuffer right = y.data();
      while (left.hasRemaining()) {
        boolean wide = x.dataType() == DataType.FP64;
        double p = wide ? left.getDouble() : left.getFloat();
        double q = wide ? right.getDouble() : right.getFloat();
        double distance = Math.abs(p - q) / Math.max(1, Math.max(Math.abs(p), Math.abs(q)));
        if (Double.compare(p, q) != 0 && !(distance < 1)) {
          return OptionalDouble.empty();
        }
        // zeros of different signs, or NaNs of different bits, are not the same bits
        greatest = Math.max(greatest,
            Double.isNaN(distance) ? 0 : Math.max(distance, Double.MIN_NORMAL));
      }
    }
    return OptionalDouble.of(greatest);
  }

  private static Tensors inputs(List<TensorSpec> specs) {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      long[] lengths = spec.shape().lengths();
      for (int i = 0; i < lengths.length; i++) {
        if (lengths[i] == Shape.FREE) {
          lengths[i] = i == 0 ? OUTERMOST : INNER;
        }
      }
      Shape shape = Shape.of(lengths);
      ByteBuffer data = ByteBuffer
          .allocateDirect(Math.toIntExact(shape.elements() * spec.dataType().size()))
          .order(ByteOrder.LITTLE_ENDIAN);
      while (data.hasRemaining()) {
        put(data, spec.dataType(), random);
      }
      tensors.put(spec.name(), Tensor.wrap(spec.dataType(), shape, data.flip()));
    }
    return Tensors.of(tensors);
  }

  private static void put(ByteBuffer data, DataType type, SplittableRandom random) {
    switch (type) {
      case FP32 -> data.putFloat(random.nextFloat());
      case FP64 -> data.putDouble(random.nextDouble());
      case FP16 -> data.putShort(Float.floatToFloat16(random.nextFloat()));
      case INT32 -> data.putInt(random.nextInt(2));
      case INT64 -> data.putLong(random.nextInt(2));
      default -> data.put((byte) random.nextInt(2));
    }
  }

  private static Tensors copy(Tensors tensors) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    tensors.asMap()
        .forEach((name, tensor) -> copies.put(name,
            Tensor.wrap(tensor.dataType(), tensor.shape(),
                ByteBuffer.allocate(tensor.data().remaining()).put(tensor.data()).flip())));
    return Tensors.of(copies);
  }
}
