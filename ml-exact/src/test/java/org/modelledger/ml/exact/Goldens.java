package org.modelledger.ml.exact;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs every golden program of this room in one JVM, for the matrix of configurations. A golden program is a
 * class whose name ends in {@code Golden}, whose {@code main} takes a size, {@code small} or {@code large},
 * and a number of threads, and prints a line {@code name = digest} for each thing it made.
 */
final class Goldens {
  private static final String SUFFIX = "Golden.class";

  private Goldens() {}

  /** Returns the names of all golden programs beside this class and beneath. */
  static List<String> programs() throws IOException {
    Path classes;
    try {
      classes = Path.of(Goldens.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    try (Stream<Path> files = Files.walk(classes)) {
      return files.map(file -> classes.relativize(file).toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - ".class".length())
              .replace(File.separatorChar, '.'))
          .sorted()
          .toList();
    }
  }

  /** Runs them all with the arguments that each of them takes; before each stands its name. */
  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    PrintStream out = System.out;
    for (String program : programs()) {
      out.println("# " + program);
      Method main = Class.forName(program).getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) arguments.clone());
    }
  }
}
