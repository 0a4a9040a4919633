package org.modelledger.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.modelledger.model.Digest;

class TensorsTest {
  private static final Tensor ONE = Tensor.of(new float[]{1}, 1);
  private static final Tensor TWO = Tensor.of(new float[]{2}, 1);

  /** A line of canonical-tensors.tsv, which was written by another program. */
  record Vector(String name, Tensors tensors, String canonical, Digest digest) {
    static Vector parse(String line) {
      String[] columns = line.split("\t", -1);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String tensor : columns[1].isEmpty() ? new String[0] : columns[1].split(",", -1)) {
        String[] parts = tensor.split(":", -1);
        long[] lengths = Stream.of(parts[2].split("x", -1))
            .filter(length -> !length.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
        tensors.put(new String(HexFormat.of().parseHex(parts[0]), StandardCharsets.UTF_8),
            Tensor.wrap(DataType.valueOf(parts[1]), Shape.of(lengths),
                ByteBuffer.wrap(HexFormat.of().parseHex(parts[3]))));
      }
      return new Vector(columns[0], Tensors.of(tensors), columns[2],
          new Digest(columns[3]));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Vector> vectors() throws IOException {
    try (InputStream in = Objects
        .requireNonNull(TensorsTest.class.getResourceAsStream("canonical-tensors.tsv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
          .filter(line -> !line.startsWith("#"))
          .map(Vector::parse)
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void haveTheCanonicalBytesOfTheFormatsPage(Vector vector) {
    CollectingDigest collected = new CollectingDigest();

    vector.tensors().updateCanonical(collected);

    assertThat(HexFormat.of().formatHex(collected.bytes()))
        .isEqualTo(vector.canonical());
    assertThat(vector.tensors().canonicalDigest()).isEqualTo(vector.digest());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void haveOneDigestInWhateverOrderTheyAreGiven(Vector vector) {
    Map<String, Tensor> backwards = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(vector.tensors().names());
    for (int i = names.size() - 1; i >= 0; i--) {
      backwards.put(names.get(i), vector.tensors().get(names.get(i)));
    }

    assertThat(Tensors.of(backwards).canonicalDigest()).isEqualTo(vector.digest());
    assertThat(Tensors.of(backwards)).isEqualTo(vector.tensors())
        .hasSameHashCodeAs(vector.tensors());
  }

  @Test
  void vectorsCoverEveryTypeAndDiffer() throws IOException {
    List<Vector> vectors = vectors();

    assertThat(vectors).extracting(Vector::digest).doesNotHaveDuplicates();
    assertThat(vectors.stream()
        .flatMap(vector -> vector.tensors().asMap().values().stream())
        .map(Tensor::dataType)
        .distinct()).containsExactlyInAnyOrder(DataType.values());
  }

  @Test
  void feedADigestThatWasFedBefore() {
    MessageDigest salted = Digest.sha256();
    salted.update((byte) 7);

    MessageDigest same = Tensors.of("x", ONE).updateCanonical(salted);

    assertThat(same).isSameAs(salted);
    CollectingDigest canonical = new CollectingDigest();
    Tensors.of("x", ONE).updateCanonical(canonical);
    MessageDigest expected = Digest.sha256();
    expected.update((byte) 7);
    assertThat(salted.digest()).isEqualTo(expected.digest(canonical.bytes()));
  }

  @Test
  void refuseNamesThatHaveNoUtf8Form() {
    for (String name : List.of("\ud800", "a\udc00", "\ude00\ud83d")) {
      assertThatIllegalArgumentException().isThrownBy(() -> Tensors.of(name, ONE))
          .withMessageContaining("Unicode");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new TensorSpec(name, DataType.FP32, Shape.of(1)))
          .withMessageContaining("Unicode");
    }
    assertThat(Tensors.of("\ud83d\ude00", ONE).canonicalDigest())
        .isNotEqualTo(Tensors.of("?", ONE).canonicalDigest());
  }

  @Test
  void refuseEmptyAndEqualNames() {
    assertThatIllegalArgumentException().isThrownBy(() -> Tensors.of("", ONE));
    assertThatIllegalArgumentException().isThrownBy(() -> Tensors.of("x", ONE, "x", TWO))
        .withMessageContaining("'x'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TensorSpec("", DataType.FP32, Shape.of(1)));
  }

  @Test
  void areCopiedAndKeepTheirOrder() {
    Map<String, Tensor> map = new LinkedHashMap<>();
    map.put("b", ONE);
    map.put("a", TWO);
    Tensors tensors = Tensors.of(map);

    map.clear();

    assertThat(tensors.names()).containsExactly("b", "a");
    assertThat(tensors.get("a")).isSameAs(TWO);
    assertThat(tensors.find("a")).containsSame(TWO);
    assertThat(tensors.find("c")).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> tensors.get("c"))
        .withMessageContaining("'c'")
        .withMessageContaining("[b, a]");
  }

  @Test
  void areCheckedAgainstWhatIsAskedFor() {
    List<TensorSpec> specs = List.of(new TensorSpec("x", DataType.FP32, Shape.of(Shape.FREE, 2)));
    Tensor fitting = Tensor.of(new float[4], 2, 2);

    assertThat(Tensors.of("x", fitting).check(specs).names()).containsExactly("x");
    assertThatIllegalArgumentException().isThrownBy(() -> Tensors.of("y", fitting).check(specs))
        .withMessageContaining("'x' is missing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensors.of("x", fitting, "y", ONE).check(specs))
        .withMessageContaining("[y]");
    assertThatIllegalArgumentException().isThrownBy(() -> Tensors.of("x", ONE).check(specs))
        .withMessageContaining("tensor 'x' has FP32 [1]; expected FP32 [?, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensors.of("x", Tensor.of(new double[4], 2, 2)).check(specs))
        .withMessageContaining("FP64");
  }

  /** Keeps what it is fed. */
  private static final class CollectingDigest extends MessageDigest {
    private final ByteArrayOutputStream fed = new ByteArrayOutputStream();

    CollectingDigest() {
      super("none");
    }

    byte[] bytes() {
      return fed.toByteArray();
    }

    @Override
    protected void engineUpdate(byte input) {
      fed.write(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      fed.write(input, offset, length);
    }

    @Override
    protected byte[] engineDigest() {
      return bytes();
    }

    @Override
    protected void engineReset() {
      fed.reset();
    }
  }

  @Test
  void canonicalBytesAreThoseOfThePageWhateverTheLengthOfNamesAndShapes() {
    for (int length : new int[]{1, 60, 90, 99, 100, 101, 128, 129, 1000}) {
      for (int rank : new int[]{0, 1, 5, Shape.MAX_RANK}) {
        long[] lengths = new long[rank];
        Arrays.fill(lengths, 1);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("n".repeat(length), Tensor.of(new float[]{length}, lengths));
        tensors.put("m".repeat(length), Tensor.of(new long[]{rank}, lengths));

        ByteArrayOutputStream page = new ByteArrayOutputStream();
        page.writeBytes("MLTENS01".getBytes(StandardCharsets.US_ASCII));
        page.writeBytes(little(4).putInt(2).array());
        tensors.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
          Tensor tensor = entry.getValue();
          page.writeBytes(little(4).putInt(length).array());
          page.writeBytes(entry.getKey().getBytes(StandardCharsets.UTF_8));
          page.writeBytes(little(4).putInt(tensor.dataType().name().length()).array());
          page.writeBytes(tensor.dataType().name().getBytes(StandardCharsets.US_ASCII));
          page.writeBytes(little(4).putInt(rank).array());
          for (long one : lengths) {
            page.writeBytes(little(8).putLong(one).array());
          }
          page.writeBytes(little(8).putLong(tensor.data().remaining()).array());
          byte[] elements = new byte[tensor.data().remaining()];
          tensor.data().get(elements);
          page.writeBytes(elements);
        });
        assertThat(Tensors.of(tensors).canonicalDigest()).as("names of %s, rank %s", length, rank)
            .isEqualTo(Digest.sha256(page.toByteArray()));
      }
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
