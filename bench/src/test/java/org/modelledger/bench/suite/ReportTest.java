package org.modelledger.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.util.Statistics;

class ReportTest {
  @TempDir
  Path directory = Path.of("");

  @Test
  void isReadAsItWasWritten() throws IOException {
    Report report = Small.report();
    Path copy = directory.resolve("copy.json");
    report.write(copy);
    assertThat(Report.read(copy)).isEqualTo(report);
    assertThat(report.suite()).isEqualTo("inference");
    assertThat(report.rounds()).isEqualTo(3);
    assertThat(report.machine().cores()).isEqualTo(2);
    assertThat(report.observations().get(0).gpus())
        .containsExactly(new GpuUse(0, 30, 87.5, 2048, 310.25));
  }

  @Test
  void rowsAreJmhsResults() throws IOException {
    Row row = Small.row(Small.report(), "rawRun", "avgt", "8");
    assertThat(row.score()).isEqualTo(140);
    assertThat(row.error()).isCloseTo(120.6, within(1e-9));
    assertThat(row.unit()).isEqualTo("us/op");
    assertThat(row.bytes()).isEqualTo(712);
    assertThat(row.rounds()).extracting(Statistics::getMean)
        .containsExactly(60.0, 120.0, 240.0);
    assertThat(row.best()).isEqualTo(54);
    assertThat(row.all().getN()).isEqualTo(6);
    assertThat(row.isRate()).isFalse();
  }

  @Test
  void whatJmhDoesNotKnowIsNoNumber() throws IOException {
    Row row = Small.row(Small.report(), "rawSync", "thrpt", "");
    assertThat(row.error()).isNaN();
    assertThat(row.bytes()).isNaN();
    assertThat(row.isRate()).isTrue();
    assertThat(row.best()).isEqualTo(3300);
  }

  @Test
  void latenciesAreThoseOfSingleCalls() throws IOException {
    Row row = Small.row(Small.report(), "rawRun", "sample", "1");
    assertThat(row.isLatency()).isTrue();
    assertThat(row.all().getN()).isEqualTo(100);
    assertThat(row.all().getPercentile(50)).isBetween(8.0, 10.0);
    assertThat(row.all().getPercentile(90)).isBetween(10.0, 12.0);
    assertThat(row.all().getPercentile(100)).isEqualTo(90);
  }

  @Test
  void refusesWhatIsNoReport() throws IOException {
    refuses("{", "is no JSON");
    refuses("{}",
        "is not the report of a suite; expected the format 'modelledger-bench-suite', found ''");
    refuses("[]", "is not the report of a suite");
    refuses(Files.readString(Small.file()).replace("\"version\": 1,", "\"version\": 2,"),
        "has version 2 of the format; known is 1");
    refuses(Files.readString(Small.file()).replace("\"rounds\": 3", "\"rounds\": \"many\""),
        "is not the report of a suite: ");
    refuses(Files.readString(Small.file()).replace("\"rounds\": 3", "\"turns\": 3"),
        "is not the report of a suite: ");
  }

  private void refuses(String text, String message) throws IOException {
    Path file = Files.writeString(directory.resolve("report.json"), text);
    assertThatThrownBy(() -> Report.read(file)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }
}
