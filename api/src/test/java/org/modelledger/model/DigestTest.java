package org.modelledger.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  // FIPS 180-4 example: SHA-256("abc")
  private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void isTheSha256OfBytes() {
    byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);

    assertThat(Digest.sha256(abc).hex()).isEqualTo(ABC);
    assertThat(Digest.of(Digest.sha256().digest(abc))).isEqualTo(new Digest(ABC));
  }

  @Test
  void readsWhatItWritesAndBareDigits() {
    Digest digest = new Digest(ABC);

    assertThat(digest).hasToString("sha256:" + ABC);
    assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
    assertThat(Digest.parse(ABC)).isEqualTo(digest);
  }

  @Test
  void keepsItsBytes() {
    Digest digest = new Digest(ABC);
    byte[] bytes = digest.bytes();
    Digest same = Digest.of(bytes);

    bytes[0] = 0;

    assertThat(same).isEqualTo(digest);
    assertThat(digest.bytes()).hasSize(Digest.BYTES).startsWith(0xba, 0x78);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ba", "sha256:", "sha512:ba", "SHA256:ba"})
  void refusesAnotherLength(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Digest.parse(text))
        .withMessageContaining("64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"B", "g", " ", "/", ":", "`", "\u0661"})
  void refusesOtherDigits(String digit) {
    String text = ABC.substring(1) + digit;

    assertThatIllegalArgumentException().isThrownBy(() -> Digest.parse(text))
        .withMessageContaining("'" + digit + "' at 63");
  }

  @Test
  void refusesAnotherNumberOfBytes() {
    assertThatIllegalArgumentException().isThrownBy(() -> Digest.of(new byte[31]))
        .withMessageContaining("31");
  }

  @Test
  void isOrderedByUnsignedBytes() {
    assertThat(new Digest("7f" + "0".repeat(62))).isLessThan(new Digest("80" + "0".repeat(62)));
  }
}
