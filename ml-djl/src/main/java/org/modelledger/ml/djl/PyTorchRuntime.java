package org.modelledger.ml.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.cuda.CudaUtils;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modelledger.inference.EngineInfo;
import org.modelledger.spi.ConfigurationException;

/**
 * PyTorch in this process: there is one, with one number of threads, which whoever opens it first decides. It is never closed,
 * because a library that is loaded stays loaded.
 */
final class PyTorchRuntime {
  static final String NAME = "pytorch";

  private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,3}))?");
  private static final Pattern VERSION = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final AtomicReference<PyTorchRuntime> OPEN = new AtomicReference<>();
  /** PyTorch has one generator of random numbers for all threads. */
  private static final ReentrantLock RANDOM = new ReentrantLock();

  private final Engine engine;
  private final String version;
  private final int threads;
  private final int interOpThreads;

  private PyTorchRuntime(Engine engine, int threads, int interOpThreads) {
    this.engine = engine;
    this.threads = threads;
    this.interOpThreads = interOpThreads;
    Matcher matcher = VERSION.matcher(engine.getVersion());
    this.version = (matcher.find() ? matcher.group() : engine.getVersion()) + "+djl-"
        + Natives.djlVersion();
  }

  /**
   * Returns the process's PyTorch, loading it if need be.
   *
   * @throws ConfigurationException if a native artefact is missing or does not load, or if it runs with other numbers of threads
   */
  static PyTorchRuntime open(int threads, int interOpThreads) {
    LOCK.lock();
    try {
      PyTorchRuntime open = OPEN.get();
      if (open == null) {
        open = start(threads, interOpThreads);
        OPEN.set(open);
      }
      open.requireThreads("threads", threads, open.threads);
      open.requireThreads("interOpThreads", interOpThreads, open.interOpThreads);
      return open;
    } finally {
      LOCK.unlock();
    }
  }

  /** Loads PyTorch, with one thread each, unless it is there. */
  static void requireLoaded() {
    LOCK.lock();
    try {
      if (OPEN.get() == null) {
        OPEN.set(start(1, 1));
      }
    } finally {
      LOCK.unlock();
    }
  }

  private static PyTorchRuntime start(int threads, int interOpThreads) {
    Natives.require();
    Engine engine;
    try {
      engine = DjlSilence.load(() -> Engine.getEngine("PyTorch"));
    } catch (RuntimeException | LinkageError e) {
      throw new ConfigurationException("PyTorch " + Natives.pyTorchVersion() + " does not load on "
          + Natives.classifier() + ": " + cause(e), e);
    }
    if (JniUtils.getNumInteropThreads() != interOpThreads) {
      try {
        JniUtils.setNumInteropThreads(interOpThreads);
      } catch (RuntimeException e) {
        throw new ConfigurationException("option 'interOpThreads' is " + interOpThreads
            + ", but PyTorch already runs with " + JniUtils.getNumInteropThreads()
            + " in this process, which cannot be changed any more", e);
      }
    }
    JniUtils.setNumThreads(threads);
    return new PyTorchRuntime(engine, threads, interOpThreads);
  }

  private static String cause(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return e.getCause() == null ? e.toString() : e + ", because of " + deepest;
  }

  private void requireThreads(String option, int asked, int has) {
    if (asked != has) {
      throw new ConfigurationException("option '" + option + "' is " + asked
          + ", but PyTorch has one number for the whole process, and who opened it first in this one chose "
          + has + "; expected " + has);
    }
  }

  int interOpThreads() {
    return interOpThreads;
  }

  /** Tells what computes. */
  EngineInfo info(Device device) {
    return new EngineInfo(NAME, version, name(device), threads);
  }

  private static String name(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }

  /**
   * Returns a device.
   *
   * @param text {@code cpu}, {@code cuda}, {@code cuda:N} or {@code auto}
   * @throws ConfigurationException if there is no such device
   */
  Device device(String text) {
    int found = engine.hasCapability(StandardCapabilities.CUDA) ? CudaUtils.getGpuCount() : 0;
    if (text.equals("cpu") || text.equals("auto") && found == 0) {
      return Device.cpu();
    }
    Matcher matcher = CUDA.matcher(text);
    if (!text.equals("auto") && !matcher.matches()) {
      throw new ConfigurationException(
          "option 'device' is '" + text + "'; expected cpu, cuda, cuda:N or auto");
    }
    int number = text.equals("auto") || matcher.group(1) == null
        ? 0
        : Integer.parseInt(matcher.group(1));
    if (number >= found) {
      throw new ConfigurationException("option 'device' is '" + text + "', but PyTorch (" + version
          + ", "
          + LibUtils.getLibtorchPath() + ") sees " + found
          + " CUDA devices; expected a libtorch " + Natives.pyTorchVersion()
          + " for CUDA 12.8, by PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR=cu128, and NVIDIA's driver");
    }
    return Device.gpu(number);
  }

  /** Returns a new manager of native memory, which the caller closes. */
  NDManager newManager(Device device) {
    return engine.newBaseManager(device);
  }

  /**
   * Makes this thread use as many threads as all others: OpenMP keeps the number for each thread, and one that PyTorch has not
   * seen yet would use all processors.
   */
  void enter() {
    if (JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
  }

  /** Computes with random numbers that depend on a seed alone; one at a time. */
  static <T> T seeded(long seed, Supplier<T> work) {
    RANDOM.lock();
    try {
      JniUtils.setSeed(seed);
      return work.get();
    } finally {
      RANDOM.unlock();
    }
  }
}
