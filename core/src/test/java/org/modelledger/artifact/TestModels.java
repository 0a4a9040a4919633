package org.modelledger.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.modelledger.model.ModelFiles;

/** Models and directories for the tests of this package. */
final class TestModels {
  private TestModels() {}

  /** Random numbers from a seed that is printed by the caller's failure and can be set. */
  static Random random() {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    return new Random(seed);
  }

  static ModelFiles files(String... namesAndContents) {
    Map<String, byte[]> content = new HashMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      content.put(namesAndContents[i], namesAndContents[i + 1].getBytes(UTF_8));
    }
    return ModelFiles.of(content);
  }

  static ModelFiles random(Random random, int files, int maxSize) {
    Map<String, byte[]> content = new HashMap<>();
    for (int i = 0; i < files; i++) {
      byte[] bytes = new byte[random.nextInt(maxSize)];
      random.nextBytes(bytes);
      content.put("part-" + i, bytes);
    }
    return ModelFiles.of(content);
  }

  /** Writes files below a directory that is made. */
  static Path write(Path directory, ModelFiles files) {
    try {
      for (String name : files.names()) {
        Path path = directory.resolve(name);
        Path parent = path.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.write(path, files.read(name));
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the relative paths of all plain files. */
  static SortedSet<String> list(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      SortedSet<String> names = new TreeSet<>();
      paths.filter(Files::isRegularFile)
          .forEach(path -> names.add(directory.relativize(path).toString().replace('\\', '/')));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path only(Path directory) {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.reduce((a, b) -> {
        throw new AssertionError("more than one file in " + directory);
      }).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
