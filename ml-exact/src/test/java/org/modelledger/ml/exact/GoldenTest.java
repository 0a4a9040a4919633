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
 * Holds training and inference to digests that were written down once. Where one of these changes, the
 * version of the arithmetic has to.
 */
class GoldenTest {
  private static final Map<String, String> SMALL = Map.ofEntries(
      Map.entry("mlp relu adam float32, model",
          "506a7dfd14699ccfcb04250dd9c24f846c08359e70aa469cca66c7488a7493fd"),
      Map.entry("mlp relu adam float32, outputs",
          "914143359426a51a8c049982ecb39437c71337b94ed9aaa0d3d0d616b68baddb"),
      Map.entry("mlp relu adam float64, model",
          "3054b49b84e7b514971121644c3b9f4234bb0847b606eb87fe5b630269959a5a"),
      Map.entry("mlp relu adam float64, outputs",
          "552408bca64b4d61836163ff794c65511d57ac2bfbbe08730db74afb1141d81c"),
      Map.entry("mlp tanh sgd float32, model",
          "75420cabbe0e97ab7d9698e0c78c1b07279245c70b699a80eb9e6b6cda938807"),
      Map.entry("mlp tanh sgd float32, outputs",
          "f5355fb3ec869535083b983df7c344d551fa0363f277841e83abf0ad7c2a091b"),
      Map.entry("mlp tanh sgd float64, model",
          "d7b8f7934dee987af062f5896e7453b733670341914af4d722cd5771450dcf84"),
      Map.entry("mlp tanh sgd float64, outputs",
          "fdadc8b40e3752d0514516da55d9f4b88cfa91d1a06ce5b4a047bf2915c76658"),
      Map.entry("softmax-regression float32, model",
          "dbf3a9d12a84e9bdbb337e7d824c0a3fc1686b18b085342350bb93587caf08ee"),
      Map.entry("softmax-regression float32, outputs",
          "ce96aeac8f3852fd88fbbcabd2c6205f63d5ea3c2cb4bbbd5e961a3f40631fd5"),
      Map.entry("softmax-regression float64, model",
          "b8224f0b8b02e92756be469a32d51583c720354648e73729bf9093341ceb666e"),
      Map.entry("softmax-regression float64, outputs",
          "dcd104926152a9f544f9d4e3bd322737778852b565a03b8a1a6a4d446810deab"));

  private static final Map<String, String> LARGE = Map.ofEntries(
      Map.entry("mlp relu adam float32, model",
          "4ffe280f53f2ee4c22f7f9f609550ba78d4becaa7fc80adbc67a3b23bfea0042"),
      Map.entry("mlp relu adam float32, outputs",
          "4011d502855c22b35d6398e9d61a233ed8f94a219b08779646404c5205919e12"),
      Map.entry("mlp relu adam float64, model",
          "a3baea099eed5099ccdf5fab36d774aec0020b17e44164355b437451e407c8ad"),
      Map.entry("mlp relu adam float64, outputs",
          "9cbd1cb86af46d19520c376b5c27d01b1b42a5e38fca23e7a2ce203a2e978245"),
      Map.entry("mlp tanh sgd float32, model",
          "10a610a87be0c0970e154bc3e72d27d748fd870832d6bb346c4ff1e9af88cd22"),
      Map.entry("mlp tanh sgd float32, outputs",
          "a224c52bc18b5ef38b32f82b6055f87b11bbb4d1c0cb361149707f69732da65d"),
      Map.entry("mlp tanh sgd float64, model",
          "c16dc5dcea5f9dec58783972a5db7051cdb43a2cac3b5658426fa8d2be09016f"),
      Map.entry("mlp tanh sgd float64, outputs",
          "2488e9cb591a081be2d1a8ba7adf75f4674a0f1cfc22bd1f3557b747b28a6627"),
      Map.entry("softmax-regression float32, model",
          "ddf7889b11f8d8a83287dbe18546f2f6b3d13e3673efb5f2ac83c76fa9d77781"),
      Map.entry("softmax-regression float32, outputs",
          "8e94cac6d2068194a7db93586e4cb1bb9b056b8d5b32a778155e137d7bdae65c"),
      Map.entry("softmax-regression float64, model",
          "ec7eef293d9669bd157e7e251b031d90e6648dcba2b6931b3c15b3f57183b637"),
      Map.entry("softmax-regression float64, outputs",
          "b63987f514155683c3b689971b51072ac2ed0d8080fd90972c55e06cafe6189f"));

  @Test
  void smallModelsAreTheBytesTheyAlwaysWere() throws InterruptedException {
    assertThat(Golden.digests(true, 1)).isEqualTo(SMALL);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void theNumberOfThreadsChangesNothing(int threads) throws InterruptedException {
    assertThat(Golden.digests(false, threads)).isEqualTo(LARGE);
  }

  /** Interpreter, C1 only, C2 only, and without what a processor may lack. */
  @ParameterizedTest
  @CsvSource({"small, -Xint", "large, -XX:TieredStopAtLevel=1", "large, -XX:-TieredCompilation",
      "large, -XX:-UseSuperWord", "large, -XX:-UseFMA", "large, -XX:UseAVX=0"})
  void theJvmChangesNothing(String size, String flag, @TempDir Path directory)
      throws IOException, InterruptedException {
    assertThat(GoldenJvm.run(Golden.class, size, flag, directory))
        .isEqualTo(size.equals("small") ? SMALL : LARGE);
  }
}
