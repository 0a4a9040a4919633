package org.modelledger.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.util.ListStatistics;
import org.openjdk.jmh.util.Statistics;

class RatioTest {
  private static Ratio ratio(Report report, String method, String batch) {
    Row ours = Small.row(report, method, "avgt", batch);
    return Ratio.peerOf(ours, report.rows(), report.peers())
        .flatMap(peer -> Ratio.of(ours, peer))
        .orElseThrow();
  }

  @Test
  void isTheGeometricMeanOfTheRoundsWithStudentsInterval() throws IOException {
    // means of the rounds: 10.1, 20.4 and 40.2 by 10, 20 and 40; t for 95 % and 2 degrees is 4.302653
    Ratio ratio = ratio(Small.report(), "spi", "1");
    assertThat(ratio.value()).isCloseTo(1.0116474763, within(1e-9));
    assertThat(ratio.low()).isCloseTo(0.9928732480, within(1e-9));
    assertThat(ratio.high()).isCloseTo(1.0307767061, within(1e-9));
  }

  @Test
  void whatIsSlowerAlikeInEachRoundHasNoInterval() throws IOException {
    Ratio ratio = ratio(Small.report(), "attested", "64");
    assertThat(ratio.value()).isCloseTo(1.5, within(1e-12));
    assertThat(ratio.low()).isCloseTo(1.5, within(1e-9));
    assertThat(ratio.high()).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void twoRoundsGiveNoInterval() {
    Ratio ratio = Ratio.of(row("thrpt", "ops/s", 2, 2), row("thrpt", "ops/s", 1, 4)).orElseThrow();
    assertThat(ratio.value()).isCloseTo(1, within(1e-12));
    assertThat(ratio.low()).isNaN();
    assertThat(ratio.high()).isNaN();
  }

  @Test
  void timesAndRatesAreNotCompared() {
    assertThat(Ratio.of(row("avgt", "us/op", 1), row("thrpt", "ops/s", 1))).isEmpty();
    assertThat(Ratio.of(row("avgt", "us/op", 1), row("avgt", "ms/op", 1))).isEmpty();
  }

  @Test
  void thePeerHasTheSameParameters() throws IOException {
    Report report = Small.report();
    Row ours = Small.row(report, "spi", "avgt", "8");
    assertThat(Ratio.peerOf(ours, report.rows(), report.peers()).map(Row::score))
        .contains(Small.row(report, "rawRun", "avgt", "8").score());
    Row single = Small.row(report, "spi", "sample", "1");
    assertThat(Ratio.peerOf(single, report.rows(), report.peers()).map(Row::mode))
        .contains("sample");
  }

  @Test
  void thePeerOfSeveralIsTheOneThatWasNamed() {
    Row ours = row("bench.ours", Map.of("size", "8"));
    Row one = row("bench.raw", Map.of("size", "8", "lanes", "1"));
    Row four = row("bench.raw", Map.of("size", "8", "lanes", "4"));
    Row other = row("bench.raw", Map.of("size", "9", "lanes", "1"));
    assertThat(Ratio.peerOf(ours, List.of(four, other, one, ours),
        Map.of("bench.ours", new Report.PeerName("bench.raw", Map.of("lanes", "1")))))
        .contains(one);
  }

  private static Row row(String benchmark, Map<String, String> params) {
    return new Row(benchmark, "avgt", 1, params, "us/op", 1, 0, List.of(), Double.NaN);
  }

  private static Row row(String mode, String unit, double... rounds) {
    return new Row("bench.each", mode, 1, Map.of(), unit, 1, 0,
        Arrays.stream(rounds)
            .mapToObj(round -> (Statistics) new ListStatistics(
                new double[]{round}))
            .toList(),
        Double.NaN);
  }
}
