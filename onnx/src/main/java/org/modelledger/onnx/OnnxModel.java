package org.modelledger.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.internal.OnnxProto.GraphProto;
import org.modelledger.onnx.internal.OnnxProto.ModelProto;
import org.modelledger.onnx.internal.OnnxProto.NodeProto;
import org.modelledger.onnx.internal.OnnxProto.OperatorSetIdProto;
import org.modelledger.onnx.internal.OnnxProto.StringStringEntryProto;
import org.modelledger.onnx.internal.OnnxProto.TensorProto;
import org.modelledger.onnx.internal.OnnxProto.ValueInfoProto;

/**
 * A well-formed ONNX model. Immutable and safe for use by several threads.
 *
 * <p>What is promised (ONNX IR specification, "Graphs"): every value is made once – by an input, an
 * initializer or a node – and before it is used; nodes are in an order in which they can run; every
 * output of the graph is made by something; every operator's domain is imported; every constant has the
 * bytes its shape asks for. Parts that have no accessor here, and fields that this version does not
 * know, are kept and written back as they were.
 */
public final class OnnxModel {
  private static final int OLDEST_IR = 3;
  private static final int NEWEST_IR = 13;

  private final ModelProto proto;
  private final Map<String, Long> opsets;
  private final Map<String, String> metadata;
  private final List<OnnxValue> inputs;
  private final List<OnnxValue> outputs;
  private final List<String> outputNames;
  private final Map<String, OnnxTensor> initializers;
  private final Set<String> external;
  private final List<OnnxNode> nodes;

  /**
   * @param externalAllowed whether initializers may lie in other files
   * @throws ModelFormatException if the model is not well-formed
   */
  OnnxModel(ModelProto proto, boolean externalAllowed) {
    this.proto = proto;
    if (!proto.hasIrVersion() || !proto.hasGraph()) {
      throw new ModelFormatException("not an ONNX model: it has no "
          + (proto.hasIrVersion() ? "graph" : "IR version"));
    }
    if (proto.getIrVersion() < OLDEST_IR || proto.getIrVersion() > NEWEST_IR) {
      throw new ModelFormatException("the model has ONNX IR version " + proto.getIrVersion()
          + "; supported are " + OLDEST_IR + " to " + NEWEST_IR);
    }
    this.opsets = readOpsets(proto.getOpsetImportList());
    this.metadata = readMetadata(proto.getMetadataPropsList());
    GraphProto graph = proto.getGraph();

    Map<String, OnnxTensor> constants = new LinkedHashMap<>();
    Set<String> elsewhere = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      String name = tensor.getName();
      if (name.isEmpty()) {
        throw new ModelFormatException("initializer " + names.size() + " has no name");
      }
      if (!names.add(name)) {
        throw new ModelFormatException("two initializers are called '" + name + "'");
      }
      String where = "initializer '" + name + "'";
      if (externalAllowed && TensorCodec.isExternal(tensor)) {
        elsewhere.add(name);
      } else {
        constants.put(name, TensorCodec.read(tensor, where));
      }
    }
    this.initializers = Collections.unmodifiableMap(constants);
    this.external = Set.copyOf(elsewhere);

