package org.modelledger.signing;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.modelledger.model.ModelFormatException;

/**
 * Keys with the certificate that ties them to a name, and the certificates between it and those that
 * verifiers trust. Immutable; {@link #toString()} shows no secret.
 *
 * @param keys what signs
 * @param chain the certificate of these keys first, then those of its issuers; a verifier trusts none
 *     of them for being here
 */
public record SigningCertificate(SigningKeys keys, List<X509Certificate> chain) {
  /**
   * Copies the chain.
   *
   * @throws ModelFormatException if the first certificate is not of these keys, or not for signing
   */
  public SigningCertificate {
    Objects.requireNonNull(keys, "keys");
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new ModelFormatException("there is no signing certificate");
    }
    X509Certificate own = chain.get(0);
    if (!Certificates.keyOf(own).equals(keys.publicKey())) {
      throw new ModelFormatException("the certificate of " + Certificates.name(own)
          + " is of the key " + Certificates.keyOf(own).hint() + ", but the private key belongs to "
          + keys.publicKey().hint());
    }
    Certificates.requireForSigning(own);
  }

  /**
   * Reads keys and certificates from PEM files.
   *
   * @param key the private key
   * @param certificate the certificate of this key
   * @param issuers files with the certificates of its issuers, from it towards the root
   * @throws ModelFormatException if a file is something else, or they do not belong together
   * @throws org.modelledger.model.StorageException if a file cannot be read
   */
  public static SigningCertificate load(Path key, Path certificate, List<Path> issuers) {
    List<X509Certificate> own = Certificates.load(certificate);
    List<X509Certificate> chain = new ArrayList<>(own);
    issuers.forEach(file -> chain.addAll(Certificates.load(file)));
    return new SigningCertificate(SigningKeys.load(key), chain);
  }
}
