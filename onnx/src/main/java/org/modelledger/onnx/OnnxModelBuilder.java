package org.modelledger.onnx;

import java.util.Objects;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.internal.OnnxProto.GraphProto;
import org.modelledger.onnx.internal.OnnxProto.ModelProto;
import org.modelledger.onnx.internal.OnnxProto.OperatorSetIdProto;
import org.modelledger.onnx.internal.OnnxProto.StringStringEntryProto;

/**
 * Builds a model, written in the order of the calls. For one thread.
 *
 * <p>Nodes are added in an order in which they can run.
 */
public final class OnnxModelBuilder {
  // ONNX 1.12; what opset 17 goes with
  private static final int DEFAULT_IR = 8;

  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(DEFAULT_IR);
  private final GraphProto.Builder graph = GraphProto.newBuilder();

  /** Starts a graph of a name, in IR version 8. */
  public OnnxModelBuilder(String graphName) {
    graph.setName(graphName);
  }

  /** Sets the version of the file format; it must be one that the operator sets allow. */
  public OnnxModelBuilder irVersion(int version) {
    model.setIrVersion(version);
    return this;
  }

  /** Imports an operator set; ONNX's own has the empty domain. */
  public OnnxModelBuilder opset(String domain, long version) {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version));
    return this;
  }

  /** Says what makes the model. */
  public OnnxModelBuilder producer(String name, String version) {
    model.setProducerName(name).setProducerVersion(version);
    return this;
  }

  /** Adds a metadata property. */
  public OnnxModelBuilder metadata(String key, String value) {
    model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    return this;
  }

  /** Adds an input. */
  public OnnxModelBuilder input(OnnxValue value) {
    graph.addInput(NodeCodec.writeValue(value));
    return this;
  }

  /** Adds an output. */
  public OnnxModelBuilder output(OnnxValue value) {
    graph.addOutput(NodeCodec.writeValue(value));
    return this;
  }

  /** Adds a constant under its own name. */
  public OnnxModelBuilder initializer(OnnxTensor tensor) {
    graph.addInitializer(TensorCodec.write(tensor));
    return this;
  }

  /**
   * Adds a constant whose elements lie in another file, which is for the caller to write. ({@link OnnxReader}
   * does not take such models; runtimes do.)
   */
  public OnnxModelBuilder external(OnnxExternalTensor tensor) {
    graph.addInitializer(TensorCodec.writeExternal(tensor));
    return this;
  }

  /** Adds a node. */
  public OnnxModelBuilder node(OnnxNode node) {
    graph.addNode(NodeCodec.write(Objects.requireNonNull(node, "node")));
    return this;
  }

  /**
   * Checks the graph and returns the model.
   *
   * @throws IllegalArgumentException if it is not well-formed; says what is wrong and where
   */
  public OnnxModel build() {
    try {
      return new OnnxModel(model.setGraph(graph).build(), true);
    } catch (ModelFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
