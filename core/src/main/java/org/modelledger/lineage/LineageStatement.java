package org.modelledger.lineage;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.model.Digest;
import org.modelledger.training.LineageFacts;

/**
 * How an artifact came about: docs/formats/lineage.md.
 *
 * @param manifest the files it is about, by name and digest
 * @param facts how they came about
 * @param metrics what was measured, by name; finite
 */
public record LineageStatement(ArtifactManifest manifest, LineageFacts facts,
    SortedMap<String, Double> metrics) implements Statement {
  /** @throws IllegalArgumentException if a metric is not finite, which JSON cannot carry */
  public LineageStatement {
    Objects.requireNonNull(manifest, "manifest");
    Objects.requireNonNull(facts, "facts");
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    metrics.forEach((name, value) -> {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "metric '" + name + "' is " + value + "; a statement can only carry finite numbers");
      }
    });
  }

  /** Returns the OMS root digest of the artifact that it is about. */
  public Digest artifact() {
    return manifest.digest();
  }
}
