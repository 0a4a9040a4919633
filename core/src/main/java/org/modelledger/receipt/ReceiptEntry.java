package org.modelledger.receipt;

import java.time.Instant;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.MerkleTree;

/** What an entry of a receipt log can be: a {@link Receipt}, or a {@link Gap} where some are missing. */
public sealed interface ReceiptEntry permits Receipt, Gap {
  /** Returns the session in which it happened. */
  SessionId session();

  /** Returns the number of the inference in its session, from 0; the first one of a gap. */
  long sequence();

  /** Returns when it happened, to the microsecond. */
  Instant time();

  /** Returns the version that ran. */
  ModelVersionId version();

  /** Returns the OMS root digest of that version's files. */
  Digest artifact();

  /** Returns the bytes that are the leaf of the log: deterministic CBOR, at most 65,535 bytes. */
  byte[] encode();

  /** Returns the leaf hash of RFC 6962: SHA-256(0x00 ‖ leaf). */
  default Hash leafHash() {
    return MerkleTree.leafHash(encode());
  }

  /**
   * Reads what {@link #encode()} writes, strictly: each entry has one encoding.
   *
   * @throws org.modelledger.model.ModelFormatException if the bytes are no entry of a receipt log;
   *     says which field is wrong and what was expected
   */
  static ReceiptEntry decode(byte[] leaf) {
    return ReceiptCodec.decode(leaf);
  }
}
