package org.modelledger.signing;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;

/**
 * The certificates that a verifier trusts. A signature is accepted if a chain leads from its
 * certificate to one of these (RFC 5280 §6), all of it valid at the time of verification. Immutable,
 * safe for use by several threads.
 *
 * <p>A signer's own certificate may be one of them; then it alone is trusted and nothing that it
 * issued, unless it is an authority. Revocation lists and OCSP are not asked: a certificate that is no
 * longer good is taken out of the trusted ones.
 */
public final class TrustedCertificates implements SignerTrust {
  private final Set<X509Certificate> trusted;
  private final InstantSource clock;

  private TrustedCertificates(Set<X509Certificate> trusted, InstantSource clock) {
    this.trusted = trusted;
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Trusts certificates.
   *
   * @throws IllegalArgumentException if there are none, which no signature could satisfy
   */
  public static TrustedCertificates of(Collection<X509Certificate> certificates) {
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("at least one certificate has to be trusted");
    }
    return new TrustedCertificates(Set.copyOf(certificates), InstantSource.system());
  }

  /**
   * Trusts all certificates of PEM files.
   *
   * @throws IllegalArgumentException if there are no files
   * @throws ModelFormatException if a file is something else
   * @throws org.modelledger.model.StorageException if a file cannot be read
   */
  public static TrustedCertificates load(Collection<Path> files) {
    return of(
        files.stream().flatMap(file -> Certificates.load(file).stream()).toList());
  }

  /**
   * Returns the same, but what the clock says is the time that certificates have to be valid at: for
   * signatures from a time that somebody else vouches for.
   */
  public TrustedCertificates at(InstantSource otherClock) {
    return new TrustedCertificates(trusted, otherClock);
  }

  @Override
  public Signer signer(VerificationMaterial material) throws VerificationException {
    return switch (material) {
      case VerificationMaterial.Certified(List<X509Certificate> chain) -> signer(chain);
      case VerificationMaterial.Key key -> throw new VerificationException(
          "the bundle is signed with a key, not with a certificate; verify it with that key");
    };
  }

  private Signer signer(List<X509Certificate> chain) throws VerificationException {
    X509Certificate own = chain.get(0);
    Instant now = clock.instant();
    requireValid(own, now);
    Certificates.requireForSigning(own);
    Signer signer = new Signer(Certificates.keyOf(own), Optional.of(own));
    if (!trusted.contains(own)) {
      build(own, chain, now);
    }
    return signer;
  }

  private void build(X509Certificate own, List<X509Certificate> chain, Instant now)
      throws VerificationException {
    X509CertSelector target = new X509CertSelector();
    target.setCertificate(own);
    try {
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors(now), target);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      var unused = CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (CertPathBuilderException e) {
      throw new VerificationException("no valid chain leads from the certificate of "
          + Certificates.name(own) + ", issued by '" + own.getIssuerX500Principal().getName()
          + "', to one of the " + trusted.size() + " trusted certificates: " + reason(e), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform cannot build certificate chains", e);
    }
  }

  /** RFC 5280 §6.1 leaves the anchor's own validity to whoever trusts it; we ask for it. */
  private Set<TrustAnchor> anchors(Instant now) throws VerificationException {
    Set<TrustAnchor> anchors = trusted.stream()
        .filter(Certificates::isAuthority)
        .filter(authority -> isValid(authority, now))
        .map(authority -> new TrustAnchor(authority, null))
        .collect(Collectors.toSet());
    if (anchors.isEmpty()) {
      throw new VerificationException("none of the " + trusted.size()
          + " trusted certificates is an authority (basicConstraints CA, keyCertSign) that is valid"
          + " at " + now);
    }
    return anchors;
  }

  private static boolean isValid(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }

  private static void requireValid(X509Certificate certificate, Instant now)
      throws VerificationException {
    try {
      certificate.checkValidity(Date.from(now));
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      throw new VerificationException("the certificate of " + Certificates.name(certificate)
          + " is valid from " + certificate.getNotBefore().toInstant() + " to "
          + certificate.getNotAfter().toInstant() + ", which " + now + " is not in", e);
    }
  }

  private static String reason(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return String.valueOf(innermost.getMessage());
  }

  @Override
  public String toString() {
    return "TrustedCertificates" + trusted.stream().map(Certificates::name).sorted().toList();
  }
}
