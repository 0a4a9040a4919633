package org.modelledger.onnx;

import java.util.Objects;

/** One dimension of a value's declared shape. */
public sealed interface OnnxDimension {

  /** A dimension of one size, from 0. */
  record Fixed(long size) implements OnnxDimension {
    public Fixed {
      if (size < 0) {
        throw new IllegalArgumentException("a dimension has size " + size + "; wanted 0 or more");
      }
    }
  }

  /**
   * A dimension that is known only when the model runs, such as the batch.
   *
   * @param name equal names in one model stand for equal sizes; empty if it has none
   */
  record Free(String name) implements OnnxDimension {
    public Free {
      Objects.requireNonNull(name, "name");
    }
  }

  /** Returns a dimension of one size. */
  static OnnxDimension of(long size) {
    return new Fixed(size);
  }

  /** Returns a dimension that is known only when the model runs. */
  static OnnxDimension free(String name) {
    return new Free(name);
  }
}
