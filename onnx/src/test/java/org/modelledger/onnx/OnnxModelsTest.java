package org.modelledger.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.onnx.internal.OnnxProto.AttributeProto;
import org.modelledger.onnx.internal.OnnxProto.GraphProto;
import org.modelledger.onnx.internal.OnnxProto.ModelProto;
import org.modelledger.onnx.internal.OnnxProto.NodeProto;
import org.modelledger.onnx.internal.OnnxProto.ValueInfoProto;

class OnnxModelsTest {
  private static final OnnxDimension N = OnnxDimension.free("N");
  private static final OnnxDimension TWO = OnnxDimension.of(2);

  /** y = (x + c) + c, and z = x. */
  private static OnnxModelBuilder adding() {
    return new OnnxModelBuilder("adding").opset("", 17)
        .producer("adder", "1")
        .metadata("made", "by hand")
        .input(OnnxValue.of("x", OnnxDataType.FLOAT, N, TWO))
        .output(OnnxValue.of("y", OnnxDataType.FLOAT, N, TWO))
        .output(OnnxValue.of("z", OnnxDataType.FLOAT, N, TWO))
        .initializer(OnnxTensor.ofFloats("c", new float[]{1, 2}, 2))
        .node(new OnnxNode("sum", "", "Add", List.of("x", "c"), List.of("inner"), List.of()))
        .node(OnnxNode.of("Add", List.of("inner", "c"), List.of("y")))
        .node(OnnxNode.of("Identity", List.of("x"), List.of("z")));
  }

  /** q = p * c * s. */
  private static OnnxModelBuilder scaling() {
    return new OnnxModelBuilder("scaling").irVersion(9)
        .opset("", 17)
        .opset("ai.onnx.ml", 3)
        .producer("scaler", "2")
        .metadata("kind", "scaling")
        .input(OnnxValue.of("p", OnnxDataType.FLOAT, N, TWO))
        .input(OnnxValue.of("s", OnnxDataType.FLOAT, N, TWO))
        .output(OnnxValue.of("q", OnnxDataType.FLOAT, N, TWO))
        .initializer(OnnxTensor.ofFloats("c", new float[]{3, 4}, 2))
        .node(OnnxNode.of("Mul", List.of("p", "c"), List.of("inner")))
        .node(OnnxNode.of("Mul", List.of("inner", "s"), List.of("q")));
  }

  private static OnnxModel first() {
    return OnnxModels.prefixed(adding().build(), "first/");
  }

  private static List<String> text(OnnxModel model) {
    return model.nodes()
        .stream()
        .map(node -> node.operator() + node.inputs() + " -> " + node.outputs())
        .toList();
  }

  private static List<String> names(List<OnnxValue> values) {
    return values.stream().map(OnnxValue::name).toList();
  }

  @Test
  void aPrefixStandsBeforeEveryInnerName() {
    OnnxModel model = first();
    assertThat(text(model)).containsExactly("Add[x, first/c] -> [first/inner]",
        "Add[first/inner, first/c] -> [y]", "Identity[x] -> [z]");
    assertThat(model.nodes().getFirst().name()).isEqualTo("first/sum");
    assertThat(model.initializers()).containsOnlyKeys("first/c");
    assertThat(model.inputs()).isEqualTo(adding().build().inputs());
    assertThat(model.outputs()).isEqualTo(adding().build().outputs());
    assertThat(model.metadata()).isEqualTo(Map.of("made", "by hand"));
  }

  @Test
  void aPrefixStandsInTheBodiesOfNodesToo() {
    GraphProto body = GraphProto.newBuilder()
        .setName("body")
        .addNode(
            NodeProto.newBuilder().setOpType("Add").addInput("inner").addInput("x").addOutput("in"))
        .addOutput(ValueInfoProto.newBuilder().setName("in"))
        .build();
    ModelProto proto = adding().build().proto();
    ModelProto.Builder withBody = proto.toBuilder();
    withBody.getGraphBuilder()
        .getNodeBuilder(1)
        .addAttribute(AttributeProto.newBuilder().setName("then_branch").setType(5).setG(body))
        .addAttribute(AttributeProto.newBuilder().setName("others").setType(10).addGraphs(body));
    NodeProto node = OnnxModels.prefixed(new OnnxModel(withBody.build(), true), "p/")
        .proto()
        .getGraph()
        .getNode(1);
    for (GraphProto renamed : List.of(node.getAttribute(0).getG(),
        node.getAttribute(1).getGraphs(0))) {
      assertThat(renamed.getNode(0).getInputList()).containsExactly("p/inner", "x");
      assertThat(renamed.getNode(0).getOutputList()).containsExactly("p/in");
      assertThat(renamed.getOutput(0).getName()).isEqualTo("p/in");
    }
  }

