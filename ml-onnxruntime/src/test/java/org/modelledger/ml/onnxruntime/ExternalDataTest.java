package org.modelledger.ml.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxExternalTensor;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/** Models whose constants lie in other files. */
class ExternalDataTest {
  private static final OnnxDataType FLOAT = OnnxDataType.FLOAT;

  private final OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(OnnxRuntimeOptions.defaults());

  @AfterEach
  void close() {
    engine.close();
  }

  private static OnnxExternalTensor external(String name, String file, long offset, long... shape) {
    return new OnnxExternalTensor(name, FLOAT,
        Arrays.stream(shape).boxed().toList(), file, offset, OptionalLong.empty());
  }

  private static byte[] bytes(float... elements) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(elements);
    return bytes.array();
  }

  /** y = x + c, where c has the shape [2]. */
  private static OnnxModelBuilder addition() {
    return Graphs.builder("addition")
        .input(OnnxValue.of("x", FLOAT, Graphs.shape(2)))
        .output(OnnxValue.of("y", FLOAT, Graphs.shape(2)))
        .node(OnnxNode.of("Add", List.of("x", "c"), List.of("y")));
  }

  private static Map<String, byte[]> addition(OnnxExternalTensor c, byte[] weights) {
    Map<String, byte[]> files = new HashMap<>();
    files.put("model.onnx", Graphs.bytes(addition().external(c)));
    files.put("weights.bin", weights);
    return files;
  }

  private void refuses(Map<String, byte[]> files, String... parts) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> engine.load(ModelFiles.of(files)))
        .withMessageContainingAll(parts)
        .withMessageStartingWith("model.onnx: ");
  }

  @Test
  void constantsInSeveralFilesAreWhatTheyWereInside() throws InterruptedException {
    SplittableRandom random = new SplittableRandom(2);
    float[] w = Graphs.floats(random, 300 * 400);
    float[] b = Graphs.floats(random, 400);
    float[] table = Graphs.floats(random, 50 * 300);
    OnnxModelBuilder[] graphs = new OnnxModelBuilder[2];
    for (int i = 0; i < 2; i++) {
      graphs[i] = Graphs.builder("external")
          .input(OnnxValue.of("x", OnnxDataType.INT64, Graphs.shape(-1)))
          .output(OnnxValue.of("y", FLOAT, Graphs.shape(-1, 400)))
          .output(OnnxValue.of("t", FLOAT, Graphs.shape(50, 300)))
          .node(OnnxNode.of("Gather", List.of("table", "x"), List.of("row")))
          .node(OnnxNode.of("Gemm", List.of("row", "w", "b"), List.of("g")))
          .node(OnnxNode.of("Add", List.of("g", "b"), List.of("y")))
          .node(OnnxNode.of("Neg", List.of("table"), List.of("t")));
    }
    graphs[0].initializer(OnnxTensor.ofFloats("w", w, 300, 400))
        .initializer(OnnxTensor.ofFloats("b", b, 400))
        .initializer(OnnxTensor.ofFloats("table", table, 50, 300));
    graphs[1].external(external("w", "more/w.bin", 4096, 300, 400))
        .external(external("b", "weights.bin", 16, 400))
        .external(external("table", "weights.bin", 1620, 50, 300));
    ByteBuffer weights = ByteBuffer.allocate(1620 + 4 * table.length + 7)
        .put(16, bytes(b))
        .put(1620, bytes(table));
    ByteBuffer more = ByteBuffer.allocate(4096 + 4 * w.length).put(4096, bytes(w));

    Tensors inputs = Tensors.of("x", Tensor.of(new long[]{3, 49, 0}, 3));
    try (OnnxRuntimeModel inside = engine.load(Graphs.files(graphs[0]));
        OnnxRuntimeModel outside = engine.load(ModelFiles.of(Map.of(
            "dir/model.onnx", Graphs.bytes(graphs[1]), "dir/weights.bin", weights.array(),
            "dir/more/w.bin", more.array())))) {
      System.gc();
      for (int i = 0; i < 3; i++) {
        assertThat(outside.run(inputs)).isEqualTo(inside.run(inputs));
      }
    }
  }

  @Test
  void constantsOfManyTypesAreTakenAndMayOverlap() throws InterruptedException {
    byte[] weights = new byte[64];
    new SplittableRandom(8).nextBytes(weights);
    for (OnnxDataType type : List.of(OnnxDataType.FLOAT, OnnxDataType.DOUBLE,
        OnnxDataType.FLOAT16, OnnxDataType.BFLOAT16, OnnxDataType.INT8, OnnxDataType.UINT8,
        OnnxDataType.INT16, OnnxDataType.INT32, OnnxDataType.INT64)) {
      int elements = 24 / type.byteSize();
      OnnxModelBuilder graph = Graphs.builder("types")
          .input(OnnxValue.of("x", FLOAT, Graphs.shape(1)))
          .output(OnnxValue.of("z", FLOAT, Graphs.shape(1)))
          .node(OnnxNode.of("Neg", List.of("x"), List.of("z")));
      for (int i = 0; i < 3; i++) {
        graph.external(new OnnxExternalTensor("c" + i, type, List.of((long) elements),
            "weights.bin", 8L * i, OptionalLong.of(24)))
            .output(OnnxValue.of("y" + i, type, Graphs.shape(elements)))
            .node(OnnxNode.of("Identity", List.of("c" + i), List.of("y" + i)));
      }
      try (OnnxRuntimeModel model = engine.load(ModelFiles
          .of(Map.of("model.onnx", Graphs.bytes(graph), "weights.bin", weights)))) {
        for (int run = 0; run < 2; run++) {
          Tensors outputs = model.run(Tensors.of("x", Tensor.of(new float[]{1}, 1)));
          for (int i = 0; i < 3; i++) {
            assertThat(outputs.get("y" + i).data()).as("%s %d", type, i)
                .isEqualTo(ByteBuffer.wrap(weights, 8 * i, 24).slice());
          }
        }
      }
    }
  }

  @Test
  void whatIsBadlyDescribedIsRefusedByName() {
    byte[] good = bytes(1, 2, 3, 4);
    refuses(addition(external("c", "other.bin", 0, 2), good), "'c'", "other.bin", "weights.bin");
    refuses(addition(external("c", "../weights.bin", 0, 2), good), "'c'", "../weights.bin");
    refuses(addition(external("c", "/etc/passwd", 0, 2), good), "'c'", "/etc/passwd");
    refuses(addition(external("c", "", 0, 2), good), "'c'");
    refuses(addition(external("c", "model.onnx", 0, 2), good), "'c'", "model.onnx");
    refuses(addition(external("c", "*/_ORT_MEM_ADDR_/*", 0, 2), good), "'c'", "_ORT_MEM_ADDR_");
    refuses(addition(external("c", "weights.bin", 12, 2), good), "'c'", "8 bytes", "byte 12",
        "16");
    refuses(addition(external("c", "weights.bin", Long.MAX_VALUE, 2), good), "'c'");
    refuses(addition(external("c", "weights.bin", 0, 1L << 40), good), "'c'");
    refuses(addition(new OnnxExternalTensor("c", FLOAT, List.of(2L), "weights.bin", 0,
        OptionalLong.of(12)), good), "'c'", "12", "8");
    refuses(addition(new OnnxExternalTensor("c", OnnxDataType.UINT32, List.of(2L), "weights.bin",
        0, OptionalLong.empty()), good), "'c'", "UINT32");
  }

  @Test
  void aTensorElsewhereThatLiesInAFileIsRefusedByName() {
    byte[] tensor = Graphs.message(1, 1L, 2, 1L, 8, "hidden", 13,
        Graphs.message(1, "location", 2, "weights.bin"), 14, 1L);
    byte[] node = Graphs.message(2, "y", 4, "Constant", 5,
        Graphs.message(1, "value", 5, tensor, 20, 4L));
    byte[] value = Graphs.message(1, Graphs.message(1, 1L, 2, Graphs.message(1,
        Graphs.message(1, 1L))));
    byte[] graph = Graphs.message(1, node, 2, "graph", 12,
        Graphs.message(1, "y", 2, value));
    byte[] model = Graphs.message(1, 8L, 7, graph, 8, Graphs.message(1, "", 2, 17L));

    refuses(Map.of("model.onnx", model, "weights.bin", bytes(1)), "'hidden'", "weights.bin");
  }

  @Test
  void everyFileIsReadToItsEndBeforeAnythingRuns() {
    Map<String, byte[]> content = addition(external("c", "weights.bin", 0, 2), bytes(1, 2, 3));
    content.put("tokenizer.json", new byte[]{1, 2, 3});
    for (String bad : content.keySet()) {
      Watched files = new Watched(content, bad);
      assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> engine.load(files))
          .withMessage("the digest of " + bad + " is another");
    }
    Watched files = new Watched(content, "none");
    engine.load(files).close();
    assertThat(files.ended).isEqualTo(content.keySet());
  }

  @Test
  void filesOfAnotherLengthAreRefusedByName() {
    Map<String, byte[]> content = addition(external("c", "weights.bin", 0, 2), bytes(1, 2, 3));
    for (long difference : new long[]{-1, 1}) {
      for (String bad : content.keySet()) {
        Watched files = new Watched(content, "none") {
          @Override
          public long size(String name) {
            return super.size(name) + (name.equals(bad) ? difference : 0);
          }
        };
        assertThatExceptionOfType(ModelFormatException.class)
            .isThrownBy(() -> engine.load(files))
            .withMessageContaining(bad);
      }
    }
  }

  @Test
  void whatRunsIsWhatWasRead() throws InterruptedException {
    // the weights' place has other bytes once they were read
    byte[] weights = bytes(1, 2);
    Map<String, byte[]> content = addition(external("c", "weights.bin", 0, 2), weights);
    try (OnnxRuntimeModel model = engine.load(new Watched(content, "none"))) {
      weights[3] = 99;
      assertThat(model.run(Tensors.of("x", Tensor.of(new float[2], 2))).get("y").toFloats())
          .containsExactly(1, 2);
    }
  }

  @Test
  void manyModelsWithConstantsInFilesComeAndGo() throws InterruptedException {
    float[] big = Graphs.floats(new SplittableRandom(1), 1 << 16);
    OnnxModelBuilder graph = Graphs.builder("big")
        .input(OnnxValue.of("x", FLOAT, Graphs.shape(1)))
        .output(OnnxValue.of("y", FLOAT, Graphs.shape(1 << 16)))
        .external(external("c", "weights.bin", 0, 1 << 16))
        .node(OnnxNode.of("Mul", List.of("x", "c"), List.of("y")));
    ModelFiles files = ModelFiles
        .of(Map.of("model.onnx", Graphs.bytes(graph), "weights.bin", bytes(big)));
    List<OnnxRuntimeModel> open = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      open.add(engine.load(files));
      if (open.size() > 4) {
        open.removeFirst().close();
      }
      if (i % 5 == 0) {
        System.gc();
      }
      for (OnnxRuntimeModel model : open) {
        Tensor y = model.run(Tensors.of("x", Tensor.of(new float[]{1}, 1))).get("y");
        assertThat(y.shape()).isEqualTo(Shape.of(1 << 16));
        assertThat(y.toFloats()).isEqualTo(big);
      }
    }
  }

  /** Files in memory that note what is read to its end, and fail there. */
  private static class Watched implements ModelFiles {
    final SortedSet<String> ended = new ConcurrentSkipListSet<>();
    private final Map<String, byte[]> content;
    private final String bad;

    Watched(Map<String, byte[]> content, String bad) {
      this.content = content;
      this.bad = bad;
    }

    @Override
    public SortedSet<String> names() {
      return new TreeSet<>(content.keySet());
    }

    @Override
    public long size(String name) {
      return bytes(name).length;
    }

    private byte[] bytes(String name) {
      byte[] bytes = content.get(name);
      if (bytes == null) {
        throw new IllegalArgumentException("no file '" + name + "'");
      }
      return bytes;
    }

    @Override
    public InputStream open(String name) {
      return new FilterInputStream(new ByteArrayInputStream(bytes(name))) {
        @Override
        public int read(byte[] into, int from, int length) throws IOException {
          int n = super.read(into, from, length);
          if (n < 0) {
            ended.add(name);
            if (name.equals(bad)) {
              throw new ModelFormatException("the digest of " + name + " is another");
            }
          }
          return n;
        }
      };
    }
  }
}
