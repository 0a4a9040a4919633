package org.modelledger.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.Digest;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

class ArtifactStoreTest {
  /** More than what is checked as a whole before reading. */
  private static final int LARGE = 9 << 20;

  @TempDir
  Path dir;
  @SuppressWarnings("NullAway.Init")
  private Path root;
  @SuppressWarnings("NullAway.Init")
  private ArtifactStore store;

  @BeforeEach
  void open() {
    root = dir.resolve("artifacts-of-a-ledger");
    store = ArtifactStore.open(root);
  }

  @Test
  void aNewStoreIsOpenedByManyAtOnce() throws Exception {
    int openers = 8;
    try (ExecutorService threads = Executors.newFixedThreadPool(openers)) {
      for (int round = 0; round < 100; round++) {
        Path fresh = dir.resolve("fresh-" + round);
        CyclicBarrier start = new CyclicBarrier(openers);
        List<Future<ArtifactStore>> opened = new ArrayList<>();
        for (int i = 0; i < openers; i++) {
          opened.add(threads.submit(() -> {
            start.await();
            return ArtifactStore.open(fresh);
          }));
        }
        for (Future<ArtifactStore> each : opened) {
          assertThat(each.get().find(Digest.sha256(new byte[0]))).isEmpty();
        }
      }
    }
  }

  @Test
  void givesBackWhatWasStored() throws Exception {
    ModelFiles files = TestModels.random(TestModels.random(), 7, 3 << 20);

    Digest digest = store.ingest(files).digest();

    StoredArtifact stored = ArtifactStore.open(root).open(digest);
    assertThat(stored.names()).isEqualTo(files.names());
    for (String name : files.names()) {
      assertThat(stored.read(name)).isEqualTo(files.read(name));
      assertThat(stored.size(name)).isEqualTo(files.size(name));
    }
    assertThat(stored.directory()).isEmpty();
    assertThat(stored.manifest()).isEqualTo(ArtifactManifest.of(files));
    assertThat(store.verify(digest)).isEqualTo(stored.manifest());
  }

  @Test
  void keepsUnicodeNamesAsTheyAre() throws Exception {
    ModelFiles files = TestModels.files("größe/😀.bin", "1", "gro\u0308ße", "2", "größe.x", "3");

    StoredArtifact stored = store.open(store.ingest(files).digest());

    assertThat(stored.names()).isEqualTo(files.names());
    assertThat(stored.read("größe/😀.bin")).containsExactly('1');
  }

  @Test
  void storesADirectoryAsItsFiles() throws Exception {
    Path model = TestModels.write(dir.resolve("model"), TestModels.files("m", "1", "sub/n", "2"));

    StoredArtifact stored = store.ingest(model);

    assertThat(stored.digest()).isEqualTo(ArtifactManifest.ofDirectory(model).digest());
    assertThat(stored.names()).containsExactly("m", "sub/n");
  }

  @Test
  void leavesOutGitsOwnFilesAsOmsToolsDo() throws Exception {
    assertThat(
        store.ingest(TestModels.files("m", "1", ".gitattributes", "2", ".git/x", "3")).names())
        .containsExactly("m");
    assertThatThrownBy(() -> store.ingest(TestModels.files(".gitignore", "1")))
        .isInstanceOf(ArtifactRefusedException.class);
  }

  @Test
  void keepsEqualFilesOnce() throws Exception {
    store.ingest(TestModels.files("a", "same", "b", "same", "c", "1"));
    store.ingest(TestModels.files("a", "same", "d", "2"));

    assertThat(TestModels.list(root.resolve("blobs"))).hasSize(3);
  }

  @Test
  void storingTheSameAgainChangesNothing() throws Exception {
    ModelFiles files = TestModels.files("a", "1", "b", "2");
    Digest digest = store.ingest(files).digest();
    SortedSet<String> before = TestModels.list(root);

    assertThat(store.ingest(files).digest()).isEqualTo(digest);
    assertThat(TestModels.list(root)).isEqualTo(before);
  }

