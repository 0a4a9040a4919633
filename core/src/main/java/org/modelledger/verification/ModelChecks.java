package org.modelledger.verification;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.lineage.LineageStatements;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.VerificationKey;

/** The steps about a model version, which are the same for all of its receipts. */
final class ModelChecks {
  private final @Nullable ModelRegistry registry;
  private final @Nullable ArtifactStore artifacts;
  private final Function<Digest, Optional<byte[]>> signatures;
  private final List<VerificationKey> keys;

  ModelChecks(@Nullable ModelRegistry registry, @Nullable ArtifactStore artifacts,
      Function<Digest, Optional<byte[]>> signatures, List<VerificationKey> keys) {
    this.registry = registry;
    this.artifacts = artifacts;
    this.signatures = signatures;
    this.keys = List.copyOf(keys);
  }

  /** What was found about a version. */
  record Result(Optional<ModelVersion> version, List<StepResult> steps) {
    boolean passed(Step step) {
      return steps.stream().anyMatch(result -> result.step() == step && result.isPassed());
    }
  }

  Result check(ModelVersionId id, Digest artifact) throws InterruptedException {
    List<StepResult> steps = new ArrayList<>();
    Optional<ModelVersion> version = version(id, artifact, steps);
    Optional<ArtifactManifest> manifest = artifact(artifact, steps);
    steps.add(lineage(version, manifest));
    steps.add(signature(artifact, manifest));
    return new Result(version, List.copyOf(steps));
  }

  private Optional<ModelVersion> version(ModelVersionId id, Digest artifact,
      List<StepResult> steps) {
    if (registry == null) {
      steps.add(StepResult.skipped(Step.VERSION, "no registry to ask"));
      return Optional.empty();
    }
    Optional<ModelVersion> found = registry.version(id);
    if (found.isEmpty()) {
      steps.add(StepResult.failed(Step.VERSION,
          "the ledger " + registry.ledgerId() + " has no version " + id));
      return Optional.empty();
    }
    ModelVersion version = found.get();
    if (!version.artifact().equals(artifact)) {
      steps.add(StepResult.failed(Step.VERSION, "the receipt says that " + id + " is " + artifact
          + "; in the ledger it is " + version.artifact()));
      return Optional.empty();
    }
    steps.add(StepResult.passed(Step.VERSION, id + " is registered as " + artifact + " by "
        + version.author() + (version.isRevoked() ? "; it was revoked" : "")));
    return found;
  }

  private Optional<ArtifactManifest> artifact(Digest artifact, List<StepResult> steps)
      throws InterruptedException {
    if (artifacts == null) {
      steps.add(StepResult.skipped(Step.ARTIFACT, "no artifacts to compare with"));
      return Optional.empty();
    }
    try {
      if (artifacts.find(artifact).isEmpty()) {
        steps.add(StepResult.skipped(Step.ARTIFACT, artifact + " is not in " + artifacts));
        return Optional.empty();
      }
      ArtifactManifest manifest = artifacts.verify(artifact);
      steps.add(StepResult.passed(Step.ARTIFACT,
          "all " + manifest.files().size() + " files are those of " + artifact));
      return Optional.of(manifest);
    } catch (ModelLedgerException e) {
      steps.add(StepResult.failed(Step.ARTIFACT, e));
      return Optional.empty();
    }
  }

  private StepResult lineage(Optional<ModelVersion> version, Optional<ArtifactManifest> manifest) {
    if (version.isEmpty() || artifacts == null) {
      return StepResult.skipped(Step.LINEAGE,
          version.isEmpty() ? "the version is not known" : "no artifacts to look for it in");
    }
    Digest digest = version.get().statement();
    try {
      Optional<byte[]> envelope = artifacts.statement(digest);
      if (envelope.isEmpty()) {
        return StepResult.skipped(Step.LINEAGE,
            "the statement " + digest + " is not in " + artifacts);
      }
      return withAnyKey(Step.LINEAGE, "the statement of how it came about", key -> {
        var statement = LineageStatements.verify(envelope.get(), key);
        if (!statement.artifact().equals(version.get().artifact())) {
          throw new VerificationException("it is about " + statement.artifact());
        }
        if (manifest.isPresent()) {
          var unused = LineageStatements.verify(envelope.get(), key, manifest.get());
        }
      });
    } catch (ModelLedgerException e) {
      return StepResult.failed(Step.LINEAGE, e);
    }
  }

  private StepResult signature(Digest artifact, Optional<ArtifactManifest> manifest) {
    Optional<byte[]> bundle = signatures.apply(artifact);
    if (bundle.isEmpty()) {
      return StepResult.skipped(Step.SIGNATURE, "no signature over " + artifact + " is known");
    }
    return withAnyKey(Step.SIGNATURE, "the model signature", key -> {
      ModelVerifier verifier = new ModelVerifier(key);
      var signed = manifest.isPresent()
          ? verifier.verify(bundle.get(), manifest.get())
          : verifier.verifySignature(bundle.get());
      if (!signed.digest().equals(artifact)) {
        throw new VerificationException("it is about " + signed.digest());
      }
    });
  }

  interface Check {
    void with(VerificationKey key) throws VerificationException;
  }

  private StepResult withAnyKey(Step step, String what, Check check) {
    String why = "";
    for (VerificationKey key : keys) {
      try {
        check.with(key);
        return StepResult.passed(step, what + " is signed by the key " + key.hint());
      } catch (VerificationException e) {
        why = why.isEmpty() ? String.valueOf(e.getMessage()) : why;
      }
    }
    return keys.isEmpty()
        ? StepResult.skipped(step, "no key to verify it with")
        : StepResult.failed(step, what + " does not hold with any trusted key: " + why);
  }

  /** Returns the files of a registered version, by name and digest, from its signed statement. */
  ArtifactManifest registered(ModelVersionId id) throws VerificationException {
    if (registry == null || artifacts == null) {
      throw new VerificationException(
          "a copy of " + id + " is compared with the registry and its statement; give both");
    }
    ModelVersion version = registry.version(id)
        .orElseThrow(() -> new VerificationException(
            "the ledger " + registry.ledgerId() + " has no version " + id));
    byte[] envelope = artifacts.statement(version.statement())
        .orElseThrow(() -> new VerificationException("the lineage statement of " + id + ", "
            + version.statement() + ", is not in " + artifacts));
    VerificationException failure = new VerificationException(
        "no key to verify the lineage statement of " + id + " with");
    for (VerificationKey key : keys) {
      try {
        ArtifactManifest manifest = LineageStatements.verify(envelope, key).manifest();
        if (!manifest.digest().equals(version.artifact())) {
          throw new VerificationException("the lineage statement of " + id + " is about "
              + manifest.digest() + "; the ledger has " + version.artifact());
        }
        return manifest;
      } catch (VerificationException e) {
        failure = e;
      }
    }
    throw failure;
  }
}
