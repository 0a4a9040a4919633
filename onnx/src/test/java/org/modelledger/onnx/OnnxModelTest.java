package org.modelledger.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.internal.OnnxProto.AttributeProto;
import org.modelledger.onnx.internal.OnnxProto.ModelProto;
import org.modelledger.onnx.internal.OnnxProto.OperatorSetIdProto;
import org.modelledger.onnx.internal.OnnxProto.StringStringEntryProto;
import org.modelledger.onnx.internal.OnnxProto.TensorProto;

class OnnxModelTest {
  private static final long SEED = Long.getLong("modelledger.seed", 20260101L);

  private static OnnxModelBuilder linear() {
    return new OnnxModelBuilder("linear").opset("", 17)
        .producer("test", "1")
        .input(OnnxValue.of("x", OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(2)))
        .output(OnnxValue.of("y", OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(3)))
        .initializer(OnnxTensor.ofFloats("w", new float[]{1, 2, 3, 4, 5, 6}, 2, 3))
        .initializer(OnnxTensor.ofFloats("b", new float[]{1, 2, 3}, 3))
        .node(OnnxNode.of("Gemm", List.of("x", "w", "b"), List.of("y"),
            new OnnxAttribute.FloatValue("alpha", 0.5f),
            new OnnxAttribute.IntValue("transB", 0)))
        .metadata("key", "value");
  }

  private static byte[] altered(Consumer<ModelProto.Builder> change) throws IOException {
    ModelProto.Builder proto = ModelProto.parseFrom(OnnxWriter.write(linear().build())).toBuilder();
    change.accept(proto);
    return proto.build().toByteArray();
  }

