package org.modelledger.onnx.models;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxExternalTensor;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/**
 * Builds a graph of {@link Value}s, names what it makes, and keeps parameters apart from the graph
 * until their weights are known. Operator set {@value #OPSET}. For one thread.
 */
public final class GraphBuilder {
  /** The version of ONNX's operators: the first with LayerNormalization. */
  public static final long OPSET = 17;
  /** The file with the graph. */
  public static final String GRAPH_FILE = "model.onnx";
  /** The file with the weights, beside it. */
  public static final String WEIGHTS_FILE = "model.onnx.data";
  /** Parameters of at least so many bytes lie outside the graph's file, unless told otherwise. */
  public static final long EXTERNAL_FROM = 1024;

  private static final String PRODUCER = "ModelLedger";
  // changes when an architecture is built differently, so that equal files say equal things
  private static final String PRODUCER_VERSION = "1";
  // where a part of a file can be mapped: on Unix, and on Windows
  private static final long PAGE = 1 << 12;
  private static final long MAPPING_UNIT = 1 << 16;

  private final String name;
  private final List<OnnxValue> inputs = new ArrayList<>();
  private final List<OnnxValue> outputs = new ArrayList<>();
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, OnnxTensor> constants = new LinkedHashMap<>();
  private final Map<String, StoredParameter> parameters = new LinkedHashMap<>();
  private final Map<String, Integer> made = new HashMap<>();
  private String scope = "";

  /** Starts a graph of a name. */
  public GraphBuilder(String name) {
    this.name = Objects.requireNonNull(name, "name");
  }

  /** Declares an input. */
  public Value input(String inputName, OnnxDataType type, OnnxDimension... shape) {
    inputs.add(OnnxValue.of(inputName, type, shape));
    return new Value(inputName);
  }

  /** Declares an output, under a name of its own. */
  public void output(String outputName, Value value, OnnxDataType type, OnnxDimension... shape) {
    nodes.add(OnnxNode.of("Identity", List.of(value.name()), List.of(outputName)));
    outputs.add(OnnxValue.of(outputName, type, shape));
  }

  /** Says where in the network the nodes belong that come next: what their names begin with. */
  public GraphBuilder at(String place) {
    this.scope = Objects.requireNonNull(place, "place");
    return this;
  }

  /**
   * Returns a parameter as it is in checkpoints. Asked for again, it is the same value, stored once.
   *
   * @throws IllegalArgumentException if there is another one of this name
   */
  public Value parameter(Parameter parameter) {
    return parameter(new StoredParameter(parameter.name(), parameter, false));
  }

  /**
   * Returns a matrix with rows and columns exchanged: stored so, not exchanged by each run.
   *
   * @throws IllegalArgumentException if it is no matrix
   */
  public Value transposed(Parameter parameter) {
    if (parameter.shape().size() != 2) {
      throw new IllegalArgumentException(parameter + " is not a matrix");
    }
    return parameter(new StoredParameter(parameter.name() + ".transposed", parameter, true));
  }

  private Value parameter(StoredParameter stored) {
    StoredParameter before = parameters.putIfAbsent(stored.name(), stored);
    if (before != null && !before.equals(stored)) {
      throw new IllegalArgumentException("two parameters are called '" + stored.name() + "': "
          + before.parameter() + " and " + stored.parameter());
    }
    return new Value(stored.name());
  }

  /** Returns a float32 scalar. */
  public Value constant(float value) {
    return constant(
        OnnxTensor.ofFloats("constant_" + Float.toString(value), new float[]{value}));
  }

  /** Returns an int64 scalar. */
  public Value constant(long value) {
    return constant(OnnxTensor.ofLongs("constant_" + value, new long[]{value}));
  }

  /** Returns an int64 vector, such as a shape. */
  public Value constants(long... values) {
    return constant(
        OnnxTensor.ofLongs("constant_" + Arrays.toString(values), values, values.length));
  }

  private Value constant(OnnxTensor tensor) {
    constants.putIfAbsent(tensor.name(), tensor);
    return new Value(tensor.name());
  }

  /** Adds a node with one output. */
  public Value node(String operator, List<Value> operands, OnnxAttribute... attributes) {
    return nodes(operator, 1, operands, attributes).getFirst();
  }

  /** Adds a node with some outputs. */
  public List<Value> nodes(String operator, int results, List<Value> operands,
      OnnxAttribute... attributes) {
    String path = scope.isEmpty() ? operator : scope + "/" + operator;
    int number = made.merge(path, 1, Integer::sum);
    String node = number == 1 ? path : path + "_" + number;
    List<Value> values = new ArrayList<>(results);
    for (int i = 0; i < results; i++) {
      values.add(new Value(results == 1 ? node + ":out" : node + ":out" + i));
    }
    nodes.add(new OnnxNode(node, "", operator, operands.stream().map(Value::name).toList(),
        values.stream().map(Value::name).toList(), List.of(attributes)));
    return values;
  }

  /** Returns the parameters in the order in which they were first asked for. */
  public List<Parameter> parameters() {
    return parameters.values().stream().map(StoredParameter::parameter).distinct().toList();
  }

  /** Returns the model as files, with parameters from {@value #EXTERNAL_FROM} bytes on outside the graph. */
  public ModelFiles files(Weights weights) {
    return files(weights, EXTERNAL_FROM);
  }

  /**
   * Returns the model as files: {@value #GRAPH_FILE} and, if there is something to put into it, {@value
   * #WEIGHTS_FILE}. The second one is never in memory: its elements are asked of the weights while it
   * is read, each time anew.
   *
   * @param externalFrom parameters of at least so many bytes lie outside the graph; {@link
   *     Long#MAX_VALUE} makes a single file, which holds at most 2 GiB
   * @throws org.modelledger.model.ModelFormatException if the weights lack a parameter or have it in another shape
   * @throws org.modelledger.model.StorageException if weights cannot be read
   */
  public ModelFiles files(Weights weights, long externalFrom) {
    List<StoredParameter> outside = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    OnnxModelBuilder model = new OnnxModelBuilder(name).opset("", OPSET)
        .producer(PRODUCER, PRODUCER_VERSION);
    inputs.forEach(model::input);
    outputs.forEach(model::output);
    constants.values().forEach(model::initializer);
    long end = 0;
    for (StoredParameter parameter : parameters.values()) {
      weights.check(parameter.parameter());
      if (parameter.byteCount() < externalFrom) {
        model.initializer(OnnxTensor.of(parameter.name(), OnnxDataType.FLOAT,
            ByteBuffer.wrap(parameter.read(weights)).order(ByteOrder.LITTLE_ENDIAN),
            parameter.shape().stream().mapToLong(Long::longValue).toArray()));
      } else {
        long offset = align(end, parameter.byteCount());
        model.external(new OnnxExternalTensor(parameter.name(), OnnxDataType.FLOAT,
            parameter.shape(), WEIGHTS_FILE, offset, OptionalLong.of(parameter.byteCount())));
        outside.add(parameter);
        offsets.add(offset);
        end = offset + parameter.byteCount();
      }
    }
    nodes.forEach(model::node);
    return new StreamedModel(model.build(), weights, outside, offsets, end);
  }

  /** So that a runtime can map a parameter instead of reading it. */
  private static long align(long end, long bytes) {
    long unit = bytes >= MAPPING_UNIT ? MAPPING_UNIT : PAGE;
    return (end + unit - 1) / unit * unit;
  }
}
