package org.modelledger.onnx.models;

import java.io.IOException;
import java.io.InputStream;

/**
 * What the elements of parameters are. Safe for use by several threads; the same parameter gives the
 * same bytes each time.
 */
@FunctionalInterface
public interface Weights {
  /**
   * Opens the elements of a parameter: float32, row-major, little-endian, exactly {@link
   * Parameter#byteCount()} bytes.
   *
   * @return a stream that the caller closes
   * @throws org.modelledger.model.ModelFormatException if there is no such parameter, or it has another
   *     shape or a type that is not supported; names the parameter, what it has and what is wanted
   * @throws IOException if it cannot be read
   */
  InputStream open(Parameter parameter) throws IOException;

  /**
   * Refuses a parameter that {@link #open} could not give, without reading its elements.
   *
   * @throws org.modelledger.model.ModelFormatException as {@link #open}
   */
  default void check(Parameter parameter) {}
}
