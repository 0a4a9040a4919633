package org.modelledger.ml.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.spi.ConfigurationException;

/** Where ONNX Runtime has no natives, or cannot load them, the error says what they are and where they come from. */
class MissingNativesTest {
  /** A program that opens an engine and prints why it cannot, twice. */
  static final class Opening {
    private Opening() {}

    @SuppressWarnings("SystemOut") // a program
    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(OnnxRuntimeOptions.defaults())) {
          System.out.println("opened " + engine.info());
        } catch (ConfigurationException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Dos.arch=sparc", "-Donnxruntime.native.onnxruntime.path=/no/such.so"})
  void areNamed(String property, @TempDir Path directory) throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Process process = new ProcessBuilder(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), property, "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        Opening.class.getName())).redirectOutput(out.toFile()).redirectErrorStream(true).start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(out);
    assertThat(process.exitValue()).as(text).isZero();
    assertThat(text.lines()
        .filter(line -> line.startsWith("ONNX Runtime cannot be loaded on ")
            && line.contains("com.microsoft.onnxruntime:onnxruntime")
            && line.contains("onnxruntime.native.path")))
        .as(text)
        .hasSize(2);
  }
}
