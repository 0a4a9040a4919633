package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.modelledger.inference.DataType;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;

/**
 * The operators of ONNX that the engine runs, as opsets 13 to 23 and, where that is the same, 8 to 12
 * define them, in float32 and float64; those of ONNX-ML are in {@link MlOperators}. Anything else is refused
 * by name.
 */
final class Operators {
  static final int OLDEST_OPSET = 8;
  /** From here on all operators mean what they do now. */
  static final int SETTLED_OPSET = 13;
  static final int NEWEST_OPSET = 23;

  /** Operators that have meant the same since {@link #OLDEST_OPSET}, as far as they are supported. */
  static final Set<String> SETTLED_EARLIER = Set.of("Abs", "Add", "And", "ArgMax", "Cast", "Concat",
      "Div", "Equal", "Exp", "Flatten", "Gather", "Gemm", "Greater", "Identity", "IsNaN", "Less",
      "Log", "MatMul", "Max", "Min", "Mul", "Neg", "Not", "Or", "Reciprocal", "Relu", "Reshape",
      "Sigmoid", "Sqrt", "Sub", "Tanh", "Where", "Xor");

  private static final Map<String, Operator> OPERATORS = operators();

  private Operators() {}

  /** Makes a step from a node whose attributes and number of inputs were checked. */
  interface Maker {
    Plan.Step make(Node node);
  }

  record Operator(int minInputs, int maxInputs, Set<String> attributes, int outputs, Maker maker) {
    Operator(int minInputs, int maxInputs, Set<String> attributes, Maker maker) {
      this(minInputs, maxInputs, attributes, 1, maker);
    }
  }

  private static Map<String, Operator> operators() {
    Map<String, Operator> all = new TreeMap<>();
    for (Kernels.Binary binary : Kernels.Binary.values()) {
      all.put(capitalized(binary.name()),
          new Operator(2, 2, Set.of(), node -> Elementwise.binary(node, binary)));
    }
    for (Kernels.Unary unary : Kernels.Unary.values()) {
      all.put(capitalized(unary.name()),
          new Operator(1, 1, Set.of(), node -> Elementwise.unary(node, unary)));
    }
    all.put("AveragePool",
        new Operator(1, 1, Set.of("auto_pad", "ceil_mode", "count_include_pad", "dilations",
            "kernel_shape", "pads", "strides"), Pooling::average));
    all.put("BatchNormalization", new Operator(5, 5,
        Set.of("epsilon", "momentum", "training_mode"), Normalization::batch));
    all.put("Conv",
        new Operator(2, 3,
            Set.of("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"),
            Convolutions::convolution));
    all.put("GlobalAveragePool", new Operator(1, 1, Set.of(), Pooling::globalAverage));
    all.put("MaxPool", new Operator(1, 1, Set.of("auto_pad", "ceil_mode", "dilations",
        "kernel_shape", "pads", "storage_order", "strides"), Pooling::max));
    all.put("Transpose", new Operator(1, 1, Set.of("perm"), Shaping::transpose));
    for (Logic.Comparison comparison : Logic.Comparison.values()) {
      all.put(comparison.name(),
          new Operator(2, 2, Set.of(), node -> Logic.compare(node, comparison)));
    }
    for (Logic.Connective connective : Logic.Connective.values()) {
      all.put(connective.name(),
          new Operator(2, 2, Set.of(), node -> Logic.connect(node, connective)));
    }
    all.put("Abs", new Operator(1, 1, Set.of(), node -> Numeric.unary(node, Math::abs)));
    all.put("Ceil", new Operator(1, 1, Set.of(), node -> Numeric.unary(node, StrictMath::ceil)));
    all.put("Clip", new Operator(1, 3, Set.of(), Numeric::clip));
    all.put("Floor", new Operator(1, 1, Set.of(), node -> Numeric.unary(node, StrictMath::floor)));
    all.put("Gather", new Operator(2, 2, Set.of("axis"), Shaping::gather));
    all.put("IsNaN", new Operator(1, 1, Set.of(), Logic::isNaN));
    all.put("Max",
        new Operator(1, Integer.MAX_VALUE, Set.of(), node -> Numeric.fold(node, Math::max)));
    all.put("Min",
        new Operator(1, Integer.MAX_VALUE, Set.of(), node -> Numeric.fold(node, Math::min)));
    all.put("Neg", new Operator(1, 1, Set.of(), node -> Numeric.unary(node, x -> -x)));
    all.put("Not", new Operator(1, 1, Set.of(), Logic::not));
    all.put("Reciprocal", new Operator(1, 1, Set.of(), node -> Numeric.unary(node, x -> 1 / x)));
    all.put("ReduceSum",
        new Operator(1, 2, Set.of("keepdims", "noop_with_empty_axes"), Reductions::sum));
    all.put("Where", new Operator(3, 3, Set.of(), Logic::where));
    all.put("ArgMax",
        new Operator(1, 1, Set.of("axis", "keepdims", "select_last_index"), Reductions::argMax));
    all.put("Cast", new Operator(1, 1, Set.of("to", "saturate"), Shaping::cast));
    all.put("Concat", new Operator(1, Integer.MAX_VALUE, Set.of("axis"), Shaping::concat));
    all.put("Constant", new Operator(0, 0,
        Set.of("value", "value_float", "value_floats", "value_int", "value_ints"),
        Shaping::constant));
    all.put("Flatten", new Operator(1, 1, Set.of("axis"), Shaping::flatten));
    all.put("Gemm",
        new Operator(2, 3, Set.of("alpha", "beta", "transA", "transB"), Products::gemm));
    all.put("Identity", new Operator(1, 1, Set.of(), Shaping::identity));
    all.put("LogSoftmax",
        new Operator(1, 1, Set.of("axis"), node -> Reductions.softmax(node, true)));
    all.put("MatMul", new Operator(2, 2, Set.of(), Products::matMul));
    all.put("Reshape", new Operator(2, 2, Set.of("allowzero"), Shaping::reshape));
    all.put("Softmax", new Operator(1, 1, Set.of("axis"), node -> Reductions.softmax(node, false)));
    all.put("Squeeze", new Operator(1, 2, Set.of(), Shaping::squeeze));
    all.put("Unsqueeze", new Operator(2, 2, Set.of(), Shaping::unsqueeze));
    return Map.copyOf(all);
  }

