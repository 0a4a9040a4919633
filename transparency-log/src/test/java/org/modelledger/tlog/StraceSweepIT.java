package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fails, shortens or kills a writer at its system calls, one after the other, and looks at the log after
 * each. First {@code strace} counts the calls of a session that concern the log's files; then for each
 * of them a session runs in which that one call, told by its name, the file and how often it was made
 * before, meets with what {@code strace} injects.
 *
 * <p>{@code -Dmodelledger.strace=} names the program and turns this on ({@code ./verify} does); {@code
 * -Dmodelledger.sweep=all} takes every point instead of a sample by {@code -Dmodelledger.seed=}. It
 * needs the right to trace a sibling process: root, or {@code kernel.yama.ptrace_scope=0}.
 */
@EnabledIfSystemProperty(named = "modelledger.strace", matches = ".+", disabledReason = "needs strace; ./verify runs it")
class StraceSweepIT {

  private static final String STRACE = System.getProperty("modelledger.strace", "");
  private static final int LIMITS = 40;
  private static final int PROGRESS = 100;
  private static final String SWEEP = System.getProperty("modelledger.sweep", "120");
  /** Calls that look at a file without changing it: a failure may be survived in silence. */
  private static final Set<String> LOOKING = Set.of("newfstatat", "statx", "fstat", "lstat", "stat",
      "access", "faccessat", "faccessat2", "lseek", "fcntl", "close");
  private static final Set<String> TAKING_SPACE = Set.of("openat", "write", "pwrite64", "mkdir",
      "rename", "ftruncate", "fallocate", "fsync", "fdatasync");
  private static final Set<String> WRITING = Set.of("write", "pwrite64");

  /** What happens to a call. */
  private enum Fault {
    ERROR("error=EIO", "Input/output error"), FULL("error=ENOSPC", "No space left on device"),
    /** Says, truly, that nothing was written. A larger number would be a lie: strace skips the call. */
    NOTHING_WRITTEN("retval=0", ""),
    /** Dies before the call is made. */
    KILL("signal=KILL", "");

    private final String injection;
    private final String message;

    Fault(String injection, String message) {
      this.injection = injection;
      this.message = message;
    }

    boolean suits(String call) {
      return switch (this) {
        case ERROR, KILL -> true;
        case FULL -> TAKING_SPACE.contains(call);
        case NOTHING_WRITTEN -> WRITING.contains(call);
      };
    }
  }

  /** The n-th call, from 1, that a thread makes of a kind on a path of the log within a session. */
  private record Point(String session, String call, String path, int nth, Fault fault) {}

  /** What a session said. */
  private record Said(long acknowledged, List<String> failures, List<String> broken,
      List<String> open, long size, boolean done) {}

  @TempDir
  Path temporary;

