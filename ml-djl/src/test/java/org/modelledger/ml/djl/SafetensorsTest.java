package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.modelledger.model.ModelFormatException;

class SafetensorsTest {
  private static SortedMap<String, Safetensors.Values> values() {
    SortedMap<String, Safetensors.Values> values = new TreeMap<>();
    values.put("b", Safetensors.Values.of(new float[]{1, 2, 3, 4, 5, 6}, 2, 3));
    values.put("a", Safetensors.Values.of(new float[]{Float.NaN, -0.0f}, 2));
    values.put("empty", Safetensors.Values.of(new float[0], 0, 7));
    values.put("scalar", Safetensors.Values.of(new float[]{9}));
    return values;
  }

  private static byte[] file(String header, int elements) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length + elements * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private static void refuses(String header, int elements, String named) {
    assertThatExceptionOfType(ModelFormatException.class).as(header)
        .isThrownBy(() -> Safetensors.read(file(header, elements), "file"))
        .withMessageContaining("file")
        .withMessageContaining(named);
  }

  @Test
  void readsWhatItWrote() {
    SortedMap<String, Safetensors.Values> read = Safetensors.read(Safetensors.write(values()),
        "file");

    assertThat(read.keySet()).containsExactly("a", "b", "empty", "scalar");
    values().forEach((name, expected) -> {
      Safetensors.Values actual = Objects.requireNonNull(read.get(name));
      assertThat(actual.shape()).isEqualTo(expected.shape());
      assertThat(actual.elements()).isEqualTo(expected.elements());
    });
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    String entry = "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}";
    refuses(entry.formatted("F16", "[2]", "[0,8]"), 2, "F16");
    refuses(entry.formatted("F32", "[3]", "[0,8]"), 2, "do not fit");
    refuses(entry.formatted("F32", "[-1]", "[0,8]"), 2, "dimensions from 0");
    refuses(entry.formatted("F32", "[2]", "[4,12]"), 3, "expected 0");
    refuses(entry.formatted("F32", "[2]", "[0,8]"), 3, "12 bytes");
    refuses(entry.formatted("F32", "[2]", "[0,8]"), 1, "do not fit");
    refuses(entry.formatted("F32", "[9223372036854775807,9]", "[0,8]"), 2, "no file holds");
    refuses(entry.formatted("F32", "[2.5]", "[0,8]"), 2, "whole number");
    refuses("{\"a\":7}", 0, "not an object");
    refuses("[]", 0, "JSON object");
  }

  @Test
  void noChangedByteBreaksAnythingElse() {
    byte[] file = Safetensors.write(values());
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 2000; i++) {
      byte[] changed = file.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      try {
        assertThat(Safetensors.read(changed, "file")).isNotNull();
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageContaining("file");
      }
    }
  }
}
