package org.modelledger.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;

class InferenceJsonTest {
  private static final long SEED = Long.getLong("modelledger.seed",
      new Random().nextLong(1_000_000));

  /** What a response says, taken as a request, is the same to the last bit. */
  private static Tensors again(Tensors tensors) {
    String json = JsonOutput.line(Map.of("inputs", InferenceJson.outputs(tensors)));
    return InferenceJson.inputs(json.getBytes(UTF_8));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"BYTES", "FP16", "BF16"})
  void numbersComeBackToTheLastBit(DataType type) {
    Random random = new Random(SEED);
    for (int i = 0; i < 300; i++) {
      Tensors tensors = Tensors.of("x", numbers(type, random.longs(i % 40).toArray()));
      assertThat(again(tensors)).as("seed %d, round %d", SEED, i).isEqualTo(tensors);
    }
  }

  private static Tensor numbers(DataType type, long[] bits) {
    ByteBuffer data = ByteBuffer.allocate(bits.length * type.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (long one : bits) {
      switch (type) {
        case BOOL -> data.put((byte) (one & 1));
        // a text says that it is not a number, not which one
        case FP32 -> data.putFloat(Float.intBitsToFloat(
            Float.floatToIntBits(Float.intBitsToFloat((int) one))));
        case FP64 -> data.putDouble(Double.longBitsToDouble(
            Double.doubleToLongBits(Double.longBitsToDouble(one))));
        default -> {
          for (int i = 0; i < type.size(); i++) {
            data.put((byte) (one >> (8 * i)));
          }
        }
      }
    }
    return Tensor.wrap(type, Shape.of(bits.length), data.flip());
  }

  @Test
  void textsComeBack() {
    Random random = new Random(SEED);
    for (int i = 0; i < 300; i++) {
      List<String> texts = new ArrayList<>();
      for (int t = 0; t < i % 20; t++) {
        byte[] bytes = new byte[random.nextInt(30)];
        random.nextBytes(bytes);
        texts.add(new String(bytes, UTF_8));
      }
      Tensors tensors = Tensors.of("x", Tensor.ofStrings(texts, texts.size()));
      assertThat(again(tensors)).as("seed %d, round %d", SEED, i).isEqualTo(tensors);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{|not JSON", "{} {}|not JSON", "{}|has no inputs", "[1]|has no inputs",
      "{\"inputs\": []}|has no inputs", "{\"inputs\": 1, \"inputs\": 2}|not JSON",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"FP128\", \"data\": [1]}]}|'FP128'",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [2], \"datatype\": \"FP32\", \"data\": [1]}]}|input 'x'",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 1.5], \"datatype\": \"FP32\", \"data\": [1]}]}|input 'x': its shape is [1,1.5], whose number 1",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": {\"a\": 1}, \"datatype\": \"FP32\", \"data\": [1]}]}|input 'x': its shape is {",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": 1, \"datatype\": \"FP32\", \"data\": [1]}]}|input 'x': its shape is 1;",
      "{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"data\": [1]}]}|has no shape",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"FP32\", \"data\": [\"1\"]}]}|expected a value of FP32",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"UINT8\", \"data\": [256]}]}|expected a value of UINT8",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"INT8\", \"data\": [-129]}]}|expected a value of INT8",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"INT64\", \"data\": [1.0]}]}|expected a value of INT64",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"BOOL\", \"data\": [1]}]}|expected a value of BOOL",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [null]}]}|expected a value of BYTES",
      "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"FP16\", \"data\": [1]}]}|FP16 has no form",
      "{\"inputs\": [{\"shape\": [1], \"datatype\": \"FP32\", \"data\": [1]}]}|no name"})
  void refusesWhatIsNoRequest(String request, String words) {
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> InferenceJson.inputs(request.getBytes(UTF_8)))
        .withMessageContaining(words);
  }
}
