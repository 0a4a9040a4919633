package org.modelledger.ml.tensorflow;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * Opens the inference engine {@code tensorflow}, which runs TensorFlow's SavedModels. Its options, as text or by
 * {@link TensorFlowOptions}:
 *
 * <table>
 * <caption>Options</caption>
 * <tr><th>name</th><th>value</th><th>if not set</th></tr>
 * <tr><td>{@code device}</td><td>{@code cpu}, {@code cuda}, {@code cuda:N}, {@code auto}</td><td>{@code cpu}</td></tr>
 * <tr><td>{@code threads}</td><td>within an operation, 1 to 1024; one number for the process</td><td>1</td></tr>
 * <tr><td>{@code interOpThreads}</td><td>operations of a model at once, 1 to 1024</td><td>1</td></tr>
 * <tr><td>{@code gpuMemoryGrowth}</td><td>{@code true}, {@code false}</td><td>{@code true}</td></tr>
 * <tr><td>{@code signature}</td><td>a key of the SavedModel's signatures</td><td>{@code serving_default}</td></tr>
 * <tr><td>{@code tags}</td><td>of the SavedModel's graph, joined by commas</td><td>{@code serve}</td></tr>
 * <tr><td>{@code probe}</td><td>{@code true}, {@code false}</td><td>{@code true}</td></tr>
 * <tr><td>{@code determinism}</td><td>of models that are not probed, as receipts have it</td><td>{@code none}</td></tr>
 * </table>
 */
public final class TensorFlowInferenceEngineProvider implements InferenceEngineProvider {
  public TensorFlowInferenceEngineProvider() {}

  @Override
  public String name() {
    return TensorFlowRuntime.NAME;
  }

  @Override
  public InferenceEngine open(ProviderOptions options) {
    return TensorFlowOptions.of(options).open();
  }
}
