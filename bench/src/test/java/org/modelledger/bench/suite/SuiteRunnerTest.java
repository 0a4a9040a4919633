package org.modelledger.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs JMH within this JVM, as small as it goes. */
class SuiteRunnerTest {
  private static final Gpus NONE = new Gpus(List.of(), "");

  @TempDir
  Path directory = Path.of("");

  private final List<String> progress = new ArrayList<>();

  private Report run(String... arguments) throws Exception {
    return new SuiteRunner(SuiteOptions.parse(List.of(arguments)), Catalogue.read(), progress::add)
        .run(NONE);
  }

  @Test
  void aRunLeavesAReportAndAPage() throws Exception {
    Report report = run("inference", "--smoke", "-p", "engine=exact", "--only",
        "InferenceBenchmark");
    assertThat(report.failures()).isEmpty();
    assertThat(report.smoke()).isTrue();
    assertThat(report.rows()).extracting(Row::method)
        .containsExactlyInAnyOrder("rawRun", "spi", "attested");
    assertThat(report.rows()).allMatch(row -> row.score() > 0 && row.rounds().size() == 1);
    assertThat(report.observations()).hasSize(3)
        .allMatch(each -> each.seconds() > 0 && each.gpus().isEmpty());
    assertThat(progress).hasSize(3)
        .first()
        .asString()
        .startsWith("round 1 of 1, 1 of 3: InferenceBenchmark.rawRun, batch 8");
    Path json = Suites.write(report, directory);
    assertThat(json).hasFileName("inference.json");
    assertThat(Report.read(json)).isEqualTo(report);
    String page = Files.readString(directory.resolve("inference.html"));
    assertThat(PageTest.parse(page).getElementsByTagName("svg").getLength()).isPositive();
    assertThat(page).contains("A smoke run");
  }

  @Test
  void whatFailsIsToldAndTheOthersRun() throws Exception {
    Report report = run("inference", "--smoke", "-p", "engine=none,exact", "--only", "rawRun");
    assertThat(report.failures()).hasSize(1)
        .first()
        .asString()
        .startsWith("InferenceBenchmark.rawRun, batch 8, device cpu, engine none")
        .contains("no engine 'none'; there are [");
    assertThat(report.rows()).hasSize(1);
    assertThat(report.rows().get(0).params()).containsEntry("engine", "exact");
  }
}
