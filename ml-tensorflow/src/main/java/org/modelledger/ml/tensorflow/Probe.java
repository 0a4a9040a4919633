package org.modelledger.ml.tensorflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * Finds out whether a model gives the same bits again: runs it on inputs of its own making, a few times in one thread and
 * then in two at once.
 */
final class Probe {
  private static final long SEED = 20_260_101;
  private static final int REPETITIONS = 3;
  private static final long[] FREE_LENGTHS = {2, 1};
  private static final int MAX_BYTES = 1 << 26;

  private Probe() {}

  /**
   * Returns {@link Determinism#PROBED} if all runs gave the same bits, {@link Determinism#NONE} if not, and nothing if
   * the model takes none of the inputs.
   */
  static Optional<Determinism> of(NativeSession session, List<TensorSpec> inputs) {
    for (long free : FREE_LENGTHS) {
      Optional<Tensors> made = inputs(inputs, free);
      if (made.isPresent()) {
        try {
          return Optional.of(repeats(session, made.get()) ? Determinism.PROBED : Determinism.NONE);
        } catch (InferenceException refused) {
          // it does not like these; perhaps the next
        }
      }
    }
    return Optional.empty();
  }

  private static boolean repeats(NativeSession session, Tensors inputs) {
    Tensors expected = session.run(inputs);
    for (int i = 1; i < REPETITIONS; i++) {
      if (!session.run(inputs).equals(expected)) {
        return false;
      }
    }
    FutureTask<Tensors> other = new FutureTask<>(() -> session.run(inputs));
    Thread thread = Thread.ofPlatform().daemon().name("modelledger-tensorflow-probe").start(other);
    boolean same = session.run(inputs).equals(expected);
    return await(other, thread).equals(expected) && same;
  }

  /** Waits even if interrupted, since the run uses the session; the interrupt is for others. */
  private static Tensors await(FutureTask<Tensors> task, Thread thread) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          thread.join();
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new InferenceException("TensorFlow failed beside another run: " + e.getCause(), e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Optional<Tensors> inputs(List<TensorSpec> specs, long free) {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      long[] lengths = spec.shape().lengths();
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = lengths[i] == Shape.FREE ? free : lengths[i];
      }
      Optional<Tensor> tensor = tensor(spec.dataType(), lengths, random);
      if (tensor.isEmpty()) {
        return Optional.empty();
      }
      inputs.put(spec.name(), tensor.get());
    }
    return Optional.of(Tensors.of(inputs));
  }

  /** Returns numbers from 0 up to 1, whole ones 0 or 1, strings of one letter; nothing if that is too much. */
  private static Optional<Tensor> tensor(DataType type, long[] lengths, SplittableRandom random) {
    long elements = elements(lengths);
    if (elements < 0 || elements * Math.max(1, type.size()) > MAX_BYTES) {
      return Optional.empty();
    }
    if (type == DataType.BYTES) {
      return Optional.of(
          Tensor.ofStrings(new ArrayList<>(Collections.nCopies((int) elements, "a")), lengths));
    }
    ByteBuffer data = ByteBuffer.allocateDirect((int) elements * type.size())
        .order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      switch (type) {
        case FP32 -> data.putFloat((float) random.nextDouble());
        case FP64 -> data.putDouble(random.nextDouble());
        case FP16 -> data.putShort(Float.floatToFloat16((float) random.nextDouble()));
        case BF16 -> data.putShort(
            (short) (Float.floatToRawIntBits((float) random.nextDouble()) >>> Short.SIZE));
        default -> {
          data.put((byte) random.nextInt(2));
          for (int i = 1; i < type.size(); i++) {
            data.put((byte) 0);
          }
        }
      }
    }
    return Optional.of(Tensor.wrap(type, Shape.of(lengths), data.flip()));
  }

  /** Returns how many, or -1 if too many. */
  private static long elements(long[] lengths) {
    long product = 1;
    for (long length : lengths) {
      product *= length;
      if (product > MAX_BYTES) {
        return -1;
      }
    }
    return product;
  }
}
