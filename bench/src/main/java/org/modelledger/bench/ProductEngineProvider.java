package org.modelledger.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * An engine whose models cost what one wishes, whatever the size of their input: so many products of a
 * matrix of 64 by 64 with a vector, which begins as the first 64 elements. It really computes; a model's
 * one file has the number of products.
 */
public final class ProductEngineProvider implements InferenceEngineProvider {
  static final String NAME = "bench-product";
  static final String FILE = "products";
  static final int SIDE = 64;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public InferenceEngine open(ProviderOptions options) {
    return new Engine();
  }

  private static final class Engine implements InferenceEngine {
    @Override
    public EngineInfo info() {
      return new EngineInfo(NAME, "1", "cpu", 1);
    }

    @Override
    public LoadedModel load(ModelFiles files) {
      try (InputStream in = files.open(FILE)) {
        return new Model(ByteBuffer.wrap(in.readAllBytes()).getInt());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      // there is nothing to give back
    }
  }

  /** Does the products. */
  static final class Model implements LoadedModel {
    private final int products;
    private final float[] matrix = new float[SIDE * SIDE];

    Model(int products) {
      this.products = products;
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = (i * 31 % 17 - 8) / 64f; // sums to a vector that neither grows nor vanishes
      }
    }

    @Override
    public List<TensorSpec> inputs() {
      return List.of(new TensorSpec("x", DataType.FP32, Shape.of(Shape.FREE)));
    }

    @Override
    public List<TensorSpec> outputs() {
      return List.of(new TensorSpec("y", DataType.FP32, Shape.of(SIDE)));
    }

    @Override
    public Determinism determinism() {
      return Determinism.BIT_EXACT;
    }

    @Override
    public Tensors run(Tensors inputs) {
      ByteBuffer x = inputs.get("x").data();
      float[] from = new float[SIDE];
      for (int i = 0; i < SIDE; i++) {
        from[i] = x.getFloat(i * Float.BYTES);
      }
      float[] to = new float[SIDE];
      for (int p = 0; p < products; p++) {
        for (int row = 0; row < SIDE; row++) {
          float sum = 0.5f;
          for (int column = 0; column < SIDE; column++) {
            sum += matrix[row * SIDE + column] * from[column];
          }
          to[row] = sum;
        }
        float[] swap = from;
        from = to;
        to = swap;
      }
      return Tensors.of("y", Tensor.of(from, SIDE));
    }

    @Override
    public void close() {
      // there is nothing to give back
    }
  }
}
