package org.modelledger.ml.onnxruntime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What NVIDIA's driver tells of the first GPU. */
final class Gpu {
  private Gpu() {}

  /** Returns how much of its memory is taken, by all processes. */
  static int usedMebibytes() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("nvidia-smi", "--query-gpu=memory.used", "--id=0",
        "--format=csv,noheader,nounits").redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("nvidia-smi said: " + said);
    }
    return Integer.parseInt(said.strip());
  }
}
