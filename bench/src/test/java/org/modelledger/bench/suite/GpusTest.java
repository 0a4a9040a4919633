package org.modelledger.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that say what {@code nvidia-smi} says stand in for it, since few machines have one. */
class GpusTest {
  @TempDir
  Path directory = Path.of("");

  private String program(String text) throws IOException {
    Path program = directory.resolve("nvidia-smi");
    Files.writeString(program, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program.toString();
  }

  @Test
  void withoutTheProgramSaysWhatWasLookedFor() throws InterruptedException {
    String program = directory.resolve("none").toString();
    Gpus gpus = Gpus.ask(program);
    assertThat(gpus.found()).isEmpty();
    assertThat(gpus.missing())
        .startsWith("no GPU found: there is no program '" + program + "' on the PATH ")
        .doesNotContain("\n");
  }

  @Test
  void withoutAGpuSaysWhatTheProgramSaid() throws IOException, InterruptedException {
    Gpus gpus = Gpus.ask(program("echo 'No devices were found'\nexit 6\n"));
    assertThat(gpus.found()).isEmpty();
    assertThat(gpus.missing()).startsWith("no GPU found: '")
        .endsWith("ended with status 6 and said: No devices were found");
  }

  @Test
  void readsWhatThereIs() throws IOException, InterruptedException {
    Gpus gpus = Gpus.ask(program("""
        echo '0, NVIDIA H100 80GB HBM3, 580.159.04, 81559'
        echo '1, NVIDIA H100 80GB HBM3, 580.159.04, [N/A]'
        """));
    assertThat(gpus.found()).containsExactly(
        new Gpu(0, "NVIDIA H100 80GB HBM3", "580.159.04", 81_559),
        new Gpu(1, "NVIDIA H100 80GB HBM3", "580.159.04", 0));
    assertThat(gpus.missing()).isEmpty();
  }

  @Test
  void useIsTheMeanOfTheSamplesOfEachGpu() throws IOException, InterruptedException {
    GpuSampler sampler = GpuSampler.start(program("""
        echo '0, 10, 100, 50.5'
        echo '1, 0, 5, [N/A]'
        echo '0, 30, 300, 70.5'
        echo 'torn'
        """));
    sampler.awaitEnd();
    assertThat(sampler.take()).containsExactly(new GpuUse(0, 2, 20, 300, 60.5),
        new GpuUse(1, 1, 0, 5, 0));
    assertThat(sampler.take()).isEmpty();
    sampler.stop();
  }

  @Test
  void stoppingEndsTheProgram() throws IOException, InterruptedException {
    GpuSampler sampler = GpuSampler.start(program("exec sleep 1000\n"));
    sampler.stop();
    sampler.awaitEnd();
    assertThat(sampler.take()).isEmpty();
  }
}
