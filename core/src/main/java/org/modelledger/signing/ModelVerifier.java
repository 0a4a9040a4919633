package org.modelledger.signing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.artifact.ArtifactException;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;

/**
 * Verifies OMS signatures by a key or by trusted certificates, of ours and of the OMS reference, back
 * to its release 0.2. A model is hashed as its signature says: by files or shards, with any hash of
 * OMS. Immutable, safe for use by several threads.
 *
 * <p>Stricter than the reference: a symbolic link to a directory is refused, because nobody signed
 * what lies behind it; git's own paths count if the signer counted them; certificates have to be valid
 * when they are used.
 */
public final class ModelVerifier {
  private final SignerTrust trust;
  private final List<String> ignoredPaths;
  private final boolean passesOverUnsigned;
  private final boolean demandsOneEncoding;
  private final HashingListener listener;

  /** Accepts what is signed with this key. */
  public ModelVerifier(VerificationKey key) {
    this(new TrustedKey(key), List.of(), false, false, (bytes, total) -> {
    });
  }

  /** Accepts what is signed with a certificate that one of these vouches for. */
  public ModelVerifier(TrustedCertificates certificates) {
    this(Objects.requireNonNull(certificates, "certificates"), List.of(), false,
        false, (bytes, total) -> {
        });
  }

