package org.modelledger.lineage;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.modelledger.artifact.ArtifactException;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.Digest;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFormatException;
import org.modelledger.training.DataSource;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainingSpec;

/** What {@code config/fuzz} does to what a lineage statement says, once its signature holds. */
public final class LineageStatementFuzz {
  private LineageStatementFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      var unused = SlsaProvenance.decode(input);
    } catch (ModelFormatException | ArtifactException | InvalidNameException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    Digest digest = Digest.sha256(new byte[]{1});
    LineageFacts facts = LineageFacts
        .builder(new EngineInfo("exact", "1", "cpu", 2), Instant.EPOCH, Instant.EPOCH)
        .spec(TrainingSpec.builder("mlp").seed(42).parameter("hidden", "16").build())
        .data(List.of(new DataSource("rows.csv", digest)))
        .parents(List.of(digest))
        .environment(new TreeMap<>(Map.of("java.version", "25")))
        .sourceRevision("8c1d7a0")
        .build();
    return List.of(LineageStatements.encode(new LineageStatement(
        new ArtifactManifest(List.of(new ArtifactFile("model.onnx", digest))), facts,
        new TreeMap<>(Map.of("train.loss", 0.5)))));
  }
}
