package org.modelledger.bench.suite;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.util.MultisetStatistics;
import org.openjdk.jmh.util.Statistics;

/**
 * One of JMH's results.
 *
 * @param benchmark class and method
 * @param mode JMH's short name, such as {@code avgt}
 * @param threads that called it
 * @param params of the benchmark
 * @param unit such as {@code us/op}
 * @param score the mean of all rounds
 * @param error half of the interval that has the mean with a probability of 99.9 %, by JMH; NaN with
 *     too few measurements
 * @param rounds the measurements of each round
 * @param bytes allocated an operation; NaN if nobody looked
 */
record Row(String benchmark, String mode, int threads, Map<String, String> params, String unit,
    double score, double error, List<Statistics> rounds, double bytes) {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  Row {
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    rounds = List.copyOf(rounds);
  }

  static List<Row> of(JsonNode results) {
    List<Row> rows = new ArrayList<>();
    results.forEach(result -> rows.add(row(result)));
    return rows;
  }

  String type() {
    return benchmark.substring(0, benchmark.lastIndexOf('.'));
  }

  String method() {
    return benchmark.substring(benchmark.lastIndexOf('.') + 1);
  }

  boolean isRaw() {
    return Catalogue.isRaw(benchmark);
  }

  /** Says whether the score is operations in a time, of which more is better. */
  boolean isRate() {
    return mode.equals(Mode.Throughput.shortLabel());
  }

  /** Says whether single calls were measured, so that percentiles are those of calls. */
  boolean isLatency() {
    return mode.equals(Mode.SampleTime.shortLabel());
  }

  /** Returns the measurements of all rounds. */
  Statistics all() {
    MultisetStatistics all = new MultisetStatistics();
    rounds.forEach(round -> round.getRawData()
        .forEachRemaining(each -> all.addValue(each.getKey(), each.getValue())));
    return all;
  }

  /** Returns the measurement that nothing disturbed. */
  double best() {
    return isRate() ? all().getMax() : all().getMin();
  }

  private static Row row(JsonNode result) {
    JsonNode primary = result.path("primaryMetric");
    Map<String, String> params = new TreeMap<>();
    result.path("params")
        .properties()
        .forEach(param -> params.put(param.getKey(), param.getValue().asText()));
    List<Statistics> rounds = new ArrayList<>();
    if (primary.has("rawDataHistogram")) {
      primary.get("rawDataHistogram").forEach(round -> rounds.add(histogram(round)));
    } else {
      primary.path("rawData").forEach(round -> {
        MultisetStatistics values = new MultisetStatistics();
        round.forEach(value -> values.addValue(number(value), 1));
        rounds.add(values);
      });
    }
    return new Row(result.path("benchmark").asText(), result.path("mode").asText(),
        result.path("threads").asInt(), params, primary.path("scoreUnit").asText(),
        number(primary.path("score")), number(primary.path("scoreError")), rounds,
        number(result.path("secondaryMetrics").path(ALLOCATED).path("score")));
  }

  /** The iterations of a round, each of them pairs of a value and how often it was there. */
  private static Statistics histogram(JsonNode round) {
    MultisetStatistics values = new MultisetStatistics();
    round.forEach(iteration -> iteration
        .forEach(pair -> values.addValue(number(pair.path(0)), pair.path(1).asLong())));
    return values;
  }

  /** JMH writes what is no number as text. */
  private static double number(JsonNode node) {
    return node.isNumber() ? node.asDouble() : Double.NaN;
  }
}
