package org.modelledger.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs each benchmark once, as small as it goes, to see that it works; its times mean nothing. Fails if
 * one fails.
 */
public final class Smoke {
  private Smoke() {}

  /**
   * Takes {@code --json} and a file for JMH's results, if they are wanted, and regular expressions of the
   * benchmarks to run; none means all.
   */
  public static void main(String[] arguments) throws RunnerException {
    List<String> includes = Arrays.asList(arguments);
    OptionsBuilder options = new OptionsBuilder();
    if (includes.size() > 1 && includes.get(0).equals("--json")) {
      options.resultFormat(ResultFormatType.JSON).result(includes.get(1));
      includes = includes.subList(2, includes.size());
    }
    includes.forEach(options::include);
    options.forks(0)
        .mode(Mode.SingleShotTime)
        .warmupIterations(0)
        .measurementIterations(1)
        .timeout(TimeValue.minutes(5))
        .shouldFailOnError(true)
        .param("mebibytes", "4")
        .param("epochs", "1")
        .param("costMicros", "10")
        .param("tensorBytes", "4096")
        .param("node", "anvil")
        .param("events", "1000")
        .param("network", "devpeer")
        .param("inFlight", "64")
        .param("transactions", "128")
        .param("lanes", "4")
        .param("batchOf", "64")
        .param("commands", "256")
        .param("perTransaction", "16")
        .verbosity(VerboseMode.SILENT);
    Collection<RunResult> results = new Runner(options.build()).run();
    for (RunResult result : results) {
      System.out.printf(Locale.ROOT, "%-60s %12.6f %s%n", Figures.label(result.getParams()),
          result.getPrimaryResult().getScore(), result.getPrimaryResult().getScoreUnit());
    }
    System.out.println(results.size() + " benchmarks ran");
  }
}
