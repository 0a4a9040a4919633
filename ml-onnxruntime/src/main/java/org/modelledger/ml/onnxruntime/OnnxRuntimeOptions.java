package org.modelledger.ml.onnxruntime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.modelledger.inference.Determinism;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;

/**
 * What an {@link OnnxRuntimeEngine} is told of how to run models. Immutable. The names of the builder's
 * methods are also the names of the provider's options.
 */
public final class OnnxRuntimeOptions {
  /** How far a graph is rewritten before it runs (ONNX Runtime's graph optimisation levels). */
  public enum Optimization {
    NONE, BASIC, EXTENDED, LAYOUT, ALL
  }

  /** What ONNX Runtime writes to the standard error: this and what is worse. */
  public enum LogLevel {
    VERBOSE, INFO, WARNING, ERROR, FATAL
  }

  private final Builder set;

  private OnnxRuntimeOptions(Builder set) {
    this.set = set;
  }

  /** Returns a builder with every option as it is if not set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the options as they are if none is set: the CPU, one thread. */
  public static OnnxRuntimeOptions defaults() {
    return builder().build();
  }

  /**
   * Reads options from text.
   *
   * @throws ConfigurationException if one is unknown or wrong; names it
   */
  public static OnnxRuntimeOptions of(ProviderOptions options) {
    return OptionTexts.read(options);
  }

  Device device() {
    return set.device;
  }

  int threads() {
    return set.threads;
  }

  int interOpThreads() {
    return set.interOpThreads;
  }

  boolean spinning() {
    return set.spinning;
  }

  Optimization optimization() {
    return set.optimization;
  }

  boolean arena() {
    return set.arena;
  }

  boolean memoryPattern() {
    return set.memoryPattern;
  }

  boolean deterministicCompute() {
    return set.deterministicCompute;
  }

  boolean denormalsAsZero() {
    return set.denormalsAsZero;
  }

  OptionalLong gpuMemoryLimit() {
    return set.gpuMemoryLimit;
  }

  boolean cpuFallback() {
    return set.cpuFallback;
  }

  boolean probe() {
    return set.probe;
  }

  Determinism determinism() {
    return set.determinism;
  }

  Optional<Path> profile() {
    return set.profile;
  }

  LogLevel logLevel() {
    return set.logLevel;
  }

  List<Path> customOperators() {
    return Collections.unmodifiableList(set.customOperators);
  }

  Map<String, Long> dimensions() {
    return Collections.unmodifiableMap(set.dimensions);
  }

  Map<String, String> config() {
    return Collections.unmodifiableMap(set.config);
  }

  Map<String, String> cuda() {
    return Collections.unmodifiableMap(set.cuda);
  }

  Map<String, String> tensorrt() {
    return Collections.unmodifiableMap(set.tensorrt);
  }

  /** Sets options. For one thread. */
  public static final class Builder {
    private static final int MAX_THREADS = 1024;

    /** Entries that have an option here, and so must not be set past it. */
    private static final Map<String, String> TYPED = Map.of(
        "session.intra_op.allow_spinning", "spinning",
        "session.inter_op.allow_spinning", "spinning",
        "session.set_denormal_as_zero", "denormalsAsZero",
        "session.disable_cpu_ep_fallback", "cpuFallback");

    /** Entries by which ONNX Runtime would open files that nobody has verified. */
    private static final Set<String> REFUSED = Set
        .of("session.model_external_initializers_file_folder_path");

    private Device device = Device.CPU;
    private int threads = 1;
    private int interOpThreads = 1;
    private boolean spinning;
    private Optimization optimization = Optimization.ALL;
    private boolean arena = true;
    private boolean memoryPattern = true;
    private boolean deterministicCompute = true;
    private boolean denormalsAsZero;
    private OptionalLong gpuMemoryLimit = OptionalLong.empty();
    private boolean cpuFallback = true;
    private boolean probe = true;
    private Determinism determinism = Determinism.NONE;
    private Optional<Path> profile = Optional.empty();
    private LogLevel logLevel = LogLevel.FATAL;
    private final List<Path> customOperators = new ArrayList<>();
    private final Map<String, Long> dimensions = new TreeMap<>();
    private final Map<String, String> config = new TreeMap<>();
    private final Map<String, String> cuda = new TreeMap<>();
    private final Map<String, String> tensorrt = new TreeMap<>();

    private Builder() {}

    private Builder(Builder from) {
      device = from.device;
      threads = from.threads;
      interOpThreads = from.interOpThreads;
      spinning = from.spinning;
      optimization = from.optimization;
      arena = from.arena;
      memoryPattern = from.memoryPattern;
      deterministicCompute = from.deterministicCompute;
      denormalsAsZero = from.denormalsAsZero;
      gpuMemoryLimit = from.gpuMemoryLimit;
      cpuFallback = from.cpuFallback;
      probe = from.probe;
      determinism = from.determinism;
      profile = from.profile;
      logLevel = from.logLevel;
      customOperators.addAll(from.customOperators);
      dimensions.putAll(from.dimensions);
      config.putAll(from.config);
      cuda.putAll(from.cuda);
      tensorrt.putAll(from.tensorrt);
    }

    /**
     * Says where models run: {@code cpu}, {@code cuda} or {@code cuda:N} for NVIDIA's GPU number N from 0,
     * {@code tensorrt} or {@code tensorrt:N} for the same through TensorRT, {@code auto} for the first GPU if
     * it can be used and otherwise the CPU. The engine's {@code info()} says which it was.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    public Builder device(String device) {
      this.device = Device.parse(device);
      return this;
    }

    /**
     * Sets how many threads an operator may use, the calling one included.
     *
     * @param threads 1 to 1024
     */
    public Builder threads(int threads) {
      this.threads = requireThreads("threads", threads);
      return this;
    }

