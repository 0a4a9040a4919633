package org.modelledger.bench.soak;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.ProofException;

/**
 * Appends for minutes and looks every second. Ends with 0 if nothing failed and the log checks out; how
 * fast it was and whether memory stayed flat is for the reader of {@code soak.txt}, {@code soak.csv} and
 * {@code soak.svg} to judge.
 */
public final class Soak {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final SoakOptions options;
  private final List<SoakProducer> producers = new ArrayList<>();
  private final List<SoakSample> samples = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Path work;
  private volatile SoakLog newest;
  private int number = 1;
  private @Nullable Thread retiring;

  private Soak(SoakOptions options) throws IOException {
    this.options = options;
    requireRoom();
    this.work = Files.createTempDirectory(options.work(), "soak-");
    this.newest = new SoakLog(work.resolve("1"));
    double nanosPerEntry = options.rate() == 0 ? 0 : options.producers() * SECOND / options.rate();
    for (int i = 0; i < options.producers(); i++) {
      producers.add(new SoakProducer(i, options, () -> newest, nanosPerEntry, this::fail));
    }
  }

  /** Takes what {@link SoakOptions} says. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    SoakOptions options;
    try {
      options = SoakOptions.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + SoakOptions.USAGE);
      System.exit(2);
      return;
    }
    System.exit(run(options) ? 0 : 1);
  }

  /** Returns whether nothing failed. */
  static boolean run(SoakOptions options) throws IOException, InterruptedException {
    return new Soak(options).run();
  }

  // the old log is deleted while the new one grows
  private void requireRoom() throws IOException {
    Files.createDirectories(options.work());
    long free = Files.getFileStore(options.work()).getUsableSpace();
    double wanted = 2.2 * options.maxBytes();
    if (options.rate() > 0) {
      wanted = Math.min(wanted,
          1.2 * options.rate() * options.time().toSeconds() * options.entryBytes());
    }
    if (free < wanted) {
      throw new IOException(String.format(Locale.ROOT,
          "%s has %.1f GB left and up to %.1f may be needed; lower --max-bytes", options.work(),
          free / 1e9, wanted / 1e9));
    }
  }

