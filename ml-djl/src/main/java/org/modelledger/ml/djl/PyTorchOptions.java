package org.modelledger.ml.djl;

import java.util.Objects;
import java.util.Optional;
import org.modelledger.inference.Determinism;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;

/**
 * How the inference engine {@code pytorch} runs. Immutable.
 *
 * <p>The numbers of threads are PyTorch's for the whole process: who opens an engine or a trainer first decides.
 */
public final class PyTorchOptions {
  static final int MAX_THREADS = 1024;
  static final String DEVICE = "device";
  static final String THREADS = "threads";
  static final String INTER_OP_THREADS = "interOpThreads";
  private static final String PROBE = "probe";
  private static final String DETERMINISM = "determinism";
  private static final PyTorchOptions DEFAULTS = new PyTorchOptions("cpu", 1, 1, true,
      Optional.empty());

  private final String device;
  private final int threads;
  private final int interOpThreads;
  private final boolean probe;
  private final Optional<Determinism> determinism;

  private PyTorchOptions(String device, int threads, int interOpThreads, boolean probe,
      Optional<Determinism> determinism) {
    this.device = device;
    this.threads = threads;
    this.interOpThreads = interOpThreads;
    this.probe = probe;
    this.determinism = determinism;
  }

  /** Returns: on the processor, with one thread for each call, probing every model that is loaded. */
  public static PyTorchOptions defaults() {
    return DEFAULTS;
  }

  static PyTorchOptions of(ProviderOptions options) {
    options.requireKnown(DEVICE, THREADS, INTER_OP_THREADS, PROBE, DETERMINISM);
    PyTorchOptions typed = defaults().device(options.find(DEVICE).orElse("cpu"))
        .threads((int) options.getLong(THREADS, 1, 1, MAX_THREADS))
        .interOpThreads((int) options.getLong(INTER_OP_THREADS, 1, 1, MAX_THREADS))
        .probe(flag(options, PROBE));
    return options.find(DETERMINISM)
        .map(word -> typed.determinism(parse(word)))
        .orElse(typed);
  }

  private static boolean flag(ProviderOptions options, String name) {
    String value = options.find(name).orElse("true");
    if (!value.equals("true") && !value.equals("false")) {
      throw new ConfigurationException(
          "option '" + name + "' is '" + value + "'; expected true or false");
    }
    return value.equals("true");
  }

  private static Determinism parse(String word) {
    try {
      return Determinism.parse(word);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("option '" + DETERMINISM + "': " + e.getMessage(), e);
    }
  }

  static int checked(String name, int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          name + " is " + threads + "; expected 1 to " + MAX_THREADS);
    }
    return threads;
  }

  /**
   * Returns options for a device.
   *
   * @param name {@code cpu}, {@code cuda} for the first GPU, {@code cuda:N}, or {@code auto} for the first GPU if there is one and
   *     the processor otherwise; whether it is there is found out when the engine is opened
   */
  public PyTorchOptions device(String name) {
    return new PyTorchOptions(Objects.requireNonNull(name, "name"), threads, interOpThreads, probe,
        determinism);
  }

  /**
   * Returns options with so many threads within an operation, for each call. With one, results repeat, and many callers do not
   * get in each other's way.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1024
   */
  public PyTorchOptions threads(int count) {
    return new PyTorchOptions(device, checked(THREADS, count), interOpThreads, probe, determinism);
  }

  /**
   * Returns options with so many threads for operations side by side, which only modules with {@code torch.jit.fork} have.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1024
   */
  public PyTorchOptions interOpThreads(int count) {
    return new PyTorchOptions(device, threads, checked(INTER_OP_THREADS, count), probe,
        determinism);
  }

  /** Returns options that say whether a model is run a few times when it is loaded, to see how far it repeats. */
  public PyTorchOptions probe(boolean probes) {
    return new PyTorchOptions(device, threads, interOpThreads, probes, determinism);
  }

  /** Returns options with what models declare where probing finds nothing out: it is switched off, or made-up inputs do not do. */
  public PyTorchOptions determinism(Determinism declared) {
    return new PyTorchOptions(device, threads, interOpThreads, probe, Optional.of(declared));
  }

  public String device() {
    return device;
  }

  public int threads() {
    return threads;
  }

  public int interOpThreads() {
    return interOpThreads;
  }

  public boolean probes() {
    return probe;
  }

  /** Returns what models declare where probing finds nothing out; {@link Determinism#NONE} if nothing was set. */
  public Determinism declared() {
    return determinism.orElse(Determinism.NONE);
  }

  @Override
  public String toString() {
    return "PyTorchOptions[device=" + device + ", threads=" + threads + ", interOpThreads="
        + interOpThreads + ", probe=" + probe + ", determinism="
        + determinism.map(Determinism::word)
            .orElse("as probed")
        + "]";
  }
}
