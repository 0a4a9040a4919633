package org.modelledger.verification;

import java.util.Locale;

/** One link of the chain of evidence, in the order in which they are checked. */
public enum Step {
  /** The bytes are an entry of a receipt log, in its one encoding. */
  RECEIPT,
  /** The entry is in the log's tree at its index. */
  INCLUSION,
  /** The log's key signed the root of that tree, and so did the witnesses that are demanded. */
  CHECKPOINT,
  /** The root is one that the registry has, from the account that is expected to write it there. */
  ANCHOR,
  /** The registry has the version, with the digest that the receipt names. */
  VERSION,
  /** The stored files have that digest, to the last byte. */
  ARTIFACT,
  /** A key that is trusted signed the statement of how the model came about, about these files. */
  LINEAGE,
  /** A key that is trusted signed the files (OpenSSF Model Signing). */
  SIGNATURE,
  /** The kept inputs, outputs and attributes are the ones that the receipt commits to. */
  COMMITMENTS,
  /** The model makes the same of the inputs again, as far as its engine promises. */
  REPLAY;

  /** Returns the word for reports, such as {@code inclusion}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
