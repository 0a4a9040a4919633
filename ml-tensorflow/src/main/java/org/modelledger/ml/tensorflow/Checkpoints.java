package org.modelledger.ml.tensorflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.modelledger.model.Digest;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;

/**
 * The checkpoints of a training in a directory of its own. Each is a directory {@code epoch-N} with TensorFlow's files
 * {@code state.*} and {@code checkpoint.txt}: lines of a name and a value, the digests of the other files among them, and
 * the digest of the lines before as the last. It appears under its name when it is whole and on the disk.
 */
final class Checkpoints {
  private static final String HEAD = "modelledger-tensorflow-checkpoint";
  private static final String VERSION = "1";
  private static final String TEXT = "checkpoint.txt";
  private static final String STATE = "state";
  private static final String NAME = "epoch-";
  private static final String UNFINISHED = ".unfinished-";
  private static final int KEPT = 2;

  private final Path directory;
  private final Map<String, String> owner;

  /**
   * @param owner what a checkpoint has to be of: {@code specification}, {@code data} and {@code runtime}
   * @throws StorageException if the directory cannot be made
   */
  Checkpoints(Path directory, Map<String, String> owner) {
    this.directory = directory;
    this.owner = new TreeMap<>(owner);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StorageException("create directory", directory, e);
    }
  }

  /** What was found: how far it is, and the prefix of TensorFlow's files. */
  record Found(Progress progress, Path state) {}

  /** What saves the variables under a prefix. */
  interface Saver {
    void save(Path prefix);
  }

  /**
   * Returns the newest whole checkpoint; one that is torn is passed over.
   *
   * @throws ConfigurationException if it is of another training; says of what
   */
  Optional<Found> newest() {
    for (Path candidate : epochs()) {
      Optional<Map<String, String>> lines = read(candidate);
      if (lines.isPresent()) {
        requireOwn(candidate, lines.get());
        return Optional.of(new Found(progress(candidate, lines.get()), candidate.resolve(STATE)));
      }
    }
    return Optional.empty();
  }

  private static Progress progress(Path candidate, Map<String, String> lines) {
    try {
      return new Progress(Integer.parseInt(lines.getOrDefault("epoch", "")),
          Integer.parseInt(lines.getOrDefault("bestEpoch", "")),
          Double.parseDouble(lines.getOrDefault("bestLoss", "")));
    } catch (NumberFormatException e) {
      throw new ConfigurationException("the checkpoint " + candidate
          + " is whole, but lacks a number: " + e.getMessage(), e);
    }
  }

  private void requireOwn(Path candidate, Map<String, String> lines) {
    if (!VERSION.equals(lines.get(HEAD))) {
      throw new ConfigurationException("the checkpoint " + candidate + " has version "
          + lines.get(HEAD) + "; supported is " + VERSION);
    }
    owner.forEach((name, value) -> {
      if (!value.equals(lines.get(name))) {
        throw new ConfigurationException("the checkpoint " + candidate + " is of another " + name
            + " (" + lines.get(name) + ") than this training (" + value
            + "); expected an empty directory, or one of this training");
      }
    });
  }

  /** Returns the checkpoints, the newest first. */
  private List<Path> epochs() {
    List<Path> epochs = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, NAME + "*")) {
      entries.forEach(epochs::add);
    } catch (IOException e) {
      throw new StorageException("read directory", directory, e);
    }
    epochs.sort(Comparator.comparing(Path::toString).reversed());
    return epochs;
  }

  /** Returns the lines if all is as it was written. */
  private static Optional<Map<String, String>> read(Path checkpoint) {
    try {
      List<String> lines = Files.readAllLines(checkpoint.resolve(TEXT), UTF_8);
      if (lines.isEmpty()
          || !lines.getLast().equals("end " + digest(lines.subList(0, lines.size() - 1)))) {
        return Optional.empty();
      }
      Map<String, String> values = new TreeMap<>();
      for (String line : lines) {
        int space = line.indexOf(' ');
        if (line.startsWith("file ")) {
          String[] parts = line.split(" ", 3);
          Path file = checkpoint.resolve(parts[2]);
          if (!Files.isRegularFile(file) || !digest(file).equals(parts[1])) {
            return Optional.empty();
          }
        } else if (space > 0) {
          values.put(line.substring(0, space), line.substring(space + 1));
        }
      }
      return Optional.of(values);
    } catch (IOException e) {
      // torn: a file is missing, or is not text
      return Optional.empty();
    }
  }

  /** Writes a checkpoint and deletes those before the last two. */
  void write(Progress progress, Saver saver) {
    Path name = directory.resolve(NAME + "%07d".formatted(progress.epoch()));
    Path unfinished = directory.resolve(UNFINISHED + progress.epoch());
    try {
      delete(unfinished);
      Files.createDirectory(unfinished);
      saver.save(unfinished.resolve(STATE));
      List<String> lines = new ArrayList<>(List.of(HEAD + " " + VERSION));
      owner.forEach((key, value) -> lines.add(key + " " + value));
      lines.add("epoch " + progress.epoch());
      lines.add("bestEpoch " + progress.bestEpoch());
      lines.add("bestLoss " + progress.bestLoss());
      for (Path file : files(unfinished)) {
        lines.add("file " + digest(file) + " " + file.getFileName());
        sync(file);
      }
      lines.add("end " + digest(lines));
      Files.write(unfinished.resolve(TEXT), lines, UTF_8);
      sync(unfinished.resolve(TEXT));
      sync(unfinished);
      delete(name);
      Files.move(unfinished, name, StandardCopyOption.ATOMIC_MOVE);
      sync(directory);
      List<Path> epochs = epochs();
      for (Path old : epochs.subList(Math.min(KEPT, epochs.size()), epochs.size())) {
        delete(old);
      }
    } catch (IOException e) {
      throw new StorageException("write checkpoint", name, e);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      for (Path file : files(path)) {
        Files.delete(file);
      }
    }
    Files.deleteIfExists(path);
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static String digest(List<String> lines) {
    return Digest.sha256((String.join("\n", lines) + "\n").getBytes(UTF_8)).hex();
  }

  private static String digest(Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return Digest.of(sha256.digest()).hex();
  }
}
