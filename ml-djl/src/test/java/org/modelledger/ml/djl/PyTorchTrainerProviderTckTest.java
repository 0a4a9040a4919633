package org.modelledger.ml.djl;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.TrainerProvider;
import org.modelledger.tck.ProviderTck;

class PyTorchTrainerProviderTckTest extends ProviderTck<TrainerProvider> {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Override
  protected Class<TrainerProvider> kind() {
    return TrainerProvider.class;
  }

  @Override
  protected Class<PyTorchTrainerProvider> implementation() {
    return PyTorchTrainerProvider.class;
  }

  @Override
  protected ProviderOptions options() {
    return ProviderOptions.empty()
        .with("device", "auto")
        .with("threads", "1")
        .with("interOpThreads", "1")
        .with("checkpoints", directory.toString())
        .with("checkpointEvery", "5");
  }
}
