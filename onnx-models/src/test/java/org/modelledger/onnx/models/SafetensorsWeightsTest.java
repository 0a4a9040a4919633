package org.modelledger.onnx.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.models.safetensors.SafetensorsFile;

class SafetensorsWeightsTest {
  private static final String HEADER = """
      {"m.single":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},\
      "m.half":{"dtype":"F16","shape":[5],"data_offsets":[12,22]},\
      "m.brain":{"dtype":"BF16","shape":[3],"data_offsets":[22,28]},\
      "m.ids":{"dtype":"I64","shape":[1],"data_offsets":[28,36]}}""";

  @SuppressWarnings("NullAway.Init")
  private SafetensorsFile file;

  @BeforeEach
  void write(@TempDir Path directory) throws IOException {
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 36).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    bytes.putFloat(1.5f).putFloat(-0f).putFloat(3e38f);
    // 1, -2, the least and the greatest positive one, infinity (IEEE 754 binary16)
    for (int half : new int[]{0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00}) {
      bytes.putShort((short) half);
    }
    // 1, -2, 3.140625 (the upper halves of binary32)
    for (int half : new int[]{0x3f80, 0xc000, 0x4049}) {
      bytes.putShort((short) half);
    }
    bytes.putLong(7);
    file = SafetensorsFile.open(Files.write(directory.resolve("x.safetensors"), bytes.array()));
  }

  @AfterEach
  void close() {
    file.close();
  }

  private float[] read(Parameter parameter) throws IOException {
    try (InputStream in = new SafetensorsWeights(file, name -> "m." + name).open(parameter)) {
      float[] elements = new float[(int) parameter.elements()];
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(bytes.remaining()).isEqualTo(parameter.byteCount());
      bytes.asFloatBuffer().get(elements);
      return elements;
    }
  }

  @Test
  void readsEveryFloatType() throws IOException {
    assertThat(read(Parameter.filled("single", 0, 3))).containsExactly(1.5f, -0f, 3e38f);
    assertThat(read(Parameter.filled("half", 0, 5))).containsExactly(1f, -2f, 0x1p-24f, 65504f,
        Float.POSITIVE_INFINITY);
    assertThat(read(Parameter.filled("brain", 0, 3))).containsExactly(1f, -2f, 3.140625f);
  }

  @Test
  void namesWhatDoesNotFitBeforeAnythingIsWritten() {
    Weights weights = new SafetensorsWeights(file);
    refuses(weights, Parameter.filled("m.none", 0, 3), "'m.none'", "[3]", "m.single");
    refuses(weights, Parameter.filled("m.single", 0, 4), "'m.single'", "[3]", "[4]");
    refuses(weights, Parameter.filled("m.ids", 0, 1), "'m.ids'", "I64", "BF16");
    assertThatThrownBy(() -> Gpt2.small().files(weights)).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("'wte.weight'");
  }

  private static void refuses(Weights weights, Parameter parameter, String... parts) {
    assertThatThrownBy(() -> weights.check(parameter)).isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(parts);
    assertThatThrownBy(() -> weights.open(parameter).close())
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(parts);
  }
}
