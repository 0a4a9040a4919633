package org.modelledger.chain.local;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.ProviderTck;

/** The contract of every provider. */
class LocalRegistryProviderTckTest extends ProviderTck<ModelRegistryProvider> {
  @TempDir
  Path home;

  @Override
  protected Class<ModelRegistryProvider> kind() {
    return ModelRegistryProvider.class;
  }

  @Override
  protected Class<LocalRegistryProvider> implementation() {
    return LocalRegistryProvider.class;
  }

  @Override
  protected ProviderOptions options() throws Exception {
    return ProviderOptions.empty()
        .with(ProviderOptions.LOCATION, home.resolve("ledger").toString())
        .with("key", TestKeys.file(home.resolve("keys"), "alice").toString());
  }
}