  @Test
  void refusesTheSameContentsUnderOtherNames() throws Exception {
    Digest digest = store.ingest(TestModels.files("a", "1", "b", "2")).digest();

    assertThat(ArtifactManifest.of(TestModels.files("b", "1", "c", "2")).digest())
        .isEqualTo(digest);
    assertThatThrownBy(() -> store.ingest(TestModels.files("b", "1", "c", "2")))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining(digest.toString())
        .hasMessageContaining("missing file 'a'")
        .hasMessageContaining("extra file 'c'");
    assertThat(store.open(digest).names()).containsExactly("a", "b");
  }

  @Test
  void refusesNamesThatLeadOutOfTheStore() {
    ModelFiles evil = new ForwardingFiles(TestModels.files("m", "1")) {
      @Override
      public SortedSet<String> names() {
        return new TreeSet<>(Set.of("../../evil"));
      }
    };

    assertThatThrownBy(() -> store.ingest(evil)).isInstanceOf(InvalidNameException.class)
        .hasMessageContaining("../../evil");
  }

  @Test
  void knowsNothingThatWasNotStored() {
    Digest digest = Digest.sha256(new byte[]{1});

    assertThat(store.find(digest)).isEmpty();
    assertThat(store.statement(digest)).isEmpty();
    assertThatThrownBy(() -> store.open(digest)).isInstanceOf(ArtifactNotFoundException.class)
        .hasMessageContaining(digest.toString())
        .hasMessageContaining(root.toString());
    assertThatThrownBy(() -> store.verify(digest)).isInstanceOf(ArtifactNotFoundException.class);
    assertThatThrownBy(() -> store.export(digest, dir.resolve("out")))
        .isInstanceOf(ArtifactNotFoundException.class);
  }

  @Test
  void namesAFileWhoseContentWasChanged() throws Exception {
    for (int size : new int[]{1000, LARGE}) {
      Random random = TestModels.random();
      byte[] content = new byte[size];
      random.nextBytes(content);
      ModelFiles files = ModelFiles.of(Map.of("big", content, "small", new byte[size]));
      Digest digest = store.ingest(files).digest();
      Path blob = blob(Digest.sha256(content));
      content[random.nextInt(size)] ^= (byte) (1 << random.nextInt(8));
      Files.write(blob, content);

      StoredArtifact stored = store.open(digest);
      assertThatThrownBy(() -> stored.read("big")).isInstanceOfSatisfying(
          ArtifactCorruptException.class, e -> {
            assertThat(e.file()).isEqualTo("big");
            assertThat(e.found()).isEqualTo(Digest.sha256(content));
            assertThat(blob(e.expected())).isEqualTo(blob);
            assertThat(e).hasMessageContaining("big")
                .hasMessageContaining(e.expected().hex())
                .hasMessageContaining(e.found().hex());
          });
      assertThatThrownBy(() -> store.verify(digest)).isInstanceOf(ArtifactCorruptException.class)
          .hasMessageContaining("big");
      assertThatThrownBy(() -> store.export(digest, dir.resolve("out")))
          .isInstanceOf(ArtifactCorruptException.class)
          .hasMessageContaining("big");
      assertThat(dir.resolve("out")).doesNotExist();
      assertThat(stored.read("small")).hasSize(size);
    }
    assertThat(TestModels.list(dir)).noneMatch(path -> path.contains("out"));
  }

  @Test
  void doesNotHandOutTheEndOfALargeFileThatIsWrong() throws Exception {
    byte[] content = new byte[LARGE];
    Digest digest = store.ingest(ModelFiles.of(Map.of("big", content))).digest();
    content[0] = 1;
    Files.write(blob(Digest.sha256(new byte[LARGE])), content);

    try (InputStream in = store.open(digest).open("big")) {
      assertThat(in.readNBytes(LARGE - 1)).hasSize(LARGE - 1);
      assertThatThrownBy(in::read).isInstanceOf(ArtifactCorruptException.class);
    }
    try (InputStream in = store.open(digest).open("big")) {
      assertThatThrownBy(() -> in.skip(LARGE)).isInstanceOf(ArtifactCorruptException.class);
    }
  }

