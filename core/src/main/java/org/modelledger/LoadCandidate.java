package org.modelledger;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.modelledger.artifact.StoredArtifact;
import org.modelledger.lineage.LineageStatement;
import org.modelledger.lineage.LineageStatements;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.VerificationKey;

/**
 * What a policy asks of a version that is about to be loaded; read when it asks.
 *
 * @param version as the ledger has it
 * @param files whose signature and statement hold
 * @param models where the evidence lies
 * @param registry where it is deployed
 * @param now by this machine's clock
 */
record LoadCandidate(ModelVersion version, StoredArtifact files, ModelStore models,
    ModelRegistry registry, Instant now) {

  /** Returns the lineage statement, which was verified before. */
  LineageStatement statement() {
    return LineageStatements.readUnverified(models.statement(version));
  }

  boolean isSignedBy(VerificationKey key) {
    return models.signature(version.artifact(), key)
        .filter(bundle -> holds(key, bundle))
        .isPresent();
  }

  private boolean holds(VerificationKey key, byte[] bundle) {
    try {
      var unused = new ModelVerifier(key).verify(bundle, files.manifest());
      return true;
    } catch (VerificationException e) {
      return false; // what does not hold counts as not there; the refusal names those that do
    }
  }

  /** Returns where the version is deployed. */
  Set<EnvironmentName> environments() {
    Set<EnvironmentName> environments = new TreeSet<>();
    registry.model(version.id().model())
        .ifPresent(model -> model.deployments()
            .entrySet()
            .stream()
            .filter(deployed -> deployed.getValue().equals(version.id()))
            .map(Map.Entry::getKey)
            .forEach(environments::add));
    return Collections.unmodifiableSet(environments);
  }
}