  private static void refuses(Consumer<ModelProto.Builder> change, String... parts)
      throws IOException {
    byte[] bytes = altered(change);
    assertThatThrownBy(() -> OnnxReader.read(bytes)).isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void readsBackWhatWasBuilt() throws IOException {
    OnnxModel model = linear().build();
    OnnxModel read = OnnxReader.read(OnnxWriter.write(model));
    assertThat(read).isEqualTo(model).hasSameHashCodeAs(model);
    assertThat(read.inputs()).containsExactly(
        OnnxValue.of("x", OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(2)));
    assertThat(read.outputs()).extracting(OnnxValue::name).containsExactly("y");
    assertThat(read.opsets()).isEqualTo(Map.of("", 17L));
    assertThat(read.metadata()).isEqualTo(Map.of("key", "value"));
    assertThat(read.producerName()).isEqualTo("test");
    assertThat(read.producerVersion()).isEqualTo("1");
    assertThat(read.graphName()).isEqualTo("linear");
    assertThat(read.irVersion()).isEqualTo(8);
    OnnxTensor w = requireNonNull(read.initializers().get("w"));
    assertThat(w).isEqualTo(model.initializers().get("w"));
    assertThat(w.shape()).containsExactly(2L, 3L);
    assertThat(w.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(w.data().isReadOnly()).isTrue();
    assertThat(w.data().position()).isZero();
    assertThat(w.data().getFloat(4)).isEqualTo(2);
    OnnxNode gemm = read.nodes().getFirst();
    assertThat(gemm.attribute("alpha")).contains(new OnnxAttribute.FloatValue("alpha", 0.5f));
    assertThat(gemm.attribute("transB")).contains(new OnnxAttribute.IntValue("transB", 0));
    assertThat(gemm.attribute("beta")).isEmpty();
  }

  @Test
  void writesTheSameBytesEachTime() throws IOException {
    byte[] first = OnnxWriter.write(linear().build());
    assertThat(OnnxWriter.write(linear().build())).isEqualTo(first);
    assertThat(OnnxWriter.write(OnnxReader.read(first))).isEqualTo(first);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxWriter.write(OnnxReader.read(new ByteArrayInputStream(first), first.length), out);
    assertThat(out.toByteArray()).isEqualTo(first);
  }

  @Test
  void keepsEveryKindOfAttribute() {
    List<OnnxAttribute> attributes = List.of(new OnnxAttribute.FloatValue("f", 0f),
        new OnnxAttribute.IntValue("i", -1), new OnnxAttribute.StringValue("s", "é"),
        new OnnxAttribute.TensorValue("t", OnnxTensor.ofLongs("", new long[]{7}, 1)),
        new OnnxAttribute.FloatList("fs", List.of(1f, 2f)),
        new OnnxAttribute.IntList("is", List.of(3L, 4L)),
        new OnnxAttribute.StringList("ss", List.of("a", "b")));
    OnnxModel model = new OnnxModelBuilder("g").opset("", 17)
        .opset("acme", 1)
        .input(new OnnxValue("x", OnnxDataType.DOUBLE, Optional.empty()))
        .output(OnnxValue.of("y", OnnxDataType.DOUBLE))
        .node(new OnnxNode("n", "acme", "Thing", List.of("x", ""), List.of("y", ""), attributes))
        .build();
    OnnxModel read = OnnxReader.read(OnnxWriter.write(model));
    assertThat(read.nodes().getFirst().attributes()).isEqualTo(attributes);
    assertThat(read.inputs().getFirst().shape()).isEmpty();
    assertThat(read.outputs().getFirst().shape()).contains(List.of());
  }

  @Test
  void fieldsItDoesNotKnowSurvive() throws IOException {
    UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
        .addField(25,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFromUtf8("f"))
                .build())
        .build();
    byte[] bytes = altered(proto -> {
      proto.setUnknownFields(unknown);
      proto.getGraphBuilder().getNodeBuilder(0).setUnknownFields(unknown);
    });
    byte[] written = OnnxWriter.write(OnnxReader.read(bytes));
    assertThat(written).isEqualTo(bytes);
    assertThat(ModelProto.parseFrom(written).getUnknownFields()).isEqualTo(unknown);
  }

  @Test
  void anInputWithAnInitializerNeedNotBeGiven() throws IOException {
    byte[] bytes = altered(proto -> proto.getGraphBuilder()
        .addInput(proto.getGraph()
            .getInput(0)
            .toBuilder()
            .setName("w")));
    assertThat(OnnxReader.read(bytes).inputs()).extracting(OnnxValue::name).containsExactly("x");
  }

  @Test
  void refusesEveryTruncation() {
    byte[] bytes = OnnxWriter.write(linear().build());
    // the file ends with its one metadata property: cut off whole, what is left is a model by itself
    int withoutMetadata = bytes.length - 14;
    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      if (length == withoutMetadata) {
        assertThat(OnnxReader.read(part).metadata()).isEmpty();
      } else {
        assertThatThrownBy(() -> OnnxReader.read(part)).as("%d bytes", length)
            .isInstanceOf(ModelFormatException.class);
      }
    }
  }

