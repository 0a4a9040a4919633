package org.modelledger.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.Digest;

/** Stores of other processes: killed ones, many at once, and one with little memory. */
class ArtifactStoreProcessTest {
  @TempDir
  Path dir;

  /**
   * Stores directories: {@code once}, {@code forever}, or until it halts at the change of the disk
   * whose number is given. Prints the digest of each.
   */
  public static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      Path root = Path.of(args[0]);
      ArtifactStore store = args[1].matches("[0-9]+")
          ? ArtifactStore.open(root, new SteppedDisk(Integer.parseInt(args[1]),
              () -> Runtime.getRuntime().halt(HALTED)))
          : ArtifactStore.open(root);
      do {
        for (String model : Arrays.asList(args).subList(2, args.length)) {
          Digest digest = store.ingest(Path.of(model)).digest();
          System.out.println(store.verify(digest).digest().hex());
        }
      } while (args[1].equals("forever"));
    }
  }

  private static final int HALTED = 9;

  @Test
  void aProcessThatDiesAtAnyChangeOfTheDiskLeavesNothingHalfVisible() throws Exception {
    ArtifactStore store = ArtifactStore.open(dir.resolve("store"));
    Digest old = store.ingest(TestModels.files("a", "old", "b", "shared")).digest();
    Path model = TestModels.write(dir.resolve("model"), TestModels.files("b", "shared", "c", "1"));
    Digest digest = ArtifactManifest.ofDirectory(model).digest();
    int change = 0;
    boolean seen = false;
    while (child(List.of(), dir.resolve("store"), Integer.toString(change++), List.of(model))
        .waitFor() == HALTED) {
      boolean found = store.find(digest).isPresent();
      if (found) {
        store.verify(digest);
      } else {
        assertThat(seen).as("seen before and gone after change %d", change).isFalse();
      }
      seen |= found;
      store.verify(old);

      ArtifactStore.open(dir.resolve("store"));
      assertThat(dir.resolve("store/tmp")).isEmptyDirectory();
      assertThat(TestModels.list(dir.resolve("store/blobs"))).hasSize(found ? 3 : 2);
    }
    assertThat(change).as("changes of the disk").isGreaterThan(12);
    assertThat(store.verify(digest).digest()).isEqualTo(digest);
  }

  @Test
  void aKilledWriterLeavesNothingHalfVisible() throws Exception {
    Random random = TestModels.random();
    Path root = dir.resolve("store");
    ArtifactStore store = ArtifactStore.open(root);
    List<Path> models = new ArrayList<>();
    List<Digest> digests = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      models.add(
          TestModels.write(dir.resolve("model-" + i), TestModels.random(random, 4, 2 << 20)));
      digests.add(ArtifactManifest.ofDirectory(models.get(i)).digest());
    }
    int killedInTheMiddle = 0;
    for (int round = 0; round < 3 || (killedInTheMiddle == 0 && round < 50); round++) {
      Process child = child(List.of(), root, "forever", models);
      try (BufferedReader lines = child.inputReader()) {
        for (int line = random.nextInt(4); line >= 0; line--) {
          Digest stored = new Digest(Objects.requireNonNull(lines.readLine(), "child died"));
          assertThat(store.verify(stored).digest()).isEqualTo(stored);
        }
        child.destroyForcibly();
      }
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
      killedInTheMiddle += isEmpty(root.resolve("tmp")) ? 0 : 1;
      for (Digest digest : digests) {
        if (store.find(digest).isPresent()) { // as another process sees it before any cleaning
          store.verify(digest);
        }
      }
      ArtifactStore.open(root);
      assertThat(root.resolve("tmp")).isEmptyDirectory();
    }
    assertThat(killedInTheMiddle).as("rounds in which a write was under way").isPositive();
    for (int i = 0; i < models.size(); i++) {
      assertThat(store.verify(store.ingest(models.get(i)).digest()).digest())
          .isEqualTo(digests.get(i));
    }
  }

  @Test
  void filesThatNobodyNamesAreDeletedAfterACrashAndNamedOnesAreKept() throws Exception {
    Path root = dir.resolve("store");
    ArtifactStore store = ArtifactStore.open(root);
    Digest kept = store.ingest(TestModels.files("a", "1")).digest();
    // a writer that died between publishing its files and naming them
    Path orphan = Files.write(root.resolve("blobs").resolve(Digest.sha256(new byte[]{9}).hex()),
        new byte[]{9});
    Files.createFile(Files.createDirectory(root.resolve("tmp/dead")).resolve("lock"));
    Files.write(root.resolve("tmp/dead/0"), new byte[1000]);

    ArtifactStore.open(root);

    assertThat(orphan).doesNotExist();
    assertThat(root.resolve("tmp")).isEmptyDirectory();
    assertThat(store.verify(kept).digest()).isEqualTo(kept);
  }

  @Test
  void cleaningUpLeavesTheFilesOfLivingWritersAlone() throws Exception {
    Path root = dir.resolve("store");
    Path model = TestModels.write(dir.resolve("model"),
        TestModels.random(TestModels.random(), 5, 1 << 20));
    Digest digest = ArtifactManifest.ofDirectory(model).digest();
    Process child = child(List.of(), root, "forever", List.of(model));
    try (BufferedReader lines = child.inputReader()) {
      for (int i = 0; i < 12; i++) {
        ArtifactStore.open(root);
        assertThat(lines.readLine()).as("a line of the child").isEqualTo(digest.hex());
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  @Test
  void severalProcessesStoreTheSameAtOnce() throws Exception {
    Path root = dir.resolve("store");
    Random random = TestModels.random();
    List<Path> models = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      models.add(
          TestModels.write(dir.resolve("model-" + i), TestModels.random(random, 3, 300_000)));
    }
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      children.add(child(List.of(), root, "once", models));
    }
    for (Process child : children) {
      assertThat(child.inputReader().lines()).hasSize(models.size());
      assertThat(child.waitFor()).isZero();
    }
    for (Path model : models) {
      ArtifactStore.open(root).verify(ArtifactManifest.ofDirectory(model).digest());
    }
  }

  @Test
  void aFileMuchLargerThanTheMemoryPassesThrough() throws Exception {
    Path model = Files.createDirectory(dir.resolve("model"));
    long size = 256L << 20;
    try (RandomAccessFile sparse = new RandomAccessFile(model.resolve("big.bin").toFile(), "rw")) {
      sparse.setLength(size);
    }
    Process child = child(List.of("-Xmx24m", "-XX:MaxDirectMemorySize=16m"), dir.resolve("store"),
        "once", List.of(model));

    assertThat(child.inputReader().lines()).singleElement()
        .isEqualTo(ArtifactManifest.ofDirectory(model).digest().hex());
    assertThat(child.waitFor()).isZero();
    assertThat(TestModels.only(dir.resolve("store/blobs"))).hasSize(size);
  }

  private static Process child(List<String> options, Path root, String times, List<Path> models)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName(),
        root.toString(), times));
    models.forEach(model -> command.add(model.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
