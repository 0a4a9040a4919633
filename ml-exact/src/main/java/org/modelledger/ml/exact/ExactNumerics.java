package org.modelledger.ml.exact;

/** What trainer and engine share. */
final class ExactNumerics {
  /** The provider's name. */
  static final String NAME = "exact";
  /**
   * The version of the arithmetic. It changes whenever a model or a result could come out with other
   * bits than before, and only then.
   */
  static final String VERSION = "1";
  /** The file of a model. */
  static final String MODEL_FILE = "model.onnx";

  private ExactNumerics() {}
}
