package org.modelledger.bench.suite;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures the rows of a suite, one after the other and all of them again in the next round, there from
 * the last to the first: so a row and its peer see the same machine, whichever way that drifts.
 */
final class SuiteRunner {
  private final SuiteOptions options;
  private final Catalogue catalogue;
  private final Consumer<String> progress;
  private final Map<Cell, List<RunResult>> found = new LinkedHashMap<>();
  private final Map<Cell, String> failures = new LinkedHashMap<>();
  private final List<Report.Observation> observations = new ArrayList<>();

  /**
   * Prepares a run.
   *
   * @param progress told, a line at a time, what is measured next
   */
  SuiteRunner(SuiteOptions options, Catalogue catalogue, Consumer<String> progress) {
    this.options = options;
    this.catalogue = catalogue;
    this.progress = progress;
  }

  /** Returns the rows. */
  List<Cell> cells() {
    List<Cell> cells = Plan.cells(catalogue, options.suite(), options::values,
        options.only(), options.callers(), options.latency());
    return options.smoke()
        ? cells.stream()
            .map(cell -> new Cell(cell.benchmark(), Mode.SingleShotTime, 0, cell.params()))
            .distinct()
            .toList()
        : cells;
  }

  /**
   * Measures all of them. What fails once is not tried again, and told in the report.
   *
   * @param gpus whose use is watched meanwhile
   */
  Report run(Gpus gpus) throws IOException, InterruptedException {
    Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    List<Cell> cells = cells();
    cells.forEach(cell -> found.put(cell, new ArrayList<>()));
    Optional<GpuSampler> sampler = gpus.found().isEmpty()
        ? Optional.empty()
        : Optional.of(GpuSampler.start(Gpus.PROGRAM));
    try {
      for (int round = 1; round <= options.rounds(); round++) {
        List<Cell> order = round % 2 == 1 ? cells : cells.reversed();
        for (int i = 0; i < order.size(); i++) {
          progress.accept("round " + round + " of " + options.rounds() + ", " + (i + 1) + " of "
              + order.size() + ": " + order.get(i).label());
          measure(order.get(i), round, sampler);
        }
      }
    } finally {
      if (sampler.isPresent()) {
        sampler.get().stop();
      }
    }
    return new Report(Report.FORMAT, Report.VERSION, options.suite().key(), started.toString(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), options.rounds(),
        options.smoke(), System.getProperty("modelledger.commit", ""), Machine.here(), libraries(),
        gpus.found(),
        new TreeMap<>(catalogue.peers(options.suite())),
        new TreeMap<>(catalogue.sweeps(options.suite())), observations,
        List.copyOf(failures.values()), Report.parse(json(results())));
  }

  /** Returns the results, each with its rounds as forks. */
  List<RunResult> results() {
    List<RunResult> results = new ArrayList<>();
    found.values().forEach(runs -> {
      if (!runs.isEmpty()) {
        List<BenchmarkResult> all = new ArrayList<>();
        runs.forEach(run -> all.addAll(run.getBenchmarkResults()));
        results.add(new RunResult(runs.get(0).getParams(), all));
      }
    });
    return results;
  }

  /** Returns results as JMH writes them. */
  static String json(List<RunResult> results) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void measure(Cell cell, int round, Optional<GpuSampler> sampler) {
    if (failures.containsKey(cell)) {
      return;
    }
    double loadBefore = Machine.load();
    sampler.ifPresent(GpuSampler::take);
    long start = System.nanoTime();
    try {
      found.computeIfAbsent(cell, each -> new ArrayList<>())
          .addAll(new Runner(options(cell).build()).run());
    } catch (RunnerException e) {
      failures.put(cell, cell.label() + ": " + reason(e));
      progress.accept("FAILED: " + failures.get(cell));
      return;
    }
    observations.add(new Report.Observation(round, cell.benchmark(), cell.mode().shortLabel(),
        cell.threads(), new TreeMap<>(cell.params()), (System.nanoTime() - start) / 1e9,
        loadBefore, Machine.load(), sampler.map(GpuSampler::take).orElse(List.of())));
  }

  private ChainedOptionsBuilder options(Cell cell) {
    ChainedOptionsBuilder builder = new OptionsBuilder().parent(options.jmh())
        .include("^" + Pattern.quote(cell.benchmark()) + "$")
        .mode(cell.mode())
        .forks(options.smoke() ? 0 : 1)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
    cell.params().forEach(builder::param);
    if (cell.threads() > 0) {
      builder.threads(cell.threads());
    }
    if (options.smoke()) {
      return builder.warmupIterations(0).measurementIterations(1).timeout(TimeValue.minutes(5));
    }
    return builder.addProfiler(GCProfiler.class);
  }

  /** Returns what was at the bottom of a failure, on one line. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    for (Optional<Throwable> deeper = deeper(cause); deeper.isPresent(); deeper = deeper(cause)) {
      cause = deeper.get();
    }
    return cause.toString().replaceAll("\\s+", " ");
  }

  /** JMH has the failures of a benchmark as suppressed ones. */
  private static Optional<Throwable> deeper(Throwable failure) {
    return failure.getSuppressed().length > 0
        ? Optional.of(failure.getSuppressed()[0])
        : Optional.ofNullable(failure.getCause());
  }

  private static List<String> libraries() {
    return Arrays.stream(System.getProperty("java.class.path")
        .split(
            Pattern.quote(System.getProperty("path.separator")), -1))
        .filter(path -> path.endsWith(".jar"))
        .map(path -> Path.of(path).getFileName().toString())
        .sorted()
        .toList();
  }
}
