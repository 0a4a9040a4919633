package org.modelledger.ml.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ConfigurationException;

/** What only a GPU can show. By its name it is not among the tests of a build, which skips none. */
class OnnxRuntimeOnGpu {
  private static final ModelFiles MODEL = Graphs.files(Graphs.mlp(1, 64, 1024, 1024, 10));

  private static OnnxRuntimeEngine open(String device,
      UnaryOperator<OnnxRuntimeOptions.Builder> with) {
    return OnnxRuntimeEngine
        .open(with.apply(OnnxRuntimeOptions.builder().device(device)).build());
  }

  private static OnnxRuntimeEngine open(String device) {
    return open(device, options -> options);
  }

  private static Tensors rows(int batch) {
    return Tensors.of("x",
        Tensor.of(Graphs.floats(new SplittableRandom(7), batch * 64), batch, 64));
  }

  private static float[] answer(OnnxRuntimeEngine engine, int batch) throws InterruptedException {
    try (engine; OnnxRuntimeModel model = engine.load(MODEL)) {
      return model.run(rows(batch)).get("y").toFloats();
    }
  }

  @Test
  void saysWhatComputes() {
    try (OnnxRuntimeEngine cuda = open("cuda"); OnnxRuntimeEngine auto = open("auto")) {
      assertThat(cuda.info().device()).isEqualTo("cuda:0");
      assertThat(auto.info().device()).isEqualTo("cuda:0");
    }
  }

  @Test
  void aGpuThatIsNotThereIsRefusedByItsNumber() {
    assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> open("cuda:99"))
        .withMessageContaining("'cuda:99'");
  }

  @Test
  void agreesWithTheProcessor() throws InterruptedException {
    for (int batch : new int[]{1, 33}) {
      float[] expected = answer(open("cpu"), batch);
      // float32 is multiplied as TF32, with 10 bits of the mantissa, unless told not to
      assertThat(answer(open("cuda"), batch)).usingComparatorWithPrecision(1e-2f)
          .containsExactly(expected);
      assertThat(answer(open("cuda", options -> options.cuda("use_tf32", "0")), batch))
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(expected);
    }
  }

  @Test
  void givesTheSameBitsOnManyThreads() throws Exception {
    try (OnnxRuntimeEngine engine = open("cuda"); OnnxRuntimeModel model = engine.load(MODEL)) {
      assertThat(model.determinism()).isEqualTo(Determinism.PROBED);
      Tensors expected = model.run(rows(8));
      Callable<Boolean> work = () -> {
        boolean same = true;
        for (int i = 0; i < 200; i++) {
          same &= model.run(rows(8)).equals(expected);
        }
        return same;
      };
      List<Future<Boolean>> results = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
        for (int i = 0; i < 8; i++) {
          results.add(threads.submit(work));
        }
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  /** Others may use the GPU meanwhile: what would be kept here is a gigabyte. */
  @Test
  void aModelThatIsClosedGivesItsMemoryBack() throws Exception {
    try (OnnxRuntimeEngine engine = open("cuda")) {
      int before = 0;
      for (int i = 0; i < 220; i++) {
        if (i == 20) {
          before = Gpu.usedMebibytes();
        }
        try (OnnxRuntimeModel model = engine.load(MODEL)) {
          Tensors unused = model.run(rows(1));
        }
      }
      assertThat(Gpu.usedMebibytes() - before).isLessThan(200);
    }
  }

  @Test
  void aModelThatDoesNotFitIsRefusedAndHarmsNothing() throws InterruptedException {
    float[] expected = answer(open("cuda"), 1);
    try (OnnxRuntimeEngine small = open("cuda", options -> options.gpuMemoryLimit(1 << 20))) {
      assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> small.load(MODEL))
          .withMessageContaining("model.onnx");
    }
    assertThat(answer(open("cuda"), 1)).isEqualTo(expected);
  }
}
