package org.modelledger.ml.tensorflow;

import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Arrays into TensorFlow Java's tensors and back, one copy each way. */
final class Floats {
  private Floats() {}

  /** Returns a tensor that the caller closes. */
  static TFloat32 tensor(float[] numbers, Shape shape) {
    return TFloat32.tensorOf(shape, DataBuffers.of(numbers, true, false));
  }

  static float[] array(Tensor tensor) {
    TFloat32 floats = (TFloat32) tensor;
    float[] numbers = new float[Math.toIntExact(floats.size())];
    floats.copyTo(DataBuffers.of(numbers, false, false));
    return numbers;
  }

  /** Returns the one number of a tensor. */
  static double number(Tensor tensor) {
    return ((TFloat32) tensor).getFloat();
  }
}
