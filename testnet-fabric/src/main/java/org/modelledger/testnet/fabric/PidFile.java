package org.modelledger.testnet.fabric;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modelledger.testnet.TestnetException;

/**
 * Which process is which, for whoever takes a network down later: one file for each, with the process's number and the
 * time it started. Systems give numbers again, so a process that started at another time is somebody else's.
 */
final class PidFile {
  private static final Pattern FORM = Pattern.compile("(\\d{1,10}) (\\d{1,18})\\s*");
  /** Two JVMs may compute a start differently, by the clock's corrections since the machine started. */
  private static final Duration TOLERANCE = Duration.ofSeconds(3);

  private PidFile() {}

  static void write(Path file, ProcessHandle process) throws IOException {
    Instant started = process.info().startInstant().orElse(Instant.now());
    Files.writeString(file, process.pid() + " " + started.toEpochMilli() + "\n");
  }

  /** Finds the process of a file; empty if it does not run any more. */
  static Optional<ProcessHandle> find(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TestnetException(
          file + " holds '" + text.strip() + "'; wanted are the number and the start of a process");
    }
    Instant started = Instant.ofEpochMilli(Long.parseLong(matcher.group(2)));
    return ProcessHandle.of(Long.parseLong(matcher.group(1)))
        .filter(ProcessHandle::isAlive)
        .filter(process -> process.info()
            .startInstant()
            .map(start -> Duration.between(started, start).abs().compareTo(TOLERANCE) <= 0)
            .orElse(false));
  }

  /** Finds the processes of all files in a directory. */
  static List<ProcessHandle> findAll(Path directory) throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.pid")) {
      for (Path file : files) {
        find(file).ifPresent(found::add);
      }
    }
    return List.copyOf(found);
  }
}
