package org.modelledger.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.StorageException;
import org.modelledger.training.DataSource;

class CsvTest {
  private static final CsvOptions OPTIONS = CsvOptions.defaults();
  private static final TableSchema AB = TableSchema.of(Field.fp64("a").orMissing(),
      Field.text("b").orMissing());

  @TempDir
  private Path directory = Path.of(".");

  private static Table read(String csv, TableSchema schema, CsvOptions options) {
    return read(csv.getBytes(StandardCharsets.UTF_8), schema, options);
  }

  private static Table read(byte[] csv, TableSchema schema, CsvOptions options) {
    return Csv.read("t.csv", new ByteArrayInputStream(csv), schema, options);
  }

  private static void refused(String csv, TableSchema schema, CsvOptions options, String message) {
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> read(csv, schema, options))
        .withMessage(message);
  }

  private TableSchema inferred(String csv, CsvOptions options) throws IOException {
    Path file = directory.resolve("inferred.csv");
    Files.writeString(file, csv);
    return Csv.infer(file, options);
  }

  @Test
  void readsEveryTypeInAnyOrderOfColumns() {
    TableSchema schema = TableSchema.of(Field.text("city"), Field.int64("age").orMissing(),
        Field.fp64("income").orMissing(), Field.fp32("rate"), Field.bool("owner"));
    Table table = read("""
        income,owner,city,age,rate
        1200.5,true,"Köln, am ""Rhein\""",42,.1
        ,False,"two
        lines",,1e3
        -0.0,TRUE,x,-7,5.
        """, schema, OPTIONS);
    assertThat(table.rows()).isEqualTo(3);
    assertThat(table.column("city").text(0)).isEqualTo("Köln, am \"Rhein\"");
    assertThat(table.column("city").text(1)).isEqualTo("two\nlines");
    assertThat(table.column("age").whole(0)).isEqualTo(42);
    assertThat(table.column("age").isMissing(1)).isTrue();
    assertThat(table.column("income").number(0)).isEqualTo(1200.5);
    assertThat(table.column("income").number(1)).isNaN();
    assertThat(table.column("rate").number(0)).isEqualTo(0.1f);
    assertThat(table.column("rate").number(1)).isEqualTo(1000);
    assertThat(table.column("owner").flag(0)).isTrue();
    assertThat(table.column("owner").flag(1)).isFalse();
  }

  @Test
  void namesTheDataByTheDigestOfItsBytes() throws IOException {
    byte[] bytes = ("a,b\n" + "1,x\n".repeat(50_000)).getBytes(StandardCharsets.UTF_8);
    Path file = directory.resolve("data.csv");
    Files.write(file, bytes);
    DataSource source = new DataSource("data.csv", Digest.sha256(bytes));
    assertThat(Csv.read(file, AB, OPTIONS).sources()).containsExactly(source);
    assertThat(Csv.read(file, OPTIONS).sources()).containsExactly(source);
    assertThat(Csv.read(file, OPTIONS).withoutMissing("a").select(1).sources())
        .containsExactly(source);
  }

  @Test
  void roundsOnceToFloat32() {
    // halfway between two floats and a little more: by way of a double it would be rounded down
    String decimal = "1.00000005960464477540";
    Table table = read("f\n" + decimal + "\n", TableSchema.of(Field.fp32("f")), OPTIONS);
    assertThat(table.column("f").number(0)).isEqualTo(Float.parseFloat(decimal)).isNotEqualTo(1.0);
    assertThat((float) Double.parseDouble(decimal)).isEqualTo(1f);
  }

  @Test
  void takesLinesThatEndInAnyWayAndAByteOrderMark() {
    for (String csv : List.of("a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y\r\n", "a,b\r1,x\r2,y\r",
        "a,b\n1,x\n2,y", "\ufeffa,b\n1,x\n2,y\n", "\n\na,b\n\n1,x\r\n\n2,y\n\n\n",
        "\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"\n")) {
      Table table = read(csv, AB, OPTIONS);
      assertThat(table.rows()).as(csv).isEqualTo(2);
      assertThat(table.column("a").number(1)).isEqualTo(2);
      assertThat(table.column("b").text(1)).isEqualTo("y");
    }
    Table wide = read("\ufeffa,b\n1,ä\n".getBytes(StandardCharsets.UTF_16LE), AB,
        OPTIONS.charset(StandardCharsets.UTF_16LE));
    assertThat(wide.column("b").text(0)).isEqualTo("ä");
  }

  @Test
  void takesOtherCharactersByOption() {
    CsvOptions german = OPTIONS.separator(';')
        .quote('\'')
        .decimalPoint(',')
        .trim(true)
        .missing("?", "k. A.")
        .words("ja", "nein")
        .charset(Charset.forName("ISO-8859-1"));
    TableSchema schema = TableSchema.of(Field.fp64("a").orMissing(), Field.text("b").orMissing(),
        Field.bool("c").orMissing());
    Table table = read(" a;b; c\n 1,5 ;'x;y';JA\n?;k. A.;nein\n 2,0e-1;ä;?\n"
        .getBytes(Charset.forName("ISO-8859-1")), schema, german);
    assertThat(table.column("a").number(0)).isEqualTo(1.5);
    assertThat(table.column("a").isMissing(1)).isTrue();
    assertThat(table.column("a").number(2)).isEqualTo(0.2);
    assertThat(table.column("b").text(0)).isEqualTo("x;y");
    assertThat(table.column("b").isMissing(1)).isTrue();
    assertThat(table.column("b").text(2)).isEqualTo("ä");
    assertThat(table.column("c").flag(0)).isTrue();
    assertThat(table.column("c").isMissing(2)).isTrue();
  }

  @Test
  void readsWithoutAHeaderInTheSchemasOrder() {
    Table table = read("1,x\n2,y\n", AB, OPTIONS.header(false));
    assertThat(table.column("b").text(1)).isEqualTo("y");
    assertThat(read("", AB, OPTIONS.header(false)).rows()).isZero();
    refused("1\n", AB, OPTIONS.header(false),
        "t.csv, line 1: the record has 1 cells; expected 2, one for each of [a, b]");
    refused("1,x,z\n", AB, OPTIONS.header(false),
        "t.csv, line 1: the record has 3 cells; expected 2, one for each of [a, b]");
    assertThat(read("1,x,z\n", AB, OPTIONS.header(false).ignoreOtherColumns(true)).rows())
        .isEqualTo(1);
  }

  @Test
  void missingIsAnEmptyCellAndNanAmongNumbersOnly() {
    Table table = read("a,b\nNaN,nan\n\"\",\"\"\nnan,NA\n", AB, OPTIONS);
    assertThat(table.column("a").countMissing()).isEqualTo(3);
    assertThat(table.column("b").countMissing()).isEqualTo(1);
    assertThat(table.column("b").text(0)).isEqualTo("nan");
  }

  @Test
  void saysWhereAValueIsWrong() {
    TableSchema schema = TableSchema.of(Field.fp64("x"), Field.fp32("f").orMissing(),
        Field.int64("n").orMissing(), Field.bool("b").orMissing());
    String head = "x,f,n,b\n1,1,1,true\n";
    refused(head + "abc,1,1,true\n", schema, OPTIONS,
        "t.csv, line 3, column 'x': 'abc'; expected a number");
    refused(head + ",1,1,true\n", schema, OPTIONS,
        "t.csv, line 3, column 'x': ''; expected a value, as the schema says x: FP64");
    refused(head + "1e999,1,1,true\n", schema, OPTIONS,
        "t.csv, line 3, column 'x': '1e999'; expected a number");
    refused(head + "1,1e39,1,true\n", schema, OPTIONS,
        "t.csv, line 3, column 'f': '1e39'; expected a number of type FP32");
    refused(head + "1,1,1.0,true\n", schema, OPTIONS,
        "t.csv, line 3, column 'n': '1.0'; expected a whole number");
    refused(head + "1,1,9223372036854775808,true\n", schema, OPTIONS,
        "t.csv, line 3, column 'n': '9223372036854775808'; expected a whole number of 64 bits");
    refused(head + "\n\n1,1,1,yes\n", schema, OPTIONS,
        "t.csv, line 5, column 'b': 'yes'; expected 'true' or 'false'");
    refused(head + "1,1,1," + "y".repeat(100) + "\n", schema, OPTIONS,
        "t.csv, line 3, column 'b': '"
            + "y".repeat(40) + "…' (100 characters); expected 'true' or 'false'");
  }

  @Test
  void takesNoNumberThatOnlyJavaKnows() {
    for (String cell : List.of("1d", "1f", "0x1p3", " 1", "1 ", "Infinity", "inf", "1_000", "1e",
        "e1",
        "+", "-", ".", "--1", "1.2.3", "١", "1,5")) {
      assertThatExceptionOfType(TableException.class).as(cell)
          .isThrownBy(() -> read("x\n\"" + cell + "\"\n", TableSchema.of(Field.fp64("x")), OPTIONS))
          .withMessageContaining("t.csv, line 2, column 'x': '" + cell + "'");
    }
    for (String cell : List.of("1", "+1", "-1", "1.", ".1", "1e5", "1E-5", "1.5e+05", "007")) {
      assertThat(
          read("x\n" + cell + "\n", TableSchema.of(Field.fp64("x")), OPTIONS).column("x").number(0))
          .isEqualTo(Double.parseDouble(cell));
    }
  }

  @Test
  void refusesAMalformedFile() {
    refused("", AB, OPTIONS, "t.csv has no record; expected a header with [a, b]");
    refused("a\n1\n", AB, OPTIONS, "t.csv, line 1: the header has no columns [b]; it has [a]");
    refused("a,b,c\n1,x,2\n", AB, OPTIONS,
        "t.csv, line 1: the header has a column 'c', which the schema has not; expected [a, b], or the"
            + " option to ignore other columns");
    refused("a,b,a\n", AB, OPTIONS, "t.csv, line 1: two columns of the header are called 'a'");
    refused("a,,b\n", AB, OPTIONS, "t.csv, line 1: column 2 of the header has no name");
    refused("a,b\n1,x\n2\n", AB, OPTIONS,
        "t.csv, line 3: the record has 1 cells; expected 2, one for each of [a, b]");
    refused("a,b\n1,x,\n", AB, OPTIONS,
        "t.csv, line 2: the record has 3 cells; expected 2, one for each of [a, b]");
    for (String csv : List.of("a,b\n1,x\n2,\"y\n3,z\n", "a,b\n1,x\n2,\"y\"z\n", "a,b\n1,x\n2,\"")) {
      assertThatExceptionOfType(TableException.class).as(csv)
          .isThrownBy(() -> read(csv, AB, OPTIONS))
          .withMessageContaining("t.csv, near line ")
          .withMessageContaining("line 3");
    }
    byte[] latin = "a,b\n1,x\n2,ä\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> read(latin, AB, OPTIONS))
        .withMessageContaining("bytes that are no text in UTF-8");
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> read("a,b\n".getBytes(StandardCharsets.UTF_16), AB, OPTIONS))
        .withMessageContaining("bytes that are no text in UTF-8");
  }

  @Test
  void refusesACellThatIsTooLong() {
    CsvOptions small = OPTIONS.maxCellChars(1 << 15);
    assertThat(read("a,b\n1," + "x".repeat(1 << 14) + "\n", AB, small).column("b").text(0))
        .hasSize(1 << 14);
    assertThat(read("a,b\n1," + "x".repeat(1 << 17) + "\n", AB, OPTIONS).column("b").text(0))
        .hasSize(1 << 17);
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> read("a,b\n1," + "x".repeat(1 << 16) + "\n", AB, small))
        .withMessageContaining("t.csv, near line ");
    // so a quote that is not closed does not pull in the rest of a large file
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> read("a,b\n1,\"x\n" + "1,y\n".repeat(1 << 14), AB, small));
  }

  @Test
  void passesOverOtherColumnsIfAsked() {
    Table table = read("z,a,y,b\n0,1,0,x\n", AB, OPTIONS.ignoreOtherColumns(true));
    assertThat(table.column("a").number(0)).isEqualTo(1);
    assertThat(table.column("b").text(0)).isEqualTo("x");
  }

  @Test
  void infersTheNarrowestType() throws IOException {
    String csv = """
        flag,whole,number,text,postcode,flagOrMissing,wholeOrMissing,nan,nothing,textNan,big,mixed
        true,1,1.5,x,01234,,1,1,,NaN,9223372036854775808,true
        FALSE,-2,1e3,1,99999,true,,NaN,,x,1,1
        """;
    TableSchema schema = inferred(csv, OPTIONS);
    assertThat(schema).hasToString("""
        flag: BOOL
        whole: INT64
        number: FP64
        text: TEXT
        postcode: TEXT
        flagOrMissing: BOOL?
        wholeOrMissing: INT64?
        nan: INT64?
        nothing: FP64?
        textNan: TEXT
        big: FP64
        mixed: TEXT""");
    assertThat(read(csv, schema, OPTIONS).rows()).isEqualTo(2);
    assertThat(inferred("1,a\n2,?\n", OPTIONS.header(false).missing("?")))
        .hasToString("column1: INT64\ncolumn2: TEXT?");
    assertThat(inferred("a\n1e999\n", OPTIONS)).hasToString("a: TEXT");
  }

  @Test
  void infersOnlyFromAFileThatIsWhole() {
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> inferred("", OPTIONS))
        .withMessageContaining("has no record; expected a header");
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> inferred("a,b\n1\n", OPTIONS))
        .withMessageContaining("line 2: the record has 1 cells; expected 2");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Csv.infer(directory.resolve("none.csv"), OPTIONS))
        .withMessageContaining("none.csv");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Csv.read(directory.resolve("none.csv"), AB, OPTIONS));
  }

  @Test
  void saysThatAStreamFailed() {
    InputStream failing = new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("the disk is gone");
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return read();
      }
    };
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Csv.read("t.csv", failing, AB, OPTIONS))
        .withMessage("cannot read t.csv: the disk is gone");
  }

  @Test
  void refusesOptionsThatDoNotGoTogether() {
    assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.separator('"'));
    assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.separator('\n'));
    assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.quote(','));
    assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.decimalPoint('·'));
    assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.maxCellChars(10));
    assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.words("yes", "YES"));
    assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.words("", "no"));
  }

  @Test
  void readsWhatItWrote() {
    SplittableRandom random = Seeds.random();
    List<CsvOptions> options = List.of(OPTIONS, OPTIONS.separator(';').decimalPoint(','),
        OPTIONS.header(false).quote('\'').separator('\t'), OPTIONS.decimalPoint(','),
        OPTIONS.charset(StandardCharsets.UTF_16BE));
    for (int i = 0; i < 200; i++) {
      CsvOptions some = options.get(random.nextInt(options.size()));
      TableSchema schema = RandomTables.schema(random, random.nextInt(1, 7));
      Table table = RandomTables.table(random, schema, random.nextInt(20));
      Path file = directory.resolve("round.csv");
      Csv.write(table, file, some);
      Table again = Csv.read(file, schema, some);
      assertThat(RandomTables.same(table, again)).as(Seeds.seed() + ", table " + i).isTrue();
    }
  }

  @Test
  void writesNothingThatWouldBeReadOtherwise() {
    Table table = new TableBuilder(AB).addNumber(0, 1).addText(1, "NA").build(RandomTables.NOWHERE);
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> Csv.write(table, directory.resolve("x.csv"), OPTIONS.missing("NA")))
        .withMessageContaining("column 'b', row 0 is 'NA'");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> Csv.write(table, directory.resolve("no/x.csv"), OPTIONS));
  }

  @Test
  void meetsAnyBytesWithATableOrItsOwnException() throws IOException {
    SplittableRandom random = Seeds.random();
    byte[] alphabet = "aab,,\n\n\r\"\"1.5eNaN-ä \u0000;true".getBytes(StandardCharsets.UTF_8);
    Path file = directory.resolve("fuzz.csv");
    int tables = 0;
    for (int i = 0; i < 1500; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = random.nextInt(50) == 0
            ? (byte) random.nextInt()
            : alphabet[random.nextInt(alphabet.length)];
      }
      Files.write(file, bytes);
      try {
        Table table = Csv.read(file, OPTIONS);
        assertThat(table.sources().getFirst().digest()).isEqualTo(Digest.sha256(bytes));
        Csv.write(table, directory.resolve("again.csv"), OPTIONS);
        assertThat(RandomTables.same(table,
            Csv.read(directory.resolve("again.csv"), table.schema(), OPTIONS)))
            .as(Seeds.seed() + ", file " + i)
            .isTrue();
        tables++;
      } catch (ModelLedgerException e) {
        assertThat(e).as(Seeds.seed() + ", file " + i)
            .isInstanceOf(TableException.class)
            .hasMessageContaining("fuzz.csv");
      }
    }
    assertThat(tables).isGreaterThan(100);
  }

  @Test
  void readsAMillionRows() {
    int rows = 1_000_000;
    Table table = Csv.read("t.csv",
        new Repeated("a,b\n", "12345.678901,some text of some length\n", rows), AB,
        OPTIONS);
    assertThat(table.rows()).isEqualTo(rows);
    assertThat(table.column("a").number(rows - 1)).isEqualTo(12345.678901);
    assertThat(table.column("b").text(rows / 2)).isEqualTo("some text of some length");
  }

  /** A head, and then a line over and over, made while it is read. */
  private static final class Repeated extends InputStream {
    private final byte[] head;
    private final byte[] line;
    private final long end;
    private long at;

    Repeated(String head, String line, int times) {
      this.head = head.getBytes(StandardCharsets.UTF_8);
      this.line = line.getBytes(StandardCharsets.UTF_8);
      this.end = this.head.length + (long) this.line.length * times;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (at == end) {
        return -1;
      }
      int count = 0;
      while (count < length && at < end) {
        bytes[offset + count++] = at < head.length
            ? head[(int) at]
            : line[(int) ((at - head.length) % line.length)];
        at++;
      }
      return count;
    }
  }
}
