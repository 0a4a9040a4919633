package org.modelledger.ml.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.tensorflow.proto.DataType;

/** Memory and threads of this process before and after many calls, as Linux counts them. */
@EnabledOnOs(OS.LINUX)
class LeakTest {
  private static final int WARM_UP = 20_000;
  private static final int CALLS = 100_000;
  private static final int COLLECTED_AFTER = 5_000;
  private static final int LOADS = 300;
  private static final long ALLOWED_KIB = 48 * 1024;

  private static long status(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status"))
        .stream()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Direct buffers are given back some time after their owners are collected. */
  private static long residentKib() throws IOException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      System.gc();
      least = Math.min(least, status("VmRSS"));
    }
    return least;
  }

  @Test
  void callsLeaveNothingBehind() throws IOException, InterruptedException {
    // 4 KiB in and out: a leak of one such tensor a call would be 400 MiB
    float[] numbers = new float[1024];
    Tensors floats = Tensors.of("x", Tensor.of(numbers, 1, numbers.length));
    Tensors strings = Tensors.of("x",
        Tensor.ofStrings(List.of("longer than what fits into a string itself", "short"), 2));
    try (InferenceEngine engine = TensorFlowOptions.defaults().open();
        LoadedModel ofFloats = engine
            .load(Models.identity(DataType.DT_FLOAT, -1, numbers.length).files());
        LoadedModel ofStrings = engine.load(Models.identity(DataType.DT_STRING, -1).files())) {
      run(WARM_UP, ofFloats, floats, ofStrings, strings);
      long before = residentKib();
      long threads = status("Threads");
      run(CALLS, ofFloats, floats, ofStrings, strings);
      assertThat(residentKib() - before).as("KiB more after %s calls", CALLS)
          .isLessThan(ALLOWED_KIB);
      assertThat(status("Threads")).isLessThan(threads + 8);
    }
  }

  /** Runs both; what is garbage is collected often enough that it does not add up. */
  private static void run(int calls, LoadedModel first, Tensors firstInputs, LoadedModel second,
      Tensors secondInputs) throws InterruptedException {
    for (int i = 1; i <= calls; i++) {
      first.run(firstInputs);
      second.run(secondInputs);
      if (i % COLLECTED_AFTER == 0) {
        System.gc();
      }
    }
  }

  @Test
  void modelsLeaveNothingBehind() throws IOException {
    ModelFiles files = Models.identity(DataType.DT_FLOAT, -1, 3).files();
    try (InferenceEngine engine = TensorFlowOptions.defaults().interOpThreads(2).open()) {
      for (int i = 0; i < LOADS / 3; i++) {
        engine.load(files).close();
      }
      long before = residentKib();
      long threads = status("Threads");
      for (int i = 0; i < LOADS; i++) {
        engine.load(files).close();
      }
      assertThat(residentKib() - before).as("KiB more after %s models", LOADS)
          .isLessThan(ALLOWED_KIB);
      assertThat(status("Threads")).isLessThan(threads + 8);
    }
  }
}
