package org.modelledger.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.modelledger.internal.hashing.FileHashing;
import org.modelledger.model.Digest;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFiles;

class ArtifactManifestTest {
  private static final Digest SOME = Digest.sha256(new byte[]{1});

  @Test
  void hasTheDigestThatTheReferencePrints() throws Exception {
    ArtifactManifest manifest = ArtifactManifest.of(TestModels.files("model.onnx",
        "not really a network", "a/b", "in a directory", "a.b", "beside it", "empty", "",
        "weights/part-1.bin", "w".repeat(3000)));

    assertThat(manifest.digest().hex())
        .isEqualTo("e9113b6def49267f77a8e385d5ba0c30323379fcbf0c2c6b52e2a6c88ab4c11d");
  }

  @Test
  void sortsBySegmentAndCodePoint() {
    assertThat(
        names("😀.txt", "｡.txt", "größe", "a b", "a/b", "a!", "a0", "\"q\".txt", "x/b/c", "x.y"))
        .containsExactly("\"q\".txt", "a/b", "a b", "a!", "a0", "größe", "x/b/c", "x.y", "｡.txt",
            "😀.txt");
  }

  @Test
  void orderAgreesWithComparingListsOfSegments() {
    Random random = TestModels.random();
    String[] parts = {"a", "b", "a.", "!", "é", "😀", "｡", "a😀", " ", "~"};
    for (int round = 0; round < 2000; round++) {
      String a = randomName(random, parts);
      String b = randomName(random, parts);
      assertThat(Integer.signum(ArtifactManifest.NAME_ORDER.compare(a, b))).as("%s ? %s", a, b)
          .isEqualTo(Integer.signum(compareSegments(a, b)));
    }
  }

  @Test
  void doesNotDependOnTheOrderGiven() {
    List<ArtifactFile> files = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      files.add(new ArtifactFile("f" + i, Digest.sha256(new byte[]{(byte) i})));
    }
    Digest digest = new ArtifactManifest(files).digest();
    Collections.shuffle(files, TestModels.random());

    assertThat(new ArtifactManifest(files).digest()).isEqualTo(digest);
  }

  @Test
  void refusesNoFilesAtAll() {
    assertThatThrownBy(() -> new ArtifactManifest(List.of()))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("at least one file");
  }

  @Test
  void refusesANameTwice() {
    assertThatThrownBy(() -> names("b", "a", "b")).isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("'b' twice");
  }

  @Test
  void refusesAFileThatIsAlsoADirectory() {
    assertThatThrownBy(() -> names("a", "a.b", "a!c", "a/b/c"))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("'a' as a file and as the directory of 'a/b/c'");
  }

  @Test
  void refusesNamesThatLeadElsewhere() {
    for (String name : List.of("../x", "/etc/passwd", "a/../b", "a//b", "", ".", "a\\b", "a\nb",
        "a/\ud83d")) {
      assertThatThrownBy(() -> new ArtifactFile(name, SOME)).as(name)
          .isInstanceOf(InvalidNameException.class);
    }
  }

  @Test
  void differencesNameWhatIsChangedMissingAndExtra() {
    Digest other = Digest.sha256(new byte[]{2});
    ArtifactManifest expected = new ArtifactManifest(List.of(new ArtifactFile("a", SOME),
        new ArtifactFile("b", SOME), new ArtifactFile("c", SOME)));
    ArtifactManifest actual = new ArtifactManifest(List.of(new ArtifactFile("0", SOME),
        new ArtifactFile("b", other), new ArtifactFile("c", SOME), new ArtifactFile("z", SOME)));

    assertThat(expected.differences(actual)).containsExactly("extra file '0'", "missing file 'a'",
        "changed file 'b': expected " + SOME + ", found " + other, "extra file 'z'");
    assertThat(expected.differences(expected)).isEmpty();
  }

  @Test
  void hashesManyFilesAtOnceAsItHashesThemOneByOne() throws Exception {
    Random random = TestModels.random();
    Map<String, byte[]> contents = new HashMap<>();
    int[] sizes = {0, 1, FileHashing.BUFFER_BYTES - 1, FileHashing.BUFFER_BYTES,
        FileHashing.BUFFER_BYTES + 1, 3 * FileHashing.BUFFER_BYTES,
        10 * FileHashing.BUFFER_BYTES + 77};
    for (int size : sizes) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      contents.put("of-" + size, content);
    }
    ArtifactManifest manifest = ArtifactManifest.of(ModelFiles.of(contents));

    contents.forEach((name, content) -> assertThat(manifest.find(name))
        .contains(Digest.sha256(content)));
  }

  private static List<String> names(String... names) {
    return new ArtifactManifest(
        Arrays.stream(names).map(name -> new ArtifactFile(name, SOME)).toList()).files()
        .stream()
        .map(ArtifactFile::name)
        .toList();
  }

  private static String randomName(Random random, String[] parts) {
    StringBuilder name = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      name.append(parts[random.nextInt(parts.length)])
          .append(parts[random.nextInt(parts.length)])
          .append(i > 0 ? "/" : "");
    }
    return name.toString();
  }

  /** UTF-8 orders as code points do. */
  private static int compareSegments(String a, String b) {
    String[] left = a.split("/", -1);
    String[] right = b.split("/", -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      int order = Arrays.compareUnsigned(left[i].getBytes(StandardCharsets.UTF_8),
          right[i].getBytes(StandardCharsets.UTF_8));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.length, right.length);
  }
}
