package org.modelledger.ml.djl;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * Opens the inference engine {@code pytorch}: it runs TorchScript modules, one {@code *.pt} beside a {@code signature.json} that
 * names inputs and outputs ({@link TorchScriptSignature}), and what the trainer {@code pytorch} makes.
 *
 * <p>Types are FP32, FP64, FP16, UINT8, INT8, INT32, INT64 and BOOL; what else PyTorch has does not pass DJL. A tensor outside the
 * heap goes in without a copy, unless the model is seen to write into its inputs; one copy comes out.
 *
 * <p>Its options are {@code device} ({@code cpu}, {@code cuda}, {@code cuda:N}, {@code auto}), {@code threads}, {@code
 * interOpThreads}, {@code probe} ({@code true} or {@code false}) and {@code determinism}, a word of {@link
 * org.modelledger.inference.Determinism} for models that cannot be probed; {@link PyTorchOptions} has them typed.
 */
public final class PyTorchInferenceEngineProvider implements InferenceEngineProvider {

  public PyTorchInferenceEngineProvider() {}

  @Override
  public String name() {
    return PyTorchRuntime.NAME;
  }

  @Override
  public InferenceEngine open(ProviderOptions options) {
    return open(PyTorchOptions.of(options));
  }

  /**
   * Opens an engine.
   *
   * @return a new engine that the caller closes
   * @throws org.modelledger.spi.ConfigurationException if PyTorch's library is missing, the device is not there, or PyTorch runs
   *     with other numbers of threads in this process
   */
  public static InferenceEngine open(PyTorchOptions options) {
    PyTorchRuntime runtime = PyTorchRuntime.open(options.threads(), options.interOpThreads());
    return new PyTorchInferenceEngine(runtime, runtime.device(options.device()), options);
  }
}
