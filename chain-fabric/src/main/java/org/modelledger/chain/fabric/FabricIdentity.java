package org.modelledger.chain.fabric;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.modelledger.chain.fabric.protocol.FabricAccounts;
import org.modelledger.model.AccountId;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;

/**
 * In whose name a client calls a channel: an organisation's certificate, and what signs with its key.
 * Immutable; safe for many threads if the signer is.
 *
 * <p>The key itself stays where it is: a {@link Signer} of Fabric's client may ask a file, a hardware
 * module or a key service.
 */
public final class FabricIdentity {
  private final String mspId;
  private final X509Certificate certificate;
  private final Signer signer;
  private final AccountId account;

  private FabricIdentity(String mspId, X509Certificate certificate, Signer signer) {
    this.mspId = mspId;
    this.certificate = certificate;
    this.signer = signer;
    this.account = FabricAccounts.of(mspId, certificate);
  }

  /**
   * Returns an identity whose key is elsewhere.
   *
   * @param mspId the id of the organisation's membership service provider, such as {@code Org1MSP}
   * @param certificate issued by that organisation
   * @param signer signs SHA-256 digests with the certificate's key: ECDSA in ASN.1, s in the lower half
   *     of the order, as Fabric wants it. Called by several threads at once
   * @throws org.modelledger.chain.fabric.protocol.MalformedInputException if the names in it are too
   *     long for an account
   */
  public static FabricIdentity of(String mspId, X509Certificate certificate, Signer signer) {
    return new FabricIdentity(Objects.requireNonNull(mspId, "mspId"),
        Objects.requireNonNull(certificate, "certificate"),
        Objects.requireNonNull(signer, "signer"));
  }

  /**
   * Reads an identity from files.
   *
   * @param mspId as for {@link #of}
   * @param certificate a file with the certificate in PEM
   * @param key a file with its private key in PEM: PKCS#8 or SEC 1, not encrypted
   * @throws ConfigurationException if a file is not what it should be; never shows what is in it
   * @throws StorageException if a file cannot be read
   */
  public static FabricIdentity ofFiles(String mspId, Path certificate, Path key) {
    return of(mspId, readCertificate(certificate), readKey(key));
  }

  /**
   * Reads an identity from a directory as Fabric's own tools lay it out: the certificate is the one file
   * in {@code signcerts/}, the key the one in {@code keystore/}.
   *
   * @param mspId as for {@link #of}
   * @throws ConfigurationException if there is not one file in each, or it is not what it should be
   * @throws StorageException if a file cannot be read
   */
  public static FabricIdentity ofMsp(String mspId, Path directory) {
    return ofFiles(mspId, onlyFile(directory.resolve("signcerts")),
        onlyFile(directory.resolve("keystore")));
  }

  private static Path onlyFile(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> found = files.filter(Files::isRegularFile).toList();
      if (found.size() != 1) {
        throw new ConfigurationException("the directory " + directory + " has " + found.size()
            + " files; expected one, the certificate or the key of the identity");
      }
      return found.get(0);
    } catch (IOException e) {
      throw new StorageException("read", directory, e);
    }
  }

  static X509Certificate readCertificate(Path file) {
    try {
      return Identities.readX509Certificate(new StringReader(read(file)));
    } catch (CertificateException | IOException e) {
      throw new ConfigurationException(file + " has no certificate in PEM", e);
    }
  }

  private static Signer readKey(Path file) {
    try {
      return Signers.newPrivateKeySigner(Identities.readPrivateKey(new StringReader(read(file))));
    } catch (InvalidKeyException | IllegalArgumentException | IOException e) {
      throw new ConfigurationException(
          file + " has no private key in PEM, on an elliptic curve and not encrypted", e);
    }
  }

  /** PEM is ASCII; in this way other bytes are what is wrong in the file, and not with reading it. */
  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
  }

  /** Returns the id of the organisation's membership service provider. */
  public String mspId() {
    return mspId;
  }

  /** Returns the certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Returns the account that the registry knows this identity by, see {@link FabricAccounts}. */
  public AccountId account() {
    return account;
  }

  Signer signer() {
    return signer;
  }

  /** Shows the account, never the key. */
  @Override
  public String toString() {
    return "FabricIdentity[" + account + "]";
  }
}