  private void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
  }

  private boolean run() throws IOException, InterruptedException {
    Files.createDirectories(options.out());
    SoakSampler sampler = new SoakSampler(producers, newest);
    long start = System.nanoTime();
    producers.forEach(SoakProducer::start);
    try (PrintWriter csv = new PrintWriter(
        Files.newBufferedWriter(options.out().resolve("soak.csv")))) {
      csv.println(SoakSample.header());
      long seconds = Math.max(1, options.time().toSeconds());
      for (long second = 1; second <= seconds && failure.get() == null; second++) {
        parkUntil(start + second * SECOND);
        SoakSample sample = sampler.sample(newest, number);
        samples.add(sample);
        csv.println(sample.line());
        csv.flush();
        say(sample);
        if (newest.writer().size() * options.entryBytes() >= options.maxBytes()) {
          replace();
        }
      }
    }
    for (SoakProducer producer : producers) {
      producer.stop();
    }
    sampler.sample(newest, number); // the last acknowledgements
    finishRetiring();
    closeAndCheck(newest);
    if (options.keep()) {
      note("the log is left in " + newest.directory());
    } else {
      newest.delete();
      Files.deleteIfExists(work);
    }
    String summary = summary(sampler.all());
    Files.writeString(options.out().resolve("soak.txt"), summary);
    System.out.print(summary);
    return failure.get() == null;
  }

  private static void parkUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void say(SoakSample sample) {
    System.out.printf(Locale.ROOT,
        "%6.0f s %,11.0f/s  p50 %8.2f  p99 %8.2f  max %8.2f ms  heap %5.0f  rss %5.0f  wal %4.0f MB%n",
        sample.seconds(), sample.entriesPerSecond(), sample.p50Ms(), sample.p99Ms(),
        sample.maxMs(), sample.heapAfterGcMb(), sample.rssMb(), sample.walMb());
  }

  private void note(String what) {
    System.out.println(what);
    notes.add(what);
  }

  /** Begins a new log; the old one is checked and deleted meanwhile. */
  private void replace() throws InterruptedException {
    finishRetiring();
    SoakLog old = newest;
    int oldNumber = number;
    number++;
    newest = new SoakLog(work.resolve(String.valueOf(number)));
    Thread thread = Thread.ofPlatform().name("retire").unstarted(() -> retire(old, oldNumber));
    thread.start();
    retiring = thread;
  }

  private void retire(SoakLog old, int oldNumber) {
    try {
      while (producers.stream().anyMatch(producer -> producer.uses(old))) {
        LockSupport.parkNanos(SECOND / 1000);
      }
      old.writer().close();
      String checked = old.checkSample(options.entryBytes());
      old.delete();
      note("log " + oldNumber + " was full, checked and deleted: " + checked);
    } catch (IOException | ProofException | SoakException | RuntimeException e) {
      fail(e);
    }
  }

  private void finishRetiring() throws InterruptedException {
    Thread thread = retiring;
    if (thread != null) {
      thread.join();
    }
  }

  private void closeAndCheck(SoakLog log) {
    try {
      log.writer().close();
      note("log " + number + ", " + log.checkAll(options.entryBytes()));
    } catch (ProofException | SoakException | RuntimeException e) {
      fail(e);
    }
  }

  private String summary(Histogram all) {
    Formatter text = new Formatter(Locale.ROOT);
    double seconds = samples.isEmpty() ? 0 : samples.getLast().seconds();
    text.format(
        "soak of %.0f s: %d producers with at most %,d entries of %d bytes in flight each, %s%n",
        seconds, options.producers(), options.inFlight(), options.entryBytes(),
        options.rate() == 0
            ? "as fast as they go"
            : String.format(Locale.ROOT, "paced at %,.0f/s", options.rate()));
    text.format("java %s, %s %s, %d processors, at most %,d MB of heap%n",
        System.getProperty("java.version"), System.getProperty("os.name"),
        System.getProperty("os.version"), Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() / 1_000_000);
    text.format("acknowledged: %,d entries, %,.0f a second; median second %,.0f, worst %,.0f%n",
        all.getTotalCount(), all.getTotalCount() / Math.max(1, seconds), rate(0.5), rate(0));
    text.format(
        "latency to acknowledgement, ms: p50 %.3f, p90 %.3f, p99 %.3f, p99.9 %.3f, p99.99 %.3f, max %.3f%n",
        all.getValueAtPercentile(50) / 1e6, all.getValueAtPercentile(90) / 1e6,
        all.getValueAtPercentile(99) / 1e6, all.getValueAtPercentile(99.9) / 1e6,
        all.getValueAtPercentile(99.99) / 1e6, all.getMaxValue() / 1e6);
    text.format("rate: %s%n",
        Trend.of(samples, SoakSample::entriesPerSecond).describe("entries/s"));
    text.format("heap after collections: %s%n",
        Trend.of(samples, SoakSample::heapAfterGcMb).describe("MB"));
    text.format("resident memory: %s%n", Trend.of(samples, SoakSample::rssMb).describe("MB"));
    text.format("collections: %,.0f, %,.0f ms in all; longest in one second %,.0f ms%n",
        samples.stream().mapToDouble(SoakSample::gcCount).sum(),
        samples.stream().mapToDouble(SoakSample::gcMs).sum(),
        samples.stream().mapToDouble(SoakSample::gcMs).max().orElse(0));
    text.format("write-ahead files: at most %,.0f MB; checkpoint age: at most %.1f s%n",
        samples.stream().mapToDouble(SoakSample::walMb).max().orElse(0),
        samples.stream().mapToDouble(SoakSample::checkpointAgeSeconds).max().orElse(0));
    text.format("disk: a log is replaced at %,.1f GB of entries; %d were written%n",
        options.maxBytes() / 1e9, number);
    notes.forEach(note -> text.format("%s%n", note));
    Throwable cause = failure.get();
    text.format("%s%n", cause == null ? "nothing failed" : "FAILED: " + cause);
    return text.toString();
  }

  private double rate(double quantile) {
    double[] rates = samples.stream().mapToDouble(SoakSample::entriesPerSecond).sorted().toArray();
    return rates.length == 0 ? 0 : rates[(int) (quantile * (rates.length - 1))];
  }
}
