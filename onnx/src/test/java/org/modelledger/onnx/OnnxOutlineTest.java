package org.modelledger.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.internal.OnnxProto.AttributeProto;
import org.modelledger.onnx.internal.OnnxProto.GraphProto;
import org.modelledger.onnx.internal.OnnxProto.ModelProto;
import org.modelledger.onnx.internal.OnnxProto.NodeProto;
import org.modelledger.onnx.internal.OnnxProto.StringStringEntryProto;
import org.modelledger.onnx.internal.OnnxProto.TensorProto;

class OnnxOutlineTest {
  private static final long SEED = Long.getLong("modelledger.seed", 20260101L);
  private static final OnnxExternalTensor W = new OnnxExternalTensor("w", OnnxDataType.FLOAT,
      List.of(2L, 3L), "weights.bin", 4096, OptionalLong.of(24));
  private static final OnnxExternalTensor B = new OnnxExternalTensor("b", OnnxDataType.FLOAT16,
      List.of(3L), "more/weights.bin", 0, OptionalLong.empty());

  private static byte[] model() {
    return OnnxWriter.write(new OnnxModelBuilder("linear").opset("", 17)
        .input(OnnxValue.of("x", OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(2)))
        .input(OnnxValue.of("scalar", OnnxDataType.FLOAT))
        .output(new OnnxValue("y", OnnxDataType.FLOAT, Optional.empty()))
        .external(W)
        .initializer(OnnxTensor.ofFloats("big", new float[100_000], 100_000))
        .external(B)
        .node(OnnxNode.of("Gemm", List.of("x", "w", "b"), List.of("y")))
        .build());
  }

  private static OnnxOutline read(byte[] bytes) throws IOException {
    return OnnxOutline.read(new ByteArrayInputStream(bytes));
  }

  @Test
  void findsWhatLiesInOtherFiles() throws IOException {
    OnnxOutline outline = read(model());

    assertThat(outline.external()).containsExactly(Map.entry("w", W),
        Map.entry("b", B));
    assertThat(W.byteCount()).isEqualTo(24);
    assertThat(B.byteCount()).isEqualTo(6);
  }

  @Test
  void tellsValuesWithoutAShapeFromScalars() throws IOException {
    OnnxOutline outline = read(model());

    assertThat(outline.isShapeless("y")).isTrue();
    assertThat(outline.isShapeless("x")).isFalse();
    assertThat(outline.isShapeless("scalar")).isFalse();
  }

  @Test
  void holdsNoTensorInMemory() throws IOException {
    // nearly 2 GiB of a field that nobody asks for: no array holds it in the heap that tests have
    byte[] head = model();
    InputStream zeros = new InputStream() {
      private long left = 7L << 28;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] bytes, int from, int length) {
        if (left <= 0) {
          return -1;
        }
        int n = (int) Math.min(left, length);
        Arrays.fill(bytes, from, from + n, (byte) 0);
        left -= n;
        return n;
      }

