package org.modelledger.signing;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.modelledger.artifact.ArtifactException;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;

/**
 * Verifies OMS signatures by a key, of ours and of the OMS reference. Immutable, safe for use by
 * several threads.
 *
 * <p>Stricter than the reference in three ways: what only the signature itself leaves out is passed
 * over, so git's own paths count if the signer counted them; a symbolic link to a directory is
 * refused, because nobody signed what lies behind it; and a signature over no file at all is refused.
 */
public final class ModelVerifier {
  private final VerificationKey key;

  public ModelVerifier(VerificationKey key) {
    this.key = Objects.requireNonNull(key, "key");
  }

  /**
   * Verifies that a directory has the signed files, each with the signed content, and no other file
   * besides those the signature leaves out.
   *
   * @param bundle the content of a {@code model.sig}
   * @return what is signed
   * @throws VerificationException if not; names the files that are changed, missing or extra
   * @throws org.modelledger.model.StorageException if the directory cannot be read
   * @throws InterruptedException if interrupted
   */
  public SignedModel verify(byte[] bundle, Path directory)
      throws VerificationException, InterruptedException {
    SignedModel signed = verifySignature(bundle);
    try {
      compare(signed, ArtifactManifest
          .of(DirectoryFiles.of(directory, signed.ignoredPaths(), signed.followsLinks())));
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
      compare(signed, ArtifactManifest.of(files));
    } catch (ArtifactException | ModelFormatException e) {
      throw new VerificationException("not the signed model: " + e.getMessage(), e);
    }
    return signed;
  }

  /**
   * Verifies that what was hashed before is exactly what is signed.
   *
   * @param bundle the content of a {@code model.sig}
   * @return what is signed
   * @throws VerificationException if not; names the files that are changed, missing or extra
   */
  public SignedModel verify(byte[] bundle, ArtifactManifest manifest)
      throws VerificationException {
    SignedModel signed = verifySignature(bundle);
    compare(signed, manifest);
    return signed;
  }

  /**
   * Verifies the signature alone, not that any file is as signed.
   *
   * @param bundle the content of a {@code model.sig}
   * @throws VerificationException if the bundle is of a kind that is not supported, by another key,
   *     altered, or contradicts itself
   */
  public SignedModel verifySignature(byte[] bundle) throws VerificationException {
    try {
      SignatureBundle parsed = SignatureBundle.parse(bundle);
      String hint = parsed.keyHint().orElse(key.hint());
      if (!hint.equals(key.hint())) {
        throw new VerificationException(
            "the bundle is signed with the key " + hint + ", not with " + key.hint());
      }
      return OmsStatement
          .decode(parsed.envelope().verify(InTotoStatement.PAYLOAD_TYPE, key));
    } catch (ModelFormatException | ArtifactException | InvalidNameException e) {
      throw new VerificationException("not a valid model signature: " + e.getMessage(), e);
    }
  }

  private static void compare(SignedModel signed, ArtifactManifest actual)
      throws VerificationException {
    List<String> differences = signed.manifest().differences(actual);
    if (!differences.isEmpty()) {
      throw new VerificationException("not the signed model '" + signed.name() + "': "
          + String.join("; ", differences.subList(0, Math.min(20, differences.size())))
          + (differences.size() > 20 ? "; and " + (differences.size() - 20) + " more" : ""));
    }
  }
}
