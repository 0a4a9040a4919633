package org.modelledger.ml.onnxruntime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.modelledger.inference.Shape;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * Which shapes the outputs had for which shapes of the inputs: what was seen, not what was declared. Safe for
 * use by several threads; bounded.
 */
final class OutputShapes {
  /** When there are so many, all are forgotten: sentences of every length are not kept for ever. */
  static final int MAX_ENTRIES = 512;

  /** The shapes of the inputs and of the outputs, in the order of their specs. */
  record Entry(List<Shape> inputs, List<Shape> outputs) {
    private boolean isFor(List<TensorSpec> specs, Tensors tensors) {
      for (int i = 0; i < inputs.size(); i++) {
        if (!inputs.get(i).equals(tensors.get(specs.get(i).name()).shape())) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<TensorSpec> specs;
  private final ConcurrentHashMap<List<Shape>, Entry> known = new ConcurrentHashMap<>();
  private volatile @Nullable Entry latest;

  OutputShapes(List<TensorSpec> inputs) {
    this.specs = inputs;
  }

  @Nullable
  Entry find(Tensors inputs) {
    Entry entry = latest;
    if (entry != null && entry.isFor(specs, inputs)) {
      return entry;
    }
    entry = known.get(key(inputs));
    if (entry != null) {
      latest = entry;
    }
    return entry;
  }

  void remember(Tensors inputs, List<Shape> outputs) {
    if (known.size() >= MAX_ENTRIES) {
      known.clear();
    }
    Entry entry = new Entry(key(inputs), List.copyOf(outputs));
    known.put(entry.inputs(), entry);
    latest = entry;
  }

  /** Returns how many are kept. */
  int size() {
    return known.size();
  }

  private List<Shape> key(Tensors inputs) {
    List<Shape> key = new ArrayList<>(specs.size());
    for (TensorSpec spec : specs) {
      key.add(inputs.get(spec.name()).shape());
    }
    return List.copyOf(key);
  }
}
