package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The code that the README shows is the code that {@link ReadmeSnippetsTest}, and for a room with dependencies of its own
 * a test there, compiles and runs, letter by letter.
 */
class ReadmeTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final Pattern SHOWN = Pattern
      .compile("<!-- snippet: ([a-z-]+) -->\\R```java\\R(.*?)```", Pattern.DOTALL);
  private static final Pattern COMPILED = Pattern
      .compile("// region ([a-z-]+)\\R(.*?)\\R *// endregion", Pattern.DOTALL);

  @Test
  void showsWhatIsCompiledAndRun() throws IOException {
    Map<String, String> shown = blocks(SHOWN, MODULE.resolve("../README.md"));
    Map<String, String> compiled = blocks(COMPILED,
        MODULE.resolve("src/test/java/org/modelledger/examples/ReadmeSnippetsTest.java"));
    compiled
        .putAll(blocks(COMPILED, MODULE.resolve("../fabric-devpeer/src/test/java/org/modelledger/"
            + "fabric/devpeer/ReadmeSnippetIT.java")));

    assertThat(shown).isNotEmpty().isEqualTo(compiled);
  }

  @Test
  void showsNoOtherJava() throws IOException {
    String readme = Files.readString(MODULE.resolve("../README.md"));

    assertThat(readme.split("```java", -1))
        .hasSize(blocks(SHOWN, MODULE.resolve("../README.md")).size() + 1);
  }

  private static Map<String, String> blocks(Pattern pattern, Path file) throws IOException {
    Map<String, String> blocks = new LinkedHashMap<>();
    Matcher matcher = pattern.matcher(Files.readString(file));
    while (matcher.find()) {
      blocks.put(matcher.group(1), matcher.group(2).stripIndent().strip());
    }
    return blocks;
  }
}
