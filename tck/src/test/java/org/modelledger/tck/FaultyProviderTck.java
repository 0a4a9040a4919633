package org.modelledger.tck;

import java.util.concurrent.atomic.AtomicReference;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.TrainerProvider;

/** The provider's tests over one that is broken on purpose; run by {@link ProviderTckTest}. */
class FaultyProviderTck extends ProviderTck<TrainerProvider> {
  static final AtomicReference<Class<? extends TrainerProvider>> PROVIDER = new AtomicReference<>(
      LinearTrainerProvider.class);

  @Override
  protected Class<TrainerProvider> kind() {
    return TrainerProvider.class;
  }

  @Override
  protected Class<? extends TrainerProvider> implementation() {
    return PROVIDER.get();
  }

  @Override
  protected ProviderOptions options() {
    return ProviderOptions.empty().with("threads", "1");
  }
}
