package org.modelledger.ml.tensorflow;

import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/** A SavedModel in memory, run in the caller's thread. Calls share a read lock; closing waits for them. */
final class TensorFlowModel implements LoadedModel {
  private final SavedSignature signature;
  private final NativeSession session;
  private final Determinism determinism;
  private final Consumer<TensorFlowModel> whenClosed;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  TensorFlowModel(SavedSignature signature, NativeSession session, Determinism determinism,
      Consumer<TensorFlowModel> whenClosed) {
    this.signature = signature;
    this.session = session;
    this.determinism = determinism;
    this.whenClosed = whenClosed;
  }

  @Override
  public List<TensorSpec> inputs() {
    return signature.inputs();
  }

  @Override
  public List<TensorSpec> outputs() {
    return signature.outputs();
  }

  @Override
  public Determinism determinism() {
    return determinism;
  }

  @Override
  public Tensors run(Tensors inputs) throws InterruptedException {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the model or its engine is closed");
      }
      inputs.check(signature.inputs());
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted before the model ran");
      }
      return session.run(inputs);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      session.close();
    } finally {
      lock.writeLock().unlock();
    }
    whenClosed.accept(this);
  }
}
