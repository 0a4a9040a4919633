package org.modelledger.bench.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openjdk.jmh.results.RunResult;

/**
 * Runs each row of every suite once, as small as it goes, and makes the pages, to see that all of it
 * works; the times mean nothing. Fails if a row fails.
 */
public final class Smoke {
  private Smoke() {}

  /**
   * Takes {@code --json} and a file for JMH's results, if they are wanted, and regular expressions of the
   * benchmarks to run; none means all.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> includes = Arrays.asList(arguments);
    Optional<Path> json = Optional.empty();
    if (includes.size() > 1 && includes.get(0).equals("--json")) {
      json = Optional.of(Path.of(includes.get(1)));
      includes = includes.subList(2, includes.size());
    }
    Catalogue catalogue = Catalogue.read();
    List<RunResult> results = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (Suite suite : Suite.values()) {
      List<String> options = new ArrayList<>(List.of(suite.key(), "--smoke"));
      includes.forEach(each -> options.addAll(List.of("--only", each)));
      SuiteRunner runner = new SuiteRunner(SuiteOptions.parse(options), catalogue, line -> {
      });
      if (!runner.cells().isEmpty()) {
        Report report = runner.run(new Gpus(List.of(), ""));
        Path unused = Suites.write(report,
            SuiteOptions.defaultOut().resolveSibling("smoke"));
        failures.addAll(report.failures());
        results.addAll(runner.results());
        report.rows()
            .forEach(row -> System.out.printf(Locale.ROOT, "%-70s %12.6f %s%n",
                Cell.simpleName(row.benchmark()) + " " + Section.text(row.params()), row.score(),
                row.unit()));
      }
    }
    if (json.isPresent()) {
      Files.writeString(json.get(), SuiteRunner.json(results));
    }
    failures.forEach(failure -> System.out.println("FAILED: " + failure));
    System.out.println(results.size() + " benchmarks ran");
    // not a return: a library may have left threads that do not end
    System.exit(failures.isEmpty() && !results.isEmpty() ? 0 : 1);
  }
}
