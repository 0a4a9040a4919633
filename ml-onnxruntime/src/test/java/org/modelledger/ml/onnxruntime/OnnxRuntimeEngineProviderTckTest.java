package org.modelledger.ml.onnxruntime;

import java.util.Map;
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.ProviderTck;

class OnnxRuntimeEngineProviderTckTest extends ProviderTck<InferenceEngineProvider> {
  @Override
  protected Class<InferenceEngineProvider> kind() {
    return InferenceEngineProvider.class;
  }

  @Override
  protected Class<OnnxRuntimeEngineProvider> implementation() {
    return OnnxRuntimeEngineProvider.class;
  }

  @Override
  protected ProviderOptions options() {
    return ProviderOptions.of(Map.of("device", "cpu", "threads", "1"));
  }
}
