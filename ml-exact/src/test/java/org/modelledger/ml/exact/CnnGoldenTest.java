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
 * Holds convolutional networks to digests that were written down once. Where one of these changes, the
 * version of the arithmetic has to.
 */
class CnnGoldenTest {
  private static final Map<String, String> SMALL = Map.ofEntries(
      Map.entry("cnn relu adam float32, model",
          "ec453e24b413b808d3dfed74331ac27619dc749f159a3eefe773dcf13d515d36"),
      Map.entry("cnn relu adam float32, outputs",
          "4160c0a4add6aeed512744453fcd45a357826ae23a7895f1b3d8f53cbff23ae6"),
      Map.entry("cnn relu adam float64, model",
          "6dd04c30290870561dd80223f8ba79f0c535adbecd7b08b69ad9ca4757e9fb8b"),
      Map.entry("cnn relu adam float64, outputs",
          "63ddd5b76c37492084a9b99299375e56058f7a562e55eadaeab29e0de90d6fca"),
      Map.entry("cnn tanh sgd float32, model",
          "723926dbb65c976edc1cd5dbac13bb5a9255048e9fff94fde64ff8b32d3cdd35"),
      Map.entry("cnn tanh sgd float32, outputs",
          "66a1b6ed4121809d13dc6c36e6079c543625b4e256068dcb1b09a9044fbbeffc"),
      Map.entry("cnn tanh sgd float64, model",
          "a9551a6dbf94c928ac135531e0fffcc2ed61065fc2ce563b8c70b73132271970"),
      Map.entry("cnn tanh sgd float64, outputs",
          "ca87cdcd811fe9b0ac52cee05f28f4b8d88a0fb5f2ff2d6dfa8112f732364cab"),
      Map.entry("image operators float32, outputs",
          "080e2ef38d37914edcf8d2e213a6147640373a035ec370025bacf0a426642d59"),
      Map.entry("image operators float64, outputs",
          "d8519b7d5f8a393cb94d91ba894fa18bedf05a87b34666b6bafe7250d58f0158"));

  private static final Map<String, String> LARGE = Map.ofEntries(
      Map.entry("cnn relu adam float32, model",
          "77a16a310f84a5fe9d4b0a811a6f846bf1b50d43a87705999766c36d068c46ce"),
      Map.entry("cnn relu adam float32, outputs",
          "c6c8fd62bb22c024b974f3ca9c0df166d7b5f1f0e81791d498456971e311a6d8"),
      Map.entry("cnn relu adam float64, model",
          "b984eb3251282553736939dbee6c7d07526da1d8693e8cf4bd585c90673353d9"),
      Map.entry("cnn relu adam float64, outputs",
          "f483ae5dd68b2483eba0fb8b9bf51a0a8c5d62fda8d032c8455e0f64b59ef12a"),
      Map.entry("cnn tanh sgd float32, model",
          "0674c12358ada9b12ef2177be87b4c935a92249ec37006a2f826e05eccbf4fee"),
      Map.entry("cnn tanh sgd float32, outputs",
          "3af4307d6cfb45e361c7e57d8aaea117426f0104c1b5e7db7ab31d7736bf3bcc"),
      Map.entry("cnn tanh sgd float64, model",
          "15101c9cde75c7523297b29ee3fef7a1255a561d55f550385a13e3d3e413300d"),
      Map.entry("cnn tanh sgd float64, outputs",
          "d3e2deca68e9c013c4c59288bbe7db6ac6d34109ef59ecb546be275847094c9e"),
      Map.entry("image operators float32, outputs",
          "080e2ef38d37914edcf8d2e213a6147640373a035ec370025bacf0a426642d59"),
      Map.entry("image operators float64, outputs",
          "d8519b7d5f8a393cb94d91ba894fa18bedf05a87b34666b6bafe7250d58f0158"));

  @Test
  void smallModelsAreTheBytesTheyAlwaysWere() throws InterruptedException {
    assertThat(CnnGolden.digests(true, 1)).isEqualTo(SMALL);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void theNumberOfThreadsChangesNothing(int threads) throws InterruptedException {
    assertThat(CnnGolden.digests(false, threads)).isEqualTo(LARGE);
  }

  /** Interpreter, C1 only, C2 only, and without what a processor may lack. */
  @ParameterizedTest
  @CsvSource({"small, -Xint", "large, -XX:TieredStopAtLevel=1", "large, -XX:-TieredCompilation",
      "large, -XX:-UseSuperWord", "large, -XX:-UseFMA", "large, -XX:UseAVX=0"})
  void theJvmChangesNothing(String size, String flag, @TempDir Path directory)
      throws IOException, InterruptedException {
    assertThat(GoldenJvm.run(CnnGolden.class, size, flag, directory))
        .isEqualTo(size.equals("small") ? SMALL : LARGE);
  }
}