  @Test
  void saysWhereATruncatedModelEnds() {
    byte[] bytes = OnnxWriter.write(linear().build());
    assertThatThrownBy(() -> OnnxReader.read(Arrays.copyOf(bytes, bytes.length - 9)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("truncated", "at byte", "of " + (bytes.length - 9));
  }

  @Test
  void mutatedBytesAreReadOrRefusedButNothingElse() {
    byte[] bytes = OnnxWriter.write(linear().build());
    SplittableRandom random = new SplittableRandom(SEED);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutant = bytes.clone();
      for (int k = random.nextInt(1, 4); k > 0; k--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      try {
        OnnxModel read = OnnxReader.read(mutant);
        assertThat(OnnxReader.read(OnnxWriter.write(read))).as("seed %d, mutant %d", SEED, i)
            .isEqualTo(read);
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
        refused++;
      }
    }
    assertThat(refused).as("seed %d", SEED).isBetween(1_000, 19_000);
  }

  @Test
  void refusesForeignBytes() {
    assertThatThrownBy(() -> OnnxReader.read(new byte[0])).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> OnnxReader.read(new byte[]{'P', 'K', 3, 4, 20, 0, 0, 0}))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("not an ONNX model");
    assertThatThrownBy(() -> OnnxReader.read(new byte[]{0x10, 0x01}))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("no IR version");
  }

  @Test
  void refusesWhatIsLongerThanAllowed() {
    byte[] bytes = OnnxWriter.write(linear().build());
    assertThatThrownBy(() -> OnnxReader.read(new ByteArrayInputStream(bytes), bytes.length - 1))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("longer than the " + (bytes.length - 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxReader.read(new ByteArrayInputStream(bytes), Integer.MAX_VALUE));
  }

  @Test
  void refusesDeepNesting() {
    ByteString inner = ByteString.EMPTY;
    for (int i = 0; i < 200; i++) {
      // field 6 of an attribute is a graph, field 5 of a node an attribute, field 1 of a graph a node
      for (int field : new int[]{6, 5, 1}) {
        inner = UnknownFieldSet.newBuilder()
            .addField(field, UnknownFieldSet.Field.newBuilder().addLengthDelimited(inner).build())
            .build()
            .toByteString();
      }
    }
    byte[] bytes = UnknownFieldSet.newBuilder()
        .addField(7, UnknownFieldSet.Field.newBuilder().addLengthDelimited(inner).build())
        .build()
        .toByteArray();
    assertThatThrownBy(() -> OnnxReader.read(bytes)).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("nesting");
  }

  @Test
  void refusesVersionsItDoesNotKnow() throws IOException {
    refuses(proto -> proto.setIrVersion(99), "IR version 99", "3 to 13");
    refuses(proto -> proto.setIrVersion(2), "IR version 2");
    refuses(ModelProto.Builder::clearIrVersion, "no IR version");
    refuses(ModelProto.Builder::clearGraph, "no graph");
    refuses(ModelProto.Builder::clearOpsetImport, "no operator set");
    refuses(proto -> proto.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx")),
        "twice, in versions 17 and 0");
    assertThat(OnnxReader.read(altered(proto -> proto
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(17))))
        .opsets()).isEqualTo(Map.of("", 17L));
    refuses(proto -> proto.addMetadataProps(StringStringEntryProto.newBuilder().setKey("key")),
        "'key' twice");
  }

  @Test
  void refusesEdgesThatLeadNowhere() throws IOException {
    refuses(proto -> proto.getGraphBuilder().getNodeBuilder(0).setInput(1, "ghost"), "node 0 Gemm",
        "'ghost'");
    refuses(proto -> proto.getGraphBuilder().getOutputBuilder(0).setName("ghost"),
        "output 'ghost'");
    refuses(proto -> proto.getGraphBuilder().clearOutput(), "no output");
    refuses(proto -> proto.getGraphBuilder().getNodeBuilder(0).setDomain("acme"), "domain 'acme'");
  }

  @Test
  void refusesAValueMadeTwice() throws IOException {
    refuses(proto -> proto.getGraphBuilder().addNode(proto.getGraph().getNode(0)), "node 1 Gemm",
        "'y'", "before");
    refuses(proto -> proto.getGraphBuilder().getNodeBuilder(0).setOutput(0, "b"), "'b'", "before");
    refuses(proto -> proto.getGraphBuilder().addInitializer(proto.getGraph().getInitializer(0)),
        "called 'w'");
    refuses(proto -> proto.getGraphBuilder().addInput(proto.getGraph().getInput(0)), "two inputs",
        "'x'");
    refuses(proto -> proto.getGraphBuilder().addOutput(proto.getGraph().getOutput(0)),
        "two outputs", "'y'");
  }

  @Test
  void refusesNodesOutOfOrder() throws IOException {
    refuses(proto -> {
      proto.getGraphBuilder().getNodeBuilder(0).setInput(0, "late");
      proto.getGraphBuilder().addNodeBuilder().setOpType("Relu").addInput("x").addOutput("late");
    }, "node 0", "'late'", "earlier");
  }

  @Test
  void refusesTensorsThatDoNotFitTheirShape() throws IOException {
    refuses(proto -> initializer(proto).setDims(0, 3), "initializer 'w'", "24 bytes", "[3, 3]",
        "36");
    refuses(proto -> initializer(proto).setDims(0, -1), "initializer 'w'", "[-1, 3]");
    refuses(proto -> initializer(proto).setDims(0, Long.MAX_VALUE), "initializer 'w'", "product");
    refuses(proto -> initializer(proto).addFloatData(1), "2 fields");
    refuses(proto -> initializer(proto).setDataType(17), "data type 17", "1 to 16");
    refuses(proto -> initializer(proto).setDataType(8), "STRING");
    refuses(proto -> initializer(proto).clearName(), "initializer 0 has no name");
    refuses(proto -> initializer(proto).setDataLocation(1), "external data");
    refuses(proto -> initializer(proto).clearRawData(), "0 bytes");
  }

  private static TensorProto.Builder initializer(ModelProto.Builder proto) {
    return proto.getGraphBuilder().getInitializerBuilder(0);
  }

  @Test
  void refusesBadAttributes() throws IOException {
    refuses(proto -> attribute(proto).setType(0), "attribute 'alpha'", "kind 0");
    refuses(proto -> attribute(proto).setType(99), "attribute 'alpha'", "kind 99");
    refuses(proto -> attribute(proto).setName("transB"), "'transB' twice");
    refuses(proto -> attribute(proto).setRefAttrName("outer"), "'outer'");
    refuses(proto -> attribute(proto).setType(3).setS(ByteString.copyFrom(new byte[]{-1})),
        "UTF-8");
    refuses(proto -> proto.getGraphBuilder().getNodeBuilder(0).clearOpType(), "names no operator");
  }

  private static AttributeProto.Builder attribute(ModelProto.Builder proto) {
    return proto.getGraphBuilder().getNodeBuilder(0).getAttributeBuilder(0);
  }

  @Test
  void aGraphAttributeIsKeptClosed() throws IOException {
    byte[] bytes = altered(proto -> attribute(proto).setType(5)
        .setName("body")
        .clearF()
        .getGBuilder()
        .setName("inner"));
    OnnxModel model = OnnxReader.read(bytes);
    assertThat(model.nodes().getFirst().attribute("body"))
        .contains(new OnnxAttribute.Opaque("body", "GRAPH"));
    assertThat(OnnxWriter.write(model)).isEqualTo(bytes);
    assertThatIllegalArgumentException().isThrownBy(() -> linear().node(model.nodes().getFirst()))
        .withMessageContaining("GRAPH");
  }

  @Test
  void namesOutputsThatAreNotTensors() throws IOException {
    byte[] bytes = altered(proto -> {
      proto.getGraphBuilder()
          .getOutputBuilder(0)
          .getTypeBuilder()
          .clearTensorType()
          .getSequenceTypeBuilder()
          .getElemTypeBuilder()
          .getMapTypeBuilder()
          .setKeyType(7);
      proto.getGraphBuilder().addOutput(proto.getGraphBuilder().getInput(0));
    });
    OnnxModel model = OnnxReader.read(bytes);
    assertThat(model.outputs()).extracting(OnnxValue::name).containsExactly("x");
    assertThat(model.outputNames()).containsExactly("y", "x");
    assertThat(OnnxWriter.write(model)).isEqualTo(bytes);
    refuses(proto -> proto.getGraphBuilder()
        .addOutput(proto.getGraphBuilder()
            .getOutput(0)
            .toBuilder()
            .setType(org.modelledger.onnx.internal.OnnxProto.TypeProto.newBuilder()
                .setMapType(org.modelledger.onnx.internal.OnnxProto.TypeProto.Map
                    .getDefaultInstance()))),
        "outputs [y, y]", "each once");
    refuses(proto -> proto.getGraphBuilder()
        .getOutputBuilder(0)
        .setName("gone")
        .getTypeBuilder()
        .clearTensorType()
        .getSequenceTypeBuilder(), "nothing makes the output 'gone'");
  }

  @Test
  void refusesValuesThatAreNotTensors() throws IOException {
    refuses(proto -> proto.getGraphBuilder().getInputBuilder(0).getTypeBuilder().clearTensorType(),
        "input 'x'",
        "not declared as a tensor");
    refuses(proto -> proto.getGraphBuilder().getInputBuilder(0).clearName(),
        "input without a name");
    refuses(proto -> proto.getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(1)
        .setDimValue(-2), "input 'x'", "-2");
  }

  @ParameterizedTest
  @EnumSource(value = OnnxDataType.class, mode = EnumSource.Mode.EXCLUDE, names = "STRING")
  void readsElementsFromTheFieldsOfTheirTypeToo(OnnxDataType type) throws IOException {
    TensorProto.Builder typed = TensorProto.newBuilder()
        .setName("w")
        .addDims(2)
        .setDataType(type.number());
    ByteBuffer wanted = ByteBuffer.allocate(2 * type.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 1; i <= 2; i++) {
      switch (type) {
        case FLOAT -> wanted.putFloat(typed.addFloatData(i).getFloatData(i - 1));
        case COMPLEX64 -> wanted.putFloat(typed.addFloatData(i).getFloatData(2 * i - 2))
            .putFloat(typed.addFloatData(-i).getFloatData(2 * i - 1));
        case DOUBLE -> wanted.putDouble(typed.addDoubleData(i).getDoubleData(i - 1));
        case COMPLEX128 -> wanted.putDouble(typed.addDoubleData(i).getDoubleData(2 * i - 2))
            .putDouble(typed.addDoubleData(-i).getDoubleData(2 * i - 1));
        case INT64 -> wanted.putLong(typed.addInt64Data(-i).getInt64Data(i - 1));
        case UINT64 -> wanted.putLong(typed.addUint64Data(-i).getUint64Data(i - 1));
        case UINT32 ->
          wanted.putInt((int) typed.addUint64Data(0xFFFFFFFFL - i).getUint64Data(i - 1));
        case INT32 -> wanted.putInt(typed.addInt32Data(-i).getInt32Data(i - 1));
        case INT16, UINT16, FLOAT16, BFLOAT16 ->
          wanted.putShort((short) typed.addInt32Data(0xFFFF - i).getInt32Data(i - 1));
        case INT8, UINT8, BOOL ->
          wanted.put((byte) typed.addInt32Data(0xFF - i).getInt32Data(i - 1));
        case STRING -> throw new IllegalStateException();
      }
    }
    byte[] bytes = altered(proto -> proto.getGraphBuilder().setInitializer(0, typed));
    OnnxTensor read = requireNonNull(OnnxReader.read(bytes).initializers().get("w"));
    assertThat(read.data()).isEqualTo(wanted.flip());
    assertThat(read.elementCount()).isEqualTo(2);
    assertThat(read).isEqualTo(OnnxTensor.of("w", type, wanted, 2));
    // one element too few
    byte[] shape = altered(proto -> proto.getGraphBuilder().setInitializer(0, typed.setDims(0, 3)));
    assertThatThrownBy(() -> OnnxReader.read(shape)).isInstanceOf(ModelFormatException.class);
  }

  @Test
  void theBuilderRefusesAGraphThatIsNotWellFormed() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> linear().node(OnnxNode.of("Relu", List.of("ghost"), List.of("z"))).build())
        .withMessageContainingAll("node 1 Relu", "'ghost'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxTensor.ofFloats("w", new float[5], 2, 3))
        .withMessageContainingAll("20 bytes", "24");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxTensor.ofFloats("w", new float[5], -1))
        .withMessageContaining("[-1]");
    assertThatIllegalArgumentException().isThrownBy(() -> OnnxValue.of("", OnnxDataType.FLOAT));
    assertThatIllegalArgumentException().isThrownBy(() -> OnnxDimension.of(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> OnnxNode.of("", List.of(), List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxTensor.of("t", OnnxDataType.STRING, ByteBuffer.allocate(0), 0));
  }

  @Test
  void aTensorGivesItsElementsOnlyAsWhatTheyAre() {
    OnnxTensor tensor = OnnxTensor.ofDoubles("t", new double[]{1.5}, 1);
    assertThat(tensor.toDoubles()).containsExactly(1.5);
    assertThatIllegalStateException().isThrownBy(tensor::toFloats)
        .withMessageContaining("DOUBLE, not FLOAT");
    assertThatIllegalStateException().isThrownBy(tensor::toLongs);
    assertThat(OnnxTensor.ofLongs("l", new long[]{Long.MIN_VALUE}).toLongs())
        .containsExactly(Long.MIN_VALUE);
  }
}
