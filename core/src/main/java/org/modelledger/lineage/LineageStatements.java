package org.modelledger.lineage;

import java.util.List;
import org.modelledger.artifact.ArtifactException;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.model.Digest;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;
import org.modelledger.signing.DsseEnvelope;
import org.modelledger.signing.SigningKeys;
import org.modelledger.signing.VerificationKey;
import org.modelledger.training.TrainedModel;

/**
 * Writes, signs and verifies lineage statements.
 *
 * <p>A statement names every file of the artifact with its digest, and the artifact with its root
 * digest. So the names, which the root digest does not cover, are covered by the statement's
 * signature, and by a ledger that registered the {@linkplain #digest digest of the envelope}.
 */
public final class LineageStatements {
  private LineageStatements() {}

  /**
   * Makes and signs the statement of a training.
   *
   * @param manifest the model's files, as they were hashed or stored
   * @return the envelope, which is what is stored, and whose digest is registered
   */
  public static byte[] sign(TrainedModel trained, ArtifactManifest manifest, SigningKeys keys) {
    return sign(new LineageStatement(manifest, trained.facts(), trained.metrics()), keys);
  }

  /**
   * Signs a statement.
   *
   * @return the envelope, which is what is stored, and whose digest is registered
   */
  public static byte[] sign(LineageStatement statement, SigningKeys keys) {
    return DsseEnvelope.sign(InTotoStatement.PAYLOAD_TYPE, encode(statement),
        keys.publicKey().hint(), keys).toJson();
  }

  /** Returns the payload of an envelope: the same bytes for the same statement. */
  public static byte[] encode(LineageStatement statement) {
    return SlsaProvenance.encode(statement);
  }

  /**
   * Returns what a ledger registers as the statement digest: the SHA-256 of the envelope's bytes,
   * signature and all, as they are stored.
   */
  public static Digest digest(byte[] envelope) {
    return Digest.sha256(envelope);
  }

  /**
   * Reads a statement and verifies its signature.
   *
   * @throws VerificationException if the envelope is not one of a lineage statement, or not signed
   *     by this key, or contradicts itself
   */
  public static LineageStatement verify(byte[] envelope, VerificationKey key)
      throws VerificationException {
    try {
      return SlsaProvenance
          .decode(DsseEnvelope.parse(envelope).verify(InTotoStatement.PAYLOAD_TYPE, key));
    } catch (ModelFormatException | ArtifactException | InvalidNameException e) {
      throw new VerificationException("not a valid lineage statement: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a statement, verifies its signature, and that it is about exactly these files.
   *
   * @param manifest the files as they are, such as of a stored artifact
   * @throws VerificationException if it does not hold; names the files that differ
   */
  public static LineageStatement verify(byte[] envelope, VerificationKey key,
      ArtifactManifest manifest) throws VerificationException {
    LineageStatement statement = verify(envelope, key);
    List<String> differences = statement.manifest().differences(manifest);
    if (!differences.isEmpty()) {
      throw new VerificationException("the lineage statement is about the artifact "
          + statement.artifact() + ", not about " + manifest.digest() + ": "
          + String.join("; ", differences.subList(0, Math.min(20, differences.size()))));
    }
    return statement;
  }

  /**
   * Reads a statement and believes it.
   *
   * @throws ModelFormatException if it is not the envelope of a lineage statement
   */
  public static LineageStatement readUnverified(byte[] envelope) {
    try {
      return SlsaProvenance.decode(DsseEnvelope.parse(envelope).payload());
    } catch (ArtifactException | InvalidNameException e) {
      throw new ModelFormatException("not a valid lineage statement: " + e.getMessage(), e);
    }
  }
}
