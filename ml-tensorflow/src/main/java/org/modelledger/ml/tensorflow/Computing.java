package org.modelledger.ml.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteDeviceList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListCount;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListName;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionListDevices;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.modelledger.inference.EngineInfo;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * Where to compute and by how many threads, as it was asked for.
 *
 * @param device {@code cpu}, {@code cuda}, {@code cuda:N} or {@code auto}
 * @param threads within an operation
 * @param interOpThreads how many operations of one call at once; with 1 the caller's own thread runs them
 * @param gpuMemoryGrowth whether to take a GPU's memory bit by bit, and not nearly all of it at once
 */
record Computing(String device, int threads, int interOpThreads, boolean gpuMemoryGrowth) {
  static final Computing DEFAULT = new Computing("cpu", 1, 1, true);
  static final String DEVICE = "device";
  static final String THREADS = "threads";
  static final String INTER_OP_THREADS = "interOpThreads";
  static final String GPU_MEMORY_GROWTH = "gpuMemoryGrowth";

  private static final int MAX_THREADS = 1024;
  private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,3}))?");

  Computing {
    if (!device.equals("cpu") && !device.equals("auto") && !CUDA.matcher(device).matches()) {
      throw new ConfigurationException("option '" + DEVICE + "' is '" + device
          + "'; expected cpu, cuda, cuda:N or auto");
    }
    requireThreads(THREADS, threads);
    requireThreads(INTER_OP_THREADS, interOpThreads);
  }

  private static void requireThreads(String name, int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new ConfigurationException("option '" + name + "' is '" + threads
          + "'; expected a whole number from 1 to " + MAX_THREADS);
    }
  }

  /** Reads these options; the caller refuses others. */
  static Computing of(ProviderOptions options) {
    return new Computing(options.find(DEVICE).orElse(DEFAULT.device),
        (int) options.getLong(THREADS, DEFAULT.threads, 1, MAX_THREADS),
        (int) options.getLong(INTER_OP_THREADS, DEFAULT.interOpThreads, 1, MAX_THREADS),
        bool(options, GPU_MEMORY_GROWTH, DEFAULT.gpuMemoryGrowth));
  }

  static boolean bool(ProviderOptions options, String name, boolean absent) {
    return switch (options.find(name).orElse(Boolean.toString(absent))) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new ConfigurationException(
          "option '" + name + "' is '" + options.get(name) + "'; expected true or false");
    };
  }

  /**
   * What was found.
   *
   * @param info says it
   * @param config makes sessions that keep to it
   */
  record Found(EngineInfo info, ConfigProto config) {}

  /**
   * Loads TensorFlow and looks for the device.
   *
   * @throws ConfigurationException if there is no native library, no such device, or the process has its threads
   *     already, and others
   */
  Found find() {
    String version = TensorFlowRuntime.load();
    TensorFlowRuntime.claimThreads(threads);
    Matcher cuda = CUDA.matcher(device);
    int gpu = 0;
    if (cuda.matches() && cuda.group(1) != null) {
      gpu = Integer.parseInt(cuda.group(1));
    }
    if (!device.equals("cpu")) {
      // the only GPU that this process sees, from the first session on: TensorFlow numbers what it sees once
      ConfigProto config = threadsOnly().setGpuOptions(GPUOptions.newBuilder()
          .setAllowGrowth(gpuMemoryGrowth)
          .setVisibleDeviceList(Integer.toString(gpu))).build();
      List<String> devices = devices(config, version);
      if (devices.stream().anyMatch(name -> name.startsWith("GPU "))) {
        return new Found(info(version, "cuda:" + gpu), config);
      }
      if (cuda.matches()) {
        throw new ConfigurationException("option '" + DEVICE + "' is '" + device
            + "', but TensorFlow "
            + version + " found no GPU, only " + devices
            + "; it needs a GPU of NVIDIA with its driver, CUDA 12 and cuDNN 9 where libraries are found, and "
            + TensorFlowRuntime.artifact("linux-x86_64-gpu")
            + " in place of the native library for the CPU");
      }
    }
    return new Found(info(version, "cpu"), threadsOnly().putDeviceCount("GPU", 0).build());
  }

  private EngineInfo info(String version, String found) {
    return new EngineInfo(TensorFlowRuntime.NAME, version, found, threads);
  }

  private ConfigProto.Builder threadsOnly() {
    // -1: operations run in the thread that calls, so that calls do not wait for each other in a common queue
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(interOpThreads == 1 ? -1 : interOpThreads)
        .setUsePerSessionThreads(interOpThreads > 1)
        .setAllowSoftPlacement(true);
  }

  /** Returns the type and name of every device. */
  @SuppressWarnings("try") // a scope is there to be closed
  private List<String> devices(ConfigProto config, String version) {
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      TF_Session session = TF_Session.newSession(TF_Graph.newGraph(), options(config, status),
          status);
      require(status, version);
      TF_DeviceList list = TF_SessionListDevices(session, status);
      require(status, version);
      List<String> names = new ArrayList<>();
      for (int i = 0; i < TF_DeviceListCount(list); i++) {
        names.add(TF_DeviceListType(list, i, status).getString() + " "
            + TF_DeviceListName(list, i, status).getString());
      }
      TF_DeleteDeviceList(list);
      return names;
    }
  }

  private void require(TF_Status status, String version) {
    if (!Native.isOk(status)) {
      throw new ConfigurationException(
          "option '" + DEVICE + "' is '" + device + "', but TensorFlow "
              + version + " cannot use it: " + Native.message(status));
    }
  }

  /** Returns options for a session, in the innermost scope. */
  static TF_SessionOptions options(ConfigProto config, TF_Status status) {
    TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
    BytePointer bytes = new BytePointer(config.toByteArray());
    TF_SetConfig(options, bytes, bytes.capacity(), status);
    return options;
  }
}
