package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Memory and threads over many calls, in a process of its own with a small heap, so that what grows is native memory. */
class LeakTest {
  private static final int CALLS_OF_EACH = 50_000;
  private static final int WARM_UP = 8_000;
  private static final int LOADS = 80;
  private static final int TRAININGS = 40;
  private static final long MEBIBYTE = 1 << 20;
  private static final int PAGE = 4096;

  private static long residentMebibytes() throws IOException {
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1]) * PAGE
        / MEBIBYTE;
  }

  private static long threads() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status"))
        .stream()
        .filter(line -> line.startsWith("Threads:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Runs models, with 2 KiB in for each call. */
  private static void run(List<LoadedModel> models, int calls) throws InterruptedException {
    for (int i = 0; i < calls; i++) {
      for (LoadedModel model : models) {
        String input = model.inputs().getFirst().name();
        var unused = model.run(Tensors.of(input, Tensor.of(new float[8 * 64], 8, 64)));
      }
    }
  }

  /** Prints how memory and threads grow; the program that the test starts. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = System.out;
    TrainingSpec spec = TrainingSpec.builder("mlp")
        .features("x")
        .target("y")
        .parameter("epochs", 1)
        .build();
    try (Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults());
        InferenceEngine engine = PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults())) {
      ModelFiles trained = trainer.train(spec, Clusters.of(32, 64, 3, 1), TrainingListener.NONE)
          .files();
      ModelFiles module = TorchScripts.perceptronFiles(1);
      try (LoadedModel first = engine.load(module); LoadedModel second = engine.load(trained)) {
        List<LoadedModel> models = List.of(first, second);
        run(models, WARM_UP);
        long memory = residentMebibytes();
        long threads = threads();
        run(models, CALLS_OF_EACH);
        out.println("calls.memory=" + (residentMebibytes() - memory));
        out.println("calls.threads=" + (threads() - threads));
      }
      for (int half = 0; half < 2; half++) {
        long memory = residentMebibytes();
        for (int i = 0; i < LOADS; i++) {
          engine.load(module).close();
          engine.load(trained).close();
        }
        out.println("loads.memory=" + (residentMebibytes() - memory));
      }
      for (int half = 0; half < 2; half++) {
        long memory = residentMebibytes();
        for (int i = 0; i < TRAININGS; i++) {
          var unused = trainer.train(spec, Clusters.of(128, 64, 3, 1), TrainingListener.NONE);
        }
        out.println("trainings.memory=" + (residentMebibytes() - memory));
      }
    }
  }

  @Test
  void nothingIsLeftBehindByCallsLoadsAndTrainings() throws Exception {
    Process process = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx96m",
        "-XX:MaxDirectMemorySize=32m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
        "-cp", System.getProperty("java.class.path"), LeakTest.class.getName())
        .redirectErrorStream(true)
        .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    Map<String, Long> grown = new HashMap<>();
    output.lines().filter(line -> line.matches("[a-z.]+=-?\\d+")).forEach(line -> {
      String[] parts = line.split("=", -1);
      grown.put(parts[0], Long.parseLong(parts[1]));
    });

    assertThat(grown).as(output).hasSize(4);
    // 2 KiB that each of 100,000 calls leaves behind would be 200; the heap itself may grow by some
    assertThat(grown.get("calls.memory")).as(output).isLessThan(48);
    assertThat(grown.get("calls.threads")).as(output).isLessThan(8);
    assertThat(grown.get("loads.memory")).as(output).isLessThan(32);
    assertThat(grown.get("trainings.memory")).as(output).isLessThan(32);
  }
}
