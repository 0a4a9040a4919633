package org.modelledger.ml.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.Determinism;
import org.modelledger.ml.onnxruntime.OnnxRuntimeOptions.LogLevel;
import org.modelledger.ml.onnxruntime.OnnxRuntimeOptions.Optimization;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;

class OnnxRuntimeOptionsTest {
  private static OnnxRuntimeOptions read(String name, String value) {
    return OnnxRuntimeOptions.of(ProviderOptions.of(Map.of(name, value)));
  }

  @Test
  void everyOptionCanBeSetAsText() {
    OnnxRuntimeOptions options = OnnxRuntimeOptions.of(ProviderOptions.of(Map.ofEntries(
        Map.entry("device", "tensorrt:3"), Map.entry("threads", "4"),
        Map.entry("interOpThreads", "2"), Map.entry("spinning", "true"),
        Map.entry("optimization", "layout"), Map.entry("arena", "false"),
        Map.entry("memoryPattern", "false"), Map.entry("deterministicCompute", "false"),
        Map.entry("denormalsAsZero", "true"), Map.entry("gpuMemoryLimit", "4294967296"),
        Map.entry("cpuFallback", "false"), Map.entry("probe", "false"),
        Map.entry("determinism", "tolerance:1e-6"), Map.entry("profile", "/tmp/run"),
        Map.entry("logLevel", "warning"),
        Map.entry("customOperators", "/a.so" + File.pathSeparator + "/b.so"),
        Map.entry("dimension.batch", "8"), Map.entry("config.session.x", "1"),
        Map.entry("cuda.use_tf32", "0"), Map.entry("tensorrt.trt_fp16_enable", "1"))));

    assertThat(options.device()).hasToString("tensorrt:3");
    assertThat(options.threads()).isEqualTo(4);
    assertThat(options.interOpThreads()).isEqualTo(2);
    assertThat(options.spinning()).isTrue();
    assertThat(options.optimization()).isEqualTo(Optimization.LAYOUT);
    assertThat(options.arena()).isFalse();
    assertThat(options.memoryPattern()).isFalse();
    assertThat(options.deterministicCompute()).isFalse();
    assertThat(options.denormalsAsZero()).isTrue();
    assertThat(options.gpuMemoryLimit()).hasValue(1L << 32);
    assertThat(options.cpuFallback()).isFalse();
    assertThat(options.probe()).isFalse();
    assertThat(options.determinism()).isEqualTo(Determinism.tolerance(1e-6));
    assertThat(options.profile()).contains(Path.of("/tmp/run"));
    assertThat(options.logLevel()).isEqualTo(LogLevel.WARNING);
    assertThat(options.customOperators()).containsExactly(Path.of("/a.so"), Path.of("/b.so"));
    assertThat(options.dimensions()).containsExactly(Map.entry("batch", 8L));
    assertThat(options.config()).containsExactly(Map.entry("session.x", "1"));
    assertThat(options.cuda()).containsExactly(Map.entry("use_tf32", "0"));
    assertThat(options.tensorrt()).containsExactly(Map.entry("trt_fp16_enable", "1"));
  }

  @Test
  void whatIsNotSetIsAsTheDefaultsAre() {
    OnnxRuntimeOptions options = OnnxRuntimeOptions.of(ProviderOptions.empty());

    assertThat(options).usingRecursiveComparison().isEqualTo(OnnxRuntimeOptions.defaults());
    assertThat(options.device()).hasToString("cpu");
    assertThat(options.threads()).isEqualTo(1);
    assertThat(options.probe()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"device, gpu", "device, cuda:", "device, cuda:-1", "threads, 0", "threads, many",
      "interOpThreads, 1025", "spinning, yes", "optimization, ALL", "gpuMemoryLimit, 0",
      "determinism, exact", "logLevel, quiet", "dimension.N, x", "dimension.N, -1",
      "config.session.intra_op.allow_spinning, 1",
      "config.session.model_external_initializers_file_folder_path, /etc"})
  void refusesWhatAnOptionCannotBe(String name, String value) {
    assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read(name, value))
        .withMessageContaining("'" + name + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dimension.", "config.", "cuda.", "tensorrt.", "threds", "location"})
  void refusesUnknownNamesAndListsTheKnownOnes(String name) {
    assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> read(name, "1"))
        .withMessageContainingAll("'" + name + "'", "interOpThreads", "config.*", "cuda.*");
  }

  @Test
  void aBuilderMayGoOnAfterItBuilt() {
    OnnxRuntimeOptions.Builder builder = OnnxRuntimeOptions.builder().threads(2).cuda("a", "b");
    OnnxRuntimeOptions options = builder.build();

    builder.threads(3).cuda("c", "d").dimension("N", 1);

    assertThat(options.threads()).isEqualTo(2);
    assertThat(options.cuda()).containsOnlyKeys("a");
    assertThat(options.dimensions()).isEmpty();
  }

  @Test
  void refusesEntriesThatHaveAnOption() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxRuntimeOptions.builder()
            .config("session.disable_cpu_ep_fallback", "1"))
        .withMessageContaining("cpuFallback");
  }
}
