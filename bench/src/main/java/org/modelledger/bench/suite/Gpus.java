package org.modelledger.bench.suite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The GPUs that NVIDIA's {@code nvidia-smi} tells of.
 *
 * @param found what there is
 * @param missing why there is none, and what was looked for; empty if there is one
 */
record Gpus(List<Gpu> found, String missing) {
  static final String PROGRAM = "nvidia-smi";

  private static final String[] FIELDS = {"--query-gpu=index,name,driver_version,memory.total",
      "--format=csv,noheader,nounits"};

  /**
   * Asks a program.
   *
   * @param program {@value #PROGRAM}, or where it lies
   */
  static Gpus ask(String program) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(FIELDS));
    String said;
    int status;
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      status = process.waitFor();
    } catch (IOException e) {
      return new Gpus(List.of(), "no GPU found: there is no program '" + program + "' on the PATH "
          + System.getenv("PATH") + ", which comes with NVIDIA's driver");
    }
    List<Gpu> found = status == 0 ? said.lines().map(Gpus::parse).toList() : List.of();
    return found.isEmpty()
        ? new Gpus(List.of(), "no GPU found: '" + String.join(" ", command) + "' ended with status "
            + status + " and said: " + said.strip().replaceAll("\\s+", " "))
        : new Gpus(found, "");
  }

  private static Gpu parse(String line) {
    String[] cells = line.split(",", -1);
    if (cells.length != 4) {
      throw new IllegalStateException(
          PROGRAM + " said '" + line + "'; expected index, name, driver and memory");
    }
    return new Gpu(Integer.parseInt(cells[0].strip()), cells[1].strip(), cells[2].strip(),
        (long) GpuSampler.number(cells[3]));
  }
}
