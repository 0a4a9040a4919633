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

/** ONNX Runtime by itself kills a process whose command line is longer than some 4 KB. */
class LongCommandLineTest {
  @ParameterizedTest
  @ValueSource(ints = {5_000, 100_000})
  void isNoneTooLong(int bytes, @TempDir Path directory) throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Process process = new ProcessBuilder(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        MissingNativesTest.Opening.class.getName(), "x".repeat(bytes)))
        .redirectOutput(out.toFile())
        .redirectErrorStream(true)
        .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(out);
    assertThat(process.exitValue()).as(text).isZero();
    assertThat(text).contains("opened EngineInfo[name=onnxruntime");
  }
}
