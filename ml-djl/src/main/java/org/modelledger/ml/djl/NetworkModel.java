package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.lang.ref.Reference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/** A network with names and types. Each call has a manager of native memory of its own, which is closed with it. */
final class NetworkModel implements LoadedModel {
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final Network network;
  private final NDManager manager;
  private final Runnable enter;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile Determinism determinism = Determinism.NONE;
  private volatile boolean copiesInputs = true;
  private volatile boolean closed;

  /**
   * @param manager the parent of each call's; closed with this model
   * @param enter run by each call's thread before it computes
   */
  NetworkModel(List<TensorSpec> inputs, List<TensorSpec> outputs, Network network,
      NDManager manager, Runnable enter) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.network = network;
    this.manager = manager;
    this.enter = enter;
  }

  /** Takes what was found out, or declared; called before anybody else has this model. */
  void settle(Determinism found, boolean copies) {
    this.determinism = found;
    this.copiesInputs = copies;
  }

  @Override
  public List<TensorSpec> inputs() {
    requireOpen();
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    requireOpen();
    return outputs;
  }

  @Override
  public Determinism determinism() {
    requireOpen();
    return determinism;
  }

  @Override
  public Tensors run(Tensors tensors) throws InterruptedException {
    requireOpen();
    tensors.check(inputs);
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the model ran");
    }
    return run(tensors, copiesInputs);
  }

  /** Runs on tensors that fit. */
  Tensors run(Tensors tensors, boolean copies) {
    Lock reading = lock.readLock();
    reading.lock();
    try {
      requireOpen();
      enter.run();
      return compute(tensors, copies);
    } finally {
      reading.unlock();
    }
  }

  private Tensors compute(Tensors tensors, boolean copies) {
    try (NDManager call = manager.newSubManager()) {
      NDList arrays = new NDList(inputs.size());
      for (TensorSpec spec : inputs) {
        arrays.add(NDTensors.create(call, tensors.get(spec.name()), copies));
      }
      return read(network.forward(call, arrays));
    } catch (InferenceException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InferenceException("PyTorch failed: " + firstLine(e), e);
    } finally {
      // the arrays may use the tensors' memory
      Reference.reachabilityFence(tensors);
    }
  }

  static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.lines().findFirst().orElse(message);
  }

  private Tensors read(NDList arrays) {
    if (arrays.size() != outputs.size()) {
      throw new InferenceException("the model yields " + arrays.size() + " tensors; declared are "
          + outputs);
    }
    boolean named = arrays.stream().allMatch(array -> array.getName() != null)
        && outputs.stream().allMatch(spec -> arrays.contains(spec.name()));
    Map<String, Tensor> results = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      TensorSpec spec = outputs.get(i);
      NDArray array = named ? arrays.get(spec.name()) : arrays.get(i);
      Tensor tensor = NDTensors.read(array, "output '" + spec.name() + "'");
      try {
        results.put(spec.name(), spec.check(tensor));
      } catch (IllegalArgumentException e) {
        throw new InferenceException("the model does not yield what is declared: " + e.getMessage(),
            e);
      }
    }
    return Tensors.of(results);
  }

  boolean isClosed() {
    return closed;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model, or its engine, is closed");
    }
  }

  @Override
  public void close() {
    Lock writing = lock.writeLock();
    writing.lock();
    try {
      if (!closed) {
        closed = true;
        network.close();
        manager.close();
      }
    } finally {
      writing.unlock();
    }
  }
}
