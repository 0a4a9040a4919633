package org.modelledger.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.zip.CRC32;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/**
 * Runs y = w·x + b, or breaks the promise it is told to. Its file is {@code weights}: a CRC-32 of what
 * follows, the number of weights, the weights and b, as little-endian numbers.
 */
final class LinearEngine implements InferenceEngine {
  static final EngineInfo INFO = new EngineInfo("linear", "1", "cpu", 1);
  static final String FILE = "weights";

  private final LinearFault fault;
  private volatile boolean closed;

  LinearEngine(LinearFault fault) {
    this.fault = fault;
  }

  static byte[] encode(double[] weights, double bias) {
    ByteBuffer bytes = ByteBuffer
        .allocate(Long.BYTES + Integer.BYTES + (weights.length + 1) * Double.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0).putInt(weights.length);
    for (double weight : weights) {
      bytes.putDouble(weight);
    }
    bytes.putDouble(bias);
    return bytes.putLong(0, checksum(bytes.array())).array();
  }

  private static long checksum(byte[] file) {
    CRC32 crc = new CRC32();
    crc.update(file, Long.BYTES, file.length - Long.BYTES);
    return crc.getValue();
  }

  @Override
  public EngineInfo info() {
    requireOpen();
    return INFO;
  }

  @Override
  public LoadedModel load(ModelFiles files) {
    if (fault != LinearFault.LOADS_WHEN_CLOSED) {
      requireOpen();
    }
    if (!files.names().contains(FILE)) {
      throw new ModelFormatException("no file '" + FILE + "' among " + files.names());
    }
    byte[] bytes = read(files);
    try {
      return new Linear(parse(bytes), files);
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      if (fault == LinearFault.LEAKS_PARSER_ERRORS) {
        throw e;
      }
      throw new ModelFormatException(
          (fault == LinearFault.DOES_NOT_NAME_THE_FILE ? "the file" : FILE) + " is cut off", e);
    }
  }

  private byte[] read(ModelFiles files) {
    if (fault == LinearFault.DOES_NOT_READ_TO_THE_END) {
      try (InputStream in = files.open(FILE)) {
        return in.readNBytes((int) files.size(FILE));
      } catch (IOException e) {
        throw new StorageException("cannot read " + FILE, e);
      }
    }
    try {
      return files.read(FILE);
    } catch (StorageException e) {
      if (fault == LinearFault.WRAPS_STORAGE_ERRORS) {
        throw new UncheckedIOException(new IOException(e));
      }
      throw e;
    }
  }

  private double[] parse(byte[] file) {
    if (fault == LinearFault.LOADS_GARBAGE) {
      return new double[]{1, 2, 3, 4, 5};
    }
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long checksum = bytes.getLong();
    if (fault != LinearFault.LEAKS_PARSER_ERRORS && checksum != checksum(file)) {
      throw new ModelFormatException(
          (fault == LinearFault.DOES_NOT_NAME_THE_FILE ? "the file" : FILE)
              + " has another checksum than it says");
    }
    double[] numbers = new double[bytes.getInt() + 1];
    bytes.asDoubleBuffer().get(numbers);
    return numbers;
  }

