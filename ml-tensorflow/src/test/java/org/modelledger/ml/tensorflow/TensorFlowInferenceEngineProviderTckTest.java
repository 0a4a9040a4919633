package org.modelledger.ml.tensorflow;

import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.ProviderTck;

class TensorFlowInferenceEngineProviderTckTest extends ProviderTck<InferenceEngineProvider> {
  @Override
  protected Class<InferenceEngineProvider> kind() {
    return InferenceEngineProvider.class;
  }

  @Override
  protected Class<TensorFlowInferenceEngineProvider> implementation() {
    return TensorFlowInferenceEngineProvider.class;
  }

  @Override
  protected ProviderOptions options() {
    return ProviderOptions.empty()
        .with("device", "cpu")
        .with("threads", "1")
        .with("interOpThreads", "2")
        .with("gpuMemoryGrowth", "false")
        .with("signature", "serving_default")
        .with("tags", "serve")
        .with("probe", "false")
        .with("determinism", "none");
  }
}
