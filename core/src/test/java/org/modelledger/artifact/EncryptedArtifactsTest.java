package org.modelledger.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.encryption.KeyUnavailableException;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.internal.envelope.Envelope;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ConfigurationException;

class EncryptedArtifactsTest {
  private static final int PIECE = 1 << 16;
  /** More than what is checked as a whole before reading. */
  private static final int LARGE = 9 << 20;

  @TempDir
  Path dir;
  @SuppressWarnings("NullAway.Init")
  private Path root;
  @SuppressWarnings("NullAway.Init")
  private LocalKeys keys;

  @BeforeEach
  void makeKeys() {
    root = dir.resolve("artifacts");
    keys = LocalKeys.readOrCreate(dir.resolve("evidence.keyset"));
  }

  private ArtifactStore encrypted() {
    return ArtifactStore.openEncrypted(root, keys);
  }

  private Path sealed(byte[] content) {
    return root.resolve("blobs").resolve(Digest.sha256(content).hex() + ".sealed");
  }

  private static byte[] random(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static boolean contains(byte[] all, byte[] part) {
    for (int i = 0; i + part.length <= all.length; i++) {
      if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void givesBackWhatWasStoredUnderTheDigestsOfThePlainBytes() throws Exception {
    Random random = TestModels.random();
    for (int size : new int[]{0, 1, PIECE - 57, PIECE - 56, PIECE - 55, PIECE, 3 * PIECE + 5,
        LARGE}) {
      ModelFiles files = ModelFiles.of(Map.of("m", random(random, size)));
      StoredArtifact stored = encrypted().ingest(files);

      assertThat(stored.manifest()).isEqualTo(ArtifactManifest.of(files));
      StoredArtifact found = ArtifactStore.open(root, keys).open(stored.digest());
      assertThat(found.read("m")).as("size %s", size).isEqualTo(files.read("m"));
      assertThat(found.size("m")).isEqualTo(size);
      assertThat(encrypted().verify(stored.digest())).isEqualTo(stored.manifest());
    }
  }

  @Test
  void leavesNothingInTheClearAndExportsPlainBytes() throws Exception {
    byte[] secret = "the weights of a model that nobody else may have".getBytes(UTF_8);
    ModelFiles files = ModelFiles.of(Map.of("a", secret, "b/c", secret));
    Digest digest = encrypted().ingest(files).digest();

    assertThat(TestModels.list(root.resolve("blobs"))).as("kept once").hasSize(1);
    assertThat(contains(Files.readAllBytes(sealed(secret)), Arrays.copyOf(secret, 12))).isFalse();
    encrypted().export(digest, dir.resolve("out"));
    assertThat(ArtifactManifest.ofDirectory(dir.resolve("out")).digest()).isEqualTo(digest);
    assertThat(dir.resolve("out/b/c")).hasBinaryContent(secret);
  }

  @Test
  void plainAndEncryptedFilesLieSideBySide() throws Exception {
    ModelFiles old = TestModels.files("a", "old", "shared", "same");
    Digest before = ArtifactStore.open(root).ingest(old).digest();
    Digest after = encrypted().ingest(TestModels.files("b", "new", "shared", "same")).digest();

    ArtifactStore store = ArtifactStore.open(root, keys);
    assertThat(store.isEncrypted()).as("whoever opens it").isTrue();
    assertThat(store.verify(before)).isEqualTo(ArtifactManifest.of(old));
    assertThat(store.open(after).read("shared")).isEqualTo("same".getBytes(UTF_8));
    assertThat(TestModels.list(root.resolve("blobs"))).containsExactlyInAnyOrder(
        Digest.sha256("old".getBytes(UTF_8)).hex(),
        Digest.sha256("same".getBytes(UTF_8)).hex() + ".sealed",
        Digest.sha256("new".getBytes(UTF_8)).hex() + ".sealed");
    var unused = store.ingest(store.open(before));
    assertThat(TestModels.list(root.resolve("blobs"))).as("stored again, so encrypted")
        .allMatch(name -> name.endsWith(".sealed"));
    assertThat(store.verify(before)).isEqualTo(ArtifactManifest.of(old));
  }

  @Test
  void readsFromAnyPlaceAndOnlyWhatIsRight() throws Exception {
    Random random = TestModels.random();
    byte[] content = random(random, 5 * PIECE + 77);
    StoredArtifact sealed = encrypted().ingest(ModelFiles.of(Map.of("m", content)));
    StoredArtifact plain = ArtifactStore.open(dir.resolve("plain"))
        .ingest(ModelFiles.of(Map.of("m", content)));
    for (int i = 0; i < 50; i++) {
      int from = i == 0 ? content.length : random.nextInt(content.length);
      for (StoredArtifact stored : new StoredArtifact[]{sealed, plain}) {
        try (InputStream in = stored.open("m", from)) {
          assertThat(in.readAllBytes())
              .isEqualTo(Arrays.copyOfRange(content, from, content.length));
        }
      }
    }
    assertThatThrownBy(() -> sealed.open("m", content.length + 1L))
        .isInstanceOf(IndexOutOfBoundsException.class);

    Path blob = sealed(content);
    byte[] bytes = Files.readAllBytes(blob);
    bytes[BlobCipher.HEADER_BYTES + 2 * PIECE + 100] ^= 1; // in the third piece
    Files.write(blob, bytes);
    try (InputStream in = sealed.open("m", 4 * PIECE)) {
      assertThat(in.readNBytes(PIECE)).as("another piece")
          .isEqualTo(Arrays.copyOfRange(content, 4 * PIECE, 5 * PIECE));
    }
    try (InputStream in = sealed.open("m", 2 * PIECE)) {
      assertThatThrownBy(in::read).isInstanceOf(ArtifactCorruptException.class);
    }
  }

  @Test
  void anyChangedByteIsFoundAndTheFileNamed() throws Exception {
    Random random = TestModels.random();
    byte[] content = random(random, 3 * PIECE);
    StoredArtifact stored = encrypted().ingest(ModelFiles.of(Map.of("m", content)));
    Path blob = sealed(content);
    byte[] good = Files.readAllBytes(blob);
    for (int i = 0; i < 200; i++) {
      byte[] bad = good.clone();
      int at = i < 70 ? i : i < 110 ? good.length - 1 - (i - 70) : random.nextInt(good.length);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(blob, bad);
      assertThatThrownBy(() -> stored.read("m")).as("byte %s", at)
          .isInstanceOfSatisfying(ArtifactCorruptException.class, e -> {
            assertThat(e.file()).isEqualTo("m");
            assertThat(e.expected()).isEqualTo(Digest.sha256(content));
          });
      if (i % 20 == 0) {
        assertThatThrownBy(() -> encrypted().verify(stored.digest()))
            .isInstanceOf(ArtifactCorruptException.class);
      }
    }
    for (int length : new int[]{0, 10, 60, 99, 100, PIECE, good.length - 33, good.length - 1}) {
      Files.write(blob, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> stored.read("m")).as("length %s", length)
          .isInstanceOf(ArtifactCorruptException.class);
    }
    Files.write(blob, Arrays.copyOf(good, good.length + 1));
    assertThatThrownBy(() -> stored.read("m")).isInstanceOf(ArtifactCorruptException.class);
    assertThat(encrypted().ingest(ModelFiles.of(Map.of("m", content))).read("m"))
        .as("stored again, repaired")
        .isEqualTo(content);
  }

  @Test
  void saysHowFarALargeFileWasRight() throws Exception {
    byte[] content = random(TestModels.random(), LARGE);
    StoredArtifact stored = encrypted().ingest(ModelFiles.of(Map.of("m", content)));
    Path blob = sealed(content);
    byte[] bytes = Files.readAllBytes(blob);
    bytes[BlobCipher.HEADER_BYTES + 100 * PIECE + 7] ^= 1;
    Files.write(blob, bytes);

    int right = 100 * (PIECE - 16) - 40; // each piece has a tag, the first one a header, too
    try (InputStream in = stored.open("m")) {
      assertThat(in.readNBytes(right)).isEqualTo(Arrays.copyOf(content, right));
      assertThatThrownBy(in::read).isInstanceOfSatisfying(ArtifactCorruptException.class,
          e -> assertThat(e.found()).isEqualTo(Digest.sha256(Arrays.copyOf(content, right))));
    }
  }

  @Test
  void aFileCannotPassForAnotherOne() throws Exception {
    byte[] one = "one model".getBytes(UTF_8);
    byte[] two = "two model".getBytes(UTF_8);
    StoredArtifact stored = encrypted().ingest(ModelFiles.of(Map.of("one", one, "two", two)));
    Files.copy(sealed(two), sealed(one), StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> stored.read("one")).isInstanceOf(ArtifactCorruptException.class);
    assertThatThrownBy(() -> stored.open("one", 3)).as("before a byte is read")
        .isInstanceOf(ArtifactCorruptException.class);
  }

  @Test
  void aRotationChangesTheKeyFileAlone() throws Exception {
    byte[] content = random(TestModels.random(), 1000);
    Digest digest = encrypted().ingest(ModelFiles.of(Map.of("m", content))).digest();
    byte[] blob = Files.readAllBytes(sealed(content));
    var unused = keys.rotate();

    assertThat(encrypted().rewrapKeys().needed()).containsExactly(keys.currentKey());
    assertThat(sealed(content)).hasBinaryContent(blob);
    Files.delete(dir.resolve("evidence.keyset"));
    keys = LocalKeys.readOrCreate(dir.resolve("evidence.keyset"));
    assertThat(encrypted().open(digest).read("m")).isEqualTo(content);
  }

  @Test
  void aKeyThatIsMissingIsNamedAndNoneIsMadeInItsPlace() throws Exception {
    Digest digest = encrypted().ingest(TestModels.files("m", "1")).digest();
    Path key = root.resolve("keys/1.key");
    Path elsewhere = Files.move(key, dir.resolve("elsewhere"));

    assertThatThrownBy(this::encrypted).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(key + ", is missing");
    assertThatThrownBy(() -> ArtifactStore.open(root)).as("the next model would lie in the clear")
        .isInstanceOf(ModelFormatException.class);
    assertThat(key).doesNotExist();
    Files.move(elsewhere, key);
    assertThat(encrypted().open(digest).read("m")).isEqualTo("1".getBytes(UTF_8));
  }

  @Test
  void aFullDiskLeavesNoHalfOfAnEncryptedFile() throws Exception {
    Digest before = encrypted().ingest(TestModels.files("m", "before")).digest();
    ModelFiles files = ModelFiles.of(Map.of("m", random(TestModels.random(), 2 * PIECE)));
    Digest digest = ArtifactManifest.of(files).digest();
    int steps = 0;
    for (boolean failed = true; failed; steps++) {
      ArtifactStore store = ArtifactStore.open(root,
          SteppedDisk.failing(steps, new IOException("No space left on device")),
          Optional.of(new Envelope(keys)));
      failed = false;
      try {
        store.ingest(files);
      } catch (DiskFullException e) {
        failed = true;
      }
      assertThat(root.resolve("tmp")).isEmptyDirectory();
      assertThat(encrypted().verify(before)).isNotNull();
      if (encrypted().find(digest).isPresent()) {
        assertThat(encrypted().verify(digest)).isEqualTo(ArtifactManifest.of(files));
      } else {
        assertThat(failed).as("step %s", steps).isTrue();
      }
    }
    assertThat(steps).isGreaterThan(8);
    assertThat(encrypted().verify(digest)).isEqualTo(ArtifactManifest.of(files));
  }

  @Test
  void withoutTheKeyNothingIsReadOrStoredAndTheKeyIsNamed() throws Exception {
    byte[] content = random(TestModels.random(), 1000);
    Digest digest = encrypted().ingest(ModelFiles.of(Map.of("m", content))).digest();
    ArtifactStore without = ArtifactStore.open(root);
    assertThatThrownBy(() -> without.open(digest).read("m"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(root + " is encrypted");
    assertThatThrownBy(() -> without.ingest(TestModels.files("n", "1")))
        .as("never in the clear by mistake")
        .isInstanceOf(ConfigurationException.class);

    LocalKeys other = LocalKeys.readOrCreate(dir.resolve("other.keyset"));
    String file = root.toRealPath().resolve("keys/1.key").toString();
    assertThatThrownBy(() -> ArtifactStore.open(root, other).open(digest).read("m"))
        .isInstanceOfSatisfying(KeyUnavailableException.class, e -> {
          assertThat(e.key()).isEqualTo(keys.currentKey());
          assertThat(e.file()).isEqualTo(file);
        });
    Path key = root.resolve("keys/1.key");
    byte[] bytes = Files.readAllBytes(key);
    bytes[60] ^= 1;
    Files.write(key, bytes);
    assertThatThrownBy(() -> encrypted().open(digest).read("m"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("1.key");
  }
}
