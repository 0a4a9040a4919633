package org.modelledger.ml.tensorflow;

import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.TrainerProvider;
import org.modelledger.training.Trainer;

/**
 * Opens the trainer {@code tensorflow}. Its options, as text or by {@link TensorFlowTrainerOptions}:
 *
 * <table>
 * <caption>Options</caption>
 * <tr><th>name</th><th>value</th><th>if not set</th></tr>
 * <tr><td>{@code device}</td><td>{@code cpu}, {@code cuda}, {@code cuda:N}, {@code auto}</td><td>{@code cpu}</td></tr>
 * <tr><td>{@code threads}</td><td>within an operation, 1 to 1024; one number for the process</td><td>1</td></tr>
 * <tr><td>{@code interOpThreads}</td><td>operations at once, 1 to 1024</td><td>1</td></tr>
 * <tr><td>{@code gpuMemoryGrowth}</td><td>{@code true}, {@code false}</td><td>{@code true}</td></tr>
 * <tr><td>{@code checkpoints}</td><td>a directory of one training's own</td><td>none</td></tr>
 * <tr><td>{@code checkpointEvery}</td><td>epochs, 1 to 1000000</td><td>1</td></tr>
 * </table>
 */
public final class TensorFlowTrainerProvider implements TrainerProvider {
  public TensorFlowTrainerProvider() {}

  @Override
  public String name() {
    return TensorFlowRuntime.NAME;
  }

  @Override
  public Trainer open(ProviderOptions options) {
    return TensorFlowTrainerOptions.of(options).open();
  }
}
