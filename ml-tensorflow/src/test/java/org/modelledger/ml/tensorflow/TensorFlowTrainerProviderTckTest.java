package org.modelledger.ml.tensorflow;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.TrainerProvider;
import org.modelledger.tck.ProviderTck;

class TensorFlowTrainerProviderTckTest extends ProviderTck<TrainerProvider> {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Override
  protected Class<TrainerProvider> kind() {
    return TrainerProvider.class;
  }

  @Override
  protected Class<TensorFlowTrainerProvider> implementation() {
    return TensorFlowTrainerProvider.class;
  }

  @Override
  protected ProviderOptions options() {
    return ProviderOptions.empty()
        .with("device", "cpu")
        .with("threads", "1")
        .with("interOpThreads", "1")
        .with("gpuMemoryGrowth", "true")
        .with("checkpoints", directory.toString())
        .with("checkpointEvery", "5");
  }
}
