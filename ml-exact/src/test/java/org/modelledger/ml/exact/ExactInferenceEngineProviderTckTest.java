package org.modelledger.ml.exact;

import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.ProviderTck;

class ExactInferenceEngineProviderTckTest extends ProviderTck<InferenceEngineProvider> {
  @Override
  protected Class<InferenceEngineProvider> kind() {
    return InferenceEngineProvider.class;
  }

  @Override
  protected Class<ExactInferenceEngineProvider> implementation() {
    return ExactInferenceEngineProvider.class;
  }

  @Override
  protected ProviderOptions options() {
    return ProviderOptions.empty();
  }
}
