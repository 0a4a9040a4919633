package org.modelledger.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.registry.ModelVersion;
import org.modelledger.tlog.Appended;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** What the README shows, run. The regions are compared with it by {@link ReadmeTest}. */
class ReadmeSnippetsTest {
  @TempDir
  Path dir;

  @Test
  @SuppressWarnings("UnusedVariable") // a README shows what comes out
  void mainJob() throws Exception {
    Digits images = Digits.load();
    Dataset digits = images.dataset("all");
    Tensor image = images.input(0).get("pixels");
    TrainingSpec spec = TrainingSpec.builder("mlp")
        .features("pixels")
        .target("label")
        .parameter("hidden", "16")
        .parameter("inputScale", 1.0 / 16)
        .parameter("epochs", 5)
        .build();
    String uri = "local:" + dir.resolve("ledger");
    // region main-job
    try (ModelLedger ledger = ModelLedger.open(uri)) { // "local:./ledger"
      TrainedModel trained = ledger.trainer("exact").train(spec, digits, TrainingListener.NONE);
      ModelVersion version = ledger.register("acme/digits", trained); // files, lineage, signatures
      ledger.deploy(version, "production");

      try (AttestedModel model = ledger.load("acme/digits@production")) { // verified before it runs
        Inference result = model.infer(Tensors.of("pixels", image), Map.of("case", "4711"));
        long digit = result.outputs().get("label").toLongs()[0];
        result.receipt().await(Duration.ofSeconds(10)); // on the disk; infer itself waits for nothing
        ledger.anchor(); // one small entry in the registry covers every receipt so far
        ledger.verifier().verify(result.receipt().proof(Duration.ofSeconds(10)));
      }
    }
    // endregion
    try (ModelLedger again = ModelLedger.open(uri)) {
      assertThat(again.verifier().checkAll(1).isSound()).isTrue();
      assertThat(again.receipts().size()).isEqualTo(1);
    }
  }

  @Test
  void transparencyLog() throws Exception {
    Path directory = dir.resolve("log");
    // region transparency-log
    NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());
    try (LogWriter log = LogWriter.open(directory, LogOptions.of(signer))) {
      Appended entry = log.append("something happened".getBytes(UTF_8));
      entry.await(Duration.ofSeconds(10)); // it is on the disk, and stays there
      log.publish(); // one signature for all entries so far
    }

    // Anybody with the public key, on a copy of the directory or over HTTP:
    LogReader reader = LogReader.open(TileSource.directory(directory), signer.verifier());
    SignedCheckpoint checkpoint = reader.latest();
    byte[] entry = reader.entry(0, checkpoint);
    reader.inclusionProof(0, checkpoint).verify(MerkleTree.leafHash(entry), checkpoint.root());
    // endregion
    assertThat(new String(entry, UTF_8)).isEqualTo("something happened");
  }
}
