package org.modelledger.bench.inference;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modelledger.bench.suite.Filter;

/** The engines of the suite. */
final class Engines {
  private static final List<BenchEngine> ALL = List.of(new ExactBench(),
      new OnnxRuntimeBench(), new PyTorchBench(), new TensorFlowBench());

  private Engines() {}

  /** Finds an engine by its provider's name. */
  static Optional<BenchEngine> find(String name) {
    return ALL.stream().filter(engine -> engine.name().equals(name)).findAny();
  }

  /**
   * Returns an engine by its provider's name.
   *
   * @throws IllegalArgumentException if there is none; names those there are
   */
  static BenchEngine get(String name) {
    return find(name).orElseThrow(() -> new IllegalArgumentException("no engine '" + name
        + "'; there are " + ALL.stream().map(BenchEngine::name).toList()));
  }

  /**
   * What an engine can run, on what it can run it, and no large model with many rows on a processor. What
   * is not known at all is left in, so that it is refused by name.
   */
  public static final class Fitting implements Filter {
    public Fitting() {}

    @Override
    public boolean has(Map<String, String> params) {
      Optional<BenchEngine> engine = find(params.getOrDefault("engine", ""));
      Optional<BenchModel> model = Models.find(params.getOrDefault("model", ""));
      if (engine.isEmpty() || model.isEmpty()) {
        return true;
      }
      boolean cpu = params.getOrDefault("device", "").equals("cpu");
      return engine.get().runs(model.get()) && (cpu || engine.get().hasGpu())
          && !(cpu && model.get().isLarge() && !params.getOrDefault("batch", "").equals("1"));
    }
  }
}
