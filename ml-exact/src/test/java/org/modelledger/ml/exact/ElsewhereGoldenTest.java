package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds the scores of trees, of models from elsewhere, and their reason codes to digests that were written
 * down once. Where one of these changes, the version of the arithmetic has to.
 */
class ElsewhereGoldenTest {
  private static final Map<String, String> DIGESTS = digests(
      new String(Elsewhere.bytes("digests.txt"), StandardCharsets.UTF_8).lines().toList());

  private static Map<String, String> digests(List<String> lines) {
    Map<String, String> digests = new TreeMap<>();
    for (String line : lines) {
      String[] parts = line.split(" = ", 2);
      digests.put(parts[0], parts[1]);
    }
    return digests;
  }

  @Test
  void areTheBytesTheyAlwaysWere() throws InterruptedException {
    assertThat(ElsewhereGolden.digests()).isEqualTo(DIGESTS);
  }

  /** Interpreter, C1 only, C2 only, and without what a processor may lack. */
  @ParameterizedTest
  @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation",
      "-XX:-UseSuperWord", "-XX:-UseFMA", "-XX:UseAVX=0"})
  void theJvmChangesNothing(String flag, @TempDir Path directory)
      throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // a flag for a processor this is not
        "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UnlockDiagnosticVMOptions", flag, "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        ElsewhereGolden.class.getName()));
    Process process = new ProcessBuilder(command).redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ends", flag).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as("%s", Files.readString(err)).isZero();
    assertThat(digests(Files.readAllLines(out, StandardCharsets.UTF_8))).isEqualTo(DIGESTS);
  }
}
