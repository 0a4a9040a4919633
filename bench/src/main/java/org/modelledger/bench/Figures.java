package org.modelledger.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * Makes the tables of {@code docs/performance.md}. Runs every benchmark for a number of rounds, one
 * fork in each, so that what is compared takes turns on a machine whose speed comes and goes, and puts
 * the iterations of all rounds together.
 */
public final class Figures {
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  private Figures() {}

  /**
   * Takes the number of rounds, regular expressions of the benchmarks to run, none meaning all, and
   * parameters that are to have other values, such as {@code network=real}.
   */
  public static void main(String[] arguments) throws RunnerException {
    int rounds = arguments.length == 0 ? 3 : Integer.parseInt(arguments[0]);
    Map<String, List<RunResult>> found = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      System.err.println("round " + round + " of " + rounds);
      OptionsBuilder options = new OptionsBuilder();
      for (int i = 1; i < arguments.length; i++) {
        int equals = arguments[i].indexOf('=');
        if (equals < 0) {
          options.include(arguments[i]);
        } else {
          options.param(arguments[i].substring(0, equals),
              arguments[i].substring(equals + 1).split(",", -1));
        }
      }
      options.forks(1)
          .shouldFailOnError(true)
          .addProfiler(GCProfiler.class)
          .verbosity(VerboseMode.SILENT);
      for (RunResult result : new Runner(options.build()).run()) {
        found.computeIfAbsent(label(result.getParams()), label -> new ArrayList<>()).add(result);
      }
    }
    List<RunResult> results = new ArrayList<>();
    found.values().forEach(each -> results.add(join(each)));
    System.out.print(tables(results));
  }

  /** Returns a benchmark's class, method and parameters. */
  static String label(BenchmarkParams params) {
    return type(params) + "." + row(params);
  }

  /** Returns one Markdown table for each class, its raw rows first. */
  static String tables(List<RunResult> results) {
    Map<String, List<RunResult>> byType = new TreeMap<>();
    for (RunResult result : results) {
      byType.computeIfAbsent(type(result.getParams()), type -> new ArrayList<>()).add(result);
    }
    StringBuilder text = new StringBuilder();
    byType.forEach((type, rows) -> {
      rows.sort(Comparator.comparing((RunResult result) -> !isRaw(result.getParams())));
      text.append("\n### ").append(type).append("\n\n");
      text.append("| benchmark | score | ± 99.9 % | median | best | unit | bytes allocated |\n");
      text.append("|---|---:|---:|---:|---:|---|---:|\n");
      rows.forEach(result -> text.append(line(result)));
    });
    return text.toString();
  }

  private static RunResult join(List<RunResult> runs) {
    List<BenchmarkResult> all = new ArrayList<>();
    runs.forEach(run -> all.addAll(run.getBenchmarkResults()));
    return new RunResult(runs.get(0).getParams(), all);
  }

  private static String line(RunResult result) {
    Result<?> score = result.getPrimaryResult();
    Statistics statistics = score.getStatistics();
    boolean rate = result.getParams().getMode() == Mode.Throughput;
    Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    return String.join(" | ", "| " + row(result.getParams()), number(score.getScore()),
        number(score.getScoreError()), number(statistics.getPercentile(50)),
        number(rate ? statistics.getMax() : statistics.getMin()),
        score.getScoreUnit() + bandwidth(result),
        (allocated == null ? "" : number(allocated.getScore())) + " |\n");
  }

  /** Returns what the median means where the size is known, or nothing. */
  private static String bandwidth(RunResult result) {
    String mebibytes = result.getParams().getParam("mebibytes");
    if (mebibytes == null) {
      return "";
    }
    double bytes = Double.parseDouble(mebibytes) * BYTES_PER_MEBIBYTE;
    Statistics seconds = result.getPrimaryResult().getStatistics();
    return String.format(Locale.ROOT, "; median %.2f GB/s, best %.2f",
        bytes / seconds.getPercentile(50) / 1e9, bytes / seconds.getMin() / 1e9);
  }

  private static String number(double value) {
    String format = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 1 ? "%.2f" : "%.4f";
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }

  private static boolean isRaw(BenchmarkParams params) {
    return method(params).startsWith("raw");
  }

  private static String row(BenchmarkParams params) {
    StringBuilder row = new StringBuilder(method(params));
    for (String key : params.getParamsKeys()) {
      row.append(", ").append(key).append(' ').append(params.getParam(key));
    }
    return row.toString();
  }

  private static String method(BenchmarkParams params) {
    return params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
  }

  private static String type(BenchmarkParams params) {
    String name = params.getBenchmark();
    String type = name.substring(0, name.lastIndexOf('.'));
    return type.substring(type.lastIndexOf('.') + 1);
  }
}
