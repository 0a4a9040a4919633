package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.nio.file.Path;
import java.util.Map;
import org.modelledger.spi.ConfigurationException;

/** Our options as ONNX Runtime's. Closed after the session that they are for. */
final class SessionSetup implements AutoCloseable {
  private final SessionOptions options;

  private SessionSetup(SessionOptions options) {
    this.options = options;
  }

  /**
   * @param profile what the name of the profile gets after the prefix
   * @throws ConfigurationException if ONNX Runtime refuses an option
   */
  static SessionSetup of(OnnxRuntimeOptions from, Device device, String profile) {
    SessionOptions options = new SessionOptions();
    try {
      set(options, from);
      for (Path library : from.customOperators()) {
        options.registerCustomOpLibrary(library.toString());
      }
      if (from.profile().isPresent() && !profile.isEmpty()) {
        options.enableProfiling(from.profile().get() + profile);
      }
      addProviders(options, device, from);
      return new SessionSetup(options);
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw new ConfigurationException("ONNX Runtime refuses its options for device '" + device
          + "': " + e.getMessage(), e);
    }
  }

  private static void set(SessionOptions options, OnnxRuntimeOptions from) throws OrtException {
    options.setIntraOpNumThreads(from.threads());
    options.setInterOpNumThreads(from.interOpThreads());
    options.setExecutionMode(
        from.interOpThreads() > 1 ? ExecutionMode.PARALLEL : ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(switch (from.optimization()) {
      case NONE -> OptLevel.NO_OPT;
      case BASIC -> OptLevel.BASIC_OPT;
      case EXTENDED -> OptLevel.EXTENDED_OPT;
      case LAYOUT -> OptLevel.LAYOUT_OPT;
      case ALL -> OptLevel.ALL_OPT;
    });
    options.setCPUArenaAllocator(from.arena());
    options.setMemoryPatternOptimization(from.memoryPattern());
    options.setDeterministicCompute(from.deterministicCompute());
    options.setSessionLogLevel(switch (from.logLevel()) {
      case VERBOSE -> OrtLoggingLevel.ORT_LOGGING_LEVEL_VERBOSE;
      case INFO -> OrtLoggingLevel.ORT_LOGGING_LEVEL_INFO;
      case WARNING -> OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
      case ERROR -> OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
      case FATAL -> OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
    });
    // onnxruntime_session_options_config_keys.h
    String spinning = from.spinning() ? "1" : "0";
    options.addConfigEntry("session.intra_op.allow_spinning", spinning);
    options.addConfigEntry("session.inter_op.allow_spinning", spinning);
    options.addConfigEntry("session.set_denormal_as_zero", from.denormalsAsZero() ? "1" : "0");
    options.addConfigEntry("session.disable_cpu_ep_fallback", from.cpuFallback() ? "0" : "1");
    for (Map.Entry<String, String> entry : from.config().entrySet()) {
      options.addConfigEntry(entry.getKey(), entry.getValue());
    }
    for (Map.Entry<String, Long> dimension : from.dimensions().entrySet()) {
      options.setSymbolicDimensionValue(dimension.getKey(), dimension.getValue());
    }
  }

  private static void addProviders(SessionOptions options, Device device, OnnxRuntimeOptions from)
      throws OrtException {
    switch (device.kind()) {
      case CPU, AUTO -> {
      }
      case CUDA -> addCuda(options, device, from);
      case TENSORRT -> {
        try (OrtTensorRTProviderOptions tensorrt = new OrtTensorRTProviderOptions(
            device.index())) {
          add(tensorrt::add, from.tensorrt());
          options.addTensorrt(tensorrt);
        }
        // what TensorRT does not take
        addCuda(options, device, from);
      }
    }
  }

  private static void addCuda(SessionOptions options, Device device, OnnxRuntimeOptions from)
      throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.index())) {
      if (from.gpuMemoryLimit().isPresent()) {
        cuda.add("gpu_mem_limit", Long.toString(from.gpuMemoryLimit().getAsLong()));
      }
      add(cuda::add, from.cuda());
      options.addCUDA(cuda);
    }
  }

  private interface Setter {
    void set(String key, String value) throws OrtException;
  }

  private static void add(Setter options, Map<String, String> entries) throws OrtException {
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      options.set(entry.getKey(), entry.getValue());
    }
  }

  SessionOptions options() {
    return options;
  }

  @Override
  public void close() {
    options.close();
  }
}
