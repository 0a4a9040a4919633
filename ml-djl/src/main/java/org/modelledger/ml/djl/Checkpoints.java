package org.modelledger.ml.djl;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;

/**
 * Where a training left off, in a directory: {@code epoch-000012.zip} for what was after epoch 12, with the network's numbers, the
 * optimizer's, and a {@code checkpoint.json} that says which training it is of. A file gets its name when it is whole and on the disk;
 * the newest two are kept.
 *
 * @param every after how many epochs one is written, from 1
 * @param identity of the training: what makes its numbers what they are
 */
record Checkpoints(Path directory, int every, Map<String, String> identity) {
  private static final Pattern NAME = Pattern.compile("epoch-([0-9]{6,9})\\.zip");
  private static final String JSON = "checkpoint.json";
  private static final String NETWORK = "network";
  private static final String OPTIMIZER = "optimizer";
  private static final String BEST = "best";
  private static final String FORMAT = "modelledger-djl-checkpoint";
  private static final long VERSION = 1;
  private static final int KEPT = 2;

  /** What a training is after an epoch. */
  static final class State {
    final int epoch;
    final byte[] network;
    final byte[] optimizer;
    final Best best;

    /**
     * @param epoch from 1
     * @param network all its numbers
     * @param optimizer all its numbers
     * @param best the best so far
     */
    State(int epoch, byte[] network, byte[] optimizer, Best best) {
      this.epoch = epoch;
      this.network = network;
      this.optimizer = optimizer;
      this.best = best;
    }
  }

  /**
   * Where the validation loss was lowest.
   *
   * @param network the network's numbers there; empty if nobody asks for it
   * @param loss the validation loss
   * @param epoch when that was; 0 if not yet
   */
  record Best(Optional<byte[]> network, double loss, int epoch) {
    static final Best NONE = new Best(Optional.empty(), Double.POSITIVE_INFINITY, 0);
  }

  /** A checkpoint that is not whole. */
  private static final class TornException extends IOException {
    private static final long serialVersionUID = 1L;

    TornException(String message) {
      super(message);
    }
  }

  void write(State state) {
    Path target = directory.resolve(String.format(Locale.ROOT, "epoch-%06d.zip", state.epoch));
    Path temporary = directory.resolve(target.getFileName() + ".tmp");
    try {
      Files.createDirectories(directory);
      Files.write(temporary, zip(state));
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      List<Path> files = newestFirst();
      for (Path old : files.subList(Math.min(KEPT, files.size()), files.size())) {
        Files.delete(old);
      }
    } catch (IOException e) {
      throw new StorageException("write", target, e);
    }
  }

  private byte[] zip(State state) throws IOException {
    JsonObject training = new JsonObject();
    identity.forEach(training::addProperty);
    JsonObject json = new JsonObject();
    json.addProperty("format", FORMAT);
    json.addProperty("version", VERSION);
    json.addProperty("epoch", state.epoch);
    json.addProperty("bestLoss", Double.toString(state.best.loss));
    json.addProperty("bestEpoch", state.best.epoch);
    json.add("training", training);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(1);
      put(zip, JSON, Json.bytes(json));
      put(zip, NETWORK, state.network);
      put(zip, OPTIMIZER, state.optimizer);
      if (state.best.network.isPresent()) {
        put(zip, BEST, state.best.network.get());
      }
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }

  /**
   * Returns the newest whole checkpoint, passing over those that are torn.
   *
   * @throws ConfigurationException if it is of another training; says what differs
   */
  Optional<State> newest() {
    for (Path file : newestFirst()) {
      try {
        return Optional.of(read(file));
      } catch (TornException | ZipException e) {
        // it did not get whole, or did not stay so; the one before it did
        System.getLogger(Checkpoints.class.getName())
            .log(System.Logger.Level.WARNING, "passing over the checkpoint " + file, e);
      } catch (IOException e) {
        throw new StorageException("read", file, e);
      }
    }
    return Optional.empty();
  }

  private List<Path> newestFirst() {
    List<Path> files = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return files;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (NAME.matcher(entry.getFileName().toString()).matches()) {
          files.add(entry);
        }
      }
    } catch (IOException e) {
      throw new StorageException("list", directory, e);
    }
    files.sort(Comparator.comparingInt(Checkpoints::epoch).reversed());
    return files;
  }

  private static int epoch(Path file) {
    Matcher matcher = NAME.matcher(file.getFileName().toString());
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private State read(Path file) throws IOException {
    Map<String, byte[]> parts = new HashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (String name : List.of(JSON, NETWORK, OPTIMIZER, BEST)) {
        ZipEntry entry = zip.getEntry(name);
        if (entry != null) {
          // ZipFile's streams check nothing
          byte[] bytes = zip.getInputStream(entry).readAllBytes();
          CRC32 checksum = new CRC32();
          checksum.update(bytes);
          if (checksum.getValue() != entry.getCrc()) {
            throw new TornException(file + ": " + name + " has another checksum than its own");
          }
          parts.put(name, bytes);
        }
      }
    } catch (EOFException | IllegalArgumentException e) {
      throw new TornException(file + " is cut off: " + e.getMessage());
    }
    byte[] description = part(parts, JSON, file);
    try {
      JsonObject json = Json.object(description, JSON);
      requireFormat(json, file);
      requireSame(Json.objectMember(json, "training", JSON), file);
      return new State((int) Json.number(Json.member(json, "epoch", JSON), "epoch"),
          part(parts, NETWORK, file), part(parts, OPTIMIZER, file),
          new Best(Optional.ofNullable(parts.get(BEST)),
              Double.parseDouble(Json.text(Json.member(json, "bestLoss", JSON), "bestLoss")),
              (int) Json.number(Json.member(json, "bestEpoch", JSON), "bestEpoch")));
    } catch (ModelFormatException | NumberFormatException e) {
      throw new TornException(file + ": " + e.getMessage());
    }
  }

  private static byte[] part(Map<String, byte[]> parts, String name, Path file)
      throws TornException {
    byte[] part = parts.get(name);
    if (part == null) {
      throw new TornException(file + " has no " + name);
    }
    return part;
  }

  private static void requireFormat(JsonObject json, Path file) {
    String format = Json.text(Json.member(json, "format", JSON), "format");
    long version = Json.number(Json.member(json, "version", JSON), "version");
    if (!format.equals(FORMAT) || version != VERSION) {
      throw new ConfigurationException("the checkpoint " + file + " has format '" + format
          + "', version " + version + "; supported is '" + FORMAT + "', version " + VERSION);
    }
  }

  private void requireSame(JsonObject training, Path file) {
    Map<String, String> theirs = new HashMap<>();
    for (Map.Entry<String, JsonElement> entry : training.entrySet()) {
      theirs.put(entry.getKey(), Json.text(entry.getValue(), entry.getKey()));
    }
    if (!theirs.equals(identity)) {
      List<String> differences = identity.entrySet()
          .stream()
          .filter(entry -> !entry.getValue().equals(theirs.get(entry.getKey())))
          .map(entry -> entry.getKey() + " was '" + theirs.get(entry.getKey()) + "' and is '"
              + entry.getValue() + "'")
          .sorted()
          .toList();
      throw new ConfigurationException("the checkpoint " + file + " is of another training: "
          + String.join("; ", differences)
          + "; expected a directory of this training's own, or an empty one");
    }
  }
}
