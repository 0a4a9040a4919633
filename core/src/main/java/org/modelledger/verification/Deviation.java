package org.modelledger.verification;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;

/**
 * How far two results are apart, absolutely or relative to the greater, as {@link
 * org.modelledger.inference.Determinism.Tolerance} measures.
 */
final class Deviation {
  private final double epsilon;
  private double greatest;
  private Optional<String> beyond = Optional.empty();

  private Deviation(double epsilon) {
    this.epsilon = epsilon;
  }

  /** @param epsilon what is allowed, from 0 */
  static Deviation of(Tensors then, Tensors now, double epsilon) {
    Deviation deviation = new Deviation(epsilon);
    if (then.names().equals(now.names())) {
      then.names().forEach(name -> deviation.compare(name, then.get(name), now.get(name)));
    } else {
      deviation.another("the outputs were " + then.names() + ", now they are " + now.names());
    }
    return deviation;
  }

  /** Returns the greatest deviation; infinite where no number tells. */
  double greatest() {
    return greatest;
  }

  /** Says what differs first by more than is allowed; empty if nothing does. */
  Optional<String> beyond() {
    return beyond;
  }

  private void compare(String name, Tensor a, Tensor b) {
    if (a.dataType() != b.dataType() || !a.shape().equals(b.shape())) {
      another("output '" + name + "' was " + a + ", now it is " + b);
      return;
    }
    switch (a.dataType()) {
      case FP32 -> elements(name, a, b, Float.BYTES);
      case FP64 -> elements(name, a, b, Double.BYTES);
      default -> {
        if (!a.equals(b)) {
          another("output '" + name + "' of type " + a.dataType() + " is not the same");
        }
      }
    }
  }

  private void elements(String name, Tensor a, Tensor b, int size) {
    ByteBuffer left = a.data();
    ByteBuffer right = b.data();
    for (int i = 0; i < left.limit() / size; i++) {
      double x = size == Float.BYTES ? left.getFloat(i * size) : left.getDouble(i * size);
      double y = size == Float.BYTES ? right.getFloat(i * size) : right.getDouble(i * size);
      if (Double.compare(x, y) != 0) {
        element(name, i, x, y);
      }
    }
  }

  private void element(String name, int i, double x, double y) {
    double scale = Math.max(1, Math.max(Math.abs(x), Math.abs(y)));
    double apart = Math.abs(x - y);
    double relative = apart / scale;
    greatest = Math.max(greatest, Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative);
    if (!(apart <= epsilon * scale) && beyond.isEmpty()) {
      beyond = Optional.of(
          "element " + i + " of output '" + name + "' was " + x + ", now it is " + y);
    }
  }

  private void another(String what) {
    greatest = Double.POSITIVE_INFINITY;
    if (beyond.isEmpty()) {
      beyond = Optional.of(what);
    }
  }
}
