package org.modelledger.largemodels;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * An engine for files of any kind and size: it reads them to their end, as every engine has to, and keeps their
 * sum. Its models add it to their input.
 */
public final class ReadingEngineProvider implements InferenceEngineProvider {
  static final String NAME = "test-reading";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public InferenceEngine open(ProviderOptions options) {
    var unused = options.requireKnown();
    return new Engine();
  }

  private static final class Engine implements InferenceEngine {
    @Override
    public EngineInfo info() {
      return new EngineInfo(NAME, "1", "cpu", 1);
    }

    @Override
    public LoadedModel load(ModelFiles files) {
      long sum = 0;
      byte[] buffer = new byte[1 << 16];
      for (String name : files.names()) {
        try (InputStream in = files.open(name)) {
          for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            for (int i = 0; i < read; i++) {
              sum += buffer[i];
            }
          }
        } catch (IOException e) {
          throw new StorageException("cannot read " + name, e);
        }
      }
      return new Model(sum);
    }

    @Override
    public void close() {}
  }

  private record Model(long sum) implements LoadedModel {
    private static final List<TensorSpec> SPECS = List
        .of(new TensorSpec("x", DataType.INT64, Shape.of(1)));

    @Override
    public List<TensorSpec> inputs() {
      return SPECS;
    }

    @Override
    public List<TensorSpec> outputs() {
      return SPECS;
    }

    @Override
    public Determinism determinism() {
      return Determinism.BIT_EXACT;
    }

    @Override
    public Tensors run(Tensors inputs) {
      long x = inputs.check(SPECS).get("x").toLongs()[0];
      return Tensors.of("x", Tensor.of(new long[]{x + sum}, 1));
    }

    @Override
    public void close() {}
  }
}
