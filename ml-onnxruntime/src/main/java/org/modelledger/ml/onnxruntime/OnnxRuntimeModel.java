package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.ref.Reference;
import java.util.List;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * A model that ONNX Runtime runs, on the thread that asks and on those of the session. Runs side by side; a run
 * waits for nothing but a {@link #close} that has begun.
 *
 * <p>Inputs outside the Java heap are read where they are, if they begin at a multiple of 16 bytes; others are
 * copied once. Once the shapes of the outputs are known, ONNX Runtime writes them into memory outside the heap
 * that belongs to the caller. They are known after the first run with the same shapes of inputs; until then, for
 * outputs of type {@code BYTES}, {@code UINT16}, {@code UINT32} and {@code UINT64}, and for models whose outputs
 * have shapes that depend on more than the shapes of the inputs, they are copied into an array on the heap.
 */
public final class OnnxRuntimeModel implements LoadedModel {
  private final OrtSession session;
  private final SessionSetup setup;
  /** What the session reads without a copy of its own. */
  private final Object memory;
  private final Runner runner;
  private final Determinism determinism;
  private final OnnxMetadata metadata;
  private final Consumer<OnnxRuntimeModel> onClose;
  private final boolean profiled;
  private final StampedLock lifecycle = new StampedLock();
  private volatile boolean closed;

  OnnxRuntimeModel(OrtSession session, SessionSetup setup, Object memory, Runner runner,
      Determinism determinism, OnnxMetadata metadata, boolean profiled,
      Consumer<OnnxRuntimeModel> onClose) {
    this.session = session;
    this.setup = setup;
    this.memory = memory;
    this.runner = runner;
    this.determinism = determinism;
    this.metadata = metadata;
    this.profiled = profiled;
    this.onClose = onClose;
  }

  @Override
  public List<TensorSpec> inputs() {
    requireOpen();
    return runner.signature().inputs();
  }

  @Override
  public List<TensorSpec> outputs() {
    requireOpen();
    return runner.signature().outputs();
  }

  /** Returns what was found out when the model was loaded, or what the options declare if that was not possible. */
  @Override
  public Determinism determinism() {
    requireOpen();
    return determinism;
  }

  /** Returns what the model says of itself. */
  public OnnxMetadata metadata() {
    requireOpen();
    return metadata;
  }

  @Override
  public Tensors run(Tensors inputs) throws InterruptedException {
    requireOpen();
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the model ran");
    }
    long stamp = lifecycle.readLock();
    try {
      requireOpen();
      return runner.run(inputs);
    } finally {
      lifecycle.unlockRead(stamp);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model or its engine is closed");
    }
  }

  @Override
  public void close() {
    long stamp = lifecycle.writeLock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      try (runner) {
        closeSession(session, setup, profiled);
      } catch (OrtException e) {
        throw new InferenceException("the model could not be closed: " + e.getMessage(), e);
      }
    } finally {
      Reference.reachabilityFence(memory);
      lifecycle.unlockWrite(stamp);
    }
    onClose.accept(this);
  }

  /** @throws InferenceException if ONNX Runtime fails to */
  static void closeSession(OrtSession session, SessionSetup setup, boolean profiled) {
    try (setup; session) {
      if (profiled) {
        session.endProfiling();
      }
    } catch (OrtException e) {
      throw new InferenceException("the model could not be closed: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return "OnnxRuntimeModel[" + metadata.graph() + ", " + runner.signature().inputs() + " to "
        + runner.signature().outputs() + "]";
  }
}
