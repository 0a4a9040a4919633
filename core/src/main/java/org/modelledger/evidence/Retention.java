package org.modelledger.evidence;

/**
 * What is kept, encrypted and erasable, beside the receipts. What is not kept cannot be replayed
 * without the caller's own copy, and cannot leak.
 */
public enum Retention {
  /** Salts only: whoever has the input, output or attribute can prove that it was the one. */
  SALTS,
  /** Inputs too: an exact replay needs nothing else. */
  INPUTS,
  /** Inputs, outputs and the values of attributes: also a replay within a tolerance. */
  FULL
}
