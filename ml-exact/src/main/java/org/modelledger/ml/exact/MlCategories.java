package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.ml.exact.Operators.Node;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxTensor;

/** Operators of ONNX-ML that look things up: texts and numbers by value, NaN found by NaN. */
final class MlCategories {
  static final Set<String> LABEL_ENCODER = Set.of("classes_strings", "default_float",
      "default_int64", "default_string", "default_tensor", "keys_floats", "keys_int64s",
      "keys_strings", "keys_tensor", "values_floats", "values_int64s", "values_strings",
      "values_tensor");

  private MlCategories() {}

  /** Elements in the form in which they are looked up: {@code Long}, {@code Double} or {@code String}. */
  private static IntFunction<Object> keys(Slot x, boolean whole) {
    int width = Math.max(1, x.width());
    if (x.type == DataType.BYTES) {
      return flat -> x.strings(flat / width)[flat % width];
    }
    Cells cells = Cells.of(x, false);
    if (whole && Slot.isWhole(x.type)) {
      return flat -> x.longs(flat / width)[flat % width];
    }
    if (whole) {
      return flat -> (long) cells.get(flat / width, flat % width);
    }
    return flat -> number(cells.get(flat / width, flat % width));
  }

  /** 0 and -0 are one number. */
  private static Double number(double value) {
    return value == 0 ? 0.0 : value;
  }

  static Plan.Step oneHot(Node node) {
    Map<Object, Integer> places = new HashMap<>();
    long[] numbers = node.integers("cats_int64s");
    List<String> texts = node.texts("cats_strings");
    boolean zeros = node.flag("zeros", true);
    if ((numbers.length == 0) == texts.isEmpty()) {
      throw node.unsupported(numbers.length + " categories by number and " + texts.size()
          + " by text", "categories of one kind");
    }
    // of equal categories the last counts
    for (int i = 0; i < numbers.length; i++) {
      places.put(numbers[i], i);
    }
    for (int i = 0; i < texts.size(); i++) {
      places.put(texts.get(i), i);
    }
    int categories = Math.max(numbers.length, texts.size());
    return plan -> {
      Slot x = node.input(plan, 0);
      requireKind(node, x, texts.isEmpty());
      int[] shape = Arrays.copyOf(x.shape, x.rank() + 1);
      shape[x.rank()] = categories;
      float[][] y = plan.add(node.output(), DataType.FP32, shape).rows(FloatKernels.INSTANCE);
      IntFunction<Object> keys = keys(x, texts.isEmpty());
      plan.then(() -> {
        for (int i = 0; i < y.length; i++) {
          Arrays.fill(y[i], 0);
          Integer place = places.get(keys.apply(i));
          if (place != null) {
            y[i][place] = 1;
          } else if (!zeros) {
            throw new InferenceException(node + ": element " + i
                + " is in none of the categories; expected one, as 'zeros' is 0");
          }
        }
      });
    };
  }

  private static void requireKind(Node node, Slot x, boolean numbers) {
    if ((x.type == DataType.BYTES) == numbers || x.type == DataType.BOOL) {
      throw node.unfit("input 0 is " + x.type,
          numbers ? "numbers, as the keys" : "texts, as the keys");
    }
  }

  /** The values of a table: of one type. */
  private record Values(DataType type, List<?> list, Object absent) {
    void put(Slot into, int flat, Object key, Map<Object, Integer> places) {
      Integer place = places.get(key);
      Object value = place == null ? absent : list.get(place);
      int width = into.width();
      if (value instanceof String text) {
        into.strings(flat / width)[flat % width] = text;
      } else if (value instanceof Long number) {
        into.setLong(flat, number);
      } else {
        into.set(flat / width, flat % width, (Double) value);
      }
    }
  }

  static Plan.Step categoryMapper(Node node) {
    long[] numbers = node.integers("cats_int64s");
    List<String> texts = node.texts("cats_strings");
    if (numbers.length != texts.size()) {
      throw node.unsupported(
          numbers.length + " elements of 'cats_int64s' and " + texts.size() + " of 'cats_strings'",
          "as many of one as of the other");
    }
    List<Long> boxed = boxed(numbers);
    Values toNumbers = new Values(DataType.INT64, boxed, node.integer("default_int64", -1));
    Values toTexts = new Values(DataType.BYTES, texts, node.text("default_string", "_Unused"));
    return plan -> {
      Slot x = node.input(plan, 0);
      if (x.type != DataType.BYTES && x.type != DataType.INT64) {
        throw node.unfit("input 0 is " + x.type, "BYTES or INT64");
      }
      boolean fromTexts = x.type == DataType.BYTES;
      lookUp(plan, node, x, fromTexts ? texts : boxed, fromTexts ? toNumbers : toTexts);
    };
  }

