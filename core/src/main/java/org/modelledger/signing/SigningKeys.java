package org.modelledger.signing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Set;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/**
 * The keys of who signs models and statements. New ones are EC P-256; P-384 and P-521 are read as
 * well. Immutable; {@link #toString()} shows the public key alone.
 */
public final class SigningKeys {
  private static final String LABEL = "PRIVATE KEY";
  private static final String LABEL_OF_SEC1 = "EC PRIVATE KEY";

  private final ECPrivateKey privateKey;
  private final VerificationKey publicKey;
  private final Curve curve;

  private SigningKeys(ECPrivateKey privateKey, ECPublicKey publicKey) {
    this.privateKey = privateKey;
    this.publicKey = new VerificationKey(publicKey);
    curve = Curve.of(privateKey);
  }

  /** Makes a new pair on P-256. */
  public static SigningKeys generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(Curve.P256.standardName));
      KeyPair pair = generator.generateKeyPair();
      return new SigningKeys((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform cannot make P-256 keys", e);
    }
  }

  /**
   * Reads an unencrypted key from PEM, in PKCS#8 (RFC 5958) or in SEC 1 (RFC 5915), and computes its
   * public key.
   *
   * @throws ModelFormatException if the text is something else; never quotes it
   */
  public static SigningKeys parse(String pem) {
    Pem.Block block = Pem.decode(pem, LABEL, LABEL_OF_SEC1);
    try {
      byte[] der = block.label().equals(LABEL) ? block.der() : pkcs8(block.der());
      KeyFactory factory = KeyFactory.getInstance("EC");
      ECPrivateKey key = (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(der));
      Curve curve = Curve.of(key);
      BigInteger secret = key.getS();
      if (secret.signum() <= 0 || secret.compareTo(key.getParams().getOrder()) >= 0) {
        throw new ModelFormatException("an EC private key that is out of range for its curve");
      }
      return new SigningKeys(key,
          (ECPublicKey) factory.generatePublic(new ECPublicKeySpec(publicPoint(curve, secret),
              curve.parameters())));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      // without the cause: its message may quote the key
      throw new ModelFormatException(
          "not an unencrypted EC private key in PKCS#8 or SEC 1 on P-256,"
              + " P-384 or P-521; 'openssl pkcs8 -topk8 -nocrypt' writes one");
    }
  }

  /** RFC 5915 §3 has the curve within the key, RFC 5958 §2 beside it, where the JDK looks. */
  private static byte[] pkcs8(byte[] sec1) throws IOException {
    org.bouncycastle.asn1.sec.ECPrivateKey key = org.bouncycastle.asn1.sec.ECPrivateKey
        .getInstance(sec1);
    ASN1Object curve = key.getParametersObject();
    if (curve == null) {
      throw new ModelFormatException("an EC private key in SEC 1 that does not name its curve");
    }
    return new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve),
        key).getEncoded();
  }

  /**
   * Reads a PEM file; see {@link #parse}.
   *
   * @throws ModelFormatException if the file is something else
   * @throws StorageException if it cannot be read
   */
  public static SigningKeys load(Path path) {
    String pem = Pem.read(path);
    try {
      return parse(pem);
    } catch (ModelFormatException e) {
      throw new ModelFormatException(path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes the private key as a PEM file that, where the file system knows permissions, the owner
   * alone can read. The file appears at once and complete.
   *
   * @throws StorageException if it cannot be written, or there is a file already: a key is never
   *     written over
   */
  public void save(Path path) {
    Path target = path.toAbsolutePath();
    Path aside = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try {
        writePrivate(aside, Pem.encode(LABEL, privateKey.getEncoded()));
        if (Files.exists(target)) {
          throw new FileAlreadyExistsException(target.toString());
        }
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException e) {
      throw new StorageException("write the private key", path, e);
    }
  }

  /** Returns the public key. */
  public VerificationKey publicKey() {
    return publicKey;
  }

  /** Returns a DER encoded signature (RFC 3279 §2.2.3); another one each time. */
  public byte[] sign(byte[] content) {
    try {
      Signature signer = Signature.getInstance(curve.signatureAlgorithm);
      signer.initSign(privateKey);
      signer.update(content);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform cannot sign with " + curve, e);
    }
  }

  @Override
  public String toString() {
    return "SigningKeys[" + publicKey + "]";
  }

  /** The JDK has no way to compute this from a private key. */
  private static ECPoint publicPoint(Curve curve, BigInteger secret) {
    X9ECParameters parameters = CustomNamedCurves.getByName(curve.standardName);
    org.bouncycastle.math.ec.ECPoint point = new FixedPointCombMultiplier()
        .multiply(parameters.getG(), secret)
        .normalize();
    return new ECPoint(point.getAffineXCoord().toBigInteger(),
        point.getAffineYCoord().toBigInteger());
  }

  private static void writePrivate(Path path, String text) throws IOException {
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes = posix
        ? new FileAttribute<?>[]{
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
        : new FileAttribute<?>[0];
    Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(path, options, attributes)) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }
}
