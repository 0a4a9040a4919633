package org.modelledger.ml.onnxruntime;

import java.util.Map;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.ProviderOptions;

/** Run as {@link OnnxRuntimeOnGpu} is. */
class OnnxRuntimeTckOnGpu extends OnnxRuntimeEngineTckTest {
  @Override
  protected InferenceEngine newEngine() {
    return new OnnxRuntimeEngineProvider().open(ProviderOptions.of(Map.of("device", "cuda")));
  }
}
