package org.modelledger.fabric.devpeer;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Objects;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/**
 * Who somebody is on the development peer's channel: a certificate of an organisation and the key to it. Made by
 * {@link DevPeer#enroll}; for tests only.
 */
public final class DevIdentity {
  private final String mspId;
  private final X509Certificate certificate;
  private final PrivateKey privateKey;

  DevIdentity(String mspId, X509Certificate certificate, PrivateKey privateKey) {
    this.mspId = Objects.requireNonNull(mspId, "mspId");
    this.certificate = Objects.requireNonNull(certificate, "certificate");
    this.privateKey = Objects.requireNonNull(privateKey, "privateKey");
  }

  /** The organisation. */
  public String mspId() {
    return mspId;
  }

  /** The certificate, over a key on the curve P-256. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The private key; an {@link java.security.interfaces.ECPrivateKey}. */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /** The certificate as a PEM file has it. */
  public String certificatePem() {
    return pem(certificate);
  }

  /** The private key as a PEM file has it: PKCS#8, not encrypted. */
  public String privateKeyPem() {
    try {
      return pem(new JcaPKCS8Generator(privateKey, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** The organisation and the subject of the certificate; never the key. */
  @Override
  public String toString() {
    return mspId + ":" + certificate.getSubjectX500Principal().getName();
  }
}