  private final NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());
  private final List<String> wrong = new ArrayList<>();
  private final Map<Fault, Integer> swept = new EnumMap<>(Fault.class);
  private final Map<String, Integer> calls = new TreeMap<>();
  private int missed;
  private int sessions;
  private @Nullable Driver driver;
  private @Nullable Driver spare;

  /** A process that obeys. */
  private final class Driver {
    private final Process process;
    private final BufferedReader said;
    private final Writer told;

    Driver() throws IOException {
      process = new ProcessBuilder(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
          "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx96m", "-cp",
          System.getProperty("java.class.path"), SweptWriter.class.getName(), signer.encoded())
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      said = process.inputReader(StandardCharsets.UTF_8);
      told = process.outputWriter(StandardCharsets.UTF_8);
    }

    void tell(String command, Path directory) throws IOException {
      told.write(command + " " + directory + "\n");
      told.flush();
    }

    Said listen() throws IOException {
      long acknowledged = 0;
      long size = -1;
      List<String> failures = new ArrayList<>();
      List<String> broken = new ArrayList<>();
      List<String> open = new ArrayList<>();
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.equals("done")) {
          return new Said(acknowledged, failures, broken, open, size, true);
        }
        int space = line.indexOf(' ');
        String what = line.substring(space + 1);
        switch (line.substring(0, space)) {
          case "acknowledged" -> acknowledged = Long.parseLong(what);
          case "size" -> size = Long.parseLong(what);
          case "failed" -> failures.add(what);
          case "open" -> open.add(what);
          default -> broken.add(what);
        }
      }
      return new Said(acknowledged, failures, broken, open, size, false);
    }

    void end() throws InterruptedException {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  private Driver driver() throws IOException {
    if (driver == null || !driver.process.isAlive()) {
      driver = spare == null ? new Driver() : spare;
      spare = null;
    }
    return driver;
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Driver each : Stream.of(Optional.ofNullable(driver), Optional.ofNullable(spare))
        .flatMap(Optional::stream)
        .toList()) {
      each.end();
    }
  }

  private Process attach(Path trace, List<String> options) throws IOException {
    List<String> command = new ArrayList<>(List.of(STRACE, "-f", "-o", trace.toString()));
    command.addAll(options);
    command.addAll(List.of("-p", String.valueOf(driver().process.pid())));
    Process strace = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader lines = strace.inputReader(StandardCharsets.UTF_8);
    StringBuilder all = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains("attached")) {
        return strace;
      }
      all.append(line).append('\n');
    }
    throw new AssertionError("strace does not attach: " + all);
  }

  private static void detach(Process strace, boolean fromTheDead) throws InterruptedException {
    if (fromTheDead) {
      strace.destroyForcibly(); // it may wait for ever for a thread that is gone
    } else {
      strace.destroy();
    }
    if (!strace.waitFor(1, TimeUnit.MINUTES)) {
      throw new AssertionError("strace does not end");
    }
  }

  private Path prepare(String session) throws IOException, InterruptedException {
    // never the same again, so that whatever is left open can be told apart
    Path directory = temporary.resolve("log" + sessions++);
    if (session.equals("recover")) {
      Path template = temporary.resolve("template");
      if (!Files.exists(template)) {
        ScriptedSession.abandon(template, signer);
      }
      ScriptedSession.copy(template, directory);
    }
    return directory;
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** Runs a session undisturbed and returns every point that can be disturbed in it. */
  private List<Point> points(String session) throws IOException, InterruptedException {
    Path directory = prepare(session);
    Path traces = Files.createDirectories(temporary.resolve("traces-" + session));
    driver().tell("check", temporary.resolve("nothing")); // what is loaded only once, is
    assertThat(driver().listen().broken()).isEmpty();
    Process strace = attach(traces.resolve("t"),
        List.of("-ff", "-y", "-s", "4096", "-e", "trace=%file,%desc"));
    driver().tell(session, directory);
    Said said = driver().listen();
    detach(strace, false);
    assertThat(said.failures()).isEmpty();
    assertThat(said.broken()).isEmpty();
    assertThat(said.open()).isEmpty();
    Map<String, Integer> most = new TreeMap<>();
    try (Stream<Path> threads = Files.list(traces)) {
      for (Path thread : threads.toList()) {
        count(thread, directory).forEach((key, n) -> most.merge(key, n, Math::max));
      }
    }
    List<Point> points = new ArrayList<>();
    most.forEach((key, n) -> {
      String call = key.substring(0, key.indexOf(' '));
      for (int nth = 1; nth <= n; nth++) {
        for (Fault fault : Fault.values()) {
          if (fault.suits(call)) {
            points.add(new Point(session, call, key.substring(key.indexOf(' ') + 1), nth, fault));
          }
        }
      }
    });
    return points;
  }

  /** Counts the calls of a thread by name and path. */
  private Map<String, Integer> count(Path trace, Path directory) throws IOException {
    Pattern path = Pattern.compile("[\"<]" + Pattern.quote(directory.toString())
        + "((?:/[^\">]*)?)[\">]");
    Map<String, Integer> counts = new TreeMap<>();
    for (String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
      int name = line.indexOf('(');
      int result = line.lastIndexOf(" = ");
      if (name <= 0 || result < 0 || !Character.isLetter(line.charAt(0))) {
        continue;
      }
      Matcher matcher = path.matcher(line.substring(0, result));
      String call = line.substring(0, name);
      if (matcher.find() && !call.equals("readlink")) { // by which the session lists what is open
        calls.merge(call, 1, Integer::sum);
        counts.merge(call + " " + matcher.group(1), 1, Integer::sum);
      }
    }
    return counts;
  }

  private void disturb(Point point) throws IOException, InterruptedException {
    Path directory = prepare(point.session());
    Path trace = temporary.resolve("trace");
    Driver at = driver();
    Process strace = attach(trace,
        List.of("-P", directory + point.path(), "-e", "trace=" + point.call(), "-e",
            "inject=" + point.call() + ":" + point.fault().injection + ":when=" + point.nth()));
    at.tell(point.session(), directory);
    if (point.fault() == Fault.KILL && spare == null) {
      spare = new Driver();
    }
    Said said = at.listen();
    detach(strace, !said.done());
    boolean hit = point.fault() == Fault.KILL
        ? !said.done()
        : Files.readString(trace, StandardCharsets.ISO_8859_1).contains("(INJECTED)");
    if (!hit) {
      missed++; // an earlier call of another thread has the number, and stopped the session
      if (!said.failures().isEmpty()) {
        wrong.add(point + " was not hit, yet " + said.failures());
      }
    } else {
      swept.merge(point.fault(), 1, Integer::sum);
    }
    judge(point, hit, said);
    judgeLog(point, said, directory);
    delete(directory);
  }

  private void judge(Point point, boolean hit, Said said) {
    said.broken().forEach(what -> wrong.add(point + " ended in " + what));
    // the first strace keeps from happening; without the second, unlocking, the JDK does not close
    if (!point.call().equals("close") && !point.call().equals("fcntl")) {
      said.open().forEach(file -> wrong.add(point + " left open " + file));
    }
    if (point.fault() == Fault.KILL || !hit) {
      return;
    }
    if (point.fault() == Fault.NOTHING_WRITTEN) {
      said.failures().forEach(what -> wrong.add(point + " should be tried again, not " + what));
    } else if (said.failures().isEmpty()) {
      if (!LOOKING.contains(point.call())) {
        wrong.add(point + " was passed over in silence");
      }
    } else if (!said.failures().getFirst().contains(temporary.toString())) {
      wrong.add(point + " does not say where: " + said.failures());
    } else if (!LOOKING.contains(point.call())
        && !said.failures().getFirst().contains(point.fault().message)) {
      wrong.add(point + " does not say why: " + said.failures());
    }
  }

  /** Writes that get half of their bytes to the disk, then none: the kernel's, not simulated. */
  @Test
  void aLogSurvivesWritesThatAreCutShortByALimitOnFiles() throws Exception {
    Path whole = prepare("run");
    driver().tell("run", whole);
    assertThat(driver().listen().failures()).isEmpty();
    long longest = 2 * Files.size(whole.resolve("tile/entries/001.p/55"));
    SplittableRandom random = new SplittableRandom(Seeds.seed());
    int told = 0;
    for (int i = 0; i < LIMITS; i++) {
      Point point = new Point(i % 2 == 0 ? "run" : "recover", "write", "", 1, Fault.KILL);
      Path directory = prepare(point.session());
      long limit = 1 + random.nextLong(longest);
      limitFiles(String.valueOf(limit));
      driver().tell(point.session(), directory);
      Said said = driver().listen();
      limitFiles("unlimited");
      assertThat(said.broken()).isEmpty();
      assertThat(said.open()).isEmpty();
      said.failures().forEach(what -> assertThat(what).contains("File too large"));
      told += said.failures().size();
      judgeLog(point, said, directory);
      assertThat(wrong).as("files of at most %d bytes", limit).isEmpty();
    }
    assertThat(told).isPositive();
    System.out.println(LIMITS + " limits, " + told + " of them were felt");
  }

  private void limitFiles(String bytes) throws IOException, InterruptedException {
    Process prlimit = new ProcessBuilder("prlimit", "--pid",
        String.valueOf(driver().process.pid()), "--fsize=" + bytes + ":").inheritIO().start();
    assertThat(prlimit.waitFor()).isZero();
  }

  private void judgeLog(Point point, Said said, Path directory)
      throws IOException, InterruptedException {
    long size;
    if (point.fault() == Fault.KILL) {
      try {
        size = ScriptedSession.check(directory, LogOptions.of(signer));
      } catch (ProofException | TransparencyLogException | AssertionError e) {
        wrong.add(point + " left a log that is not sound: " + e);
        return;
      }
    } else {
      driver().tell("check", directory);
      Said checked = driver().listen();
      size = checked.size();
      Stream.concat(checked.failures().stream(), checked.broken().stream())
          .forEach(what -> wrong.add(point + " left a log that is not sound: " + what));
    }
    if (size < said.acknowledged()) {
      wrong.add(point + " lost " + (said.acknowledged() - size) + " of " + said.acknowledged()
          + " acknowledged entries");
    }
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS) // all of them, on a busy machine
  void aLogSurvivesWhateverHappensToASystemCall() throws Exception {
    List<Point> points = new ArrayList<>(points("run"));
    points.addAll(points("recover"));
    System.out.println(calls.values().stream().mapToInt(n -> n).sum()
        + " system calls on the files of two sessions: " + calls);
    System.out.println(points.size() + " points to disturb them at");
    int all = points.size();
    SplittableRandom random = new SplittableRandom(Seeds.seed());
    int take = SWEEP.equals("all") ? all : Math.min(all, Integer.parseInt(SWEEP));
    long begin = System.nanoTime();
    for (int i = 0; i < take; i++) {
      int other = random.nextInt(i, all);
      Point point = points.set(other, points.get(i));
      points.set(i, point);
      disturb(point);
      if ((i + 1) % PROGRESS == 0) {
        System.out.println(i + 1 + " points");
      }
    }
    System.out.printf(Locale.ROOT, "%d points swept in %d s: %s; %d not reached%n", take,
        (System.nanoTime() - begin) / 1_000_000_000, swept, missed);
    assertThat(wrong).isEmpty();
    assertThat(swept.values().stream().mapToInt(n -> n).sum()).isGreaterThan(take / 2);
  }
}