  /** Lets threads meet where they should not share something. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing but a fault relies on it
  static void letOthersRun() {
    Thread.yield();
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Linear implements LoadedModel {
    private final double[] numbers;
    private final int width;
    private final ModelFiles files;
    private final ReadWriteLock running = new ReentrantReadWriteLock();
    private final AtomicLong noise = new AtomicLong();
    private final List<ByteBuffer> outputs = new ArrayList<>();
    private final ByteBuffer shared = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    private final double[] scratch = new double[1024];
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean closedModel;

    Linear(double[] numbers, ModelFiles files) {
      this.numbers = numbers;
      this.width = numbers.length - 1;
      this.files = files;
    }

    @Override
    public List<TensorSpec> inputs() {
      return List.of(new TensorSpec("x", DataType.FP64,
          Shape.of(fault == LinearFault.FIXES_THE_BATCH ? 1 : Shape.FREE, width)));
    }

    @Override
    public List<TensorSpec> outputs() {
      return List.of(new TensorSpec("y", DataType.FP64, Shape.of(Shape.FREE)));
    }

    @Override
    public Determinism determinism() {
      return Determinism.BIT_EXACT;
    }

    @Override
    public Tensors run(Tensors inputs) throws InterruptedException {
      boolean waits = fault != LinearFault.DOES_NOT_WAIT_FOR_RUNNING_CALLS;
      if (waits) {
        running.readLock().lock();
      }
      try {
        return runOpen(inputs);
      } finally {
        if (waits) {
          running.readLock().unlock();
        }
      }
    }

    private Tensors runOpen(Tensors inputs) throws InterruptedException {
      if (fault != LinearFault.RUNS_WHEN_ITS_ENGINE_IS_CLOSED) {
        requireOpen();
      }
      if (closedModel && fault != LinearFault.RUNS_WHEN_CLOSED) {
        throw new IllegalStateException("the model is closed");
      }
      boolean interrupted = Thread.interrupted();
      if (interrupted && fault != LinearFault.SWALLOWS_INTERRUPTS) {
        throw new InterruptedException();
      }
      if (fault == LinearFault.DOES_NOT_WAIT_FOR_RUNNING_CALLS) {
        // so that one is running when the model is closed
        closing.await(100, TimeUnit.MILLISECONDS);
      }
      if (fault == LinearFault.READS_WHEN_IT_RUNS) {
        files.read(FILE);
      }
      Tensor x = checked(inputs);
      int rows = Math.toIntExact(x.shape().length(0));
      ByteBuffer in = x.data();
      if (fault == LinearFault.TAKES_HEAP_MEMORY_ONLY && x.isDirect()) {
        in = ByteBuffer.allocate(in.remaining()).order(ByteOrder.LITTLE_ENDIAN);
      }
      ByteBuffer out = fault == LinearFault.SHARES_ITS_OUTPUT
          ? shared.slice(0, rows * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN)
          : ByteBuffer.allocate(rows * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      double[] y = fault == LinearFault.SHARES_SCRATCH_BETWEEN_THREADS ? scratch : new double[rows];
      for (int row = 0; row < rows; row++) {
        y[row] = numbers[width];
        for (int i = 0; i < width; i++) {
          y[row] += numbers[i] * in.getDouble((row * width + i) * Double.BYTES);
        }
        if (fault == LinearFault.SHARES_SCRATCH_BETWEEN_THREADS) {
          letOthersRun();
        }
      }
      for (int row = 0; row < rows; row++) {
        out.putDouble(row * Double.BYTES,
            fault == LinearFault.IGNORES_ITS_INPUT ? 1 : y[row] + noise());
      }
      if (fault == LinearFault.RETAINS_ITS_INPUT) {
        out = in.slice(0, rows * Double.BYTES);
      }
      outputs.add(out);
      return Tensors.of(fault == LinearFault.RENAMES_ITS_OUTPUT ? "z" : "y",
          Tensor.wrap(DataType.FP64, Shape.of(rows), out));
    }

    private double noise() {
      return fault == LinearFault.ADDS_NOISE ? noise.incrementAndGet() * 1e-12 : 0;
    }

    private Tensor checked(Tensors inputs) {
      if (fault == LinearFault.TAKES_EXTRA_TENSORS) {
        return inputs().get(0).check(inputs.get("x"));
      }
      if (fault == LinearFault.TAKES_OTHER_TYPES && inputs.find("x").isPresent()
          && inputs.get("x").dataType() == DataType.INT64) {
        return Tensor.wrap(DataType.FP64, inputs.get("x").shape(), inputs.get("x").data());
      }
      if (fault == LinearFault.TAKES_OTHER_SHAPES && inputs.find("x").isPresent()
          && inputs.get("x").dataType() == DataType.FP64) {
        return inputs.get("x");
      }
      return inputs.check(inputs()).get("x");
    }

    @Override
    public void close() {
      boolean waits = fault != LinearFault.DOES_NOT_WAIT_FOR_RUNNING_CALLS;
      if (waits) {
        running.writeLock().lock();
      }
      try {
        closedModel = true;
        if (!waits) {
          // the memory is given back under the calls that use it
          Arrays.fill(numbers, 0);
          closing.countDown();
        }
        if (fault == LinearFault.WIPES_OUTPUTS_WHEN_CLOSED) {
          outputs.forEach(output -> output.clear().put(new byte[output.capacity()]));
        }
      } finally {
        if (waits) {
          running.writeLock().unlock();
        }
      }
    }
  }
}
