package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds trees to digests that were written down once, in {@code trees-golden.txt}. Where one of these changes,
 * the version of the arithmetic has to.
 */
class TreesGoldenTest {

  private static Map<String, String> written(String size) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (InputStream in = Objects
        .requireNonNull(TreesGoldenTest.class.getResourceAsStream("trees-golden.txt"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith(size + " ")) {
          put(line.substring(size.length() + 1), digests);
        }
      }
    }
    assertThat(digests).isNotEmpty();
    return digests;
  }

  private static void put(String line, Map<String, String> digests) {
    String[] parts = line.split(" = ", 2);
    digests.put(parts[0], parts[1]);
  }

  @Test
  void smallModelsAreTheBytesTheyAlwaysWere() throws IOException, InterruptedException {
    assertThat(TreesGolden.digests(true, 1)).isEqualTo(written("small"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void theNumberOfThreadsChangesNothing(int threads) throws IOException, InterruptedException {
    assertThat(TreesGolden.digests(false, threads)).isEqualTo(written("large"));
  }

  /** Interpreter, C1 only, C2 only, and without what a processor may lack. */
  @ParameterizedTest
  @CsvSource({"small, -Xint", "large, -XX:TieredStopAtLevel=1", "large, -XX:-TieredCompilation",
      "large, -XX:-UseSuperWord", "large, -XX:-UseFMA", "large, -XX:UseAVX=0"})
  void theJvmChangesNothing(String size, String flag, @TempDir Path directory)
      throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // a flag for a processor this is not
        "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UnlockDiagnosticVMOptions", flag, "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        TreesGolden.class.getName(), size, "2"));
    Process process = new ProcessBuilder(command).redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ends", flag).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as("%s", Files.readString(err)).isZero();
    Map<String, String> digests = new TreeMap<>();
    Files.readAllLines(out, StandardCharsets.UTF_8).forEach(line -> put(line, digests));
    assertThat(digests).isEqualTo(written(size));
  }
}
