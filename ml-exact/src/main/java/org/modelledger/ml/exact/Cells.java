package org.modelledger.ml.exact;

import org.modelledger.inference.DataType;

/** Reads the numbers of a slot, whatever their type. */
interface Cells {
  double get(int row, int column);

  /** Returns the elements of a slot of numbers; whole ones are rounded to float32 if that is asked for. */
  static Cells of(Slot slot, boolean wholeAsFloat32) {
    if (Slot.isFloat(slot.type)) {
      return floats(slot, Slot.kernels(slot.type));
    }
    if (wholeAsFloat32) {
      return (row, column) -> (float) slot.longs(row)[column];
    }
    return (row, column) -> slot.longs(row)[column];
  }

  private static <A> Cells floats(Slot slot, Kernels<A> kernels) {
    A[] rows = slot.rows(kernels);
    return (row, column) -> kernels.get(rows[row], column);
  }

  /** Returns an input that must be of numbers. */
  static Slot numbers(Operators.Node node, Plan plan, int input) {
    Slot slot = node.input(plan, input);
    if (slot.type == DataType.BYTES || slot.type == DataType.BOOL) {
      throw node.unfit("input " + input + " is " + slot.type, "FP32, FP64, INT32 or INT64");
    }
    return slot;
  }
}
