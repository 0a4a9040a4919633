package org.modelledger.bench.inference;

import java.io.IOException;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ProviderOptions;

/** What the suite has to know of an engine. Stateless. */
interface BenchEngine {
  /** Returns the name of the engine's provider. */
  String name();

  /** Returns the options to open it with. */
  default ProviderOptions options(String device, int threads) {
    return ProviderOptions.empty()
        .with("device", device)
        .with("threads", Integer.toString(threads));
  }

  /** Says whether it can run a model; all of them run dense networks. */
  default boolean runs(BenchModel model) {
    return model instanceof Mlp;
  }

  /** Says whether it can compute on a GPU. */
  default boolean hasGpu() {
    return true;
  }

  /** Returns a model that it runs as files that it loads. */
  ModelFiles files(BenchModel model) throws IOException;

  /**
   * Loads the same model by the runtime's own interface, as one who knows it well writes it: no copies
   * that can be avoided, nothing from this project.
   *
   * @param files what {@link #files} made of the model
   * @param inputs in direct memory
   */
  BareModel bare(BenchModel model, ModelFiles files, String device, int threads, Tensors inputs)
      throws Exception;

  /** Returns the number behind the device's name: 0 for {@code cuda}, 1 for {@code cuda:1}. */
  static int gpu(String device) {
    int colon = device.indexOf(':');
    return colon < 0 ? 0 : Integer.parseInt(device.substring(colon + 1));
  }

  /** A model with inputs that are where the runtime takes them from. Safe for several threads. */
  interface BareModel extends AutoCloseable {
    /** Runs it once; returns what it gives, in memory that is the caller's own. */
    Object run() throws Exception;

    /** Runs it once; returns the output that is compared. */
    float[] scores() throws Exception;

    @Override
    void close();
  }
}
