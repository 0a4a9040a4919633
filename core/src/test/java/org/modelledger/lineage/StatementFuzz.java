package org.modelledger.lineage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelName;
import org.modelledger.signing.DsseEnvelope;
import org.modelledger.signing.SigningKeys;
import org.modelledger.training.DataSource;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainingSpec;

/** What {@code config/fuzz} does to what a statement says, whoever signed it. */
public final class StatementFuzz {
  private StatementFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String envelope = "{\"payload\":\"" + Base64.getEncoder().encodeToString(input)
        + "\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{\"sig\":\"AAAA\"}]}";
    try {
      var unused = Statements.readUnverified(envelope.getBytes(UTF_8));
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    Digest digest = Digest.sha256(new byte[]{1});
    SigningKeys keys = SigningKeys.generate();
    return List.of(
        payload(Statements.sign(training(digest), keys)),
        payload(Statements.sign(new ApprovalStatement("local:x", ModelName.of("acme/m").version(1),
            digest, digest, EnvironmentName.of("production"), AccountId.of("ed25519:ab"), "why",
            Instant.EPOCH), keys)),
        payload(Statements.sign(DatasetStatement.builder("rows", Instant.EPOCH)
            .file(new DataSource("rows.csv", digest))
            .rows(12)
            .build(), keys)));
  }

  private static byte[] payload(byte[] envelope) {
    return DsseEnvelope.parse(envelope).payload();
  }

  private static LineageStatement training(Digest digest) {
    LineageFacts facts = LineageFacts
        .builder(new EngineInfo("exact", "1", "cpu", 2), Instant.EPOCH, Instant.EPOCH)
        .spec(TrainingSpec.builder("mlp").seed(42).parameter("hidden", "16").build())
        .data(List.of(new DataSource("rows.csv", digest)))
        .parents(List.of(digest))
        .environment(new TreeMap<>(Map.of("java.version", "25")))
        .sourceRevision("8c1d7a0")
        .build();
    return new LineageStatement(
        new ArtifactManifest(List.of(new ArtifactFile("model.onnx", digest))), facts,
        new TreeMap<>(Map.of("train.loss", 0.5)));
  }
}
