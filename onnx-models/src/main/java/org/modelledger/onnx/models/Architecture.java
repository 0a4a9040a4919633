package org.modelledger.onnx.models;

import org.modelledger.model.ModelFiles;

/** A network of some shape, without its weights. */
@FunctionalInterface
public interface Architecture {
  /** Returns a new graph of this architecture. */
  GraphBuilder graph();

  /**
   * Returns the model as files; see {@link GraphBuilder#files(Weights)}.
   *
   * @throws org.modelledger.model.ModelFormatException if the weights lack a parameter; names it
   */
  default ModelFiles files(Weights weights) {
    return graph().files(weights);
  }
}
