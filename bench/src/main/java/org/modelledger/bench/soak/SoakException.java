package org.modelledger.bench.soak;

/** The log does not hold what was appended to it. */
final class SoakException extends Exception {
  private static final long serialVersionUID = 1L;

  SoakException(String message) {
    super(message);
  }
}
