package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds trees to digests that were written down once. Where one of these changes,
 * the version of the arithmetic has to.
 */
class TreesGoldenTest {
  private static final String WRITTEN = "trees-golden.txt";

  @Test
  void smallModelsAreTheBytesTheyAlwaysWere() throws IOException, InterruptedException {
    assertThat(TreesGolden.digests(true, 1)).isEqualTo(GoldenJvm.written(WRITTEN, "small"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void theNumberOfThreadsChangesNothing(int threads) throws IOException, InterruptedException {
    assertThat(TreesGolden.digests(false, threads)).isEqualTo(GoldenJvm.written(WRITTEN, "large"));
  }

  /** Interpreter, C1 only, C2 only, and without what a processor may lack. */
  @ParameterizedTest
  @CsvSource({"small, -Xint", "large, -XX:TieredStopAtLevel=1", "large, -XX:-TieredCompilation",
      "large, -XX:-UseSuperWord", "large, -XX:-UseFMA", "large, -XX:UseAVX=0"})
  void theJvmChangesNothing(String size, String flag, @TempDir Path directory)
      throws IOException, InterruptedException {
    assertThat(GoldenJvm.run(TreesGolden.class, size, flag, directory))
        .isEqualTo(GoldenJvm.written(WRITTEN, size));
  }
}
