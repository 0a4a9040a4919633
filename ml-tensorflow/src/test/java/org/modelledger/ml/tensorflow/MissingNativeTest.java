package org.modelledger.ml.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.modelledger.spi.ConfigurationException;

class MissingNativeTest {
  /** What the other process runs. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      try {
        TensorFlowOptions.defaults().open().close();
        System.out.println("opened");
      } catch (ConfigurationException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  private static boolean isNative(String jar) {
    return jar.contains("tensorflow-core-native") && jar.contains("linux");
  }

  @Test
  void namesTheArtifactToAdd() throws IOException, InterruptedException {
    assertThat(
        ChildJvm.run(Main.class, jar -> !isNative(jar)))
        .contains("refused: ")
        .contains("add org.tensorflow:tensorflow-core-native:1.1.0:");
  }

  @Test
  void opensWithTheArtifact() throws IOException, InterruptedException {
    assertThat(ChildJvm.run(Main.class, jar -> true)).contains("opened");
  }
}
