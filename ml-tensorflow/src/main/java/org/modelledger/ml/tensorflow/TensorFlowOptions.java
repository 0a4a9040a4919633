package org.modelledger.ml.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;

/** How the inference engine {@code tensorflow} is opened. Immutable; each method returns other options. */
public final class TensorFlowOptions {
  static final String SIGNATURE = "signature";
  static final String TAGS = "tags";
  private static final String PROBE = "probe";
  private static final String DETERMINISM = "determinism";
  private static final TensorFlowOptions DEFAULTS = new TensorFlowOptions(Computing.DEFAULT,
      "serving_default", List.of("serve"), true, Determinism.NONE);

  private final Computing computing;
  private final String signature;
  private final List<String> tags;
  private final boolean probe;
  private final Determinism determinism;

  private TensorFlowOptions(Computing computing, String signature, List<String> tags, boolean probe,
      Determinism determinism) {
    this.computing = computing;
    this.signature = signature;
    this.tags = tags;
    this.probe = probe;
    this.determinism = determinism;
  }

  /** Returns what is so if nothing is set: on the CPU, one thread, the signature {@code serving_default}. */
  public static TensorFlowOptions defaults() {
    return DEFAULTS;
  }

  static TensorFlowOptions of(ProviderOptions options) {
    options.requireKnown(Computing.DEVICE, Computing.THREADS, Computing.INTER_OP_THREADS,
        Computing.GPU_MEMORY_GROWTH, SIGNATURE, TAGS, PROBE, DETERMINISM);
    List<String> tags = new ArrayList<>();
    for (String tag : options.find(TAGS).orElse("serve").split(",", -1)) {
      tags.add(tag.strip());
    }
    return new TensorFlowOptions(Computing.of(options),
        options.find(SIGNATURE).orElse(DEFAULTS.signature), tags(tags),
        Computing.bool(options, PROBE, DEFAULTS.probe),
        determinism(options.find(DETERMINISM).orElse(DEFAULTS.determinism.word())));
  }

  private static List<String> tags(List<String> tags) {
    if (tags.isEmpty() || tags.contains("") || tags.stream().distinct().count() < tags.size()) {
      throw new ConfigurationException("option '" + TAGS + "' is '" + String.join(",", tags)
          + "'; expected different tags joined by commas, such as serve or serve,gpu");
    }
    return List.copyOf(tags);
  }

  private static Determinism determinism(String word) {
    try {
      return Determinism.parse(word);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("option '" + DETERMINISM + "': " + e.getMessage(), e);
    }
  }

  /**
   * Sets where to compute: {@code cpu}, {@code cuda} or {@code cuda:N}, or {@code auto} for the first GPU if there is one
   * and the CPU otherwise.
   *
   * @throws ConfigurationException if it is something else
   */
  public TensorFlowOptions device(String device) {
    return with(new Computing(device, computing.threads(), computing.interOpThreads(),
        computing.gpuMemoryGrowth()));
  }

  /**
   * Sets how many threads compute one operation, from 1, which is the default. One number for the whole process:
   * TensorFlow makes these threads once.
   *
   * @throws ConfigurationException if it is out of range
   */
  public TensorFlowOptions threads(int threads) {
    return with(new Computing(computing.device(), threads, computing.interOpThreads(),
        computing.gpuMemoryGrowth()));
  }

  /**
   * Sets how many operations of a model may run at once, from 1, which is the default: they then run in the thread that
   * calls. Otherwise each loaded model has so many threads of its own.
   *
   * @throws ConfigurationException if it is out of range
   */
  public TensorFlowOptions interOpThreads(int threads) {
    return with(new Computing(computing.device(), computing.threads(), threads,
        computing.gpuMemoryGrowth()));
  }

  /** Sets whether memory of a GPU is taken bit by bit, which is the default, or nearly all of it at once. */
  public TensorFlowOptions gpuMemoryGrowth(boolean grows) {
    return with(new Computing(computing.device(), computing.threads(), computing.interOpThreads(),
        grows));
  }

  /** Sets which of the SavedModel's signatures to run; {@code serving_default} if not set. */
  public TensorFlowOptions signature(String key) {
    return new TensorFlowOptions(computing, Objects.requireNonNull(key, "key"), tags, probe,
        determinism);
  }

  /**
   * Sets which of the SavedModel's graphs to load: the one with just these tags; {@code serve} if not set.
   *
   * @throws ConfigurationException if there is none, one is empty, or two are equal
   */
  public TensorFlowOptions tags(String... tags) {
    return new TensorFlowOptions(computing, signature, tags(List.of(tags)), probe, determinism);
  }

  /** Sets whether a model is run a few times when it is loaded, to see if it repeats; true if not set. */
  public TensorFlowOptions probe(boolean probe) {
    return new TensorFlowOptions(computing, signature, tags, probe, determinism);
  }

  /**
   * Declares how far results repeat, for models that are not probed: because that is switched off, or because a model
   * takes no inputs that can be made up. {@link Determinism#NONE} if not set.
   */
  public TensorFlowOptions determinism(Determinism declared) {
    return new TensorFlowOptions(computing, signature, tags, probe,
        Objects.requireNonNull(declared, "declared"));
  }

  /**
   * Opens an engine.
   *
   * @return a new engine that the caller closes
   * @throws ConfigurationException if there is no native library for this platform, no such device, or the process has
   *     another number of threads already; says what to do
   */
  public InferenceEngine open() {
    return new TensorFlowEngine(this);
  }

  private TensorFlowOptions with(Computing other) {
    return new TensorFlowOptions(other, signature, tags, probe, determinism);
  }

  Computing computing() {
    return computing;
  }

  String signature() {
    return signature;
  }

  List<String> tags() {
    return tags;
  }

  boolean probe() {
    return probe;
  }

  Determinism determinism() {
    return determinism;
  }
}
