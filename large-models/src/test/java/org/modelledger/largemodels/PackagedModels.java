package org.modelledger.largemodels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of the packages in config/models.txt, which {@code ./verify} installs and names by a property. */
final class PackagedModels {
  /** Names the directory that the packages are in. */
  static final String PROPERTY = "modelledger.models";
  static final String WHY = "needs the packages of config/models.txt; ./verify runs it";

  private PackagedModels() {}

  /** Returns the only file whose path ends so; one that is missing is a failure. */
  static Path file(String end) throws IOException {
    Path directory = Path.of(System.getProperty(PROPERTY, ""));
    assertThat(directory)
        .as("-D%s, where the packages of config/models.txt are installed", PROPERTY)
        .isDirectory();
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> found = all.filter(path -> path.endsWith(end)).toList();
      assertThat(found)
          .as("%s in the packages of config/models.txt, installed in %s", end, directory)
          .hasSize(1);
      return found.getFirst();
    }
  }
}
