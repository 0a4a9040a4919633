package org.modelledger.lineage;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.Digest;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.DataSource;

/**
 * Everything that is known of how one version came about and what was found of it.
 *
 * @param ledger the id of the ledger that has it
 * @param version as the ledger has it
 * @param training how it came about
 * @param datasets what is said of data that the training or an evaluation names, by the digest that they
 *     name it by: of a file of the data set, or of the statement itself
 * @param evaluations what was found of it, oldest first
 */
public record VersionLineage(String ledger, ModelVersion version, LineageStatement training,
    SortedMap<Digest, DatasetStatement> datasets, List<EvaluationStatement> evaluations) {
  public VersionLineage {
    Objects.requireNonNull(ledger, "ledger");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(training, "training");
    datasets = Collections.unmodifiableSortedMap(new TreeMap<>(datasets));
    evaluations = List.copyOf(evaluations);
  }

  /** Returns what is said of data. */
  public Optional<DatasetStatement> dataset(DataSource source) {
    return Optional.ofNullable(datasets.get(source.digest()));
  }
}
