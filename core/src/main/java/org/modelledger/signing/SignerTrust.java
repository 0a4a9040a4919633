package org.modelledger.signing;

import org.modelledger.model.VerificationException;

/** Decides whose signatures are good ones. */
sealed interface SignerTrust permits TrustedKey, TrustedCertificates {
  /**
   * Returns whose key the signature has to be checked with.
   *
   * @param material what the bundle says of its signer; not signed by anybody
   * @throws VerificationException if that is nobody who is trusted
   * @throws org.modelledger.model.ModelFormatException if a certificate is not for this
   */
  Signer signer(VerificationMaterial material) throws VerificationException;
}