    // IR specification: an input with an initializer of its name has that for its default
    List<OnnxValue> declared = readValues(graph.getInputList(), "input");
    this.inputs = declared.stream().filter(input -> !names.contains(input.name())).toList();
    this.outputNames = graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
    this.outputs = readValues(
        graph.getOutputList().stream().filter(NodeCodec::mayBeTensor).toList(), "output");
    if (outputNames.isEmpty()) {
      throw new ModelFormatException("the graph has no output");
    }
    if (new HashSet<>(outputNames).size() < outputNames.size() || outputNames.contains("")) {
      throw new ModelFormatException(
          "the graph has the outputs " + outputNames + "; wanted names, each once");
    }
    List<OnnxNode> readNodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      readNodes.add(NodeCodec.read(node, readNodes.size()));
    }
    this.nodes = List.copyOf(readNodes);
    checkEdges();
  }

  private static Map<String, Long> readOpsets(List<OperatorSetIdProto> imports) {
    Map<String, Long> opsets = new LinkedHashMap<>();
    for (OperatorSetIdProto opset : imports) {
      String domain = opset.getDomain().equals("ai.onnx") ? "" : opset.getDomain();
      Long other = opsets.put(domain, opset.getVersion());
      // converters of scikit-learn write the same import twice
      if (other != null && other != opset.getVersion()) {
        throw new ModelFormatException("the model imports the operator set '" + opset.getDomain()
            + "' twice, in versions " + other + " and " + opset.getVersion());
      }
    }
    if (opsets.isEmpty()) {
      throw new ModelFormatException("the model imports no operator set; wanted at least one");
    }
    return Collections.unmodifiableMap(opsets);
  }

  private static Map<String, String> readMetadata(List<StringStringEntryProto> entries) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (StringStringEntryProto entry : entries) {
      if (metadata.put(entry.getKey(), entry.getValue()) != null) {
        throw new ModelFormatException(
            "the model has the metadata property '" + entry.getKey() + "' twice");
      }
    }
    return Collections.unmodifiableMap(metadata);
  }

  private static List<OnnxValue> readValues(List<ValueInfoProto> protos, String kind) {
    List<OnnxValue> values = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ValueInfoProto proto : protos) {
      OnnxValue value = NodeCodec.readValue(proto, kind);
      if (!names.add(value.name())) {
        throw new ModelFormatException("two " + kind + "s are called '" + value.name() + "'");
      }
      values.add(value);
    }
    return List.copyOf(values);
  }

  private void checkEdges() {
    Set<String> made = new HashSet<>(initializers.keySet());
    made.addAll(external);
    inputs.forEach(input -> made.add(input.name()));
    for (int i = 0; i < nodes.size(); i++) {
      OnnxNode node = nodes.get(i);
      String where = "node " + i + (node.name().isEmpty() ? "" : " ('" + node.name() + "')") + " "
          + node.operator();
      if (!opsets.containsKey(node.domain())) {
        throw new ModelFormatException(where + " is of the domain '" + node.domain()
            + "', which the model does not import; it imports " + opsets);
      }
      for (String input : node.inputs()) {
        if (!input.isEmpty() && !made.contains(input)) {
          throw new ModelFormatException(where + " takes '" + input
              + "', which no input, initializer or earlier node makes");
        }
      }
      for (String output : node.outputs()) {
        if (!output.isEmpty() && !made.add(output)) {
          throw new ModelFormatException(where + " makes '" + output + "', which was made before");
        }
      }
    }
    for (String output : outputNames) {
      if (!made.contains(output)) {
        throw new ModelFormatException("nothing makes the output '" + output + "'");
      }
    }
  }

  ModelProto proto() {
    return proto;
  }

  /** Returns the version of the ONNX file format, from 3. */
  public long irVersion() {
    return proto.getIrVersion();
  }

  /** Returns what made the model; may be empty. */
  public String producerName() {
    return proto.getProducerName();
  }

  /** Returns the version of what made the model; may be empty. */
  public String producerVersion() {
    return proto.getProducerVersion();
  }

  /** Returns the name of the graph; may be empty. */
  public String graphName() {
    return proto.getGraph().getName();
  }

  /** Returns the versions of the operator sets by domain; ONNX's own has the empty domain. */
  public Map<String, Long> opsets() {
    return opsets;
  }

  /** Returns the metadata properties in the order of the file. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Returns the inputs that a caller must give: those without an initializer. */
  public List<OnnxValue> inputs() {
    return inputs;
  }

  /** Returns the outputs that are tensors. */
  public List<OnnxValue> outputs() {
    return outputs;
  }

  /**
   * Returns the names of all outputs, at least one: besides those of {@link #outputs()} those that are
   * declared as sequences or maps, which ONNX-ML's {@code ZipMap} makes.
   */
  public List<String> outputNames() {
    return outputNames;
  }

  /** Returns the constants by name, in the order of the file; without those that lie in other files. */
  public Map<String, OnnxTensor> initializers() {
    return initializers;
  }

  /** Returns the nodes in an order in which they can run. */
  public List<OnnxNode> nodes() {
    return nodes;
  }

  /** Models are equal if they are written as the same bytes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof OnnxModel that && proto.equals(that.proto);
  }

  @Override
  public int hashCode() {
    return proto.hashCode();
  }

  @Override
  public String toString() {
    return "OnnxModel[" + graphName() + ", opsets " + opsets + ", " + nodes.size() + " nodes]";
  }
}
