package org.modelledger.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFilesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "model.onnx", "a/b/c", "...", "a/..b", ".hidden", "é/ü", " ", "a b",
      "\ud83d\ude00", "C:x"})
  void fileNamesAreRelative(String name) {
    assertThat(FileNames.check(name)).isSameAs(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/a", "a/", "a//b", ".", "..", "a/.", "./a", "../a", "a/../b",
      "a\\b", "a\u0000b", "a\nb", "\u007f", "a\u0085b", "\u009f", "\ud83d", "\ude00\ud83d"})
  void otherFileNamesAreRefused(String name) {
    assertThatExceptionOfType(InvalidNameException.class)
        .isThrownBy(() -> FileNames.check(name))
        .withMessageContaining("a relative path");
  }

  @Test
  void fileNamesHaveAGreatestLength() {
    assertThatCode(() -> FileNames.check("a".repeat(1024))).doesNotThrowAnyException();
    assertThatExceptionOfType(InvalidNameException.class)
        .isThrownBy(() -> FileNames.check("a".repeat(1025)));
  }

  @Test
  void fileNamesNeverLeaveTheirDirectory(TestReporter reporter) {
    RandomNames names = new RandomNames();
    reporter.publishEntry("modelledger.seed", Long.toString(names.seed));
    Pattern allowed = Pattern
        .compile("(?!/)((?!(\\.\\.?)(/|$))[^/\\\\\\p{Cntrl}\\x80-\\x9f]+(/(?!$)|$))+");
    for (int i = 0; i < 20_000; i++) {
      String text = names.next(12);
      boolean paired = !text.contains("\ud83d");
      boolean taken;
      try {
        taken = FileNames.check(text).equals(text);
      } catch (InvalidNameException refused) {
        taken = false;
      }
      assertThat(taken).as("-Dmodelledger.seed=%s, '%s'", names.seed, text)
          .isEqualTo(paired && allowed.matcher(text).matches());
    }
  }

  @Test
  void inMemoryAreCopiedInAndOut() throws IOException {
    byte[] bytes = {1, 2, 3};
    ModelFiles files = ModelFiles.of(Map.of("b", bytes, "a/c", new byte[0]));

    bytes[0] = 9;
    files.read("b")[1] = 9;

    assertThat(files.names()).containsExactly("a/c", "b");
    assertThat(files.size("b")).isEqualTo(3);
    assertThat(files.read("b")).containsExactly(1, 2, 3);
    try (InputStream in = files.open("b"); InputStream again = files.open("b")) {
      assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
      assertThat(again.readAllBytes()).containsExactly(1, 2, 3);
    }
    assertThat(files.directory()).isEmpty();
    assertThat(files).hasToString("ModelFiles[a/c, b]");
  }

  @Test
  void inMemoryNameThemselvesWhenOneIsMissing() {
    ModelFiles files = ModelFiles.of(Map.of("b", new byte[1]));

    assertThatIllegalArgumentException().isThrownBy(() -> files.read("c"))
        .withMessageContaining("'c'")
        .withMessageContaining("[b]");
    assertThatIllegalArgumentException().isThrownBy(() -> files.open("c"));
    assertThatIllegalArgumentException().isThrownBy(() -> files.size("c"));
  }

  @Test
  void inMemoryAreAtLeastOneWithAFileName() {
    assertThatIllegalArgumentException().isThrownBy(() -> ModelFiles.of(Map.of()));
    assertThatExceptionOfType(InvalidNameException.class)
        .isThrownBy(() -> ModelFiles.of(Map.of("../a", new byte[1])));
  }

  @Test
  void readWholeFilesThroughTheirStreams() {
    assertThat(new Streams(2).read("x")).containsExactly(7, 7);
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> new Streams(-1).read("x"))
        .withMessageContaining("x")
        .withCauseInstanceOf(IOException.class);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> new Streams(Integer.MAX_VALUE).read("x"))
        .withMessageContaining("2147483647");
  }

  /** Files that have streams only; a negative size stands for a broken one. */
  private record Streams(long size) implements ModelFiles {
    @Override
    public SortedSet<String> names() {
      return new TreeSet<>(List.of("x"));
    }

    @Override
    public long size(String name) {
      return size;
    }

    @Override
    public InputStream open(String name) {
      if (size >= 0) {
        byte[] content = new byte[Math.toIntExact(size)];
        Arrays.fill(content, (byte) 7);
        return new ByteArrayInputStream(content);
      }
      return new InputStream() {
        @Override
        public int read() throws IOException {
          throw new IOException("broken");
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
          throw new IOException("broken");
        }
      };
    }
  }
}
