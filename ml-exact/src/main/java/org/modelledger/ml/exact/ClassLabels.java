package org.modelledger.ml.exact;

import java.util.List;
import java.util.Optional;
import org.modelledger.inference.DataType;
import org.modelledger.ml.exact.Operators.Node;

/** The names of a classifier's classes: whole numbers or texts. */
final class ClassLabels {
  private final long[] numbers;
  private final List<String> texts;

  private ClassLabels(long[] numbers, List<String> texts) {
    this.numbers = numbers;
    this.texts = texts;
  }

  /** @param ints the name of the attribute that holds whole numbers */
  static ClassLabels of(Node node, String ints) {
    long[] numbers = node.integers(ints);
    List<String> texts = node.texts("classlabels_strings");
    if ((numbers.length == 0) == texts.isEmpty()) {
      throw node.unsupported(
          numbers.length + " elements of '" + ints + "' and " + texts.size()
              + " of 'classlabels_strings'",
          "class labels by one of them");
    }
    return new ClassLabels(numbers, texts);
  }

  int count() {
    return Math.max(numbers.length, texts.size());
  }

  /** Says whether the classes are called 0, 1, 2 and so on. */
  boolean areCounted() {
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != i) {
        return false;
      }
    }
    return texts.isEmpty();
  }

  /** Adds memory for a label of each row, if anybody wants them. */
  Optional<Slot> slot(Plan plan, Node node, int rows) {
    DataType type = texts.isEmpty() ? DataType.INT64 : DataType.BYTES;
    return node.output(0).map(name -> plan.add(name, type, rows));
  }

  void put(Slot slot, int row, int label) {
    if (texts.isEmpty()) {
      slot.setLong(row, numbers[label]);
    } else {
      slot.strings(row / slot.width())[row % slot.width()] = texts.get(label);
    }
  }
}
