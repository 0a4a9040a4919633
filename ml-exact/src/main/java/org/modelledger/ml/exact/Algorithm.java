package org.modelledger.ml.exact;

import java.util.Optional;
import java.util.SortedMap;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** A way to learn, found by the name that a specification asks for. Stateless. */
interface Algorithm {

  /**
   * Understands a specification, before any data is read.
   *
   * @param validated whether there is a validation set
   * @throws org.modelledger.spi.ConfigurationException if a hyper-parameter is unknown or out of range, or
   *     they do not go together
   */
  Fit understand(TrainingSpec spec, boolean validated);

  /** A specification that was understood. For one training. */
  interface Fit {
    /**
     * Learns.
     *
     * @throws org.modelledger.training.TrainingException if the data do not fit; names column and row
     * @throws InterruptedException if interrupted; nothing came of it
     */
    Outcome learn(Job job) throws InterruptedException;
  }

  /**
   * What to learn from.
   *
   * @param team who works; results may not depend on how many there are
   */
  record Job(TrainingSpec spec, Dataset training, Optional<Dataset> validation, Team team,
      TrainingListener listener) {}

  /** What came of it. */
  record Outcome(OnnxModel graph, SortedMap<String, Double> metrics) {}
}
