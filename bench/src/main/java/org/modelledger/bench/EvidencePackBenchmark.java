package org.modelledger.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.modelledger.AttestedModel;
import org.modelledger.ModelLedger;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.VerificationException;
import org.modelledger.pack.Disclosure;
import org.modelledger.pack.EvidencePack;
import org.modelledger.pack.PackDescription;
import org.modelledger.pack.PackReport;
import org.modelledger.pack.PackVerifier;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.signing.VerificationKey;
import org.modelledger.training.LineageFacts;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Writing an evidence pack, which checks it too, and checking it again, by how many receipts it is about;
 * inputs have 256 bytes, outputs as well, and all of it is disclosed. Raw: SHA-256 of every file of the
 * pack, without which nobody knows that it is the one that was signed.
 *
 * <p>{@code bench/run EvidencePackBenchmark} takes about ten minutes, most of them for a million
 * inferences; a smaller one with {@code -p receipts=1000}.
 */
@PartOf(value = Suite.RECEIPTS, sweep = "receipts")
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls writePack() before all else
public class EvidencePackBenchmark {
  private static final int VALUES = 64;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** How many receipts the pack is about. */
  @Param({"1", "1000", "1000000"})
  public int receipts;

  private Path directory;
  private ModelLedger ledger;
  private Path pack;
  private Path fresh;
  private VerificationKey key;

  @Setup
  public void writePack() throws IOException, InterruptedException, VerificationException {
    directory = Workspace.create("pack");
    ledger = ModelLedger.builder("local:" + directory.resolve("ledger"))
        .home(directory.resolve("home"))
        .engine(ProductEngineProvider.NAME)
        .retention(Retention.FULL)
        .enqueueWait(LIMIT)
        .open();
    byte[] products = ByteBuffer.allocate(Integer.BYTES).putInt(1).array();
    Tensors inputs = Tensors.of("x", Tensor.of(new float[VALUES], VALUES));
    try (AttestedModel model = ledger.load(ledger.register("bench/product",
        ModelFiles.of(Map.of(ProductEngineProvider.FILE, products)), Collections.emptySortedMap(),
        LineageFacts.builder(new EngineInfo("bench", "1", "cpu", 1), Instant.EPOCH, Instant.EPOCH)
            .build())
        .id())) {
      PendingReceipt last = model.infer(inputs).receipt();
      for (int i = 1; i < receipts; i++) {
        last = model.infer(inputs).receipt();
      }
      var unused = last.await(LIMIT);
    }
    var unused = ledger.anchor();
    key = ledger.trustedKeys().getFirst();
    pack = directory.resolve("pack");
    fresh = directory.resolve("fresh");
    write(pack);
  }

  private PackDescription write(Path target) throws InterruptedException, VerificationException {
    return EvidencePack.of(ledger).disclose(Disclosure.ALL).writeTo(target);
  }

  @TearDown(Level.Iteration)
  public void deleteFreshPack() throws IOException {
    if (Files.exists(fresh)) {
      Workspace.delete(fresh);
    }
  }

  @TearDown
  public void close() throws IOException {
    ledger.close();
    Workspace.delete(directory);
  }

  @Benchmark
  public byte[] rawSha256() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(pack)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    MessageDigest digest = Digest.sha256();
    for (Path file : files) {
      digest.update(Files.readAllBytes(file));
    }
    return digest.digest();
  }

  @Benchmark
  @Peer("rawSha256")
  public PackDescription write() throws InterruptedException, VerificationException {
    return write(fresh);
  }

  @Benchmark
  @Peer("rawSha256")
  public PackReport verify() throws InterruptedException {
    PackReport report = PackVerifier.builder().modelKey(key).build().verify(pack);
    if (!report.isSound()) {
      throw new IllegalStateException("a pack that was just written does not hold: " + report);
    }
    return report;
  }
}
