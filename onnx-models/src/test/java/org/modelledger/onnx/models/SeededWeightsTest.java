package org.modelledger.onnx.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;

class SeededWeightsTest {
  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

  private static FloatBuffer floats(long seed, Parameter parameter) throws IOException {
    try (InputStream in = new SeededWeights(seed).open(parameter)) {
      return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
  }

  /** The words of the Javadoc once more, in numbers without limits. */
  private static BigInteger mix(BigInteger state) {
    BigInteger z = state.mod(WORD);
    z = z.xor(z.shiftRight(30)).multiply(new BigInteger("bf58476d1ce4e5b9", 16)).mod(WORD);
    z = z.xor(z.shiftRight(27)).multiply(new BigInteger("94d049bb133111eb", 16)).mod(WORD);
    return z.xor(z.shiftRight(31));
  }

  @Test
  void elementsAreWhatTheJavadocSays() throws IOException {
    Parameter parameter = Parameter.random("h.3.mlp.c_fc.weight", 0.02, 50, 100);
    BigInteger name = new BigInteger(1, Digest.sha256()
        .digest(parameter.name().getBytes(StandardCharsets.UTF_8))).shiftRight(192);
    BigInteger key = mix(BigInteger.valueOf(-42)).xor(name);
    FloatBuffer found = floats(-42, parameter);
    assertThat(found.remaining()).isEqualTo(5000);
    for (int i = 0; i < 5000; i++) {
      BigInteger word = mix(key.add(
          new BigInteger("9e3779b97f4a7c15", 16).multiply(BigInteger.valueOf(i + 1))));
      float u = word.shiftRight(40).intValueExact() / 8388608f - 1;
      assertThat(found.get(i)).isEqualTo(u * (float) (0.02 * Math.sqrt(3)));
    }
  }

  @Test
  void haveMeanAndDeviation() throws IOException {
    FloatBuffer elements = floats(1, Parameter.random("x", 0.5, 200_000));
    double sum = 0;
    double squares = 0;
    while (elements.hasRemaining()) {
      float element = elements.get();
      sum += element;
      squares += element * element;
    }
    assertThat(sum / 200_000).isCloseTo(0, within(0.005));
    assertThat(Math.sqrt(squares / 200_000)).isCloseTo(0.5, within(0.005));
  }

  @Test
  void anotherNameOrSeedGivesOtherElements() throws IOException {
    FloatBuffer one = floats(1, Parameter.random("a", 1, 10));
    assertThat(floats(1, Parameter.random("b", 1, 10))).isNotEqualTo(one);
    assertThat(floats(2, Parameter.random("a", 1, 10))).isNotEqualTo(one);
    assertThat(floats(1, Parameter.random("a", 1, 2, 5))).isEqualTo(one);
  }

  @Test
  void fillsWithOneValue() throws IOException {
    FloatBuffer ones = floats(9, Parameter.filled("norm.weight", 1, 5000));
    assertThat(ones.remaining()).isEqualTo(5000);
    while (ones.hasRemaining()) {
      assertThat(ones.get()).isEqualTo(1f);
    }
  }

  @Test
  void refusesParametersThatCannotBe() {
    assertThatIllegalArgumentException().isThrownBy(() -> Parameter.filled("x", 0, 3, 0))
        .withMessageContainingAll("'x'", "[3, 0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Parameter.filled("x", 0, Long.MAX_VALUE, 2))
        .withMessageContaining("product");
    assertThatIllegalArgumentException().isThrownBy(() -> Parameter.filled("", 0, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> Parameter.random("x", -1, 3));
  }

  @Test
  void smallModelsHaveTheseBytes() throws IOException {
    goldens(new ResNet(List.of(1, 1), 8, 10, 32),
        "ee7b5ee5d0a9b6947de494704566df6c28bea0088ba6df5c7ea3f012070fa51f",
        "b73fd8247650f232a772e7f37e3a553a63e237d9dd80ebef2d3c9200eac4d5f8");
    goldens(new Bert(2, 2, 32, 64, 100, 16, 2, 1e-12f, Bert.Output.SENTENCE),
        "e73af79d01e4c71ec2cc3177540c3e3c765a1963245cac9a6eba3ddcee37f21e",
        "646731f269acc3b06e74d6248b73b453f6238e72723682c38a437412a4b4de2c");
    goldens(new Gpt2(2, 2, 32, 100, 16, true),
        "07fa191f0dd5616b57b9c50fa1623e12445ae33e99ac52c0866ab4c5ef5f53b9",
        "121297e1580d328c3a85c5367badd040ca13b513397318cc0867eebc2360e3c6");
  }

  @Test
  void fullModelsHaveTheseBytes() throws IOException {
    goldens(ResNet.resNet50(), "80da9dbb2bb3136f6f4f3d5a0958f93dbb86106b8f5d3fb4e1d6dcdaea9dbdfc",
        "3569c35c8499c28874ae6e009e99e15ce071fa99185381c9d8630b61ee6f5eae");
    goldens(Bert.base(), "9ca12547d29bf87df2246737eb949fa32619cac58dd1343eeaa186a9d7faeab7",
        "83597a008f9140d80bcf3fc3e5c9cc4cee053ab99462008db60347e17870668b");
    goldens(Gpt2.small(), "ecc5788f1a7d0c69b2fcf8ff42e21edf17812f42c61688b1b02dfd2e89b301a9",
        "d504f500e07ed842e664fc4837ff35ace5aeba12302615805970a0bc296d0169");
  }

  private static void goldens(Architecture architecture, String graph, String data)
      throws IOException {
    ModelFiles files = architecture.files(new SeededWeights(20260101));
    assertThat(List.of(sha256(files, GraphBuilder.GRAPH_FILE),
        sha256(files, GraphBuilder.WEIGHTS_FILE)))
        .as(architecture.toString())
        .containsExactly(graph, data);
  }

  private static String sha256(ModelFiles files, String name) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (InputStream in = new DigestInputStream(files.open(name), sha256)) {
      byte[] buffer = new byte[1 << 16];
      long length = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        length += read;
      }
      assertThat(length).isEqualTo(files.size(name));
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
