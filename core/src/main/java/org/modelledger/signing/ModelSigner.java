package org.modelledger.signing;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.model.ModelFiles;

/**
 * Signs models as OMS says, with a private key or with a certificate. Immutable, safe for use by
 * several threads.
 */
public final class ModelSigner {
  private final SigningKeys keys;
  private final VerificationMaterial material;
  private final HashingListener listener;

  /** Signs with a key that verifiers know. */
  public ModelSigner(SigningKeys keys) {
    this(Objects.requireNonNull(keys, "keys"),
        new VerificationMaterial.Key(Optional.of(keys.publicKey().hint())), (bytes, total) -> {
        });
  }

  /** Signs with a key that a certificate vouches for, whose issuers verifiers know. */
  public ModelSigner(SigningCertificate certificate) {
    this(certificate.keys(), new VerificationMaterial.Certified(certificate.chain()),
        (bytes, total) -> {
        });
  }

  private ModelSigner(SigningKeys keys, VerificationMaterial material, HashingListener listener) {
    this.keys = keys;
    this.material = material;
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  /** Returns a signer that tells a listener how far hashing is. */
  public ModelSigner telling(HashingListener other) {
    return new ModelSigner(keys, material, other);
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
    return sign(directory, Serialization.files());
  }

  /**
   * Hashes a directory or a single file and signs it under its last name.
   *
   * @return the bundle, for a file that is left out or outside of the directory
   * @throws org.modelledger.artifact.ArtifactException if there is no file, or what is not signed
   * @throws org.modelledger.model.ModelFormatException if by shards only empty files are there
   * @throws org.modelledger.model.StorageException if it cannot be read
   * @throws InterruptedException if interrupted
   */
  public byte[] sign(Path model, Serialization serialization) throws InterruptedException {
    Path name = model.toAbsolutePath().normalize().getFileName();
    return sign(name == null ? "model" : name.toString(), serialization.filesOf(model),
        serialization);
  }

  /**
   * Hashes files, all of them, and signs them.
   *
   * @param name what to call the model; informative
   * @return the bundle
   * @throws org.modelledger.model.ModelFormatException if by shards only empty files are there
   * @throws org.modelledger.model.StorageException if a file cannot be read
   * @throws InterruptedException if interrupted
   */
  public byte[] sign(String name, ModelFiles files, Serialization serialization)
      throws InterruptedException {
    return sign(name, serialization, ResourceHashing.hash(files, serialization, listener));
  }

  /**
   * Signs what was hashed.
   *
   * @param name what to call the model; informative
   * @return the bundle as JSON, to be kept as {@code model.sig}
   */
  public byte[] sign(String name, ArtifactManifest manifest) {
    // a directory with git's paths in it has the same digest, so a verifier is told to pass them over
    return sign(name, Serialization.files(), ModelVerifier.resources(manifest));
  }

  private byte[] sign(String name, Serialization serialization, List<SignedResource> resources) {
    byte[] statement = OmsStatement.encode(name, serialization, resources);
    // what no verifier would read is not signed
    var unused = OmsStatement.decode(statement, new Signer(keys.publicKey(), Optional.empty()));
    return new SignatureBundle(material,
        DsseEnvelope.sign(InTotoStatement.PAYLOAD_TYPE, statement, "", keys)).toJson();
  }
}
