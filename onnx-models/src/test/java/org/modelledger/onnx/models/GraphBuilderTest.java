package org.modelledger.onnx.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxExternalTensor;
import org.modelledger.onnx.OnnxOutline;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.onnx.OnnxTensor;

class GraphBuilderTest {
  private static final Parameter SMALL = Parameter.random("small", 1, 3, 2);
  private static final Parameter LARGE = Parameter.random("large", 1, 300, 2);
  private static final Parameter HUGE = Parameter.random("huge", 1, 20_000, 2);

  private static GraphBuilder graph() {
    GraphBuilder graph = new GraphBuilder("g");
    Value x = graph.input("x", OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(2));
    Value y = graph.node("MatMul", List.of(x, graph.transposed(SMALL)));
    graph.output("y", y, OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(3));
    Value z = graph.node("MatMul", List.of(x, graph.transposed(LARGE)));
    graph.output("z", z, OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(300));
    graph.output("w", graph.parameter(HUGE), OnnxDataType.FLOAT, OnnxDimension.of(20_000),
        OnnxDimension.of(2));
    return graph;
  }

  private static Map<String, OnnxExternalTensor> external(ModelFiles files) throws IOException {
    return OnnxOutline.read(files.open(GraphBuilder.GRAPH_FILE)).external();
  }

  /** A parameter that lies inside when all do. */
  private static OnnxTensor inside(String name) {
    ModelFiles whole = graph().files(new SeededWeights(3), Long.MAX_VALUE);
    assertThat(whole.names()).containsExactly("model.onnx");
    return requireNonNull(
        OnnxReader.read(whole.read(GraphBuilder.GRAPH_FILE)).initializers().get(name));
  }

  @Test
  void largeParametersLieInAFileOfTheirOwnWhereTheyCanBeMapped() throws IOException {
    ModelFiles files = graph().files(new SeededWeights(3));
    assertThat(files.names()).containsExactly("model.onnx", "model.onnx.data");
    assertThat(external(files).values()).containsExactly(
        new OnnxExternalTensor("large.transposed", OnnxDataType.FLOAT, List.of(2L, 300L),
            "model.onnx.data", 0, OptionalLong.of(2400)),
        new OnnxExternalTensor("huge", OnnxDataType.FLOAT, List.of(20_000L, 2L), "model.onnx.data",
            65536, OptionalLong.of(160_000)));
    byte[] data = files.read("model.onnx.data");
    assertThat(data).hasSize(65536 + 160_000);
    assertThat(Arrays.copyOfRange(data, 2400, 65536)).containsOnly(0);
    byte[] plain = read(HUGE, new SeededWeights(3));
    assertThat(Arrays.copyOfRange(data, 65536, data.length)).isEqualTo(plain);
  }

  @Test
  void aSingleFileHasTheSameTensorsInside() throws IOException {
    ModelFiles apart = graph().files(new SeededWeights(3));
    byte[] data = apart.read("model.onnx.data");
    for (OnnxExternalTensor external : external(apart).values()) {
      OnnxTensor inside = inside(external.name());
      assertThat(inside.shape()).isEqualTo(external.shape());
      assertThat(inside.data()).isEqualTo(
          ByteBuffer.wrap(data, (int) external.offset(), (int) external.byteCount()).slice());
    }
  }

  @Test
  void rowsAndColumnsAreExchanged() {
    float[] plain = new float[6];
    ByteBuffer.wrap(read(SMALL, new SeededWeights(3)))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(plain);
    OnnxTensor stored = inside("small.transposed");
    assertThat(stored.shape()).containsExactly(2L, 3L);
    assertThat(stored.toFloats()).containsExactly(plain[0], plain[2], plain[4], plain[1], plain[3],
        plain[5]);
  }

  private static byte[] read(Parameter parameter, Weights weights) {
    return new StoredParameter(parameter.name(), parameter, false).read(weights);
  }

  @Test
  void aParameterThatIsUsedTwiceIsStoredOnce() {
    GraphBuilder graph = new GraphBuilder("g");
    Value sum = graph.node("Add", List.of(graph.parameter(LARGE), graph.parameter(LARGE)));
    graph.output("y", sum, OnnxDataType.FLOAT, OnnxDimension.of(300), OnnxDimension.of(2));
    assertThat(graph.parameters()).containsExactly(LARGE);
    assertThat(graph.files(new SeededWeights(1)).size("model.onnx.data")).isEqualTo(2400);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.parameter(Parameter.random("large", 1, 2, 300)))
        .withMessageContainingAll("'large'", "[300, 2]", "[2, 300]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.transposed(Parameter.random("cube", 1, 2, 2, 2)))
        .withMessageContaining("not a matrix");
  }

  @Test
  void opensOneParameterAtATimeAndClosesIt() throws IOException {
    AtomicInteger open = new AtomicInteger();
    List<Integer> atOnce = new ArrayList<>();
    Weights counted = parameter -> {
      atOnce.add(open.incrementAndGet());
      return new FilterInputStream(new SeededWeights(1).open(parameter)) {
        @Override
        public void close() throws IOException {
          open.decrementAndGet();
          super.close();
        }
      };
    };
    ModelFiles files = graph().files(counted);
    assertThat(files.read("model.onnx.data")).hasSize((int) files.size("model.onnx.data"));
    assertThat(atOnce).containsOnly(1);
    assertThat(open).hasValue(0);
    try (InputStream in = files.open("model.onnx.data")) {
      in.skipNBytes(100_000);
      assertThat(open).hasValue(1);
    }
    assertThat(open).hasValue(0);
  }

  @Test
  void everyOpeningBeginsAnewAndByteByByteIsTheSame() throws IOException {
    ModelFiles files = graph().files(new SeededWeights(1));
    byte[] whole = files.read("model.onnx.data");
    byte[] single = new byte[whole.length];
    try (InputStream in = files.open("model.onnx.data")) {
      for (int i = 0; i < single.length; i++) {
        single[i] = (byte) in.read();
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(single).isEqualTo(whole);
  }

  @Test
  void refusesWeightsOfAnotherLength() {
    Weights longer = parameter -> new ByteArrayInputStream(
        new byte[(int) parameter.byteCount() + 1]);
    Weights shorter = parameter -> new ByteArrayInputStream(
        new byte[(int) parameter.byteCount() - 1]);
    for (Weights wrong : List.of(longer, shorter)) {
      assertThatThrownBy(() -> graph().files(wrong)).isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("'small'");
      GraphBuilder graph = new GraphBuilder("g");
      graph.output("w", graph.parameter(HUGE), OnnxDataType.FLOAT, OnnxDimension.of(20_000),
          OnnxDimension.of(2));
      ModelFiles files = graph.files(wrong);
      assertThatThrownBy(() -> files.read("model.onnx.data"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContainingAll("'huge'", "160000");
    }
  }

  @Test
  void namesTheParameterThatCannotBeRead() {
    Weights broken = parameter -> {
      throw new IOException("no disk");
    };
    assertThatThrownBy(() -> graph().files(broken)).isInstanceOf(StorageException.class)
        .hasMessageContainingAll("'small'", "no disk");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph().files(new SeededWeights(1)).open("other"))
        .withMessageContainingAll("other", "model.onnx.data");
  }
}
