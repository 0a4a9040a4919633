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

/** Digests that were written down, and those of a program in a JVM of its own: a line each, name = digest. */
final class GoldenJvm {
  private GoldenJvm() {}

  /** Returns the digests in a resource whose names begin with a size, without that. */
  static Map<String, String> written(String resource, String size) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (InputStream in = Objects
        .requireNonNull(GoldenJvm.class.getResourceAsStream(resource), resource)) {
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

  /**
   * Runs a program with a size and two threads.
   *
   * @param flag of the JVM
   * @param directory for what it prints
   */
  static Map<String, String> run(Class<?> program, String size, String flag, Path directory)
      throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // a flag for a processor this is not
        "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UnlockDiagnosticVMOptions", flag, "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        program.getName(), size, "2"));
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
    return digests;
  }
}
