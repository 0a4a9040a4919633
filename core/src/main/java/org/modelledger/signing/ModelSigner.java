package org.modelledger.signing;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.internal.intoto.InTotoStatement;

/**
 * Signs models as the OMS reference does with a private key: {@code model_signing sign key}.
 * Immutable, safe for use by several threads.
 */
public final class ModelSigner {
  private final SigningKeys keys;

  public ModelSigner(SigningKeys keys) {
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  /**
   * Hashes a directory, without git's own paths, and signs it under its last name.
   *
   * @return the bundle, for a file outside of the directory
   * @throws org.modelledger.artifact.ArtifactException if it cannot be an artifact
   * @throws org.modelledger.model.StorageException if it cannot be read
   * @throws InterruptedException if interrupted
   */
  public byte[] sign(Path directory) throws InterruptedException {
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return sign(name == null ? "model" : name.toString(), ArtifactManifest.ofDirectory(directory));
  }

  /**
   * Signs what was hashed.
   *
   * @param name what to call the model; informative
   * @return the bundle as JSON, to be kept as {@code model.sig}
   */
  public byte[] sign(String name, ArtifactManifest manifest) {
    // a directory with these in it has the same digest, so a verifier is told to pass them over
    SignedModel model = new SignedModel(name, manifest, ArtifactManifest.gitPaths(), false);
    DsseEnvelope envelope = DsseEnvelope.sign(InTotoStatement.PAYLOAD_TYPE,
        OmsStatement.encode(model), "", keys);
    return new SignatureBundle(Optional.of(keys.publicKey().hint()), envelope).toJson();
  }
}
