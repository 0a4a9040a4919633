package org.modelledger;

import java.util.List;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/** What a computation gets to run: stops when the version is recalled, and is not its to close. */
final class RevocableModel implements LoadedModel {
  private final LoadedModel model;
  private final Runnable check;

  /** @param check throws once the version may not run */
  RevocableModel(LoadedModel model, Runnable check) {
    this.model = model;
    this.check = check;
  }

  @Override
  public List<TensorSpec> inputs() {
    return model.inputs();
  }

  @Override
  public List<TensorSpec> outputs() {
    return model.outputs();
  }

  @Override
  public Determinism determinism() {
    return model.determinism();
  }

  @Override
  public Tensors run(Tensors inputs) throws InterruptedException {
    check.run();
    return model.run(inputs);
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("a computation does not close the model that it runs");
  }
}
