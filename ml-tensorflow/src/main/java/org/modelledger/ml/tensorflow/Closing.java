package org.modelledger.ml.tensorflow;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was made for one call, the last first. */
final class Closing implements AutoCloseable {
  private final Deque<Runnable> open = new ArrayDeque<>();

  <T extends org.tensorflow.Tensor> T later(T tensor) {
    open.push(tensor::close);
    return tensor;
  }

  org.tensorflow.Result later(org.tensorflow.Result result) {
    open.push(result::close);
    return result;
  }

  @Override
  public void close() {
    open.forEach(Runnable::run);
  }
}
