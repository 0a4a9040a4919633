package org.modelledger.signing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate with its keys, made to order. */
record TestCertificate(X509Certificate certificate, KeyPair keys) {
  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  /** What a certificate says; by default that of a signer. */
  static final class Order {
    private final String name;
    private KeyPair keys = TestCertificate.keys("secp256r1");
    private Instant from = NOW.minus(Duration.ofDays(10));
    private Instant until = NOW.plus(Duration.ofDays(10));
    private int keyUsage = KeyUsage.digitalSignature;
    private KeyPurposeId[] purposes = {KeyPurposeId.id_kp_codeSigning};
    private boolean authority;
    private int pathLength = Integer.MAX_VALUE;

    private Order(String name) {
      this.name = name;
    }

    Order keys(KeyPair other) {
      keys = other;
      return this;
    }

    Order valid(Instant begin, Instant end) {
      from = begin;
      until = end;
      return this;
    }

    /** 0 for none. */
    Order keyUsage(int usage) {
      keyUsage = usage;
      return this;
    }

    Order purposes(KeyPurposeId... others) {
      purposes = others;
      return this;
    }

    Order authority() {
      authority = true;
      keyUsage = KeyUsage.keyCertSign;
      purposes = new KeyPurposeId[0];
      return this;
    }

    Order pathLength(int length) {
      pathLength = length;
      return this;
    }

    TestCertificate selfSigned() {
      return signedBy(name, keys);
    }

    TestCertificate by(TestCertificate issuer) {
      return signedBy(issuer.name(), issuer.keys);
    }

    private TestCertificate signedBy(String issuer, KeyPair issuerKeys) {
      try {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(principal(issuer),
            BigInteger.valueOf(System.nanoTime()), Date.from(from), Date.from(until),
            principal(name), keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, constraints());
        if (keyUsage != 0) {
          builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
        }
        if (purposes.length > 0) {
          builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        }
        String algorithm = issuerKeys.getPrivate().getAlgorithm().equals("EC")
            ? "SHA256withECDSA"
            : "SHA256withRSA";
        return new TestCertificate(
            new JcaX509CertificateConverter().getCertificate(builder
                .build(new JcaContentSignerBuilder(algorithm).build(issuerKeys.getPrivate()))),
            keys);
      } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private BasicConstraints constraints() {
      return authority && pathLength < Integer.MAX_VALUE
          ? new BasicConstraints(pathLength)
          : new BasicConstraints(authority);
    }
  }

  static Order named(String name) {
    return new Order(name);
  }

  static KeyPair keys(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyPair rsaKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String name() {
    return certificate.getSubjectX500Principal().getName().substring("CN=".length());
  }

  SigningKeys signingKeys() {
    return SigningKeys.parse(Pem.encode("PRIVATE KEY", keys.getPrivate().getEncoded()));
  }

  Path save(Path file) throws IOException, GeneralSecurityException {
    return Files.writeString(file, Pem.encode("CERTIFICATE", certificate.getEncoded()));
  }

  private static X500Principal principal(String name) {
    return new X500Principal("CN=" + name);
  }
}
