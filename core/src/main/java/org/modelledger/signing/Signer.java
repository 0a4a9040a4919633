package org.modelledger.signing;

import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;

/**
 * Whose signature it is.
 *
 * @param key the key that it was made with
 * @param certificate what ties the key to a name, or nothing if the verifier was given the key itself
 */
public record Signer(VerificationKey key, Optional<X509Certificate> certificate) {
  /** Checks that both are there. */
  public Signer {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(certificate, "certificate");
  }
}
