package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Directories for the work of one benchmark. They lie in {@code java.io.tmpdir}, which the scripts set
 * to {@code bench/target/work}: {@code /tmp} is memory on many machines, where a sync costs nothing.
 */
final class Workspace {
  private Workspace() {}

  static Path create(String name) throws IOException {
    return Files.createTempDirectory("modelledger-" + name + "-");
  }

  static void delete(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> found = Files.walk(directory)) {
      paths = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
