package org.modelledger.tables.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.tables.Column;
import org.modelledger.tables.Table;
import org.modelledger.tables.TableException;

/** A bit of every third byte of the files changed, one by one, and the files cut off at every third. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DamageTest {
  private static final Path FILES = Path.of("src/test/resources/org/modelledger/tables/parquet");

  /** Of every byte it takes three times as long. */
  private static final int STEP = 3;

  @TempDir
  private Path directory = Path.of(".");
  private int refused;

  @ParameterizedTest
  @ValueSource(strings = {"rows-none", "rows-snappy", "rows-gzip", "rows-zstd", "rows-checked",
      "rows-v2",
      "prefixes", "infinite", "other"})
  void refusesOrReadsEveryDamagedFile(String name) throws IOException {
    byte[] whole = Files.readAllBytes(FILES.resolve(name + ".parquet"));
    for (int at = 0; at < whole.length; at += STEP) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << (at / STEP % Byte.SIZE));
      meet(changed, name + ", byte " + at + " is " + changed[at]);
    }
    for (int length = 0; length < whole.length; length += STEP) {
      int before = refused;
      meet(Arrays.copyOf(whole, length), name + ", " + length + " bytes");
      assertThat(refused).as(name + ", " + length + " bytes").isEqualTo(before + 1);
    }
    assertThat(refused).isGreaterThan(whole.length / STEP);
  }

  private void meet(byte[] bytes, String what) throws IOException {
    Path damaged = Files.write(directory.resolve("damaged.parquet"), bytes);
    try {
      Table table = Parquet.read(damaged);
      for (Column column : table.columns()) {
        assertThat(column.size()).as(what).isEqualTo(table.rows());
      }
    } catch (TableException e) {
      refused++;
      assertThat(e.getMessage()).as(what).startsWith(damaged.toString());
    }
  }
}