  @Test
  void anOutputIsFedIntoAnInput() {
    OnnxModel joined = OnnxModels.join(first(), scaling().build(), Map.of("p", "y"));

    assertThat(text(joined)).containsExactly("Add[x, first/c] -> [first/inner]",
        "Add[first/inner, first/c] -> [p]", "Identity[x] -> [z]", "Mul[p, c] -> [inner]",
        "Mul[inner, s] -> [q]");
    assertThat(names(joined.inputs())).containsExactly("x", "s");
    assertThat(names(joined.outputs())).containsExactly("z", "q");
    assertThat(joined.initializers()).containsOnlyKeys("first/c", "c");
    assertThat(joined.opsets()).isEqualTo(Map.of("", 17L, "ai.onnx.ml", 3L));
    assertThat(joined.metadata()).isEqualTo(Map.of("made", "by hand", "kind", "scaling"));
    assertThat(joined.irVersion()).isEqualTo(9);
    assertThat(joined.producerName()).isEqualTo("scaler");
    assertThat(joined.producerVersion()).isEqualTo("2");
    assertThat(joined.graphName()).isEqualTo("scaling");
    assertThat(OnnxReader.read(OnnxWriter.write(joined))).isEqualTo(joined);
  }

  @Test
  void anOutputMayBeFedIntoSeveralInputs() {
    OnnxModel joined = OnnxModels.join(first(), scaling().build(), Map.of("p", "y", "s", "y"));
    assertThat(text(joined)).containsExactly("Add[x, first/c] -> [first/inner]",
        "Add[first/inner, first/c] -> [p]", "Identity[x] -> [z]", "Identity[p] -> [s]",
        "Mul[p, c] -> [inner]", "Mul[inner, s] -> [q]");
    assertThat(names(joined.inputs())).containsExactly("x");
  }

  @Test
  void anOutputMayStayOne() {
    OnnxModel joined = OnnxModels.join(first(), scaling().build(), Map.of("p", "y"),
        List.of("q", "y"));
    assertThat(names(joined.outputs())).containsExactly("q", "y");
    assertThat(text(joined)).contains("Add[first/inner, first/c] -> [y]", "Identity[y] -> [p]");
  }

  @Test
  void namesThatAreTheSameNeedNoNode() {
    OnnxModel second = new OnnxModelBuilder("same").opset("", 17)
        .input(OnnxValue.of("y", OnnxDataType.FLOAT, N, TWO))
        .input(OnnxValue.of("w", OnnxDataType.FLOAT, N, TWO))
        .output(new OnnxValue("q", OnnxDataType.FLOAT, Optional.empty()))
        .node(OnnxNode.of("Add", List.of("y", "w"), List.of("q")))
        .build();
    assertThat(text(OnnxModels.join(first(), second, Map.of("y", "y", "w", "y")))).endsWith(
        "Identity[x] -> [z]", "Identity[y] -> [w]", "Add[y, w] -> [q]");
  }

  @Test
  void whatHasABodyIsNotRenamed() {
    ModelProto.Builder withBody = first().proto().toBuilder();
    withBody.getGraphBuilder()
        .getNodeBuilder(0)
        .addAttribute(AttributeProto.newBuilder()
            .setName("body")
            .setType(5)
            .setG(GraphProto.newBuilder()
                .addNode(NodeProto.newBuilder().setOpType("Relu").addInput("y").addOutput("in"))));
    OnnxModel joined = OnnxModels.join(new OnnxModel(withBody.build(), true), scaling().build(),
        Map.of("p", "y"));
    assertThat(text(joined)).contains("Add[first/inner, first/c] -> [y]", "Identity[y] -> [p]");
  }

