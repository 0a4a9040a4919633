package org.modelledger.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.modelledger.ModelLedger;
import org.modelledger.evidence.Retention;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;

/**
 * Which ledger the commands in a directory, and below it, work on: what stands in its {@value #FILE}.
 *
 * @param ledger the registry's URI
 * @param home the ledger's home directory; of an embedded ledger it lies beside it if not said
 * @param retention what is kept beside receipts
 * @param engine the inference engine by its name; the only one installed if not said
 * @param subjects the attributes by whose values evidence is filed
 */
record Project(String ledger, Optional<Path> home, Retention retention, Optional<String> engine,
    List<String> subjects) {
  static final String FILE = "modelledger.properties";

  private static final String LEDGER = "ledger";
  private static final String HOME = "home";
  private static final String RETENTION = "retention";
  private static final String ENGINE = "engine";
  private static final String SUBJECTS = "subjects";
  private static final Set<String> NAMES = Set.of(LEDGER, HOME, RETENTION, ENGINE, SUBJECTS);
  private static final String LOCAL = "local:";

  /**
   * Reads the file in a directory or in the nearest one above it.
   *
   * @return empty if there is none up to the root
   * @throws ConfigurationException if it says what is not understood; names the file
   */
  static Optional<Project> find(Path directory) {
    for (Path at = directory.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      Path file = at.resolve(FILE);
      if (Files.isRegularFile(file)) {
        return Optional.of(read(file));
      }
    }
    return Optional.empty();
  }

  private static Project read(Path file) {
    Properties said = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      said.load(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new StorageException("read", file,
          e instanceof IOException io ? io : new IOException(e));
    }
    Set<String> unknown = new TreeSet<>(said.stringPropertyNames());
    unknown.removeAll(NAMES);
    if (!unknown.isEmpty()) {
      throw new ConfigurationException(
          file + " says " + unknown + "; expected no others than " + new TreeSet<>(NAMES));
    }
    Path directory = file.resolveSibling("");
    return new Project(within(directory, value(said, LEDGER)
        .orElseThrow(() -> new ConfigurationException(file + " does not say '" + LEDGER
            + "'; expected the URI of a ledger, such as local:ledger"))),
        value(said, HOME).map(directory::resolve),
        value(said, RETENTION).map(word -> retention(file, word)).orElse(Retention.SALTS),
        value(said, ENGINE),
        value(said, SUBJECTS).map(names -> List.of(names.split("\\s*,\\s*"))).orElse(List.of()));
  }

  private static Optional<String> value(Properties said, String name) {
    return Optional.ofNullable(said.getProperty(name)).map(String::strip);
  }

  private static Retention retention(Path file, String word) {
    for (Retention one : Retention.values()) {
      if (one.name().equalsIgnoreCase(word)) {
        return one;
      }
    }
    throw new ConfigurationException(file + " says " + RETENTION + "=" + word
        + "; expected salts, inputs or full");
  }

  /** A relative path of an embedded ledger is meant from where the file is, not from where one stands. */
  private static String within(Path directory, String uri) {
    if (!uri.startsWith(LOCAL)) {
      return uri;
    }
    int options = uri.indexOf('?');
    String path = uri.substring(LOCAL.length(), options < 0 ? uri.length() : options);
    return LOCAL + directory.resolve(path).normalize()
        + (options < 0 ? "" : uri.substring(options));
  }

  /** Returns a ledger as this says it, not opened yet. */
  ModelLedger.Builder builder() {
    ModelLedger.Builder builder = ModelLedger.builder(ledger)
        .retention(retention)
        .subjects(subjects.toArray(String[]::new));
    home.ifPresent(builder::home);
    engine.ifPresent(builder::engine);
    return builder;
  }

  /**
   * Writes the file into a directory, with paths as they are here.
   *
   * @throws ConfigurationException if there is one already
   */
  static Path write(Path directory, Project project) {
    Path file = directory.resolve(FILE);
    Properties said = new Properties();
    said.setProperty(LEDGER, project.ledger());
    project.home().ifPresent(home -> said.setProperty(HOME, home.toString()));
    said.setProperty(RETENTION, project.retention().name().toLowerCase(Locale.ROOT));
    project.engine().ifPresent(name -> said.setProperty(ENGINE, name));
    if (!project.subjects().isEmpty()) {
      said.setProperty(SUBJECTS, String.join(",", project.subjects()));
    }
    requireAbsent(file);
    try (Writer out = Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE)) {
      out.write("# The ledger that modelledger works on in this directory and below\n");
      for (String name : new TreeSet<>(said.stringPropertyNames())) {
        out.write(name + "=" + said.getProperty(name).replace("\\", "\\\\") + "\n");
      }
      return file;
    } catch (IOException e) {
      throw new StorageException("write", file, e);
    }
  }

  /** @throws ConfigurationException if a directory already has such a file */
  static void requireAbsent(Path file) {
    if (Files.exists(file)) {
      throw new ConfigurationException(
          file + " is there already; expected a directory without one");
    }
  }
}
