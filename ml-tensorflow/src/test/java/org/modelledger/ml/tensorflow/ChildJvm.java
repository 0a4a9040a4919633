package org.modelledger.ml.tensorflow;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Runs a class of the tests in a process of its own. */
final class ChildJvm {
  private ChildJvm() {}

  /**
   * Returns what the class wrote to both standard streams.
   *
   * @param jars which entries of this class path the other process has
   */
  static String run(Class<?> main, Predicate<String> jars, String... arguments)
      throws IOException, InterruptedException {
    String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(jars)
        .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
            "-cp", path, main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
