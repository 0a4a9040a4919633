package org.modelledger.ml.exact;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ProviderOptions;

/**
 * Opens the inference engine {@code exact}: it runs ONNX graphs made of dense layers and what goes with
 * them, of trees, linear models and what prepares tables for them (ONNX-ML, as converters of scikit-learn,
 * XGBoost and LightGBM write it), {@linkplain IntegerNetwork integer networks} and {@linkplain IntegerTrees
 * integer trees}, and its results are the same bits on every JVM, on every processor, and alone or in a
 * batch. It has no options.
 *
 * <p>Texts are tensors of {@link org.modelledger.inference.DataType#BYTES}, in UTF-8. Of a graph that ends in
 * a {@code ZipMap}, which makes maps, the tensor that goes into it comes out under the same name: a column
 * for each class, in the order of its {@code classlabels}. What the operators leave open, and in which order
 * they add, is said in decisions 207 and 208.
 */
public final class ExactInferenceEngineProvider implements InferenceEngineProvider {

  public ExactInferenceEngineProvider() {}

  @Override
  public String name() {
    return ExactNumerics.NAME;
  }

  @Override
  public InferenceEngine open(ProviderOptions options) {
    options.requireKnown();
    return new ExactInferenceEngine();
  }
}
