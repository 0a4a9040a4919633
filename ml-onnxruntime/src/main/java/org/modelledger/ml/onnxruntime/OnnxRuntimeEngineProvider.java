package org.modelledger.ml.onnxruntime;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * Opens the inference engine {@code onnxruntime}, which runs ONNX models; the package's page lists its options.
 * {@link OnnxRuntimeEngine#open} does the same with types.
 */
public final class OnnxRuntimeEngineProvider implements InferenceEngineProvider {
  static final String NAME = "onnxruntime";

  public OnnxRuntimeEngineProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public InferenceEngine open(ProviderOptions options) {
    return OnnxRuntimeEngine.open(OnnxRuntimeOptions.of(options));
  }
}
