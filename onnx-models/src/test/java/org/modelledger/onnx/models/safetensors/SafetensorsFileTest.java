package org.modelledger.onnx.models.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

class SafetensorsFileTest {
  private static final long SEED = Long.getLong("modelledger.seed", 20260101L);

  private static final String HEADER = """
      {"__metadata__":{"format":"pt","é":"ü"},\
      "b":{"dtype":"I64","shape":[2],"data_offsets":[8,24]},\
      "a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},\
      "empty":{"dtype":"BF16","shape":[3,0],"data_offsets":[24,24]},\
      "scalar":{"dtype":"U8","shape":[],"data_offsets":[24,25]},\
      "packed":{"dtype":"F4","shape":[2,3],"data_offsets":[25,28]}}  \s""";
  private static final byte[] DATA = new byte[28];

  static {
    for (int i = 0; i < DATA.length; i++) {
      DATA[i] = (byte) i;
    }
  }

  @TempDir
  private Path directory;

  private static byte[] file(byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  private static byte[] file(String header) {
    return file(header.getBytes(StandardCharsets.UTF_8), DATA);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("x.safetensors"), bytes);
  }

  @Test
  void readsTensorsWhereTheHeaderSays() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(write(file(HEADER)))) {
      assertThat(file.metadata()).isEqualTo(Map.of("format", "pt", "é", "ü"));
      assertThat(file.tensors().keySet()).containsExactly("a", "b", "empty", "scalar", "packed");
      SafetensorsEntry b = file.tensors().get("b");
      long begin = 8L + HEADER.getBytes(StandardCharsets.UTF_8).length;
      assertThat(b).isEqualTo(
          new SafetensorsEntry("b", SafetensorsType.I64, List.of(2L), begin + 8, 16));
      for (SafetensorsEntry entry : file.tensors().values()) {
        int from = (int) (entry.offset() - begin);
        try (InputStream in = file.read(entry.name())) {
          assertThat(in.readAllBytes())
              .isEqualTo(Arrays.copyOfRange(DATA, from, from + (int) entry.byteCount()));
          assertThat(in.read()).isEqualTo(-1);
        }
      }
      try (InputStream one = file.read("a"); InputStream other = file.read("a")) {
        assertThat(one.read()).isEqualTo(0);
        assertThat(one.read()).isEqualTo(1);
        assertThat(other.read()).isEqualTo(0);
      }
      assertThatIllegalArgumentException().isThrownBy(() -> file.read("c"))
          .withMessageContainingAll("'c'", "scalar");
    }
  }

  @Test
  void aFileWithoutTensorsIsOne() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(
        write(file("{}".getBytes(StandardCharsets.UTF_8), new byte[0])))) {
      assertThat(file.tensors()).isEmpty();
      assertThat(file.metadata()).isEmpty();
    }
  }

  private void refuses(byte[] bytes, String... parts) throws IOException {
    Path path = write(bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(path).close())
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("x.safetensors")
        .hasMessageContainingAll(parts);
  }

  private void refuses(String from, String to, String... parts) throws IOException {
    assertThat(HEADER).contains(from);
    refuses(file(HEADER.replace(from, to)), parts);
  }

  @Test
  void refusesWhatIsNoSafetensorsFile() throws IOException {
    refuses(new byte[0], "0 bytes");
    refuses(new byte[7], "7 bytes");
    refuses(new byte[8], "does not begin with '{'");
    refuses(ByteBuffer.allocate(8).putLong(-1).array(), "18446744073709551615");
    refuses(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001).array(),
        "100000001", "100000000");
    refuses(ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(3).array(), "3 bytes",
        "2 that follow");
    refuses(file(" " + HEADER), "begin with '{'");
    refuses(file(HEADER + "x"), "strict JSON");
    refuses(file(HEADER + "{}"), "behind its header's object");
    refuses(file(HEADER.substring(0, 50)), "strict JSON");
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    header[HEADER.indexOf("pt")] = (byte) 0xff;
    refuses(file(header, DATA), "UTF-8");
  }

  @Test
  void refusesTensorsThatOverlapOrLeaveGaps() throws IOException {
    refuses("[8,24]", "[4,20]", "'b'", "byte 4", "over", "ends at 8");
    refuses("[0,8]", "[0,8]}, \"c\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]",
        "over");
    refuses("\"shape\":[2],\"data_offsets\":[8,24]", "\"shape\":[1],\"data_offsets\":[16,24]",
        "'b'", "gap", "ends at 8");
    refuses("[25,28]", "[25,29]", "'packed'", "28 bytes");
    refuses("[25,28]", "[28,25]", "'packed'", "[28, 25]");
    refuses("\"shape\":[2,3],\"data_offsets\":[25,28]", "\"shape\":[2,2],\"data_offsets\":[25,27]",
        "28 bytes of data", "27");
    refuses("\"shape\":[2],\"data_offsets\":[8,24]", "\"shape\":[3],\"data_offsets\":[8,24]", "'b'",
        "16 bytes", "takes 24");
    refuses("[8,24]", "[8,24,30]", "'b'", "begin and end");
  }

  @Test
  void refusesMembersThatAreNotInTheFormat() throws IOException {
    refuses("\"dtype\":\"I64\"", "\"dtype\":\"I65\"", "'b'", "'I65'", "BF16");
    refuses("\"dtype\":\"I64\"", "\"dtype\":7", "'b', dtype");
    refuses("\"dtype\":\"I64\",", "", "'b'", "without a member");
    refuses("\"dtype\":\"I64\"", "\"dtype\":\"I64\",\"order\":\"C\"", "'order'", "data_offsets");
    refuses("\"dtype\":\"I64\"", "\"dtype\":\"I64\",\"dtype\":\"I64\"", "strict JSON", "dtype");
    refuses("\"a\":", "\"b\":", "strict JSON", "Duplicate");
    refuses("\"format\":\"pt\"", "\"format\":1", "__metadata__ 'format'");
    refuses("{\"format\":\"pt\",\"é\":\"ü\"}", "[]", "__metadata__");
    refuses("\"shape\":[1,2]", "\"shape\":[1,2.0]", "'a', shape");
    refuses("\"shape\":[1,2]", "\"shape\":[-1,-2]", "'a', shape", "-1");
    refuses("\"shape\":[1,2]", "\"shape\":[9223372036854775808]", "'a', shape", "2^63");
    refuses("\"shape\":[1,2]", "\"shape\":[9223372036854775807,2]", "'a'", "does not fit");
    refuses("\"shape\":[1,2]", "\"shape\":2", "'a', shape");
    refuses("\"shape\":[2,3]", "\"shape\":[1,3]", "'packed'", "whole bytes");
    refuses("{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[24,25]}", "null", "'scalar'");
  }

  @Test
  void aFlippedByteIsReadOrRefusedButNothingElse() throws IOException {
    byte[] whole = file(HEADER);
    SplittableRandom random = new SplittableRandom(SEED);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = whole.clone();
      bytes[random.nextInt(bytes.length - DATA.length)] = (byte) random.nextInt(256);
      bytes = Arrays.copyOf(bytes, random.nextInt(4) == 0
          ? random.nextInt(bytes.length)
          : bytes.length);
      try (SafetensorsFile file = SafetensorsFile.open(write(bytes))) {
        for (String name : file.tensors().keySet()) {
          try (InputStream in = file.read(name)) {
            assertThat(in.readAllBytes()).as("seed %d", SEED)
                .hasSize((int) file.tensors().get(name).byteCount());
          }
        }
      } catch (ModelFormatException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", SEED).isGreaterThan(1000);
  }

  @Test
  void saysWhichFileIsMissingOrBecameShorter() throws IOException {
    assertThatThrownBy(() -> SafetensorsFile.open(directory.resolve("none.safetensors")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("none.safetensors");
    Path path = write(file(HEADER));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Files.write(path, Arrays.copyOf(file(HEADER), 8 + HEADER.length()));
      try (InputStream in = file.read("b")) {
        assertThatThrownBy(in::readAllBytes).isInstanceOf(ModelFormatException.class)
            .hasMessageContaining("shorter");
      }
    }
  }

  @Test
  void aClosedFileDoesNotRead() throws IOException {
    SafetensorsFile file = SafetensorsFile.open(write(file(HEADER)));
    file.close();
    file.close();
    try (InputStream in = file.read("b")) {
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(ClosedChannelException.class);
    }
  }
}
