package org.modelledger.bench.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The command {@code bench/suite}. */
public final class Suites {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Suites() {}

  /** Runs a suite, or makes the page of one that was run; exits with 1 if a row failed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int status;
    try {
      status = run(Arrays.asList(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(SuiteOptions.USAGE);
      status = MISUSED;
    }
    // not a return: a library may have left threads that do not end
    System.exit(status);
  }

  private static int run(List<String> arguments) throws IOException, InterruptedException {
    if (arguments.isEmpty() || arguments.contains("--help")) {
      System.out.println(SuiteOptions.USAGE);
      return arguments.isEmpty() ? MISUSED : 0;
    }
    if (arguments.get(0).equals("--page")) {
      if (arguments.size() < 2 || arguments.size() > 3) {
        throw new IllegalArgumentException("--page takes the JSON, and where the page is to go");
      }
      Path json = Path.of(arguments.get(1));
      Path page = arguments.size() == 3 ? Path.of(arguments.get(2)) : pageOf(json);
      Files.writeString(page, Page.of(Report.read(json)));
      System.out.println(page);
      return 0;
    }
    SuiteOptions options = SuiteOptions.parse(arguments);
    Gpus gpus = Gpus.ask(Gpus.PROGRAM);
    if (options.needsGpu() && gpus.found().isEmpty()) {
      System.out.println("skipped " + options.suite().key() + " on " + options.device().orElse("")
          + ": " + gpus.missing());
      return 0;
    }
    SuiteRunner runner = new SuiteRunner(options, Catalogue.read(), System.err::println);
    if (options.list()) {
      runner.cells().forEach(cell -> System.out.println(cell.label()));
      return 0;
    }
    if (runner.cells().isEmpty()) {
      throw new IllegalArgumentException(
          "no benchmark of " + options.suite().key() + " matches " + options.only());
    }
    Report report = runner.run(options.needsGpu() ? gpus : new Gpus(List.of(), ""));
    Path json = write(report, options.out());
    System.out.println(json);
    System.out.println(pageOf(json));
    return report.failures().isEmpty() ? 0 : FAILED;
  }

  /** Writes a report and its page; returns where the report is. */
  static Path write(Report report, Path directory) throws IOException {
    Files.createDirectories(directory);
    Path json = directory.resolve(report.suite() + ".json");
    report.write(json);
    // read again, so that the page is what the JSON alone gives
    Files.writeString(pageOf(json), Page.of(Report.read(json)));
    return json;
  }

  private static Path pageOf(Path json) {
    return json
        .resolveSibling(json.getFileName().toString().replaceFirst("\\.json$", "") + ".html");
  }
}