  private static String capitalized(String name) {
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }

  /**
   * Returns what a node does.
   *
   * @param index of the node in its graph, for messages
   * @throws ModelFormatException if the operator, or how it is used, is not supported; names it and lists
   *     what is
   */
  static Plan.Step step(OnnxNode onnx, int index) {
    Operator operator = switch (onnx.domain()) {
      case "" -> OPERATORS.get(onnx.operator());
      case MlOperators.DOMAIN -> MlOperators.OPERATORS.get(onnx.operator());
      default -> null;
    };
    if (operator == null) {
      String domain = onnx.domain().isEmpty() ? "" : " of the domain '" + onnx.domain() + "'";
      throw new ModelFormatException(
          "node " + index + " has the operator " + onnx.operator() + domain
              + ", which is not supported; supported are "
              + new TreeSet<>(OPERATORS.keySet()) + ", and of the domain '"
              + MlOperators.DOMAIN + "' "
              + new TreeSet<>(MlOperators.OPERATORS.keySet()));
    }
    Node node = new Node(onnx, index);
    for (OnnxAttribute attribute : onnx.attributes()) {
      if (!operator.attributes.contains(attribute.name())) {
        throw node.unsupported("the attribute '" + attribute.name() + "'",
            new TreeSet<>(operator.attributes).toString());
      }
    }
    int count = onnx.inputs().size();
    if (count < operator.minInputs || count > operator.maxInputs) {
      throw node.unsupported(count + " inputs", operator.minInputs + " to " + operator.maxInputs);
    }
    for (int i = 0; i < operator.minInputs; i++) {
      if (onnx.inputs().get(i).isEmpty()) {
        throw node.unsupported("input " + i + " left out",
            "at least " + operator.minInputs + " inputs");
      }
    }
    int outputs = onnx.outputs().size();
    if (outputs == 0 || outputs > operator.outputs
        || onnx.outputs().stream().allMatch(String::isEmpty)) {
      throw node.unsupported(outputs + " outputs",
          operator.outputs == 1 ? "1" : "1 to " + operator.outputs);
    }
    return operator.maker.make(node);
  }

  /** A node with what its operator asks of it. */
  record Node(OnnxNode onnx, int index) {
    String output() {
      return onnx.outputs().getFirst();
    }

    Slot input(Plan plan, int i) {
      return plan.get(onnx.inputs().get(i));
    }

    /** Returns the name of an output, or nothing if it is not wanted. */
    Optional<String> output(int i) {
      return i < onnx.outputs().size() && !onnx.outputs().get(i).isEmpty()
          ? Optional.of(onnx.outputs().get(i))
          : Optional.empty();
    }

    boolean hasInput(int i) {
      return i < onnx.inputs().size() && !onnx.inputs().get(i).isEmpty();
    }

    List<Slot> inputs(Plan plan) {
      List<Slot> slots = new ArrayList<>();
      for (int i = 0; i < onnx.inputs().size(); i++) {
        slots.add(input(plan, i));
      }
      return slots;
    }

    Slot floats(Plan plan, int i) {
      Slot slot = input(plan, i);
      if (!Slot.isFloat(slot.type)) {
        throw unfit("input " + i + " is " + slot.type, "FP32 or FP64");
      }
      return slot;
    }

