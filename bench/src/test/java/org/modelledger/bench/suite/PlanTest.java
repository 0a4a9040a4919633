package org.modelledger.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;

class PlanTest {
  private final Catalogue catalogue = Catalogue.read();

  private List<Cell> cells(String... arguments) {
    return new SuiteRunner(SuiteOptions.parse(List.of(arguments)), catalogue, line -> {
    }).cells();
  }

  @Test
  void aRowStandsBesideItsPeerWithTheSameParametersAndCallers() {
    List<Cell> cells = cells("inference", "--callers", "1,4", "-p", "engine=exact", "-p",
        "model=digits", "-p", "batch=1,64", "--only", "InferenceBenchmark");
    assertThat(cells).extracting(Cell::label)
        .containsExactly(
            "InferenceBenchmark.rawRun, batch 1, device cpu, engine exact, engineThreads 1, model digits, callers 1",
            "InferenceBenchmark.attested, batch 1, device cpu, engine exact, engineThreads 1, model digits, callers 1",
            "InferenceBenchmark.spi, batch 1, device cpu, engine exact, engineThreads 1, model digits, callers 1",
            "InferenceBenchmark.rawRun, batch 1, device cpu, engine exact, engineThreads 1, model digits, callers 4",
            "InferenceBenchmark.attested, batch 1, device cpu, engine exact, engineThreads 1, model digits, callers 4",
            "InferenceBenchmark.spi, batch 1, device cpu, engine exact, engineThreads 1, model digits, callers 4",
            "InferenceBenchmark.rawRun, batch 64, device cpu, engine exact, engineThreads 1, model digits, callers 1",
            "InferenceBenchmark.attested, batch 64, device cpu, engine exact, engineThreads 1, model digits, callers 1",
            "InferenceBenchmark.spi, batch 64, device cpu, engine exact, engineThreads 1, model digits, callers 1",
            "InferenceBenchmark.rawRun, batch 64, device cpu, engine exact, engineThreads 1, model digits, callers 4",
            "InferenceBenchmark.attested, batch 64, device cpu, engine exact, engineThreads 1, model digits, callers 4",
            "InferenceBenchmark.spi, batch 64, device cpu, engine exact, engineThreads 1, model digits, callers 4");
  }

  @Test
  void aRowWithoutAParameterIsThereOnce() {
    assertThat(cells("receipts", "--only", "ReceiptBenchmark")).extracting(Cell::label)
        .containsExactly("ReceiptBenchmark.rawSync", "ReceiptBenchmark.durable, retention SALTS",
            "ReceiptBenchmark.handOver, retention SALTS",
            "ReceiptBenchmark.durable, retention FULL",
            "ReceiptBenchmark.handOver, retention FULL");
  }

  @Test
  void latencyIsMeasuredBesides() {
    assertThat(cells("inference", "--latency", "--callers", "1", "-p", "model=digits", "-p",
        "batch=1", "-p", "engine=exact", "--only", "rawRun")).extracting(Cell::mode)
        .containsExactly(Mode.AverageTime, Mode.SampleTime);
  }

  @Test
  void theDeviceIsAParameterOfTheBenchmark() {
    assertThat(cells("inference", "--device", "cuda:1", "-p", "engine=other")).isNotEmpty()
        .allSatisfy(cell -> assertThat(cell.params()).containsEntry("device", "cuda:1"));
  }

  @Test
  void anEngineWithoutGpuHasNoRowsThere() {
    assertThat(cells("inference", "--device", "cuda", "-p", "engine=exact")).isEmpty();
  }

  @Test
  void aSmokeRunHasEachRowOnceAndSmall() {
    List<Cell> cells = cells("artifacts", "--smoke", "--only", "ArtifactHash");
    assertThat(cells).hasSize(3)
        .allMatch(cell -> cell.mode() == Mode.SingleShotTime)
        .extracting(Cell::params)
        .containsOnly(Map.of("mebibytes", "4"));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> SuiteOptions.parse(List.of("inferences")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no suite 'inferences'; there are [inference, training, transactions,"
            + " receipts, artifacts, exact]");
    assertThatThrownBy(() -> SuiteOptions.parse(List.of("receipts", "--ruonds", "3")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no option '--ruonds'");
    assertThatThrownBy(() -> SuiteOptions.parse(List.of("receipts", "--rounds", "none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--rounds is 'none'; expected a number");
    assertThatThrownBy(() -> SuiteOptions.parse(List.of("receipts", "--rounds")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--rounds needs a value");
    assertThatThrownBy(() -> SuiteOptions.parse(List.of("receipts", "--device", "cuda")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--device and --latency are for inference only");
    assertThatThrownBy(() -> SuiteOptions.parse(List.of("receipts", "-rounds", "3")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("JMH says: ");
    assertThatThrownBy(() -> SuiteOptions.parse(List.of("receipts", "rawSync")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("what is [rawSync]? a benchmark is chosen by --only");
  }
}
