package org.modelledger.tables.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.model.Digest;
import org.modelledger.model.StorageException;
import org.modelledger.tables.Field;
import org.modelledger.tables.Table;
import org.modelledger.tables.TableException;
import org.modelledger.tables.TableSchema;
import org.modelledger.training.DataSource;

class ParquetTest {
  private static final Path FILES = Path.of("src/test/resources/org/modelledger/tables/parquet");

  private static Path file(String name) {
    return FILES.resolve(name + ".parquet");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "checked", "v2"})
  void readsWhatArrowWrote(String codec) throws IOException {
    Path file = file("rows-" + codec);
    Table table = Parquet.read(file);
    assertThat(table.schema()).hasToString("""
        flag: BOOL?
        i8: INT64?
        u32: INT64?
        i64: INT64?
        u64: INT64?
        f32: FP32?
        f64: FP64?
        amount: FP64?
        day: INT64?
        time: INT64?
        city: TEXT?""");
    assertThat(table.rows()).isEqualTo(10);
    assertThat(table.sources()).containsExactly(new DataSource("rows-" + codec + ".parquet",
        Digest.sha256(Files.readAllBytes(file))));
    String[] cities = {"Rome", "Zürich", "", "", "日本"};
    for (int i = 0; i < 10; i++) {
      boolean missing = i % 4 == 3;
      for (String name : new String[]{"flag", "i64", "f32"}) {
        assertThat(table.column(name).isMissing(i)).as(name + " " + i).isEqualTo(missing);
      }
      if (!missing) {
        assertThat(table.column("flag").flag(i)).isEqualTo(i % 2 == 0);
        assertThat(table.column("i64").whole(i)).isEqualTo(i * 1234567890123L);
        assertThat(table.column("f32").number(i)).isEqualTo((float) (i / 10.0));
        assertThat(table.column("city").text(i)).isEqualTo(i == 8 ? "x" : cities[i % 5]);
      }
      assertThat(table.column("i8").whole(i)).isEqualTo(i - 5);
      assertThat(table.column("u32").whole(i)).isEqualTo(4294967295L - i);
      assertThat(table.column("u64").whole(i)).isEqualTo(i * 7L);
      assertThat(table.column("f64").number(i))
          .isEqualTo(Double.valueOf(i == 2 ? Double.NaN : i / 3.0));
      assertThat(table.column("amount").number(i)).isEqualTo(i * 1001 / 100.0);
      assertThat(table.column("day").whole(i)).isEqualTo(i);
      assertThat(table.column("time").whole(i)).isEqualTo(i * 1000L);
    }
  }

  @Test
  void readsTheColumnsOfASchemaInItsOrderAndTypes() {
    TableSchema schema = TableSchema.of(Field.text("city").orMissing(), Field.fp64("i8"),
        Field.fp32("f64").orMissing(), Field.fp64("f32").orMissing());
    Table table = Parquet.read(file("rows-snappy"), schema);
    assertThat(table.schema()).isEqualTo(schema);
    assertThat(table.column("city").text(1)).isEqualTo("Zürich");
    assertThat(table.column("i8").number(0)).isEqualTo(-5);
    assertThat(table.column("f64").number(1)).isEqualTo((float) (1 / 3.0));
    assertThat(table.column("f32").number(1)).isEqualTo(0.1f);
  }

  private static void refused(String file, TableSchema schema, String... parts) {
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> Parquet.read(file(file), schema))
        .withMessageContaining(file(file).toString())
        .satisfies(e -> assertThat(e).hasMessageContainingAll(parts));
  }

  @Test
  void saysWhatDoesNotFit() {
    refused("rows-none", TableSchema.of(Field.fp64("i")), "has no column 'i'; it has [flag, i8,");
    refused("rows-none", TableSchema.of(Field.text("i8")),
        "column 'i8' has values of type INT32; expected TEXT");
    refused("rows-none", TableSchema.of(Field.int64("f64")),
        "column 'f64' has values of type DOUBLE; expected INT64");
    refused("rows-none", TableSchema.of(Field.int64("i64")),
        "column 'i64', row 3 is missing; expected a value, as the schema says i64: INT64");
    refused("infinite", TableSchema.of(Field.fp64("x")), "column 'x', row 1 is Infinity");
    refused("other", TableSchema.of(Field.int64("list")),
        "column 'list' has several values in a row");
    refused("other", TableSchema.of(Field.text("bytes")), "column 'bytes' has type BINARY");
    refused("other", TableSchema.of(Field.int64("u64").orMissing()),
        "column 'u64' has the unsigned number 9223372036854775808");
    assertThat(Parquet.read(file("other"), TableSchema.of(Field.int64("n"))).rows()).isEqualTo(2);
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> Parquet.schema(file("other")))
        .withMessageContaining("column 'list'");
    assertThat(Parquet.schema(file("infinite"))).hasToString("n: INT64\nx: FP64?");
  }

  @Test
  void saysThatThereIsNoFile() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Parquet.schema(file("none")));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Parquet.read(file("none"), TableSchema.of(Field.int64("n"))));
  }

  @Test
  void readsTextsThatShareTheirBeginnings() {
    Table table = Parquet.read(file("prefixes"));
    assertThat(table.rows()).isEqualTo(10);
    assertThat(table.column("city").text(1)).isEqualTo("Zürich");
    assertThat(table.column("city").text(9)).isEqualTo("日本");
    assertThat(table.column("city").isMissing(3)).isTrue();
  }

  @Test
  void refusesAPageWhoseChecksumIsWrong(@TempDir Path directory) throws IOException {
    assertThat(Parquet.read(renamed("snappy", directory)).column("city").text(1))
        .isEqualTo("Zuerich");
    Path checked = renamed("checked", directory);
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> Parquet.read(checked))
        .withMessageContaining(checked.toString())
        .withMessageContaining("CRC");
  }

  /** Returns a copy in which the text is another one of as many bytes. */
  private static Path renamed(String codec, Path directory) throws IOException {
    String bytes = Files.readString(file("rows-" + codec), StandardCharsets.ISO_8859_1);
    String replaced = bytes.replace("Z\u00c3\u00bcrich", "Zuerich");
    return Files.writeString(directory.resolve(codec), replaced, StandardCharsets.ISO_8859_1);
  }
}