  @Test
  void whatIsNotUnderstoodIsKept() {
    ModelProto unknown = scaling().build()
        .proto()
        .toBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder()
            .addField(25, UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFromUtf8("function"))
                .build())
            .build())
        .build();
    OnnxModel second = new OnnxModel(unknown, true);
    assertThat(
        OnnxModels.join(first(), second, Map.of("p", "y")).proto().getUnknownFields().asMap())
        .containsOnlyKeys(25);
    OnnxModel swapped = OnnxModels.join(OnnxModels.prefixed(second, "second/"), adding().build(),
        Map.of("x", "q"));
    assertThat(swapped.proto().getUnknownFields().asMap()).containsOnlyKeys(25);
  }

  @Test
  void isTheSameBytesEachTime() {
    assertThat(
        OnnxWriter.write(OnnxModels.join(first(), scaling().build(), Map.of("s", "y", "p", "y"))))
        .isEqualTo(OnnxWriter
            .write(OnnxModels.join(first(), scaling().build(), Map.of("p", "y", "s", "y"))));
  }

  private static void refused(OnnxModel first, OnnxModel second, Map<String, String> wires,
      String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> OnnxModels.join(first, second, wires))
        .withMessageContaining(message);
  }

  @Test
  void refusesWhatDoesNotFit() {
    OnnxModel second = scaling().build();
    refused(first(), second, Map.of(), "nothing is fed");
    refused(first(), second, Map.of("r", "y"), "no input 'r'; there are [p, s]");
    refused(first(), second, Map.of("p", "first/inner"),
        "no output 'first/inner'; there are [y, z]");
    refused(adding().build(), second, Map.of("p", "y"),
        "both models have values or nodes called [c, inner]; expected different names");
    OnnxModel wide = new OnnxModelBuilder("wide").opset("", 17)
        .input(OnnxValue.of("p", OnnxDataType.FLOAT, N, OnnxDimension.of(3)))
        .output(OnnxValue.of("q", OnnxDataType.FLOAT, N, OnnxDimension.of(3)))
        .node(OnnxNode.of("Relu", List.of("p"), List.of("q")))
        .build();
    refused(first(), wide, Map.of("p", "y"),
        "the output 'y' FLOAT [N, 2] does not fit the input 'p' FLOAT [N, 3]");
    OnnxModel narrow = new OnnxModelBuilder("doubles").opset("", 18)
        .input(OnnxValue.of("p", OnnxDataType.DOUBLE, N, TWO))
        .output(OnnxValue.of("q", OnnxDataType.DOUBLE, N, TWO))
        .node(OnnxNode.of("Relu", List.of("p"), List.of("q")))
        .build();
    refused(first(), narrow, Map.of("p", "y"), "does not fit the input 'p' DOUBLE");
    OnnxModel newer = new OnnxModelBuilder("newer").opset("", 18)
        .input(OnnxValue.of("p", OnnxDataType.FLOAT, N, TWO))
        .output(OnnxValue.of("q", OnnxDataType.FLOAT, N, TWO))
        .node(OnnxNode.of("Relu", List.of("p"), List.of("q")))
        .build();
    refused(first(), newer, Map.of("p", "y"),
        "the models import the operator set '' in version 17 and 18; expected the same version");
    refused(first(), scaling().metadata("made", "by machine").build(), Map.of("p", "y"),
        "different metadata of the key 'made'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxModels.join(first(), second, Map.of("p", "y"), List.of("r")))
        .withMessageContaining("no output 'r'");
  }

  @Test
  void refusesAPrefixThatDoesNotHelp() {
    assertThatIllegalArgumentException().isThrownBy(() -> OnnxModels.prefixed(first(), ""));
    OnnxModel clash = new OnnxModelBuilder("clash").opset("", 17)
        .input(OnnxValue.of("a/b", OnnxDataType.FLOAT, N))
        .output(OnnxValue.of("y", OnnxDataType.FLOAT, N))
        .node(OnnxNode.of("Relu", List.of("a/b"), List.of("b")))
        .node(OnnxNode.of("Relu", List.of("b"), List.of("y")))
        .build();
    assertThatIllegalArgumentException().isThrownBy(() -> OnnxModels.prefixed(clash, "a/"))
        .withMessageContaining("'a/b' is an input or output already");
    ModelProto.Builder sparse = first().proto().toBuilder();
    sparse.getGraphBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder()
            .addField(15, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build());
    OnnxModel withSparse = new OnnxModel(sparse.build(), true);
    assertThatIllegalArgumentException().isThrownBy(() -> OnnxModels.prefixed(withSparse, "a/"))
        .withMessageContaining("[15]");
  }
}
