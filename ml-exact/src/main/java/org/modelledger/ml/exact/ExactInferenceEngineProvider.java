package org.modelledger.ml.exact;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * Opens the inference engine {@code exact}: it runs ONNX graphs made of dense layers and what goes with
 * them, and {@linkplain IntegerNetwork integer networks}, and its results are the same bits on every JVM, on
 * every processor, and alone or in a batch. It has no options.
 */
public final class ExactInferenceEngineProvider implements InferenceEngineProvider {

  public ExactInferenceEngineProvider() {}

  @Override
  public String name() {
    return ExactNumerics.NAME;
  }

  @Override
  public InferenceEngine open(ProviderOptions options) {
    options.requireKnown();
    return new ExactInferenceEngine();
  }
}