  static Plan.Step labelEncoder(Node node) {
    if (node.has("classes_strings")) {
      return firstLabelEncoder(node);
    }
    List<?> keys = list(node, "keys");
    List<?> list = list(node, "values");
    if (keys.size() != list.size()) {
      throw node.unsupported(keys.size() + " keys and " + list.size() + " values",
          "as many of one as of the other");
    }
    boolean float64 = node.tensor("values_tensor")
        .map(tensor -> tensor.type() == OnnxDataType.DOUBLE)
        .orElse(false);
    Values values = switch (list.getFirst()) {
      case String text -> new Values(DataType.BYTES, list, node.text("default_string", "_Unused"));
      case Long number -> new Values(DataType.INT64, list,
          absent(node).orElse(node.integer("default_int64", -1)));
      default -> new Values(float64 ? DataType.FP64 : DataType.FP32, list,
          absent(node).orElse((double) node.number("default_float", -0f)));
    };
    if (!values.absent.getClass().equals(list.getFirst().getClass())) {
      throw node.unsupported("a default of another type than the values", "one type");
    }
    return plan -> {
      Slot x = node.input(plan, 0);
      boolean fits = switch (keys.getFirst()) {
        case String text -> x.type == DataType.BYTES;
        case Long number -> x.type == DataType.INT64;
        default -> Slot.isFloat(x.type);
      };
      if (!fits) {
        throw node.unfit("input 0 is " + x.type, "the type of the keys");
      }
      lookUp(plan, node, x, keys, values);
    };
  }

  /** Version 1: texts to their places, or back. */
  private static Plan.Step firstLabelEncoder(Node node) {
    List<String> texts = node.texts("classes_strings");
    List<Long> places = new ArrayList<>();
    for (long i = 0; i < texts.size(); i++) {
      places.add(i);
    }
    Values toNumbers = new Values(DataType.INT64, places, node.integer("default_int64", -1));
    Values toTexts = new Values(DataType.BYTES, texts, node.text("default_string", "_Unused"));
    return plan -> {
      Slot x = node.input(plan, 0);
      requireKind(node, x, x.type != DataType.BYTES);
      boolean fromTexts = x.type == DataType.BYTES;
      lookUp(plan, node, x, fromTexts ? texts : places, fromTexts ? toNumbers : toTexts);
    };
  }

  private static void lookUp(Plan plan, Node node, Slot x, List<?> keys, Values values) {
    Map<Object, Integer> places = new HashMap<>();
    // of equal keys the first counts
    for (int i = 0; i < keys.size(); i++) {
      places.putIfAbsent(keys.get(i), i);
    }
    Slot y = plan.add(node.output(), values.type, x.shape);
    IntFunction<Object> found = keys(x, !(keys.getFirst() instanceof Double));
    int count = x.elements();
    plan.then(() -> {
      for (int i = 0; i < count; i++) {
        values.put(y, i, found.apply(i), places);
      }
    });
  }

  private static Optional<Object> absent(Node node) {
    return node.tensor("default_tensor").map(tensor -> {
      List<?> elements = elements(node, "default_tensor", tensor);
      if (elements.size() != 1) {
        throw node.unsupported(elements.size() + " elements in 'default_tensor'", "1");
      }
      return elements.getFirst();
    });
  }

  /** Returns the keys or the values, from whichever of the attributes has them. */
  private static List<?> list(Node node, String what) {
    List<String> texts = node.texts(what + "_strings");
    long[] numbers = node.integers(what + "_int64s");
    float[] floats = node.floats(what + "_floats");
    List<?> tensor = node.tensor(what + "_tensor")
        .<List<?>>map(t -> elements(node, what + "_tensor", t))
        .orElse(List.of());
    int kinds = (texts.isEmpty() ? 0 : 1) + (numbers.length == 0 ? 0 : 1)
        + (floats.length == 0 ? 0 : 1) + (tensor.isEmpty() ? 0 : 1);
    if (kinds != 1) {
      throw node.unsupported(kinds + " kinds of " + what, "1");
    }
    if (!texts.isEmpty()) {
      return texts;
    }
    if (numbers.length > 0) {
      return boxed(numbers);
    }
    if (!tensor.isEmpty()) {
      return tensor;
    }
    List<Double> list = new ArrayList<>();
    for (float value : floats) {
      list.add(number(value));
    }
    return list;
  }

  private static List<?> elements(Node node, String name, OnnxTensor tensor) {
    return switch (tensor.type()) {
      case INT64 -> boxed(tensor.toLongs());
      case DOUBLE -> {
        List<Double> list = new ArrayList<>();
        for (double value : tensor.toDoubles()) {
          list.add(number(value));
        }
        yield list;
      }
      case FLOAT -> {
        List<Double> list = new ArrayList<>();
        for (float value : tensor.toFloats()) {
          list.add(number(value));
        }
        yield list;
      }
      default -> throw node.unsupported("the attribute '" + name + "' as " + tensor.type(),
          "INT64, FLOAT or DOUBLE");
    };
  }

  private static List<Long> boxed(long[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }
}