  private ModelVerifier(SignerTrust trust, List<String> ignoredPaths, boolean passesOverUnsigned,
      boolean demandsOneEncoding, HashingListener listener) {
    this.trust = trust;
    this.ignoredPaths = List.copyOf(ignoredPaths);
    this.passesOverUnsigned = passesOverUnsigned;
    this.demandsOneEncoding = demandsOneEncoding;
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  /**
   * Returns a verifier that passes over these paths of a directory as well, and all below them.
   *
   * @param paths relative to the directory; if a signed file lies there, it is missing
   */
  public ModelVerifier ignoring(Collection<String> paths) {
    return new ModelVerifier(trust, List.copyOf(paths), passesOverUnsigned,
        demandsOneEncoding, listener);
  }

  /** Returns a verifier that looks at the signed files of a directory alone, whatever else is there. */
  public ModelVerifier passingOverUnsignedFiles() {
    return new ModelVerifier(trust, ignoredPaths, true, demandsOneEncoding, listener);
  }

  /** Returns a verifier that tells a listener how far hashing is. */
  public ModelVerifier telling(HashingListener other) {
    return new ModelVerifier(trust, ignoredPaths, passesOverUnsigned, demandsOneEncoding, other);
  }

  /**
   * Returns a verifier that refuses a bundle unless it is, byte for byte, as {@link ModelSigner} writes it.
   * A bundle says some things that nobody signs, such as the names of its members and how its base64
   * ends; so a byte of it may change and the signature still holds. Not with this verifier.
   */
  public ModelVerifier demandingOneEncoding() {
    return new ModelVerifier(trust, ignoredPaths, passesOverUnsigned, true, listener);
  }

  /**
   * Verifies that a directory has the signed files, each with the signed content, and no other file
   * besides those the signature leaves out; or that a file is the signed one.
   *
   * @param bundle the content of a {@code model.sig}
   * @param model a directory or a single file
   * @return what is signed
   * @throws VerificationException if not; names the files that are changed, missing or extra
   * @throws org.modelledger.model.StorageException if the model cannot be read
   * @throws InterruptedException if interrupted
   */
  public SignedModel verify(byte[] bundle, Path model)
      throws VerificationException, InterruptedException {
    SignedModel signed = verifySignature(bundle);
    try {
      compare(signed, hash(signed, filesOf(signed, model), Files.isRegularFile(model)));
    } catch (ArtifactException | InvalidNameException e) {
      throw new VerificationException("not the signed model: " + e.getMessage(), e);
    }
    return signed;
  }

  /**
   * Verifies that these are exactly the signed files.
   *
   * @param bundle the content of a {@code model.sig}
   * @return what is signed
   * @throws VerificationException if not; names the files that are changed, missing or extra
   * @throws org.modelledger.model.StorageException if a file cannot be read
   * @throws InterruptedException if interrupted
   */
  public SignedModel verify(byte[] bundle, ModelFiles files)
      throws VerificationException, InterruptedException {
    SignedModel signed = verifySignature(bundle);
    try {
      compare(signed, hash(signed, files, files.names().size() == 1));
    } catch (ArtifactException | ModelFormatException e) {
      throw new VerificationException("not the signed model: " + e.getMessage(), e);
    }
    return signed;
  }

  /**
   * Verifies that what was hashed before is exactly what is signed, and that the signature knows it by
   * the same root digest.
   *
   * @param bundle the content of a {@code model.sig}
   * @return what is signed
   * @throws VerificationException if not; names the files that are changed, missing or extra
   */
  public SignedModel verify(byte[] bundle, ArtifactManifest manifest)
      throws VerificationException {
    SignedModel signed = verifySignature(bundle);
    if (!signed.isOfWholeFilesBySha256()) {
      throw new VerificationException("the signature is not over the SHA-256 of whole files, as "
          + "artifacts have them, but over " + signed.serialization());
    }
    compare(signed, resources(manifest));
    if (!signed.digest().equals(manifest.digest())) {
      throw new VerificationException("the signature has the files of the artifact in another order"
          + ": its root digest is " + signed.digest() + ", the artifact's " + manifest.digest());
    }
    return signed;
  }

  /**
   * Verifies the signature alone, not that any file is as signed.
   *
   * @param bundle the content of a {@code model.sig}
   * @throws VerificationException if the bundle is of a kind that is not supported, by somebody who is
   *     not trusted, altered, or contradicts itself
   */
  public SignedModel verifySignature(byte[] bundle) throws VerificationException {
    try {
      SignatureBundle parsed = SignatureBundle.parse(bundle);
      Signer signer = trust.signer(parsed.material());
      if (demandsOneEncoding && !Arrays.equals(parsed.asWritten(signer).toJson(), bundle)) {
        throw new VerificationException("the bundle is not written as this library writes bundles,"
            + " so somebody changed what is around the signature");
      }
      return statement(parsed.envelope(), signer);
    } catch (ModelFormatException | ArtifactException | InvalidNameException e) {
      throw new VerificationException("not a valid model signature: " + e.getMessage(), e);
    }
  }

  private static SignedModel statement(DsseEnvelope envelope, Signer signer)
      throws VerificationException {
    byte[] payload;
    try {
      payload = envelope.verify(InTotoStatement.PAYLOAD_TYPE, signer.key());
    } catch (VerificationException e) {
      if (envelope.isByRelease02(InTotoStatement.PAYLOAD_TYPE, signer.key())) {
        return OmsStatement.decodeLegacy(envelope.payload(), signer);
      }
      throw e;
    }
    return OmsStatement.decode(payload, signer);
  }

  static List<SignedResource> resources(ArtifactManifest manifest) {
    return manifest.files()
        .stream()
        .map(file -> new SignedResource(file.name(), Optional.empty(), file.digest().hex()))
        .toList();
  }

  private DirectoryFiles filesOf(SignedModel signed, Path model) {
    boolean followsLinks = signed.serialization().followsLinks();
    if (Files.isRegularFile(model)) {
      return DirectoryFiles.ofFile(model, followsLinks);
    }
    if (passesOverUnsigned && !signed.isOfASingleFile()) {
      return DirectoryFiles.only(model, signed.files(), followsLinks);
    }
    List<String> ignored = new ArrayList<>(signed.serialization().ignoredPaths());
    ignored.addAll(ignoredPaths);
    Collection<String> files = signed.files();
    // OMS §6.2.1: left out in any case; but then a signed one would be missing
    ArtifactManifest.gitPaths()
        .stream()
        .filter(path -> files.stream()
            .noneMatch(file -> file.equals(path) || file.startsWith(path + "/")))
        .forEach(ignored::add);
    return DirectoryFiles.of(model, ignored, followsLinks);
  }

  private List<SignedResource> hash(SignedModel signed, ModelFiles files, boolean single)
      throws InterruptedException {
    List<SignedResource> found = ResourceHashing.hash(files, signed.serialization(), listener);
    return signed.isOfASingleFile() && single
        ? found.stream().map(resource -> resource.of(SignedResource.THE_MODEL)).toList()
        : found;
  }

  private static void compare(SignedModel signed, List<SignedResource> actual)
      throws VerificationException {
    List<String> differences = signed.differences(actual);
    if (!differences.isEmpty()) {
      throw new VerificationException("not the signed model '" + signed.name() + "': "
          + String.join("; ", differences.subList(0, Math.min(20, differences.size())))
          + (differences.size() > 20 ? "; and " + (differences.size() - 20) + " more" : ""));
    }
  }
}
