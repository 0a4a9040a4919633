package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds the scores of trees, of models from elsewhere, and their reason codes to digests that were written
 * down once. Where one of these changes, the version of the arithmetic has to.
 */
class ElsewhereGoldenTest {
  private static final Map<String, String> DIGESTS = digests(
      new String(Elsewhere.bytes("digests.txt"), StandardCharsets.UTF_8).lines().toList());

  private static Map<String, String> digests(List<String> lines) {
    Map<String, String> digests = new TreeMap<>();
    for (String line : lines) {
      String[] parts = line.split(" = ", 2);
      digests.put(parts[0], parts[1]);
    }
    return digests;
  }

  @Test
  void areTheBytesTheyAlwaysWere() throws InterruptedException {
    assertThat(ElsewhereGolden.digests()).isEqualTo(DIGESTS);
  }

  /** Interpreter, C1 only, C2 only, and without what a processor may lack. */
  @ParameterizedTest
  @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation",
      "-XX:-UseSuperWord", "-XX:-UseFMA", "-XX:UseAVX=0"})
  void theJvmChangesNothing(String flag, @TempDir Path directory)
      throws IOException, InterruptedException {
    assertThat(GoldenJvm.run(ElsewhereGolden.class, "small", flag, directory)).isEqualTo(DIGESTS);
  }
}
