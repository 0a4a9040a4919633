package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.training.DataSource;

class DigitsTest {
  private static final String ROW = "0,".repeat(63) + "16,7\n";

  @Test
  void loadsTheWholeTable() {
    Digits digits = Digits.load();

    assertThat(digits.rows()).isEqualTo(1797);
    assertThat(digits.dataset("all").rows()).isEqualTo(1797);
    assertThat(digits.picture(0)).hasSize(8).allMatch(line -> line.length() == 16);
  }

  @Test
  void splitsTheSameWayForTheSameSeed() {
    Digits digits = Digits.load();

    Digits[] once = digits.split(0.8, 42);
    Digits[] again = digits.split(0.8, 42);
    Digits[] otherwise = digits.split(0.8, 43);

    assertThat(once[0].rows()).isEqualTo(1437);
    assertThat(once[1].rows()).isEqualTo(360);
    assertThat(content(again[1])).isEqualTo(content(once[1]));
    assertThat(content(otherwise[1])).isNotEqualTo(content(once[1]));
  }

  @Test
  void namesTheLineAndColumnThatItCannotRead() {
    assertThatThrownBy(() -> parse(ROW + ROW.replace("16,7", "17,7")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessage("digits, line 2, column 64: expected a whole number from 0 to 16, found '17'");
    assertThatThrownBy(() -> parse(ROW.replace("16,7", "16,x")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("column 65", "'x'");
    assertThatThrownBy(() -> parse(ROW + "1,2,3\n")).isInstanceOf(ModelFormatException.class)
        .hasMessage("digits, line 2: expected 65 numbers, found 3");
  }

  private static Digits parse(String csv) {
    byte[] bytes = csv.getBytes(StandardCharsets.US_ASCII);
    return Digits.parse(new DataSource("test", Digest.sha256(bytes)), bytes);
  }

  private static Object content(Digits digits) {
    return digits.dataset("all").read(0, digits.rows());
  }
}