    /**
     * Sets how many operators may run side by side. With more than one, results repeat only as far as the
     * operators do.
     *
     * @param threads 1 to 1024
     */
    public Builder interOpThreads(int threads) {
      this.interOpThreads = requireThreads("interOpThreads", threads);
      return this;
    }

    private static int requireThreads(String name, int threads) {
      if (threads < 1 || threads > MAX_THREADS) {
        throw new IllegalArgumentException(
            name + " is " + threads + "; expected 1 to " + MAX_THREADS);
      }
      return threads;
    }

    /** Says whether threads that wait for work burn processor time, to begin sooner. */
    public Builder spinning(boolean spinning) {
      this.spinning = spinning;
      return this;
    }

    /** Says how far the graph is rewritten before it runs. */
    public Builder optimization(Optimization optimization) {
      this.optimization = Objects.requireNonNull(optimization, "optimization");
      return this;
    }

    /** Says whether memory of the CPU is kept for the next run, in an arena that never shrinks. */
    public Builder arena(boolean arena) {
      this.arena = arena;
      return this;
    }

    /** Says whether the memory of a run is laid out once for each shape of inputs, and that kept. */
    public Builder memoryPattern(boolean memoryPattern) {
      this.memoryPattern = memoryPattern;
      return this;
    }

    /** Says whether operators that have a repeatable algorithm beside a faster one use it. */
    public Builder deterministicCompute(boolean deterministicCompute) {
      this.deterministicCompute = deterministicCompute;
      return this;
    }

    /** Says whether numbers too small for a normal representation count as 0. */
    public Builder denormalsAsZero(boolean denormalsAsZero) {
      this.denormalsAsZero = denormalsAsZero;
      return this;
    }

    /**
     * Limits the arena of each model's memory on a GPU. Without a GPU it means nothing.
     *
     * @param bytes from 1
     */
    public Builder gpuMemoryLimit(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("gpuMemoryLimit is " + bytes + "; expected 1 or more");
      }
      this.gpuMemoryLimit = OptionalLong.of(bytes);
      return this;
    }

    /**
     * Says whether single operators that the GPU's provider does not have may run on the CPU. If not, a model
     * with such an operator is refused when it is loaded.
     */
    public Builder cpuFallback(boolean cpuFallback) {
      this.cpuFallback = cpuFallback;
      return this;
    }

    /** Says whether a model's determinism is tested when it is loaded, which takes four runs. */
    public Builder probe(boolean probe) {
      this.probe = probe;
      return this;
    }

    /** Declares the determinism of models that are not probed, or that cannot be. */
    public Builder determinism(Determinism determinism) {
      this.determinism = Objects.requireNonNull(determinism, "determinism");
      return this;
    }

    /**
     * Has ONNX Runtime write a profile of each model into a file of its own, which is whole when the model is
     * closed.
     *
     * @param prefix the beginning of the files' path; time and {@code .json} are added
     */
    public Builder profile(Path prefix) {
      this.profile = Optional.of(prefix);
      return this;
    }

    /** Says what ONNX Runtime writes to the standard error. What fails is thrown in any case. */
    public Builder logLevel(LogLevel logLevel) {
      this.logLevel = Objects.requireNonNull(logLevel, "logLevel");
      return this;
    }

    /** Adds a native library with operators, whose code runs in this process. */
    public Builder customOperators(Path library) {
      customOperators.add(Objects.requireNonNull(library, "library"));
      return this;
    }

    /**
     * Fixes a free dimension by its name in the model.
     *
     * @param length from 0
     */
    public Builder dimension(String name, long length) {
      if (name.isEmpty() || length < 0) {
        throw new IllegalArgumentException("dimension '" + name + "' is " + length
            + "; expected a name and a length of 0 or more");
      }
      dimensions.put(name, length);
      return this;
    }

    /**
     * Sets an entry of ONNX Runtime's session configuration ({@code onnxruntime_session_options_config_keys.h}),
     * unchecked: for what has no option here.
     *
     * @throws IllegalArgumentException if there is an option for it, or if it lets ONNX Runtime open files
     *     that are not the verified ones
     */
    public Builder config(String key, String value) {
      String option = TYPED.get(key);
      if (option != null) {
        throw new IllegalArgumentException("'" + key + "' is set by the option " + option);
      }
      if (REFUSED.contains(key)) {
        throw new IllegalArgumentException(
            "'" + key
                + "' would open files that are not verified; a model's files are all it gets");
      }
      put(config, key, value);
      return this;
    }

    /** Sets an option of the CUDA execution provider, unchecked. */
    public Builder cuda(String key, String value) {
      put(cuda, key, value);
      return this;
    }

    /** Sets an option of the TensorRT execution provider, unchecked. */
    public Builder tensorrt(String key, String value) {
      put(tensorrt, key, value);
      return this;
    }

    private static void put(Map<String, String> entries, String key, String value) {
      if (key.isEmpty()) {
        throw new IllegalArgumentException("an entry has an empty name");
      }
      entries.put(key, Objects.requireNonNull(value, "value"));
    }

    /** Returns the options; the builder may be used further. */
    public OnnxRuntimeOptions build() {
      return new OnnxRuntimeOptions(new Builder(this));
    }
  }
}
