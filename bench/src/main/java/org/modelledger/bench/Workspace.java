package org.modelledger.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Directories for the work of one benchmark. They lie in {@code java.io.tmpdir}, which the scripts set
 * to {@code bench/target/work}: {@code /tmp} is memory on many machines, where a sync costs nothing.
 */
public final class Workspace {
  private Workspace() {}

  /** Creates one. */
  public static Path create(String name) throws IOException {
    return Files.createTempDirectory("modelledger-" + name + "-");
  }

  /** Deletes a directory and returns when the disk has come to rest. */
  public static void delete(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> found = Files.walk(directory)) {
      paths = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
    // A file system mounted with discard tells the disk what is free when it commits the deletion, and
    // commits nothing else meanwhile; so the second sync here ends after that.
    Path file = Files.createTempFile("modelledger-rest-", "");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 1; i <= 2; i++) {
        channel.write(ByteBuffer.allocate(i));
        channel.force(true);
      }
    }
    Files.delete(file);
  }
}
