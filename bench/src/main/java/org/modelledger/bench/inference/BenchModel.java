package org.modelledger.bench.inference;

import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;

/** A model of the suite. Stateless. */
interface BenchModel {
  /** Returns the name that the parameter {@code model} has. */
  String name();

  /** Returns the same inputs each time, for so many rows. */
  Tensors inputs(int batch);

  /** Returns the name of the output that bare and ours are compared by; float32. */
  String output();

  /** Returns it as an ONNX graph. */
  ModelFiles onnx();

  /** Says whether a call is so long that a processor gets no more than one row in it. */
  boolean isLarge();
}
