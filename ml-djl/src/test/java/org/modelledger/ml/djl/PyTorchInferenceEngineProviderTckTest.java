package org.modelledger.ml.djl;

import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.ProviderTck;

class PyTorchInferenceEngineProviderTckTest extends ProviderTck<InferenceEngineProvider> {
  @Override
  protected Class<InferenceEngineProvider> kind() {
    return InferenceEngineProvider.class;
  }

  @Override
  protected Class<PyTorchInferenceEngineProvider> implementation() {
    return PyTorchInferenceEngineProvider.class;
  }

  @Override
  protected ProviderOptions options() {
    return ProviderOptions.empty()
        .with("device", "cpu")
        .with("threads", "1")
        .with("interOpThreads", "1")
        .with("probe", "false")
        .with("determinism", "tolerance:1e-4");
  }
}
