package org.modelledger.bench.inference;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The models of the suite. */
final class Models {
  private static final List<BenchModel> ALL = Stream
      .<BenchModel>concat(Mlp.ALL.stream(), LargeModel.ALL.stream())
      .toList();

  private Models() {}

  /** Finds a model by its name. */
  static Optional<BenchModel> find(String name) {
    return ALL.stream().filter(model -> model.name().equals(name)).findAny();
  }

  /**
   * Returns a model by its name.
   *
   * @throws IllegalArgumentException if there is none; names those there are
   */
  static BenchModel get(String name) {
    return find(name).orElseThrow(() -> new IllegalArgumentException(
        "no model '" + name + "'; there are " + ALL.stream().map(BenchModel::name).toList()));
  }
}
