package org.modelledger.largemodels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.LineageFacts;
import org.modelledger.verification.VerificationReport;

/**
 * A model that is larger than the memory goes the whole way – registered, verified, loaded, run, verified again – in a process
 * whose heap and direct memory are small.
 */
final class LargeArtifact {
  private LargeArtifact() {}

  /** The process: its arguments are a directory and the number of bytes. */
  public static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      ModelFiles files = new Generated(Long.parseLong(arguments[1]));
      try (ModelLedger ledger = ModelLedger.builder("local:" + directory.resolve("ledger"))
          .engine(ReadingEngineProvider.NAME)
          .retention(Retention.FULL)
          .open()) {
        ModelVersion version = ledger.register("acme/large", files, Collections.emptySortedMap(),
            facts());
        ledger.deploy(version, "production");
        if (!ledger.artifacts().verify(version.artifact()).digest().equals(version.artifact())) {
          throw new AssertionError("another digest");
        }
        try (AttestedModel model = ledger.load("acme/large@production")) {
          Inference inference = model.infer(Tensors.of("x", Tensor.of(new long[]{1}, 1)),
              Map.of());
          long index = inference.receipt().await(Duration.ofMinutes(2)).index();
          ledger.anchor();
          VerificationReport report = ledger.verifier().check(index);
          report.requireSound();
          System.out.println(report);
          System.out.println("sum " + (inference.outputs().get("x").toLongs()[0] - 1));
        }
      }
      long peak = ManagementFactory.getMemoryPoolMXBeans()
          .stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .mapToLong(pool -> pool.getPeakUsage().getUsed())
          .sum();
      System.out.println("peak of the heap " + (peak >> 20) + " MiB");
    }
  }

  private static LineageFacts facts() {
    Instant made = Instant.parse("2026-01-01T00:00:00Z");
    return LineageFacts.builder(new EngineInfo("elsewhere", "1", "cpu", 1), made, made).build();
  }

  /** One file of bytes that are made while they are read, none twice in a row, and a small one. */
  private static final class Generated implements ModelFiles {
    private static final byte[] README = "made up".getBytes(StandardCharsets.UTF_8);
    private final SortedSet<String> names = Collections
        .unmodifiableSortedSet(new TreeSet<>(List.of("README", "weights.bin")));
    private final long bytes;

    Generated(long bytes) {
      this.bytes = bytes;
    }

    @Override
    public SortedSet<String> names() {
      return names;
    }

    @Override
    public long size(String name) {
      return name.equals("README") ? README.length : bytes;
    }

    @Override
    public InputStream open(String name) {
      return name.equals("README")
          ? new ByteArrayInputStream(README)
          : new Bytes(bytes);
    }
  }

  private static final class Bytes extends InputStream {
    private final long length;
    private long position;

    Bytes(long length) {
      this.length = length;
    }

    static byte at(long position) {
      return (byte) (position ^ position >>> 9 ^ position >>> 20);
    }

    @Override
    public int read() {
      return position == length ? -1 : at(position++) & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) {
      var unused = Objects.checkFromIndexSize(offset, count, into.length);
      if (position == length) {
        return -1;
      }
      int part = (int) Math.min(count, length - position);
      for (int i = 0; i < part; i++) {
        into[offset + i] = at(position + i);
      }
      position += part;
      return part;
    }
  }

  private static long sum(long bytes) {
    long sum = 0;
    for (byte one : "made up".getBytes(StandardCharsets.UTF_8)) {
      sum += one;
    }
    for (long position = 0; position < bytes; position++) {
      sum += Bytes.at(position);
    }
    return sum;
  }

  /**
   * Lets a process do it and looks at what it says.
   *
   * @param heap such as {@code 256m}
   */
  static void goTheWholeWay(Path dir, long bytes, String heap)
      throws IOException, InterruptedException {
    assertThat(Files.getFileStore(dir).getUsableSpace()).as("room in %s for %d bytes", dir, bytes)
        .isGreaterThan(bytes + (1L << 30));
    Path output = dir.resolve("output.txt");
    List<String> command = List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heap,
        "-XX:MaxDirectMemorySize=64m", "-cp", System.getProperty("java.class.path"),
        Child.class.getName(), Files.createDirectory(dir.resolve("work")).toString(),
        Long.toString(bytes));
    Process process = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    int exit;
    try {
      exit = process.waitFor();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(exit).as(read(output)).isZero();
    assertThat(read(output)).contains("sum " + sum(bytes), "replay", "peak of the heap");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "no output: " + e;
    }
  }
}
