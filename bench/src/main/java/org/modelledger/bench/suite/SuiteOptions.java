package org.modelledger.bench.suite;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * What a run of a suite does.
 *
 * @param suite which
 * @param rounds how often each row is measured, each time by a JVM of its own
 * @param callers numbers of threads that call; empty leaves that to the benchmarks
 * @param device that engines compute on; empty for what the benchmarks say
 * @param latency also measure how single calls are spread
 * @param smoke run each row once and small, within this JVM: its times mean nothing
 * @param list only say what would be run
 * @param out the directory that results are written to
 * @param only regular expressions of which a benchmark's name has to match one; none for all
 * @param jmh JMH's options
 */
record SuiteOptions(Suite suite, int rounds, List<Integer> callers, Optional<String> device,
    boolean latency, boolean smoke, boolean list, Path out, List<String> only,
    CommandLineOptions jmh) {
  static final String USAGE = """
      bench/suite NAME [options] [JMH's options]
      bench/suite --page RESULTS.json [PAGE.html]
        NAME              inference, training, transactions, receipts, artifacts or exact
        --rounds N        measure each row N times, by a JVM of its own each time, in turns with its peer (3)
        --only PATTERN    only benchmarks whose names this regular expression is found in
        --callers N,M     call with so many threads (inference: 1,2; elsewhere as the benchmarks say)
        --device DEVICE   let engines compute there: cpu, cuda, cuda:1 (inference only; cpu)
        --latency         also measure how single calls are spread (inference only)
        --out DIR         write NAME.json and NAME.html there (bench/target/suites)
        --list            say what would be run, and run nothing
        --smoke           see that it works: each row once, small, in one JVM; the times mean nothing
        --page FILE       make the page of a run once more
      JMH's options begin with one dash: -p engine=exact -p batch=1,8 -wi 5 -i 10 -r 1.""";

  /** What makes rows so small that they only show that they work. */
  private static final Map<String, List<String>> SMALL = Map.ofEntries(
      Map.entry("mebibytes", List.of("4")), Map.entry("epochs", List.of("1")),
      Map.entry("costMicros", List.of("10")), Map.entry("tensorBytes", List.of("4096")),
      Map.entry("node", List.of("anvil")), Map.entry("events", List.of("1000")),
      Map.entry("network", List.of("devpeer")), Map.entry("inFlight", List.of("64")),
      Map.entry("transactions", List.of("128")), Map.entry("lanes", List.of("4")),
      Map.entry("batchOf", List.of("64")), Map.entry("commands", List.of("256")),
      Map.entry("perTransaction", List.of("16")), Map.entry("model", List.of("digits")),
      Map.entry("batch", List.of("8")), Map.entry("trainingRows", List.of("2000")),
      Map.entry("boostingRounds", List.of("3")), Map.entry("receipts", List.of("1000")));

  private static final String DEVICE = "device";
  private static final String NETWORK = "network";
  private static final String FABRIC = "FABRIC_BIN";

  SuiteOptions {
    callers = List.copyOf(callers);
    only = List.copyOf(only);
  }

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if something in it is wrong; says what
   */
  static SuiteOptions parse(List<String> arguments) {
    Queue<String> left = new ArrayDeque<>(arguments);
    if (left.isEmpty()) {
      throw new IllegalArgumentException("which suite?");
    }
    Suite suite = Suite.of(left.remove());
    int rounds = 3;
    List<Integer> callers = suite == Suite.INFERENCE ? List.of(1, 2) : List.of();
    Optional<String> device = Optional.empty();
    boolean latency = false;
    boolean smoke = false;
    boolean list = false;
    Path out = defaultOut();
    List<String> only = new ArrayList<>();
    List<String> jmh = new ArrayList<>();
    while (!left.isEmpty()) {
      String argument = left.remove();
      switch (argument) {
        case "--rounds" -> rounds = number(argument, value(argument, left));
        case "--callers" -> callers = Arrays.stream(value(argument, left).split(",", -1))
            .map(text -> number(argument, text))
            .toList();
        case "--device" -> device = Optional.of(value(argument, left));
        case "--only" -> only.add(value(argument, left));
        case "--latency" -> latency = true;
        case "--smoke" -> smoke = true;
        case "--list" -> list = true;
        case "--out" -> out = Path.of(value(argument, left));
        default -> {
          if (argument.startsWith("--")) {
            throw new IllegalArgumentException("no option '" + argument + "'");
          }
          jmh.add(argument);
        }
      }
    }
    if (suite != Suite.INFERENCE && (device.isPresent() || latency)) {
      throw new IllegalArgumentException("--device and --latency are for inference only");
    }
    try {
      CommandLineOptions parsed = new CommandLineOptions(jmh.toArray(String[]::new));
      if (!parsed.getIncludes().isEmpty()) {
        throw new IllegalArgumentException("what is " + parsed.getIncludes()
            + "? a benchmark is chosen by --only");
      }
      return new SuiteOptions(suite, smoke ? 1 : rounds, smoke ? List.of() : callers, device,
          latency, smoke, list, out, only, parsed);
    } catch (CommandLineOptionException e) {
      throw new IllegalArgumentException("JMH says: " + e.getMessage(), e);
    }
  }

  /** Returns the directory that results go to unless another one is named. */
  static Path defaultOut() {
    return Path.of(System.getProperty("modelledger.suites", "bench/target/suites"));
  }

  /** Says whether a GPU is needed. */
  boolean needsGpu() {
    return device.isPresent() && device.get().startsWith("cuda");
  }

  /** Returns what a parameter is to have, whose own values these are. */
  List<String> values(String param, List<String> own) {
    if (jmh.getParameter(param).hasValue()) {
      Collection<String> chosen = jmh.getParameter(param).get();
      return List.copyOf(chosen);
    }
    if (param.equals(DEVICE) && device.isPresent()) {
      return List.of(device.get());
    }
    if (smoke && SMALL.containsKey(param)) {
      return SMALL.get(param);
    }
    if (param.equals(NETWORK) && !smoke && System.getenv(FABRIC) != null) {
      return List.of("devpeer", "real");
    }
    return own;
  }

  private static String value(String option, Queue<String> left) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return left.remove();
  }

  private static int number(String option, String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " is '" + text + "'; expected a number", e);
    }
    throw new IllegalArgumentException(option + " is " + text + "; expected 1 or more");
  }
}
