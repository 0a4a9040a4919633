package org.modelledger.ml.exact;

import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.TrainerProvider;
import org.modelledger.tck.ProviderTck;

class ExactTrainerProviderTckTest extends ProviderTck<TrainerProvider> {
  @Override
  protected Class<TrainerProvider> kind() {
    return TrainerProvider.class;
  }

  @Override
  protected Class<ExactTrainerProvider> implementation() {
    return ExactTrainerProvider.class;
  }

  @Override
  protected ProviderOptions options() {
    return ProviderOptions.empty().with("threads", "2");
  }
}
