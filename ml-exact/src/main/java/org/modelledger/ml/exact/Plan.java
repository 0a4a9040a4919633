package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;

/** A graph laid out for one shape of its inputs: all memory, and what to do in it. For one call at a time. */
final class Plan {

  /** A node that knows its attributes but not yet its shapes. */
  interface Step {
    /**
     * Adds the memory of its outputs and what it does.
     *
     * @throws IllegalArgumentException if the shapes or types do not fit or are not supported
     */
    void layOut(Plan plan);
  }

  private final Map<String, Slot> slots;
  private final List<Runnable> program = new ArrayList<>();
  private final Map<String, Slot> inputs = new LinkedHashMap<>();
  private final Map<String, Slot> outputs = new LinkedHashMap<>();
  private long room;

  /** @throws IllegalArgumentException if a step does not fit these shapes; names it */
  Plan(Map<String, Slot> constants, Map<String, DataType> inputTypes,
      Map<String, int[]> inputShapes,
      List<Step> steps, List<String> outputNames) {
    slots = new HashMap<>(constants);
    inputTypes.forEach((name, type) -> {
      int[] shape = inputShapes.get(name);
      if (shape == null) {
        throw new IllegalArgumentException("no shape for input '" + name + "'");
      }
      inputs.put(name, add(name, type, shape));
    });
    steps.forEach(step -> step.layOut(this));
    outputNames.forEach(name -> outputs.put(name, get(name)));
  }

  Slot get(String name) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("nothing makes '" + name + "'");
    }
    return slot;
  }

  /** Adds memory for a value. */
  Slot add(String name, DataType type, int... shape) {
    Slot slot = scratch(type, shape);
    slots.put(name, slot);
    return slot;
  }

  /** Says that so many more elements are needed while the plan runs. */
  void reserve(long elements) {
    room += elements;
    Slot.requireRoom(room);
  }

  /** Adds memory that has no name. */
  Slot scratch(DataType type, int... shape) {
    room += Slot.room(shape);
    Slot.requireRoom(room);
    return Slot.allocate(type, shape, false);
  }

  void put(String name, Slot slot) {
    slots.put(name, slot);
  }

  void then(Runnable action) {
    program.add(action);
  }

  /** Returns how much memory is held, in elements. */
  long room() {
    return room;
  }

  Map<String, Slot> outputs() {
    return outputs;
  }

  boolean fits(Tensors tensors) {
    for (Map.Entry<String, Slot> input : inputs.entrySet()) {
      int[] shape = input.getValue().shape;
      Tensor tensor = tensors.get(input.getKey());
      for (int i = 0; i < shape.length; i++) {
        if (tensor.shape().length(i) != shape[i]) {
          return false;
        }
      }
    }
    return true;
  }

  Tensors run(Tensors tensors) {
    for (Map.Entry<String, Slot> input : inputs.entrySet()) {
      try {
        input.getValue().read(tensors.get(input.getKey()).data());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("input '" + input.getKey() + "': " + e.getMessage(), e);
      }
    }
    for (int i = 0; i < program.size(); i++) {
      program.get(i).run();
    }
    Map<String, Tensor> results = LinkedHashMap.newLinkedHashMap(outputs.size());
    for (Map.Entry<String, Slot> output : outputs.entrySet()) {
      Slot slot = output.getValue();
      results.put(output.getKey(), Tensor.wrap(slot.type, slot.apiShape(), slot.bytes()));
    }
    return Tensors.of(results);
  }
}
