package org.modelledger.bench.suite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs {@code nvidia-smi} beside a run and keeps what it says five times a second. For one thread; its
 * own thread reads.
 */
final class GpuSampler {
  private static final String MILLIS = "200";

  /** One look at one GPU. */
  private record Sample(int gpu, double percent, double mebibytes, double watts) {}

  private final Process process;
  private final Thread reader;
  private final List<Sample> samples = new ArrayList<>(); // guarded by itself
  private volatile boolean stopped;

  private GpuSampler(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().name("gpu-sampler").daemon().unstarted(this::read);
  }

  /** Starts a program and reads what it says. */
  static GpuSampler start(String program) throws IOException {
    Process process = new ProcessBuilder(program,
        "--query-gpu=index,utilization.gpu,memory.used,power.draw",
        "--format=csv,noheader,nounits", "-lms", MILLIS)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    process.getOutputStream().close();
    GpuSampler sampler = new GpuSampler(process);
    sampler.reader.start();
    return sampler;
  }

  /** Returns how busy each GPU was since the last call. */
  List<GpuUse> take() {
    Map<Integer, List<Sample>> byGpu = new TreeMap<>();
    synchronized (samples) {
      samples.forEach(
          sample -> byGpu.computeIfAbsent(sample.gpu, gpu -> new ArrayList<>()).add(sample));
      samples.clear();
    }
    List<GpuUse> uses = new ArrayList<>();
    byGpu.forEach((gpu, of) -> uses.add(new GpuUse(gpu, of.size(),
        of.stream().mapToDouble(Sample::percent).average().orElse(0),
        of.stream().mapToDouble(Sample::mebibytes).max().orElse(0),
        of.stream().mapToDouble(Sample::watts).average().orElse(0))));
    return uses;
  }

  /** Ends the program; what it said is there for {@link #take} still. */
  void stop() throws InterruptedException {
    stopped = true;
    process.destroy();
    awaitEnd();
  }

  /** Waits until the program has ended by itself. */
  void awaitEnd() throws InterruptedException {
    int unused = process.waitFor();
    reader.join();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(",", -1);
        if (cells.length == 4) {
          Sample sample = new Sample((int) number(cells[0]), number(cells[1]), number(cells[2]),
              number(cells[3]));
          synchronized (samples) {
            samples.add(sample);
          }
        }
      }
    } catch (IOException e) {
      if (!stopped) { // else what was read from went away, as it should
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns a number; 0 where the program says that it cannot tell, as {@code [N/A]}. */
  static double number(String cell) {
    String text = cell.strip();
    return text.startsWith("[") || text.isEmpty() ? 0 : Double.parseDouble(text);
  }
}
