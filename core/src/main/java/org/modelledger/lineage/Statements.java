package org.modelledger.lineage;

import java.util.Collection;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.VerificationException;
import org.modelledger.signing.DsseEnvelope;
import org.modelledger.signing.SigningKeys;
import org.modelledger.signing.VerificationKey;

/**
 * Writes, signs and verifies statements of every kind. Those of a training have more to be compared
 * with; see {@link LineageStatements}.
 */
public final class Statements {
  private Statements() {}

  /** Returns the payload of an envelope: the same bytes for the same statement. */
  public static byte[] encode(Statement statement) {
    return switch (statement) {
      case LineageStatement training -> SlsaProvenance.encode(training);
      case DatasetStatement dataset -> DatasetPredicate.encode(dataset);
      case EvaluationStatement evaluation -> EvaluationPredicate.encode(evaluation);
      case ApprovalStatement approval -> ApprovalPredicate.encode(approval);
    };
  }

  /**
   * Signs a statement.
   *
   * @return the envelope, which is what is stored and known by its SHA-256
   */
  public static byte[] sign(Statement statement, SigningKeys keys) {
    return DsseEnvelope.sign(InTotoStatement.PAYLOAD_TYPE, encode(statement),
        keys.publicKey().hint(), keys).toJson();
  }

  /**
   * Reads a statement and verifies its signature.
   *
   * @throws VerificationException if the envelope is not one of a statement that is known here, or not
   *     signed by this key, or contradicts itself
   */
  public static Statement verify(byte[] envelope, VerificationKey key)
      throws VerificationException {
    try {
      return decode(DsseEnvelope.parse(envelope).verify(InTotoStatement.PAYLOAD_TYPE, key));
    } catch (ModelLedgerException e) {
      throw new VerificationException("not a valid statement: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a statement and verifies that one of these keys signed it.
   *
   * @throws VerificationException as {@link #verify(byte[], VerificationKey)}, for the first key
   */
  public static Statement verify(byte[] envelope, Collection<VerificationKey> keys)
      throws VerificationException {
    VerificationException first = null;
    for (VerificationKey key : keys) {
      try {
        return verify(envelope, key);
      } catch (VerificationException e) {
        first = first == null ? e : first;
      }
    }
    throw first == null ? new VerificationException("no key to verify the statement with") : first;
  }

  /**
   * Reads a statement and believes it.
   *
   * @throws ModelFormatException if it is not the envelope of a statement that is known here
   */
  public static Statement readUnverified(byte[] envelope) {
    DsseEnvelope read = DsseEnvelope.parse(envelope);
    if (!read.payloadType().equals(InTotoStatement.PAYLOAD_TYPE)) {
      throw new ModelFormatException("the envelope's payload type is '" + read.payloadType()
          + "', expected '" + InTotoStatement.PAYLOAD_TYPE + "'");
    }
    return decode(read.payload());
  }

  private static Statement decode(byte[] payload) {
    InTotoStatement statement = InTotoStatement.decode(payload);
    try {
      return switch (statement.predicateType()) {
        case SlsaProvenance.PREDICATE_TYPE -> SlsaProvenance.decode(payload);
        case DatasetPredicate.TYPE -> DatasetPredicate.decode(statement);
        case EvaluationPredicate.TYPE -> EvaluationPredicate.decode(statement);
        case ApprovalPredicate.TYPE -> ApprovalPredicate.decode(statement);
        default -> throw new ModelFormatException(
            "the predicate type '" + statement.predicateType() + "' is not known here");
      };
    } catch (ModelFormatException e) {
      throw e;
    } catch (ModelLedgerException e) {
      throw new ModelFormatException("not a valid statement: " + e.getMessage(), e);
    }
  }
}
