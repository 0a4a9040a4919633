package org.modelledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.ArtifactNotFoundException;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.artifact.StoredArtifact;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.lineage.LineageStatement;
import org.modelledger.lineage.LineageStatements;
import org.modelledger.lineage.Statement;
import org.modelledger.lineage.Statements;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelName;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.ModelSigner;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.Serialization;
import org.modelledger.signing.SigningKeys;
import org.modelledger.signing.VerificationKey;

/** The artifacts of a ledger with their signatures and statements. Safe for use by several threads. */
final class ModelStore {
  private static final String SIGNATURES = "signatures";
  private static final String REGISTRATIONS = "registrations";

  private final Home home;
  private final ArtifactStore artifacts;
  private final SigningKeys keys;
  private final List<VerificationKey> trusted;

  /** @param encrypted whether files are encrypted from now on */
  ModelStore(Home home, List<VerificationKey> others, KeyManagement encryptionKeys,
      boolean encrypted) {
    this.home = home;
    this.artifacts = encrypted
        ? ArtifactStore.openEncrypted(home.artifacts(), encryptionKeys)
        : ArtifactStore.open(home.artifacts(), encryptionKeys);
    this.keys = home.signingKeys();
    this.trusted = new ArrayList<>(List.of(keys.publicKey()));
    this.trusted.addAll(others);
  }

  ArtifactStore artifacts() {
    return artifacts;
  }

  VerificationKey publicKey() {
    return keys.publicKey();
  }

  List<VerificationKey> trusted() {
    return List.copyOf(trusted);
  }

  StoredArtifact ingest(ModelFiles files) throws InterruptedException {
    return artifacts.ingest(files);
  }

  /** Signs files, once. */
  void sign(ModelName model, ArtifactManifest manifest) {
    var unused = home.once(SIGNATURES, signatureFile(manifest.digest(), keys.publicKey()),
        () -> new ModelSigner(keys).sign(model.value(), manifest));
  }

  /** Signs files that are no version of a model; each time anew. */
  byte[] sign(String name, ModelFiles files) throws InterruptedException {
    return new ModelSigner(keys).sign(name, files, Serialization.files());
  }

  /** Signs a statement, once for the same model and content, and stores it; returns its digest. */
  Digest state(ModelName model, LineageStatement statement) throws InterruptedException {
    MessageDigest sha256 = Digest.sha256();
    sha256.update(model.value().getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) 0);
    Digest content = Digest.of(sha256.digest(LineageStatements.encode(statement)));
    byte[] envelope = home.once(REGISTRATIONS,
        content.hex() + "." + keys.publicKey().hint().substring(0, 16) + ".dsse",
        () -> LineageStatements.sign(statement, keys));
    return artifacts.putStatement(envelope);
  }

  /** Signs a statement that no registration names, and stores it; returns its digest. */
  Digest state(Statement statement) throws InterruptedException {
    return artifacts.putStatement(Statements.sign(statement, keys));
  }

  /** Returns the signed lineage statement of a version. */
  byte[] statement(ModelVersion version) {
    return artifacts.statement(version.statement())
        .orElseThrow(() -> new UntrustedModelException("the lineage statement of " + version.id()
            + ", " + version.statement() + ", is not in " + artifacts));
  }

  /** Returns a signature over an artifact by one of the trusted keys. */
  Optional<byte[]> signature(Digest artifact) {
    return trusted.stream()
        .map(key -> signature(artifact, key))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Returns what is kept as the signature over an artifact by a key. */
  Optional<byte[]> signature(Digest artifact, VerificationKey key) {
    Path file = home.directory().resolve(SIGNATURES).resolve(signatureFile(artifact, key));
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
  }

  /** Keeps a signature of somebody else's, if it holds. */
  void addSignature(ModelVersion version, byte[] bundle, VerificationKey key)
      throws VerificationException {
    var unused = new ModelVerifier(key).verify(bundle,
        artifacts.open(version.artifact()).manifest());
    var unusedBytes = home.once(SIGNATURES, signatureFile(version.artifact(), key), bundle::clone);
  }

  private static String signatureFile(Digest artifact, VerificationKey key) {
    return artifact.hex() + "." + key.hint().substring(0, 16) + ".sig";
  }

  /**
   * Returns the files of a version once its statement and signature hold. The files verify
   * themselves while they are read.
   */
  StoredArtifact open(ModelVersion version) {
    StoredArtifact stored;
    try {
      stored = artifacts.open(version.artifact());
    } catch (ArtifactNotFoundException e) {
      throw new UntrustedModelException(
          "the files of " + version.id() + " are not here: " + e.getMessage(), e);
    }
    byte[] envelope = statement(version);
    byte[] bundle = signature(version.artifact())
        .orElseThrow(() -> new UntrustedModelException("no signature by a trusted key over "
            + version.id() + " is here, " + version.artifact()));
    var unusedStatement = require(version, "lineage statement",
        key -> LineageStatements.verify(envelope, key, stored.manifest()));
    var unusedSignature = require(version, "model signature",
        key -> new ModelVerifier(key).verify(bundle, stored.manifest()));
    return stored;
  }

  /** Returns what a trusted key says of how the files of a version came about. */
  LineageStatement lineage(ModelVersion version) {
    byte[] envelope = statement(version);
    return require(version, "lineage statement", key -> {
      LineageStatement statement = LineageStatements.verify(envelope, key);
      if (!statement.artifact().equals(version.artifact())) {
        throw new VerificationException("it is about " + statement.artifact());
      }
      return statement;
    });
  }

  private interface Check<T> {
    T with(VerificationKey key) throws VerificationException;
  }

  private <T> T require(ModelVersion version, String what, Check<T> check) {
    List<VerificationException> failures = new ArrayList<>();
    for (VerificationKey key : trusted) {
      try {
        return check.with(key);
      } catch (VerificationException e) {
        failures.add(e);
      }
    }
    throw new UntrustedModelException("the " + what + " of " + version.id()
        + " does not hold with any trusted key: " + failures.getFirst().getMessage(),
        failures.getFirst());
  }
}
