package org.modelledger.pack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.model.AccountId;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.VerificationKey;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.WitnessPolicy;

/**
 * Checks an evidence pack from its own parts alone: first that every byte is as it was signed, then each
 * receipt, as {@link org.modelledger.verification.Verifier} does.
 *
 * <p>Who made the pack is shown by nothing but keys that the caller has from elsewhere: the model signing
 * key above all, which signs the pack and so vouches for the others in it. A key that is not given is taken
 * from the pack, and the report says that this proves nothing about who.
 *
 * <p>Immutable; safe for use by several threads if what it was given is. Closes nothing that it was given.
 */
public final class PackVerifier {
  private static final String SIGNATURE = "pack signature";

  final @Nullable VerificationKey modelKey;
  final @Nullable NoteVerifier receiptsKey;
  final @Nullable NoteVerifier registryKey;
  final @Nullable ModelRegistry registry;
  final @Nullable AccountId author;
  final @Nullable WitnessPolicy witnesses;
  final @Nullable Supplier<InferenceEngine> engine;
  final boolean refusesRevoked;
  final ClassLoader classLoader;

  private PackVerifier(Builder builder) {
    modelKey = builder.modelKey;
    receiptsKey = builder.receiptsKey;
    registryKey = builder.registryKey;
    registry = builder.registry;
    author = builder.author;
    witnesses = builder.witnesses;
    engine = builder.engine;
    refusesRevoked = builder.refusesRevoked;
    classLoader = builder.classLoader;
  }

  /** Begins a verifier that trusts nothing yet. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Checks a pack. If its signature does not hold, nothing else is looked at.
   *
   * <p>Model files that are in the pack are copied into the system's temporary directory for the time of
   * the check.
   *
   * @throws PackFormatException if the directory is no pack, or one that this version cannot read
   * @throws org.modelledger.model.StorageException if it cannot be read, which says nothing about it
   */
  public PackReport verify(Path directory) throws InterruptedException {
    PackReader pack = PackReader.open(directory);
    List<PackCheck> checks = new ArrayList<>();
    PackCheck signature = signature(pack);
    checks.add(signature);
    if (signature.isFailed()) {
      return new PackReport(Optional.empty(), false, checks, List.of(), Optional.empty());
    }
    try (PackParts parts = PackParts.open(pack, this)) {
      return new PackChecks(parts, checks).run();
    }
  }

  private PackCheck signature(PackReader pack) throws InterruptedException {
    VerificationKey key = modelKey == null ? pack.modelKey() : modelKey;
    try {
      requireSame(signed(key, pack.signature()), ArtifactManifest.of(pack.files()));
      return PackCheck.passed(SIGNATURE, "all " + pack.names().size()
          + " files are as they were signed by the key " + key.hint()
          + ", and there are no others");
    } catch (VerificationException e) {
      return PackCheck.failed(SIGNATURE, e);
    }
  }

  /**
   * Returns what a signature says that a pack consists of.
   *
   * @throws VerificationException if it is not by this key, or not written in its one encoding
   */
  static ArtifactManifest signed(VerificationKey key, byte[] signature)
      throws VerificationException {
    return new ModelVerifier(key).demandingOneEncoding()
        .verifySignature(signature)
        .artifact()
        .orElseThrow(() -> new VerificationException("the pack was signed by shards or with another"
            + " hash than SHA-256; expected the SHA-256 of whole files"));
  }

  /**
   * Does nothing if exactly these files were signed.
   *
   * @throws VerificationException if not; names what is changed, missing or extra
   */
  static void requireSame(ArtifactManifest signed, ArtifactManifest found)
      throws VerificationException {
    List<String> differences = signed.differences(found);
    if (!differences.isEmpty()) {
      throw new VerificationException("the pack is not as it was signed: "
          + String.join("; ", differences.subList(0, Math.min(20, differences.size())))
          + (differences.size() > 20 ? "; and " + (differences.size() - 20) + " more" : ""));
    }
  }

  /** Collects what the caller has from elsewhere. Not for use by several threads at once. */
  public static final class Builder {
    private @Nullable VerificationKey modelKey;
    private @Nullable NoteVerifier receiptsKey;
    private @Nullable NoteVerifier registryKey;
    private @Nullable ModelRegistry registry;
    private @Nullable AccountId author;
    private @Nullable WitnessPolicy witnesses;
    private @Nullable Supplier<InferenceEngine> engine;
    private boolean refusesRevoked;
    private ClassLoader classLoader = PackVerifier.class.getClassLoader();

    private Builder() {}

    /** Gives the key that signs models, statements and the pack. */
    public Builder modelKey(VerificationKey key) {
      this.modelKey = Objects.requireNonNull(key, "key");
      return this;
    }

    /** Gives the public key of the receipt log. */
    public Builder receiptsKey(NoteVerifier key) {
      this.receiptsKey = Objects.requireNonNull(key, "key");
      return this;
    }

    /** Gives the public key of the log that an embedded registry is. */
    public Builder registryKey(NoteVerifier key) {
      this.registryKey = Objects.requireNonNull(key, "key");
      return this;
    }

    /** Gives the registry to ask, instead of the copy in the pack; one that only reads will do. */
    public Builder registry(ModelRegistry registry) {
      this.registry = Objects.requireNonNull(registry, "registry");
      return this;
    }

    /** Says whose anchors count; those of the account that the pack names if not set. */
    public Builder anchoredBy(AccountId account) {
      this.author = Objects.requireNonNull(account, "account");
      return this;
    }

    /** Demands that witnesses have cosigned the checkpoints of the receipt log; none are if not set. */
    public Builder witnesses(WitnessPolicy policy) {
      this.witnesses = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Gives an engine to run inferences again where the pack has the model and the inputs. */
    public Builder engine(Supplier<InferenceEngine> engine) {
      this.engine = Objects.requireNonNull(engine, "engine");
      return this;
    }

    /**
     * Makes it a failure if a receipt is of a version that was revoked, unless an anchor shows that the
     * receipt is older; it is told and no failure if not set.
     */
    public Builder refuseRevoked() {
      this.refusesRevoked = true;
      return this;
    }

    /** Sets where the embedded registry is looked for; the class loader of this library if not set. */
    public Builder classLoader(ClassLoader loader) {
      this.classLoader = Objects.requireNonNull(loader, "loader");
      return this;
    }

    public PackVerifier build() {
      return new PackVerifier(this);
    }
  }
}
