package org.modelledger.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.internal.OnnxProto.AttributeProto;
import org.modelledger.onnx.internal.OnnxProto.GraphProto;
import org.modelledger.onnx.internal.OnnxProto.ModelProto;
import org.modelledger.onnx.internal.OnnxProto.NodeProto;
import org.modelledger.onnx.internal.OnnxProto.OperatorSetIdProto;
import org.modelledger.onnx.internal.OnnxProto.StringStringEntryProto;
import org.modelledger.onnx.internal.OnnxProto.TensorProto;
import org.modelledger.onnx.internal.OnnxProto.ValueInfoProto;

/** Makes models out of models. */
public final class OnnxModels {
  private OnnxModels() {}

  /**
   * Returns the same model with a prefix before the name of every value and node inside: of all but the
   * graph's inputs and outputs. So two models can be {@linkplain #join joined} whose inner names collide.
   *
   * @param prefix such as {@code prepare/}; not empty
   * @throws IllegalArgumentException if the prefix is empty, the model has parts that could name values but
   *     are not understood here, or a prefixed name is that of an input or output
   */
  public static OnnxModel prefixed(OnnxModel model, String prefix) {
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException("the prefix is empty; expected at least one character");
    }
    GraphProto graph = model.proto().getGraph();
    if (!graph.getUnknownFields().asMap().isEmpty()) {
      throw new IllegalArgumentException("the graph '" + graph.getName() + "' has the fields "
          + graph.getUnknownFields().asMap().keySet()
          + " (such as sparse initializers or quantization"
          + " annotations), in which values are not renamed; expected a graph without");
    }
    Set<String> kept = new HashSet<>();
    graph.getInputList().forEach(input -> kept.add(input.getName()));
    graph.getOutputList().forEach(output -> kept.add(output.getName()));
    UnaryOperator<String> renaming = name -> name.isEmpty() || kept.contains(name)
        ? name
        : prefix + name;
    for (String name : names(graph)) {
      if (!kept.contains(name) && kept.contains(prefix + name)) {
        throw new IllegalArgumentException("'" + prefix + name
            + "' is an input or output already; expected another prefix");
      }
    }
    return checked(
        model.proto().toBuilder().setGraph(renamed(graph, renaming, prefix)).build());
  }

  /**
   * Returns a model that feeds the outputs of one into inputs of another; otherwise as {@link
   * #join(OnnxModel, OnnxModel, Map, List)} with the first model's outputs that are not fed anywhere, and
   * then the second one's.
   */
  public static OnnxModel join(OnnxModel first, OnnxModel second, Map<String, String> wires) {
    List<String> outputs = new ArrayList<>();
    first.outputs().forEach(output -> {
      if (!wires.containsValue(output.name())) {
        outputs.add(output.name());
      }
    });
    second.outputs().forEach(output -> outputs.add(output.name()));
    return join(first, second, wires, outputs);
  }

  /**
   * Returns a model that feeds the outputs of one into inputs of another. Its inputs are the first model's
   * and those of the second one that nothing is fed into. Producer, names and descriptions are the second
   * one's; metadata and operator sets are those of both; the file format's version is the newer one.
   *
   * @param wires for each input of the second model to be fed the output of the first one
   * @param outputs which outputs of the two the result has, in this order
   * @throws IllegalArgumentException if an input or output does not exist, types or shapes do not fit, the
   *     two have names of values or nodes, or metadata, in common (then {@link #prefixed} helps), or import
   *     different versions of an operator set; names it
   */
  public static OnnxModel join(OnnxModel first, OnnxModel second, Map<String, String> wires,
      List<String> outputs) {
    if (wires.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing is fed from one model into the other; expected a wire");
    }
    wires.forEach((input, output) -> checkWire(first, second, input, output));
    // where its name can be changed, the output takes the input's; elsewhere a node passes the value on
    Map<String, String> renamed = new HashMap<>();
    List<NodeProto> passing = new ArrayList<>();
    new TreeMap<>(wires).forEach((input, output) -> {
      if (input.equals(output)) {
        return;
      }
      boolean free = !renamed.containsKey(output) && !output.equals(wires.get(output))
          && !outputs.contains(output);
      if (free && isRenamable(first, output)) {
        renamed.put(output, input);
      } else {
        passing.add(NodeCodec.write(
            OnnxNode.of("Identity", List.of(renamed.getOrDefault(output, output)),
                List.of(input))));
      }
    });
    GraphProto one = renamed(first.proto().getGraph(), name -> renamed.getOrDefault(name, name),
        "");
    GraphProto two = second.proto().getGraph();
    checkNames(one, two, wires.keySet());

    GraphProto.Builder graph = two.toBuilder()
        .clearNode()
        .clearInitializer()
        .clearInput()
        .clearOutput()
        .clearValueInfo()
        .addAllNode(one.getNodeList())
        .addAllNode(passing)
        .addAllNode(two.getNodeList())
        .addAllInitializer(one.getInitializerList())
        .addAllInitializer(two.getInitializerList())
        .addAllInput(one.getInputList())
        .addAllValueInfo(one.getValueInfoList())
        .addAllValueInfo(two.getValueInfoList());
    two.getInputList()
        .stream()
        .filter(input -> !wires.containsKey(input.getName()))
        .forEach(graph::addInput);
    Map<String, ValueInfoProto> declared = new HashMap<>();
    first.proto()
        .getGraph()
        .getOutputList()
        .forEach(output -> declared.put(output.getName(), output));
    two.getOutputList().forEach(output -> declared.put(output.getName(), output));
    for (String output : outputs) {
      ValueInfoProto value = declared.get(output);
      if (value == null) {
        throw new IllegalArgumentException(
            "no output '" + output + "'; there are " + declared.keySet());
      }
      graph.addOutput(value);
    }
    graph
        .mergeFrom(GraphProto.newBuilder().setUnknownFields(one.getUnknownFields()).buildPartial());
    ModelProto.Builder model = second.proto()
        .toBuilder()
        .setGraph(graph)
        .setIrVersion(Math.max(first.irVersion(), second.irVersion()))
        .clearOpsetImport()
        .clearMetadataProps();
    opsets(first, second, !passing.isEmpty()).forEach((domain, version) -> model
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    metadata(first, second).forEach((key, value) -> model
        .addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    model.mergeFrom(
        ModelProto.newBuilder().setUnknownFields(first.proto().getUnknownFields()).buildPartial());
    return checked(model.build());
  }

  private static OnnxModel checked(ModelProto model) {
    try {
      return new OnnxModel(model, true);
    } catch (ModelFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void checkWire(OnnxModel first, OnnxModel second, String input, String output) {
    OnnxValue to = find(second.inputs(), input, "input");
    OnnxValue from = find(first.outputs(), output, "output");
    if (to.type() != from.type() || !fits(from.shape(), to.shape())) {
      throw new IllegalArgumentException(
          "the output " + text(from) + " does not fit the input " + text(to));
    }
  }

  private static OnnxValue find(List<OnnxValue> values, String name, String kind) {
    return values.stream()
        .filter(value -> value.name().equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException(
            "no " + kind + " '" + name + "'; there are "
                + values.stream().map(OnnxValue::name).toList()));
  }

  private static boolean fits(Optional<List<OnnxDimension>> from,
      Optional<List<OnnxDimension>> to) {
    if (from.isEmpty() || to.isEmpty()) {
      return true;
    }
    if (from.get().size() != to.get().size()) {
      return false;
    }
    for (int i = 0; i < from.get().size(); i++) {
      if (from.get().get(i) instanceof OnnxDimension.Fixed(long a)
          && to.get().get(i) instanceof OnnxDimension.Fixed(long b) && a != b) {
        return false;
      }
    }
    return true;
  }

  private static String text(OnnxValue value) {
    StringBuilder text = new StringBuilder("'" + value.name() + "' " + value.type());
    value.shape().ifPresent(shape -> {
      List<String> lengths = new ArrayList<>();
      for (OnnxDimension dimension : shape) {
        lengths.add(switch (dimension) {
          case OnnxDimension.Fixed(long size) -> Long.toString(size);
          case OnnxDimension.Free(String name) -> name.isEmpty() ? "?" : name;
        });
      }
      text.append(' ').append(lengths);
    });
    return text.toString();
  }

  /** Says whether a value may be called otherwise: a node makes it, and no body of a node may refer to it. */
  private static boolean isRenamable(OnnxModel model, String output) {
    GraphProto graph = model.proto().getGraph();
    return graph.getUnknownFields().asMap().isEmpty()
        && graph.getNodeList().stream().noneMatch(OnnxModels::hasBody)
        && graph.getNodeList().stream().anyMatch(node -> node.getOutputList().contains(output));
  }

  private static boolean hasBody(NodeProto node) {
    return node.getAttributeList()
        .stream()
        .anyMatch(attribute -> attribute.hasG() || attribute.getGraphsCount() > 0);
  }

  private static void checkNames(GraphProto one, GraphProto two, Set<String> fed) {
    Set<String> common = names(one);
    common.removeAll(fed);
    common.retainAll(names(two));
    Set<String> ours = nodeNames(one);
    ours.retainAll(nodeNames(two));
    common.addAll(ours);
    if (!common.isEmpty()) {
      throw new IllegalArgumentException("both models have values or nodes called " + common
          + "; expected different names, such as after OnnxModels.prefixed");
    }
  }

  private static Set<String> made(GraphProto graph) {
    Set<String> made = new LinkedHashSet<>();
    graph.getInputList().forEach(input -> made.add(input.getName()));
    graph.getInitializerList().forEach(tensor -> made.add(tensor.getName()));
    graph.getNodeList().forEach(node -> made.addAll(node.getOutputList()));
    made.remove("");
    return made;
  }

  /** Returns the names of all values, those in the bodies of nodes too. */
  private static Set<String> names(GraphProto graph) {
    Set<String> names = made(graph);
    for (NodeProto node : graph.getNodeList()) {
      names.addAll(node.getInputList());
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          names.addAll(names(attribute.getG()));
        }
        attribute.getGraphsList().forEach(body -> names.addAll(names(body)));
      }
    }
    names.remove("");
    return names;
  }

  private static Set<String> nodeNames(GraphProto graph) {
    Set<String> names = new LinkedHashSet<>();
    graph.getNodeList().forEach(node -> names.add(node.getName()));
    names.remove("");
    return names;
  }

  private static Map<String, Long> opsets(OnnxModel first, OnnxModel second, boolean passing) {
    Map<String, Long> opsets = new LinkedHashMap<>(first.opsets());
    second.opsets().forEach((domain, version) -> {
      Long other = opsets.putIfAbsent(domain, version);
      if (other != null && !other.equals(version)) {
        throw new IllegalArgumentException(
            "the models import the operator set '" + domain + "' in version "
                + other + " and " + version + "; expected the same version");
      }
    });
    if (passing && !opsets.containsKey("")) {
      throw new IllegalArgumentException(
          "neither model imports ONNX's own operators, of which Identity is"
              + " needed; expected one that does");
    }
    return opsets;
  }

  private static Map<String, String> metadata(OnnxModel first, OnnxModel second) {
    Map<String, String> metadata = new LinkedHashMap<>(first.metadata());
    second.metadata().forEach((key, value) -> {
      String other = metadata.putIfAbsent(key, value);
      if (other != null && !other.equals(value)) {
        throw new IllegalArgumentException("the models have different metadata of the key '" + key
            + "'; expected the same, or other keys");
      }
    });
    return metadata;
  }

  private static GraphProto renamed(GraphProto graph, UnaryOperator<String> renaming,
      String nodePrefix) {
    GraphProto.Builder renamed = graph.toBuilder();
    for (int i = 0; i < renamed.getNodeCount(); i++) {
      renamed.setNode(i, renamed(renamed.getNode(i), renaming, nodePrefix));
    }
    for (int i = 0; i < renamed.getInitializerCount(); i++) {
      TensorProto tensor = renamed.getInitializer(i);
      renamed.setInitializer(i, tensor.toBuilder().setName(renaming.apply(tensor.getName())));
    }
    for (int i = 0; i < renamed.getInputCount(); i++) {
      renamed.setInput(i, renamed(renamed.getInput(i), renaming));
    }
    for (int i = 0; i < renamed.getOutputCount(); i++) {
      renamed.setOutput(i, renamed(renamed.getOutput(i), renaming));
    }
    for (int i = 0; i < renamed.getValueInfoCount(); i++) {
      renamed.setValueInfo(i, renamed(renamed.getValueInfo(i), renaming));
    }
    return renamed.build();
  }

  private static ValueInfoProto renamed(ValueInfoProto value, UnaryOperator<String> renaming) {
    return value.toBuilder().setName(renaming.apply(value.getName())).build();
  }

  private static NodeProto renamed(NodeProto node, UnaryOperator<String> renaming,
      String nodePrefix) {
    NodeProto.Builder renamed = node.toBuilder();
    if (!node.getName().isEmpty()) {
      renamed.setName(nodePrefix + node.getName());
    }
    for (int i = 0; i < renamed.getInputCount(); i++) {
      renamed.setInput(i, renaming.apply(renamed.getInput(i)));
    }
    for (int i = 0; i < renamed.getOutputCount(); i++) {
      renamed.setOutput(i, renaming.apply(renamed.getOutput(i)));
    }
    for (int i = 0; i < renamed.getAttributeCount(); i++) {
      AttributeProto attribute = renamed.getAttribute(i);
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        AttributeProto.Builder bodies = attribute.toBuilder();
        if (attribute.hasG()) {
          bodies.setG(renamed(attribute.getG(), renaming, nodePrefix));
        }
        for (int j = 0; j < bodies.getGraphsCount(); j++) {
          bodies.setGraphs(j, renamed(bodies.getGraphs(j), renaming, nodePrefix));
        }
        renamed.setAttribute(i, bodies);
      }
    }
    return renamed.build();
  }
}
