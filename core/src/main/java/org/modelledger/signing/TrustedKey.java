package org.modelledger.signing;

import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.VerificationException;

/** Trusts one key. */
record TrustedKey(VerificationKey key) implements SignerTrust {
  TrustedKey {
    Objects.requireNonNull(key, "key");
  }

  @Override
  public Signer signer(VerificationMaterial material) throws VerificationException {
    if (!(material instanceof VerificationMaterial.Key(Optional<String> found))) {
      throw new VerificationException(
          "the bundle is signed with a certificate; verify it with certificates that you trust");
    }
    String hint = found.orElse(key.hint());
    if (!hint.equals(key.hint())) {
      throw new VerificationException(
          "the bundle is signed with the key " + hint + ", not with " + key.hint());
    }
    return new Signer(key, Optional.empty());
  }
}
