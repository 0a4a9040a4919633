package org.modelledger.bench.suite;

import java.util.Arrays;
import java.util.Locale;

/** The suites. */
public enum Suite {
  /** Calls of a model. */
  INFERENCE("Inference",
      "Calls of a model: by the runtime itself, through the SPI, and with a receipt for each."),
  /** Training runs. */
  TRAINING("Training", "The same network trained by each engine."),
  /** Commands and reads of registries. */
  TRANSACTIONS("Transactions",
      "Commands to a registry, and what is read from it, on every chain there is."),
  /** Receipts and their log. */
  RECEIPTS("Receipts", "Receipts, the log that they lie in, and proofs."),
  /** Artifacts and what is checked of them. */
  ARTIFACTS("Artifacts", "Hashing artifacts, and checking and opening logs on the disk."),
  /** The exact engine alone. */
  EXACT("The exact engine",
      "Its kernels beside the machine's peak, its models beside other runtimes'.");

  private final String title;
  private final String about;

  Suite(String title, String about) {
    this.title = title;
    this.about = about;
  }

  /** Returns the name that the command line and the JSON have. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  String title() {
    return title;
  }

  String about() {
    return about;
  }

  /**
   * Returns the suite of a name.
   *
   * @throws IllegalArgumentException if there is none; names those there are
   */
  static Suite of(String key) {
    return Arrays.stream(values())
        .filter(suite -> suite.key().equals(key))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no suite '" + key + "'; there are "
            + Arrays.stream(values()).map(Suite::key).toList()));
  }
}