    /** Returns the elements of an input that must be a constant list of INT64. */
    long[] constantLongs(Plan plan, int i) {
      Slot slot = input(plan, i);
      if (!slot.constant || slot.type != DataType.INT64) {
        throw unfit("input " + i + " is " + slot.type + (slot.constant ? "" : " and computed"),
            "a constant of type INT64");
      }
      return slot.toLongs();
    }

    long integer(String name, long absent) {
      return switch (onnx.attribute(name).orElse(null)) {
        case null -> absent;
        case OnnxAttribute.IntValue(String n, long value) -> value;
        case OnnxAttribute other ->
          throw unsupported("the attribute '" + name + "' as " + kind(other), "INT");
      };
    }

    boolean flag(String name, boolean absent) {
      long value = integer(name, absent ? 1 : 0);
      if (value != 0 && value != 1) {
        throw unsupported("the attribute '" + name + "' as " + value, "0 or 1");
      }
      return value == 1;
    }

    float number(String name, float absent) {
      return switch (onnx.attribute(name).orElse(null)) {
        case null -> absent;
        case OnnxAttribute.FloatValue(String n, float value) -> value;
        case OnnxAttribute other ->
          throw unsupported("the attribute '" + name + "' as " + kind(other), "FLOAT");
      };
    }

    /** Returns a list of whole numbers, empty if there is none. */
    long[] integers(String name) {
      return switch (onnx.attribute(name).orElse(null)) {
        case null -> new long[0];
        case OnnxAttribute.IntList(String n, List<Long> values) ->
          values.stream().mapToLong(Long::longValue).toArray();
        case OnnxAttribute other ->
          throw unsupported("the attribute '" + name + "' as " + kind(other), "INTS");
      };
    }

    boolean has(String name) {
      return onnx.attribute(name).isPresent();
    }

    String text(String name, String absent) {
      return switch (onnx.attribute(name).orElse(null)) {
        case null -> absent;
        case OnnxAttribute.StringValue(String n, String value) -> value;
        case OnnxAttribute other ->
          throw unsupported("the attribute '" + name + "' as " + kind(other), "STRING");
      };
    }

    /** Returns an attribute that is one of a few words. */
    <E extends Enum<E>> E word(String name, E absent) {
      String word = text(name, absent.name());
      for (E value : absent.getDeclaringClass().getEnumConstants()) {
        if (value.name().equals(word)) {
          return value;
        }
      }
      throw unsupported("the attribute '" + name + "' as '" + word + "'",
          List.of(absent.getDeclaringClass().getEnumConstants()).toString());
    }

    /** Returns the numbers of an attribute; none if it is absent. */
    float[] floats(String name) {
      return switch (onnx.attribute(name).orElse(null)) {
        case null -> new float[0];
        case OnnxAttribute.FloatList(String n, List<Float> values) -> {
          float[] elements = new float[values.size()];
          for (int i = 0; i < elements.length; i++) {
            elements[i] = values.get(i);
          }
          yield elements;
        }
        case OnnxAttribute other ->
          throw unsupported("the attribute '" + name + "' as " + kind(other), "FLOATS");
      };
    }

    /** Returns the texts of an attribute; none if it is absent. */
    List<String> texts(String name) {
      return switch (onnx.attribute(name).orElse(null)) {
        case null -> List.of();
        case OnnxAttribute.StringList(String n, List<String> values) -> values;
        case OnnxAttribute other ->
          throw unsupported("the attribute '" + name + "' as " + kind(other), "STRINGS");
      };
    }

    Optional<OnnxTensor> tensor(String name) {
      return switch (onnx.attribute(name).orElse(null)) {
        case null -> Optional.empty();
        case OnnxAttribute.TensorValue(String n, OnnxTensor value) -> Optional.of(value);
        case OnnxAttribute other ->
          throw unsupported("the attribute '" + name + "' as " + kind(other), "TENSOR");
      };
    }

    /** Returns an attribute that is a dimension, counted from the front. */
    int axis(long axis, int rank, boolean mayBeRank) {
      long fromFront = axis < 0 ? axis + rank : axis;
      if (fromFront < 0 || fromFront > (mayBeRank ? rank : rank - 1)) {
        throw unfit("axis is " + axis, "one of " + rank + " dimensions");
      }
      return (int) fromFront;
    }

    private static String kind(OnnxAttribute attribute) {
      return attribute.getClass().getSimpleName();
    }

    ModelFormatException unsupported(String found, String supported) {
      return new ModelFormatException(
          this + " has " + found + ", which is not supported; supported: " + supported);
    }

    IllegalArgumentException unfit(String found, String expected) {
      return new IllegalArgumentException(this + ": " + found + "; expected " + expected);
    }

    @Override
    public String toString() {
      return "node " + index + (onnx.name().isEmpty() ? "" : " ('" + onnx.name() + "')") + " "
          + onnx.operator();
    }
  }
}
