package org.modelledger.ml.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Memory and threads after many calls are what they were after some: in a JVM of its own, whose heap cannot grow, and
 * which may have 4 MiB of direct memory at a time: one that kept more would end with an OutOfMemoryError.
 */
class LeakTest {
  /**
   * 100,000 runs that kept no more than the handle of their output would take twice as much, in each period; seen are 0
   * to 3 MiB, and once 17 while the JVM still compiled.
   */
  static final long MOST_KB = 16 << 10;

  /** A thread that ended may still be counted; one that stayed for each call would make hundreds. */
  private static final long FEW_THREADS = 8;

  @ParameterizedTest
  @CsvSource({"pinned, 100000", "heap, 100000", "copied, 100000", "failing, 30000",
      "loading, 500"})
  void memoryStaysFlat(String what, String calls, @TempDir Path directory)
      throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process = new ProcessBuilder(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-Xms64m",
        "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=4m",
        "--enable-native-access=ALL-UNNAMED", "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        LeakCheck.class.getName(), what, calls)).redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("%s ends", what).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as("%s", Files.readString(err)).isZero();
    Map<String, Long> growth = new TreeMap<>();
    for (String line : Files.readAllLines(out, StandardCharsets.UTF_8)) {
      String[] parts = line.split("=", 2);
      growth.put(parts[0], Long.valueOf(parts[1]));
    }
    assertThat(growth).containsOnlyKeys("residentKb", "threads");
    assertThat(growth.get("residentKb")).as("%s", growth).isLessThan(MOST_KB);
    assertThat(growth.get("threads")).as("%s", growth).isLessThan(FEW_THREADS);
  }
}
