package org.modelledger.ml.exact;

import java.util.function.BooleanSupplier;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.LoadedModel;

/** What the engine's models have in common: they are exact, and end with their engine. */
abstract class BitExactModel implements LoadedModel {
  private final BooleanSupplier engineClosed;
  private volatile boolean closed;

  BitExactModel(BooleanSupplier engineClosed) {
    this.engineClosed = engineClosed;
  }

  @Override
  public Determinism determinism() {
    requireOpen();
    return Determinism.BIT_EXACT;
  }

  final void requireOpen() {
    if (closed || engineClosed.getAsBoolean()) {
      throw new IllegalStateException("the " + (closed ? "model" : "engine") + " is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