  @Test
  void namesAFileThatBecameLongerShorterOrWentAway() throws Exception {
    for (int size : new int[]{1000, LARGE}) {
      Digest digest = store.ingest(ModelFiles.of(Map.of("m", new byte[size]))).digest();
      Path blob = blob(Digest.sha256(new byte[size]));

      Files.write(blob, new byte[]{0}, StandardOpenOption.APPEND);
      assertThatThrownBy(() -> store.open(digest).read("m"))
          .isInstanceOf(ArtifactCorruptException.class);
      assertThatThrownBy(() -> store.verify(digest)).isInstanceOf(ArtifactCorruptException.class);
      Files.write(blob, new byte[size - 1]);
      assertThatThrownBy(() -> store.open(digest).read("m"))
          .isInstanceOf(ArtifactCorruptException.class);
      Files.delete(blob);
      assertThatThrownBy(() -> store.open(digest).read("m")).isInstanceOf(StorageException.class)
          .hasMessageContaining("'m'")
          .hasMessageContaining("there is no " + blob);
      assertThatThrownBy(() -> store.verify(digest)).isInstanceOf(StorageException.class)
          .hasMessageContaining("'m'");
    }
  }

  @Test
  void storingItAgainRepairsADamagedArtifact() throws Exception {
    ModelFiles files = TestModels.files("a", "1", "b", "2");
    Digest digest = store.ingest(files).digest();
    Files.writeString(blob(Digest.sha256("1".getBytes(UTF_8))), "3");
    Files.writeString(TestModels.only(root.resolve("artifacts")), "{");

    store.ingest(files);

    assertThat(store.verify(digest)).isEqualTo(ArtifactManifest.of(files));
  }

