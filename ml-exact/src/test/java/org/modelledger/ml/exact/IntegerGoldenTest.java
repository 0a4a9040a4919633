package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds exports to whole numbers, and what they answer, to digests that were written down once, in {@code
 * integer-golden.txt}. Where one of these changes, exports come out with other bytes: say so in the changelog; where
 * only outputs do, the version of the arithmetic has to change.
 */
class IntegerGoldenTest {
  private static Map<String, String> written(String size) throws IOException {
    return GoldenJvm.written("integer-golden.txt", size);
  }

  @Test
  void smallModelsAreTheBytesTheyAlwaysWere() throws IOException, InterruptedException {
    assertThat(IntegerGolden.digests(true, 1)).isEqualTo(written("small"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theNumberOfThreadsChangesNothing(int threads) throws IOException, InterruptedException {
    assertThat(IntegerGolden.digests(false, threads)).isEqualTo(written("large"));
  }

  /** Interpreter, C1 only, C2 only, and without what a processor may lack. */
  @ParameterizedTest
  @CsvSource({"small, -Xint", "large, -XX:TieredStopAtLevel=1", "small, -XX:-TieredCompilation",
      "large, -XX:-UseSuperWord", "small, -XX:-UseFMA", "small, -XX:UseAVX=0"})
  void theJvmChangesNothing(String size, String flag, @TempDir Path directory)
      throws IOException, InterruptedException {
    assertThat(GoldenJvm.run(IntegerGolden.class, size, flag, directory)).isEqualTo(written(size));
  }
}
