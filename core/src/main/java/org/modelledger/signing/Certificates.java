package org.modelledger.signing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/** X.509 certificates (RFC 5280) as model signatures use them. */
final class Certificates {
  /** The bundles of public roots that systems ship have a quarter of this. */
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_CERT_SIGN = 5;
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  private static final String ANY_EXTENDED_USAGE = "2.5.29.37.0";

  private Certificates() {}

  /**
   * Reads all certificates of a file, in PEM or one in DER.
   *
   * @throws ModelFormatException if there is something else in it, or nothing
   * @throws StorageException if it cannot be read
   */
  static List<X509Certificate> load(Path path) {
    try {
      if (Files.size(path) > MAX_FILE_BYTES) {
        throw new ModelFormatException(path + " has " + Files.size(path)
            + " bytes, which is too long for a file of certificates");
      }
      List<X509Certificate> certificates = factory()
          .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(path)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
      if (certificates.isEmpty()) {
        throw new ModelFormatException(path + " has no certificate in it");
      }
      return certificates;
    } catch (CertificateException e) {
      throw new ModelFormatException(path + " is not a file of X.509 certificates in PEM: "
          + e.getMessage(), e);
    } catch (IOException e) {
      throw new StorageException("read the certificates", path, e);
    }
  }

  /** @throws ModelFormatException if it is not exactly one certificate in DER */
  static X509Certificate parse(String what, byte[] der) {
    ByteArrayInputStream in = new ByteArrayInputStream(der);
    try {
      if (der.length == 0 || der[0] != 0x30) { // else the JDK would read PEM as well
        throw new ModelFormatException(what + " is not a DER encoded X.509 certificate");
      }
      X509Certificate certificate = (X509Certificate) factory().generateCertificate(in);
      if (in.available() > 0) {
        throw new ModelFormatException(what + " has " + in.available()
            + " bytes behind the certificate");
      }
      return certificate;
    } catch (CertificateException e) {
      throw new ModelFormatException(
          what + " is not an X.509 certificate: " + e.getMessage(), e);
    }
  }

  /** @throws ModelFormatException if its key is not one of those that sign models */
  static VerificationKey keyOf(X509Certificate certificate) {
    if (certificate.getPublicKey() instanceof ECPublicKey key) {
      return new VerificationKey(key);
    }
    throw new ModelFormatException("the signing certificate of " + name(certificate) + " has a key "
        + "for " + certificate.getPublicKey().getAlgorithm()
        + ", expected an EC key on P-256, P-384 or P-521");
  }

  /**
   * RFC 5280 §4.2.1.12: where both usages are there, both have to allow it. The reference is content
   * with one of them; without any, it refuses as well.
   *
   * @throws ModelFormatException if the certificate is not for signatures over models
   */
  static void requireForSigning(X509Certificate certificate) {
    boolean @Nullable [] usage = certificate.getKeyUsage();
    List<String> extended = extendedKeyUsage(certificate);
    if (usage != null && !usage[DIGITAL_SIGNATURE]) {
      throw new ModelFormatException("the certificate of " + name(certificate)
          + " is not for signing: its key usage lacks digitalSignature");
    }
    if (!extended.isEmpty() && !extended.contains(CODE_SIGNING)
        && !extended.contains(ANY_EXTENDED_USAGE)) {
      throw new ModelFormatException("the certificate of " + name(certificate)
          + " is not for signing: its extended key usage lacks codeSigning and has " + extended);
    }
    if (usage == null && extended.isEmpty()) {
      throw new ModelFormatException("the certificate of " + name(certificate)
          + " does not say that it is for signing: it has neither key usage nor extended key usage");
    }
  }

  /** Says whether it may issue certificates: RFC 5280 §4.2.1.3 and §4.2.1.9. */
  static boolean isAuthority(X509Certificate certificate) {
    boolean @Nullable [] usage = certificate.getKeyUsage();
    return certificate.getBasicConstraints() >= 0 && (usage == null || usage[KEY_CERT_SIGN]);
  }

  static String name(X509Certificate certificate) {
    return "'" + certificate.getSubjectX500Principal().getName() + "'";
  }

  private static List<String> extendedKeyUsage(X509Certificate certificate) {
    try {
      List<String> usage = certificate.getExtendedKeyUsage();
      return usage == null ? List.of() : usage;
    } catch (CertificateParsingException e) {
      throw new ModelFormatException("the certificate of " + name(certificate)
          + " has an extended key usage that cannot be read", e);
    }
  }

  private static CertificateFactory factory() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (CertificateException e) {
      throw new IllegalStateException("this Java platform lacks X.509", e);
    }
  }
}