      @Override
      public long skip(long n) {
        long skipped = Math.min(left, n);
        left -= skipped;
        return skipped;
      }
    };
    // number 100, length 7 << 28
    byte[] field = {(byte) 0xa2, 6, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 7};

    OnnxOutline outline = OnnxOutline.read(new SequenceInputStream(new SequenceInputStream(
        new ByteArrayInputStream(head), new ByteArrayInputStream(field)), zeros));

    assertThat(outline.external()).containsOnlyKeys("w", "b");
  }

  @Test
  void refusesWhatLiesInOtherFilesElsewhere() throws IOException {
    TensorProto hidden = TensorProto.newBuilder()
        .setName("hidden")
        .setDataType(1)
        .addDims(1)
        .setDataLocation(1)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue("f.bin"))
        .build();
    GraphProto graph = GraphProto.newBuilder().addInitializer(hidden).build();
    ByteString sparse = message(1, hidden.toByteString());
    ByteString node = NodeProto.newBuilder()
        .addAttribute(AttributeProto.newBuilder().setName("value").setT(hidden))
        .build()
        .toByteString();
    for (AttributeProto.Builder attribute : List.of(
        AttributeProto.newBuilder().setT(hidden), AttributeProto.newBuilder().addTensors(hidden),
        AttributeProto.newBuilder().setG(graph), AttributeProto.newBuilder().addGraphs(graph),
        AttributeProto.newBuilder().setUnknownFields(unknown(22, sparse)),
        AttributeProto.newBuilder().setUnknownFields(unknown(23, sparse)),
        AttributeProto.newBuilder()
            .setG(GraphProto.newBuilder()
                .addNode(NodeProto.newBuilder()
                    .addAttribute(AttributeProto.newBuilder().setG(graph)))))) {
      refuses(ModelProto.newBuilder()
          .setGraph(GraphProto.newBuilder()
              .addNode(NodeProto.newBuilder().addAttribute(attribute.setName("a")))));
    }
    refuses(ModelProto.newBuilder()
        .setGraph(GraphProto.newBuilder().setUnknownFields(unknown(15, sparse))));
    refuses(ModelProto.newBuilder().setUnknownFields(unknown(25, message(7, node))));
    refuses(ModelProto.newBuilder()
        .setUnknownFields(unknown(20, message(2,
            graph.toByteString()))));
  }

  private static ByteString message(int field, ByteString content) {
    return unknown(field, content).toByteString();
  }

  private static UnknownFieldSet unknown(int field, ByteString content) {
    return UnknownFieldSet.newBuilder()
        .addField(field,
            UnknownFieldSet.Field.newBuilder().addLengthDelimited(content).build())
        .build();
  }

  private static void refuses(ModelProto.Builder model) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read(model.setIrVersion(8).build().toByteArray()))
        .withMessageContainingAll("'hidden'", "'f.bin'");
  }

  @Test
  void refusesWhatIsBadlyDescribed() {
    for (String[] entry : new String[][]{{"offset", "-1"}, {"offset", "x"}, {"length", "x"},
        {"length", "-5"}}) {
      TensorProto tensor = TensorProto.newBuilder()
          .setName("w")
          .setDataType(1)
          .addDims(1)
          .setDataLocation(1)
          .addExternalData(StringStringEntryProto.newBuilder()
              .setKey(entry[0])
              .setValue(entry[1]))
          .build();
      byte[] model = ModelProto.newBuilder()
          .setGraph(GraphProto.newBuilder().addInitializer(tensor))
          .build()
          .toByteArray();
      assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> read(model))
          .withMessageContaining("'w'");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new OnnxExternalTensor("w",
        OnnxDataType.DOUBLE, List.of(1L << 40, 1L << 40), "f", 0, OptionalLong.empty()));
    assertThatIllegalArgumentException().isThrownBy(() -> new OnnxExternalTensor("w",
        OnnxDataType.STRING, List.of(), "f", 0, OptionalLong.empty()));
  }

  @Test
  void refusesGraphsWithinGraphsWithoutEnd() {
    GraphProto graph = GraphProto.getDefaultInstance();
    for (int i = 0; i < 200; i++) {
      graph = GraphProto.newBuilder()
          .addNode(NodeProto.newBuilder().addAttribute(AttributeProto.newBuilder().setG(graph)))
          .build();
    }
    byte[] model = ModelProto.newBuilder().setGraph(graph).build().toByteArray();

    assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> read(model))
        .withMessageContaining("deep");
  }

  @Test
  void survivesChangedAndMissingBytes() throws IOException {
    byte[] model = OnnxWriter.write(new OnnxModelBuilder("linear").opset("", 17)
        .input(OnnxValue.of("x", OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(2)))
        .output(OnnxValue.of("y", OnnxDataType.FLOAT))
        .external(W)
        .external(B)
        .node(OnnxNode.of("Gemm", List.of("x", "w", "b"), List.of("y")))
        .build());
    for (int length = 1; length < model.length; length++) {
      tryToRead(Arrays.copyOf(model, length));
    }
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = model.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      tryToRead(changed);
    }
  }

  private static void tryToRead(byte[] bytes) throws IOException {
    try {
      assertThat(read(bytes).external()).hasSizeLessThan(3);
    } catch (ModelFormatException expected) {
      assertThat(expected).message().isNotBlank();
    }
  }

  @Test
  void theReaderStillRefusesThem() {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> OnnxReader.read(model()))
        .withMessageContainingAll("'w'", "external data");
  }
}
