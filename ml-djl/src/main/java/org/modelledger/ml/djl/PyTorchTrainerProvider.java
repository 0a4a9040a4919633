package org.modelledger.ml.djl;

import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.TrainerProvider;
import org.modelledger.training.Trainer;

/**
 * Opens the trainer {@code pytorch}: classifiers of numbers, images, sequences and tokens.
 *
 * <p>Algorithms and their own hyper-parameters, with what they are if not set:
 *
 * <table>
 * <caption>Algorithms</caption>
 * <tr><th>algorithm</th><th>rows</th><th>hyper-parameters</th></tr>
 * <tr><td>{@code mlp}</td><td>any shape of numbers</td><td>{@code hidden} 64, {@code activation} relu (tanh, sigmoid, gelu)</td></tr>
 * <tr><td>{@code cnn}</td><td>[channels, height, width], [height, width], or any with {@code image}</td><td>{@code filters} 16,32, {@code
 * kernel} 3, {@code hidden} 64, {@code activation} relu, {@code image} such as 1,8,8</td></tr>
 * <tr><td>{@code resnet}</td><td>likewise</td><td>{@code filters} 16,32, one stage each, {@code blocks} 1 in each, {@code image}</td></tr>
 * <tr><td>{@code transformer}</td><td>[steps, numbers], or [tokens] with {@code vocabulary}</td><td>{@code width} 32, {@code heads} 4,
 * {@code feedForward} 64, {@code layers} 2, {@code dropout} 0, {@code vocabulary}, {@code padding} the token to look past</td></tr>
 * <tr><td>{@code torchscript}</td><td>what the module takes</td><td>none; the module is an option, {@link
 * PyTorchTrainerOptions#base}</td></tr>
 * </table>
 *
 * <p>All have {@code epochs} 20, {@code batchSize} 32, {@code optimizer} adam (adamw, sgd), {@code learningRate} 0.001 (0.1 with sgd),
 * {@code momentum} 0.9 with sgd, {@code beta1} 0.9, {@code beta2} 0.999 and {@code epsilon} 1e-8 with the others, {@code weightDecay} 0 of
 * weights, not of biases, {@code schedule} fixed ({@code learningRateDecay} 1 per epoch), step ({@code stepEpochs}, {@code stepFactor}) or
 * cosine ({@code minLearningRate}), {@code warmUpEpochs} 0, {@code validationFraction} 0, {@code patience} 0, {@code classes} one more than the
 * greatest label; and, but for {@code torchscript}, {@code inputScale} 1.
 *
 * <p>With one thread on the processor, the same specification and data make the same files on the same machine and build. Its options
 * are {@code device}, {@code threads}, {@code interOpThreads}, {@code checkpoints}, a directory, and {@code checkpointEvery}, epochs; {@link
 * PyTorchTrainerOptions} has them typed.
 */
public final class PyTorchTrainerProvider implements TrainerProvider {

  public PyTorchTrainerProvider() {}

  @Override
  public String name() {
    return PyTorchRuntime.NAME;
  }

  @Override
  public Trainer open(ProviderOptions options) {
    return open(PyTorchTrainerOptions.of(options));
  }

  /**
   * Opens a trainer.
   *
   * @return a new trainer that the caller closes
   * @throws org.modelledger.spi.ConfigurationException if PyTorch's library is missing, the device is not there, or PyTorch runs
   *     with other numbers of threads in this process
   */
  public static Trainer open(PyTorchTrainerOptions options) {
    PyTorchRuntime runtime = PyTorchRuntime.open(options.threads(), options.interOpThreads());
    return new PyTorchTrainer(runtime, runtime.device(options.device()), options);
  }
}
