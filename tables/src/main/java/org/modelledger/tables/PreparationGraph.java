package org.modelledger.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.modelledger.inference.DataType;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/**
 * Writes a preparation as an ONNX graph that computes the bits of {@link Features#compute}: numbers in
 * float64 by subtraction, division, comparison and choice, which IEEE 754 leaves no freedom; categories by
 * look-up. Columns of numbers go through it side by side, so that their nodes are few.
 */
final class PreparationGraph {
  static final String ML = "ai.onnx.ml";
  /** What the names of all values inside begin with. */
  static final String INSIDE = "prepare/";
  private static final String PRODUCER = "modelledger-tables";

  private final Features features;
  private final DataType type;
  private final OnnxModelBuilder graph;
  private final List<String> blocks = new ArrayList<>();
  private int count;

  private PreparationGraph(Features features, DataType type, OnnxModelBuilder graph) {
    this.features = features;
    this.type = type;
    this.graph = graph;
  }

  /** @param opsets which versions of the operator sets to import, so that the graph fits to a model */
  static OnnxModel of(TableSchema schema, Features features, DataType type,
      Map<String, Long> opsets,
      Map<String, String> metadata) {
    OnnxModelBuilder builder = new OnnxModelBuilder("preparation").producer(PRODUCER, "1");
    Map<String, Long> imports = new LinkedHashMap<>();
    imports.put("", opsets.getOrDefault("", 17L));
    imports.put(ML, opsets.getOrDefault(ML, 3L));
    imports.forEach(builder::opset);
    metadata.forEach(builder::metadata);
    OnnxDimension batch = OnnxDimension.free("N");
    for (Field field : features.inputs(schema)) {
      builder.input(
          OnnxValue.of(field.name(), RawColumns.onnxType(field), batch, OnnxDimension.of(1)));
    }
    PreparationGraph writing = new PreparationGraph(features, type, builder);
    writing.write();
    return builder
        .output(OnnxValue.of(Preparation.FEATURES, writing.onnxType(), batch,
            OnnxDimension.of(features.width())))
        .build();
  }

  private OnnxDataType onnxType() {
    return type == DataType.FP32 ? OnnxDataType.FLOAT : OnnxDataType.DOUBLE;
  }

  private void write() {
    if (!features.numbers().isEmpty()) {
      blocks.add(inType(numbers(), OnnxDataType.DOUBLE));
    }
    features.indicated().forEach(field -> blocks.add(indicator(field)));
    features.codes().forEach(column -> blocks.add(inType(codes(column), OnnxDataType.FLOAT)));
    features.oneHot().forEach(column -> blocks.add(inType(oneHot(column), OnnxDataType.FLOAT)));
    if (blocks.size() == 1) {
      graph.node(OnnxNode.of("Identity", blocks, List.of(Preparation.FEATURES)));
    } else {
      graph.node(OnnxNode.of("Concat", blocks, List.of(Preparation.FEATURES),
          new OnnxAttribute.IntValue("axis", 1)));
    }
  }

  private String numbers() {
    List<NumberColumn> numbers = features.numbers();
    String x = doubles();
    if (numbers.stream().anyMatch(NumberColumn::isClipped)) {
      String low = constant(NumberColumn::low);
      x = node("Where", List.of(node("Less", List.of(x, low)), low, x));
      String high = constant(NumberColumn::high);
      x = node("Where", List.of(node("Greater", List.of(x, high)), high, x));
    }
    if (numbers.stream().anyMatch(NumberColumn::isFilled)) {
      x = node("Where", List.of(node("IsNaN", List.of(x)), constant(NumberColumn::fill), x));
    }
    if (numbers.stream().anyMatch(NumberColumn::isScaled)) {
      x = node("Sub", List.of(x, constant(NumberColumn::offset)));
      x = node("Div", List.of(x, constant(NumberColumn::divisor)));
    }
    return x;
  }

  /** Returns all columns of numbers side by side, in float64; neighbours of one type are cast together. */
  private String doubles() {
    List<String> runs = new ArrayList<>();
    List<String> run = new ArrayList<>();
    for (int i = 0; i < features.numbers().size(); i++) {
      Field field = features.numbers().get(i).field();
      run.add(field.name());
      boolean last = i + 1 == features.numbers().size();
      if (last || RawColumns.onnxType(features.numbers().get(i + 1).field()) != RawColumns
          .onnxType(field)) {
        runs.add(cast(sideBySide(run), RawColumns.onnxType(field), OnnxDataType.DOUBLE));
        run.clear();
      }
    }
    return sideBySide(runs);
  }

