package org.modelledger.ml.onnxruntime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.Tensors;

/** Free dimensions of the inputs that bear one name, and so must have one length in a call. */
final class Ties {
  /** A dimension of an input, counted from 0. */
  private record Place(String input, int dimension) {
    long length(Tensors tensors) {
      return tensors.get(input).shape().length(dimension);
    }

    @Override
    public String toString() {
      return "dimension " + dimension + " of '" + input + "'";
    }
  }

  private record Tie(String name, Place first, Place other) {}

  // what some exporters call every dimension that they know nothing of
  private static final String UNKNOWN = "?";

  private final Map<String, Place> firsts = new LinkedHashMap<>();
  private final List<Tie> ties = new ArrayList<>();

  /** Notes the names of an input's dimensions; fixed ones and those without a name are empty. */
  void add(String input, String[] names) {
    for (int i = 0; i < names.length; i++) {
      if (!names[i].isEmpty() && !names[i].equals(UNKNOWN)) {
        Place place = new Place(input, i);
        Place first = firsts.putIfAbsent(names[i], place);
        if (first != null) {
          ties.add(new Tie(names[i], first, place));
        }
      }
    }
  }

  /** @throws IllegalArgumentException if two lengths differ; names both inputs */
  void check(Tensors inputs) {
    for (Tie tie : ties) {
      long first = tie.first.length(inputs);
      long other = tie.other.length(inputs);
      if (first != other) {
        throw new IllegalArgumentException("'" + tie.name + "' is " + first + " as " + tie.first
            + " and " + other + " as " + tie.other + "; expected one length");
      }
    }
  }
}
