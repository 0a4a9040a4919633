package org.modelledger.ml.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxValue;

/** Every data type goes in and comes out, bit by bit, or is refused by name. */
class DataTypesTest {
  private final OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(OnnxRuntimeOptions.defaults());

  @AfterEach
  void close() {
    engine.close();
  }

  private static OnnxDataType onnx(DataType type) {
    return switch (type) {
      case FP32 -> OnnxDataType.FLOAT;
      case FP64 -> OnnxDataType.DOUBLE;
      case FP16 -> OnnxDataType.FLOAT16;
      case BF16 -> OnnxDataType.BFLOAT16;
      case BYTES -> OnnxDataType.STRING;
      default -> OnnxDataType.valueOf(type.name());
    };
  }

  private static Tensor random(DataType type, boolean direct, long... shape) {
    int bytes = Math.toIntExact(Shape.of(shape).elements() * type.size());
    byte[] content = new byte[bytes];
    new SplittableRandom(3).nextBytes(content);
    if (type == DataType.BOOL) {
      for (int i = 0; i < bytes; i++) {
        content[i] = (byte) (content[i] & 1);
      }
    }
    ByteBuffer data = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    return Tensor.wrap(type, Shape.of(shape), data.put(content).flip());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"BYTES", "UINT16", "UINT32", "UINT64"})
  void bitsComeOutAsTheyWentIn(DataType type) throws InterruptedException {
    OnnxDataType onnx = onnx(type);
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.identity(onnx, -1, 3)))) {
      assertThat(model.inputs()).containsExactly(new TensorSpec("x", type, Shape.of(-1, 3)));
      assertThat(model.outputs()).containsExactly(new TensorSpec("y", type, Shape.of(-1, 3)));
      for (boolean direct : new boolean[]{true, false}) {
        // the second time outputs are written where the caller has them
        for (int rows : new int[]{4, 4, 1, 0, 0, 4}) {
          Tensor x = random(type, direct, rows, 3);
          assertThat(model.run(Tensors.of("x", x)).get("y")).isEqualTo(x);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT64", "BOOL", "FP16"})
  void scalarsAreScalars(DataType type) throws InterruptedException {
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.identity(onnx(type))))) {
      Tensor x = random(type, true);
      for (int i = 0; i < 3; i++) {
        assertThat(model.run(Tensors.of("x", x)).get("y")).isEqualTo(x);
      }
    }
  }

  @Test
  void stringsComeOutAsTheyWentIn() throws InterruptedException {
    for (long[] shape : new long[][]{{6}, {2, 3}, {3, 1, 2}}) {
      try (OnnxRuntimeModel model = engine
          .load(Graphs.files(Graphs.identity(OnnxDataType.STRING, shape)))) {
        Tensor x = Tensor.ofStrings(List.of("", "a", "Zoë", "дом", "蚂蚁", "\uffee\u007f\u0080"),
            shape);
        for (int i = 0; i < 2; i++) {
          assertThat(model.run(Tensors.of("x", x)).get("y")).isEqualTo(x);
        }
      }
    }
    try (OnnxRuntimeModel model = engine
        .load(Graphs.files(Graphs.identity(OnnxDataType.STRING, -1)))) {
      Tensor none = Tensor.ofStrings(List.of(), 0);
      assertThat(model.run(Tensors.of("x", none)).get("y")).isEqualTo(none);
    }
    try (OnnxRuntimeModel model = engine
        .load(Graphs.files(Graphs.identity(OnnxDataType.STRING)))) {
      Tensor one = Tensor.ofStrings(List.of("alone"));
      assertThat(model.run(Tensors.of("x", one)).get("y")).isEqualTo(one);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d\ude00", "a\u0000b"})
  void stringsThatWouldArriveChangedAreRefused(String text) throws InterruptedException {
    try (OnnxRuntimeModel model = engine
        .load(Graphs.files(Graphs.identity(OnnxDataType.STRING, 2)))) {
      Tensors inputs = Tensors.of("x", Tensor.ofStrings(List.of("good", text), 2));

      assertThatExceptionOfType(InferenceException.class).isThrownBy(() -> model.run(inputs))
          .withMessageContainingAll("'x'", "element 1");
    }
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws InterruptedException {
    try (OnnxRuntimeModel model = engine
        .load(Graphs.files(Graphs.identity(OnnxDataType.STRING, 1)))) {
      ByteBuffer data = ByteBuffer.allocate(6)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(2)
          .put((byte) 0xc3)
          .put((byte) 0x28)
          .flip();
      Tensors inputs = Tensors.of("x", Tensor.wrap(DataType.BYTES, Shape.of(1), data));

      assertThatExceptionOfType(InferenceException.class).isThrownBy(() -> model.run(inputs))
          .withMessageContainingAll("'x'", "element 0", "UTF-8");
    }
  }

  @Test
  void stringsThatCameChangedAreRefused() throws InterruptedException {
    // the model makes the character itself; what Java gets of it looks like any text
    byte[] model = Graphs.bytes(Graphs.builder("labels")
        .opset("ai.onnx.ml", 2)
        .input(OnnxValue.of("x", OnnxDataType.INT64, Graphs.shape(1)))
        .output(OnnxValue.of("y", OnnxDataType.STRING, Graphs.shape(1)))
        .node(new OnnxNode("", "ai.onnx.ml", "LabelEncoder", List.of("x"), List.of("y"),
            List.of(new OnnxAttribute.IntList("keys_int64s", List.of(1L, 2L)),
                new OnnxAttribute.StringList("values_strings",
                    List.of("plain", "a\ud83d\ude00"))))));
    try (OnnxRuntimeModel loaded = engine
        .load(ModelFiles.of(Map.of("model.onnx", model)))) {
      assertThat(loaded.run(Tensors.of("x", Tensor.of(new long[]{1}, 1))).get("y").toStrings())
          .containsExactly("plain");
      assertThatExceptionOfType(InferenceException.class)
          .isThrownBy(() -> loaded.run(Tensors.of("x", Tensor.of(new long[]{2}, 1))))
          .withMessageContainingAll("'y'", "element 0");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UINT16", "UINT32", "UINT64"})
  void unsignedNumbersComeOut(DataType type) throws InterruptedException {
    OnnxDataType onnx = onnx(type);
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.one(OnnxDataType.INT64,
        Graphs.shape(-1), onnx, Graphs.shape(-1), "Cast",
        new OnnxAttribute.IntValue("to", onnx.number()))))) {
      for (int i = 0; i < 3; i++) {
        Tensor y = model.run(Tensors.of("x", Tensor.of(new long[]{0, 1, 65535}, 3))).get("y");

        assertThat(y.dataType()).isEqualTo(type);
        assertThat(y.shape()).isEqualTo(Shape.of(3));
        assertThat(y.data().get(2 * type.size())).isEqualTo((byte) 0xff);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UINT16", "UINT32", "UINT64"})
  void unsignedNumbersThatCannotGoInAreRefusedWhenTheModelIsLoaded(DataType type) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> engine.load(Graphs.files(Graphs.identity(onnx(type), 2))))
        .withMessageContainingAll("model.onnx", "'x'", type.name());
  }

  @Test
  void sequencesAreRefusedByName() {
    byte[] elements = Graphs.message(1, Graphs.message(1, 1L));
    byte[] sequence = Graphs.message(4, Graphs.message(1, elements));
    byte[] graph = Graphs.message(1, Graphs.message(1, "x", 2, "y", 4, "Identity"), 2, "graph",
        11, Graphs.message(1, "x", 2, sequence), 12, Graphs.message(1, "y", 2, sequence));
    byte[] model = Graphs.message(1, 8L, 7, graph, 8, Graphs.message(1, "", 2, 17L));

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> engine.load(ModelFiles.of(Map.of("model.onnx", model))))
        .withMessageContainingAll("model.onnx", "input 'x'", "sequence");
  }

  @Test
  void complexNumbersAreRefusedByName() {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(
            () -> engine.load(Graphs.files(Graphs.identity(OnnxDataType.COMPLEX64, 2))))
        .withMessageContainingAll("model.onnx", "complex64");
  }
}