  @Test
  void anyChangedByteOfAListOfFilesIsFound() throws Exception {
    StoredArtifact stored = store.ingest(TestModels.files("a", "1", "b/größe", "2"));
    Path manifest = TestModels.only(root.resolve("artifacts"));
    byte[] good = Files.readAllBytes(manifest);
    Random random = TestModels.random();
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << random.nextInt(8));
      Files.write(manifest, bad);
      assertThatThrownBy(() -> store.open(stored.digest())).as("byte %d", i)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(stored.digest().hex());
    }
    for (int length = 0; length < good.length; length++) {
      Files.write(manifest, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> store.open(stored.digest())).as("length %d", length)
          .isInstanceOf(ModelFormatException.class);
    }
  }

  @Test
  void aListOfFilesUnderAnotherDigestIsFound() throws Exception {
    Digest one = store.ingest(TestModels.files("a", "1")).digest();
    Path manifest = TestModels.only(root.resolve("artifacts"));
    Digest two = Digest.sha256(new byte[]{7});
    Files.move(manifest, manifest.resolveSibling(two.hex() + ".json"));

    assertThatThrownBy(() -> store.open(two)).isInstanceOfSatisfying(
        ArtifactCorruptException.class, e -> assertThat(e.found()).isEqualTo(one));
  }

  @Test
  void saysThatAListOfFilesIsOfANewerVersion() throws Exception {
    Digest digest = store.ingest(TestModels.files("a", "1")).digest();
    Path manifest = TestModels.only(root.resolve("artifacts"));
    Files.writeString(manifest,
        Files.readString(manifest).replace("\"version\":1", "\"version\":2"));

    assertThatThrownBy(() -> store.open(digest)).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("version: expected 1")
        .hasMessageContaining("found 2");
  }

  @Test
  void exportsIntoADirectoryThatAppearsComplete() throws Exception {
    ModelFiles files = TestModels.files("a", "1", "sub/deep/b", "2", "sub/c", "");
    Digest digest = store.ingest(files).digest();
    Path out = dir.resolve("out");

    store.export(digest, out);

    assertThat(ArtifactManifest.ofDirectory(out).digest()).isEqualTo(digest);
    assertThat(DirectoryFiles.of(out).names()).isEqualTo(files.names());
    assertThatThrownBy(() -> store.export(digest, out)).isInstanceOf(StorageException.class)
        .hasMessageContaining(out.toString());
    store.export(digest, Files.createDirectory(dir.resolve("empty")));
    assertThat(TestModels.list(dir.resolve("empty"))).isEqualTo(files.names());
    assertThatThrownBy(() -> store.export(digest, dir.resolve("no/such/parent")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("there is no ");
  }

  @Test
  void keepsStatementsByteForByte() throws Exception {
    byte[] statement = {1, 2, 3, 0, -1};

    Digest digest = store.putStatement(statement);

    assertThat(digest).isEqualTo(Digest.sha256(statement)).isEqualTo(store.putStatement(statement));
    assertThat(store.statement(digest)).hasValueSatisfying(
        stored -> assertThat(stored).isEqualTo(statement));
    Files.write(TestModels.only(root.resolve("statements")), new byte[]{1});
    assertThatThrownBy(() -> store.statement(digest)).isInstanceOfSatisfying(
        ArtifactCorruptException.class, e -> assertThat(e.expected()).isEqualTo(digest));
    store.putStatement(statement);
    assertThat(store.statement(digest)).isPresent();
  }

  @Test
  void leavesNothingBehindWhenTheSourceFails() {
    ModelFiles failing = new ForwardingFiles(TestModels.random(TestModels.random(), 5, 1 << 20)) {
      @Override
      public InputStream open(String name) {
        if (name.equals("part-3")) {
          return new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
              throw new IOException("the cable is cut");
            }
          };
        }
        return super.open(name);
      }
    };

    assertThatThrownBy(() -> store.ingest(failing)).isInstanceOf(StorageException.class)
        .hasMessageContaining("part-3")
        .hasMessageContaining("the cable is cut");
    assertThat(TestModels.list(root)).containsOnly("lock");
  }

  @Test
  void leavesNothingBehindWhenInterrupted() throws Exception {
    ModelFiles files = new ForwardingFiles(TestModels.random(TestModels.random(), 5, 1 << 20)) {
      @Override
      public InputStream open(String name) {
        Thread.currentThread().interrupt();
        return super.open(name);
      }
    };

    assertThatThrownBy(() -> store.ingest(files)).isInstanceOf(InterruptedException.class);
    Thread.interrupted();
    assertThat(TestModels.list(root)).containsOnly("lock");
  }

  @Test
  void saysWhyItCannotBeOpened() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");

    assertThatThrownBy(() -> ArtifactStore.open(file)).isInstanceOf(StorageException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> ArtifactStore.open(file.resolve("below")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("below");
  }

  @Test
  void manyThreadsAndStoresWriteAtOnce() throws Exception {
    Random random = TestModels.random();
    List<ModelFiles> models = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      models.add(TestModels.random(random, 3, 400_000));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
      List<Future<Digest>> results = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        ModelFiles files = models.get(i % models.size());
        results
            .add(threads.submit(() -> ArtifactStore.open(root).ingest(files).digest()));
      }
      for (int i = 0; i < results.size(); i++) {
        assertThat(store.verify(results.get(i).get()))
            .isEqualTo(ArtifactManifest.of(models.get(i % models.size())));
      }
    }
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  private Path blob(Digest digest) {
    return root.resolve("blobs").resolve(digest.hex());
  }

  private static class ForwardingFiles implements ModelFiles {
    private final ModelFiles files;

    ForwardingFiles(ModelFiles files) {
      this.files = files;
    }

    @Override
    public SortedSet<String> names() {
      return files.names();
    }

    @Override
    public long size(String name) {
      return files.names().contains(name) ? files.size(name) : 0;
    }

    @Override
    public InputStream open(String name) {
      return files.open(name);
    }
  }
}