  private String sideBySide(List<String> values) {
    return values.size() == 1
        ? values.getFirst()
        : node("Concat", List.copyOf(values), new OnnxAttribute.IntValue("axis", 1));
  }

  private String constant(ToDoubleFunction<NumberColumn> part) {
    double[] values = features.numbers().stream().mapToDouble(part).toArray();
    String name = next("constant");
    graph.initializer(OnnxTensor.ofDoubles(name, values, 1, values.length));
    return name;
  }

  private String indicator(Field field) {
    if (field.type() != ColumnType.TEXT) {
      return cast(node("IsNaN", List.of(field.name())), OnnxDataType.BOOL, onnxType());
    }
    String found = ml("LabelEncoder", field.name(),
        new OnnxAttribute.StringList("keys_strings", List.of("")),
        new OnnxAttribute.FloatList("values_floats", List.of(1f)),
        new OnnxAttribute.FloatValue("default_float", 0));
    return inType(found, OnnxDataType.FLOAT);
  }

  private String codes(CategoryColumn column) {
    List<Float> values = new ArrayList<>();
    for (int code = 0; code < column.categories().size(); code++) {
      values.add((float) code);
    }
    if (column.isText() || column.isOptionalNumber()) {
      int missing = column.missingCode();
      values.add(missing == CategoryColumn.MISSING ? Float.NaN : (float) missing);
    }
    return ml("LabelEncoder", categories(column), keys(column),
        new OnnxAttribute.FloatList("values_floats", values),
        new OnnxAttribute.FloatValue("default_float", column.categories().size()));
  }

  private String oneHot(CategoryColumn column) {
    int size = column.categories().size();
    List<Long> places = new ArrayList<>();
    for (long place = 0; place < size; place++) {
      places.add(place);
    }
    List<Long> values = new ArrayList<>(places);
    if (column.isText() || column.isOptionalNumber()) {
      // what is no place is nowhere
      values
          .add(column.missingCode() == CategoryColumn.MISSING ? size : (long) column.missingCode());
    }
    String codes = ml("LabelEncoder", categories(column), keys(column),
        new OnnxAttribute.IntList("values_int64s", values),
        new OnnxAttribute.IntValue("default_int64", size));
    String cube = ml("OneHotEncoder", codes, new OnnxAttribute.IntList("cats_int64s", places),
        new OnnxAttribute.IntValue("zeros", 1));
    return node("Flatten", List.of(cube), new OnnxAttribute.IntValue("axis", 1));
  }

  /** Returns the categories as they are looked up: texts, or whole numbers. */
  private String categories(CategoryColumn column) {
    String x = column.field().name();
    if (!column.isOptionalNumber()) {
      return x;
    }
    String stranger = next("constant");
    graph.initializer(
        OnnxTensor.ofDoubles(stranger, new double[]{CategoryColumn.STRANGER}, 1, 1));
    String whole = node("Where", List.of(node("IsNaN", List.of(x)), stranger, x));
    return cast(whole, OnnxDataType.DOUBLE, OnnxDataType.INT64);
  }

  /** Returns the categories, and last what stands for a missing one, if one can come. */
  private static OnnxAttribute keys(CategoryColumn column) {
    if (column.isText()) {
      List<String> texts = new ArrayList<>();
      column.categories().forEach(category -> texts.add((String) category));
      texts.add("");
      return new OnnxAttribute.StringList("keys_strings", texts);
    }
    List<Long> numbers = new ArrayList<>();
    column.categories().forEach(category -> numbers.add((Long) category));
    if (column.isOptionalNumber()) {
      numbers.add(CategoryColumn.STRANGER);
    }
    return new OnnxAttribute.IntList("keys_int64s", numbers);
  }

  private String inType(String value, OnnxDataType from) {
    return cast(value, from, onnxType());
  }

  private String cast(String value, OnnxDataType from, OnnxDataType to) {
    return from == to
        ? value
        : node("Cast", List.of(value), new OnnxAttribute.IntValue("to", to.number()));
  }

  private String node(String operator, List<String> inputs, OnnxAttribute... attributes) {
    String output = next(operator);
    graph.node(OnnxNode.of(operator, inputs, List.of(output), attributes));
    return output;
  }

  private String ml(String operator, String input, OnnxAttribute... attributes) {
    String output = next(operator);
    graph.node(
        new OnnxNode("", ML, operator, List.of(input), List.of(output), List.of(attributes)));
    return output;
  }

  private String next(String what) {
    return INSIDE + what + ++count;
  }
}
