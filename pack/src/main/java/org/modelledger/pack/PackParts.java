package org.modelledger.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.StorageException;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.signing.VerificationKey;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderNotFoundException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.TileSource;
import org.modelledger.verification.Verifier;

/** A pack whose signature holds, with its parts open: the registry, the log, the models. */
final class PackParts implements AutoCloseable {
  private static final String EMBEDDED = "local";

  final PackReader pack;
  final PackVerifier trust;
  final PackDescription description;
  final NoteVerifier receiptsKey;
  final List<VerificationKey> keys = new ArrayList<>();
  final LogReader log;
  final ArtifactStore artifacts;
  final @Nullable ModelRegistry registry;
  /** What was found when the registry was opened. */
  final PackCheck opening;
  /** What was found when the models were. */
  final PackCheck models;

  private final Path scratch;
  private final boolean closesRegistry;

  private PackParts(PackReader pack, PackVerifier trust, TileSource source, Path scratch)
      throws InterruptedException {
    this.pack = pack;
    this.trust = trust;
    this.scratch = scratch;
    this.description = pack.description();
    this.receiptsKey = Optional.ofNullable(trust.receiptsKey)
        .or(() -> pack.logKey(PackLayout.RECEIPTS_KEY))
        .orElseThrow(() -> new PackFormatException(
            "the pack lacks " + PackLayout.RECEIPTS_KEY + ", the key of its receipts"));
    keys.add(trust.modelKey == null ? pack.modelKey() : trust.modelKey);
    keys.addAll(pack.otherKeys());
    this.log = LogReader.open(source, receiptsKey);
    this.artifacts = ArtifactStore.open(scratch);
    this.models = takeModels();
    Opened opened = openRegistry();
    this.registry = opened.registry;
    this.opening = opened.check;
    this.closesRegistry = trust.registry == null;
  }

  private record Opened(@Nullable ModelRegistry registry, PackCheck check) {}

  static PackParts open(PackReader pack, PackVerifier trust) throws InterruptedException {
    return open(pack, trust, TileSource.directory(pack.directory().resolve(PackLayout.LOG)));
  }

  /** Opens a pack, reading the receipt log from elsewhere. */
  static PackParts open(PackReader pack, PackVerifier trust, TileSource log)
      throws InterruptedException {
    Path scratch;
    try {
      scratch = Files.createTempDirectory("modelledger-pack-");
    } catch (IOException e) {
      throw new StorageException("cannot create a temporary directory: " + e.getMessage(), e);
    }
    try {
      return new PackParts(pack, trust, log, scratch);
    } catch (RuntimeException | InterruptedException e) {
      PackFiles.deleteTree(scratch);
      throw e;
    }
  }

  private PackCheck takeModels() throws InterruptedException {
    int withFiles = 0;
    for (PackedVersion version : description.versions()) {
      Optional<byte[]> envelope = pack.find(PackLayout.envelope(version.statement()));
      if (envelope.isPresent()
          && !artifacts.putStatement(envelope.get()).equals(version.statement())) {
        return PackCheck.failed("models",
            PackLayout.envelope(version.statement()) + " has another digest than its name says");
      }
      if (version.hasFiles()) {
        Digest found = artifacts.ingest(DirectoryFiles
            .of(pack.directory().resolve(PackLayout.modelFiles(version.artifact()))))
            .digest();
        if (!found.equals(version.artifact())) {
          return PackCheck.failed("models", "the files that are called " + version.id() + ", "
              + version.artifact() + ", are " + found);
        }
        withFiles++;
      }
    }
    int all = description.versions().size();
    return withFiles == 0
        ? PackCheck.skipped("models", "the files of the models are not in the pack")
        : PackCheck.passed("models",
            "the files of " + withFiles + " of " + all + " versions are here, and are those that"
                + " their digests name");
  }

  private Opened openRegistry() {
    if (trust.registry != null) {
      return new Opened(trust.registry, PackCheck.passed("registry",
          "asked where you said, not in the pack: " + trust.registry.ledgerId()));
    }
    if (!description.embedded()) {
      return new Opened(null, PackCheck.skipped("registry", "the registry " + description.ledger()
          + " is not in the pack, only a list of its events: ask it yourself"));
    }
    NoteVerifier key = Optional.ofNullable(trust.registryKey)
        .or(() -> pack.logKey(PackLayout.REGISTRY_KEY))
        .orElseThrow(() -> new PackFormatException(
            "the pack lacks " + PackLayout.REGISTRY_KEY + ", the key of its registry"));
    try {
      ModelRegistry opened = Providers.of(ModelRegistryProvider.class, trust.classLoader)
          .get(EMBEDDED)
          .open(ProviderOptions.of(Map.of(ProviderOptions.LOCATION,
              pack.directory().resolve(PackLayout.REGISTRY_LOG).toString(), "log-vkey",
              key.toString(), "replay", "full")));
      return new Opened(opened, description.ledger().equals(opened.ledgerId())
          ? PackCheck.passed("registry", "the registry " + opened.ledgerId()
              + ": every event is signed by its author and keeps the rules, and the log's key "
              + key + " signed them all")
          : PackCheck.failed("registry", "the pack says that it is about the ledger "
              + description.ledger() + "; the one in it is " + opened.ledgerId()));
    } catch (ProviderNotFoundException e) {
      return new Opened(null, PackCheck.skipped("registry",
          "the pack has an embedded registry, and nothing here that reads one: " + e.getMessage()));
    } catch (ModelLedgerException e) {
      return new Opened(null, PackCheck.failed("registry", e));
    }
  }

  Optional<AccountId> author() {
    return Optional.ofNullable(trust.author).or(description::account);
  }

  Optional<ModelRegistry> registry() {
    return Optional.ofNullable(registry);
  }

  Verifier verifier() {
    Verifier.Builder builder = Verifier.builder(receiptsKey)
        .log(log)
        .artifacts(artifacts)
        .signatures(artifact -> pack.find(PackLayout.modelSignature(artifact)))
        .evidence(new EvidenceFiles.Reader(pack.names(), pack::read)::find);
    keys.forEach(builder::trust);
    registry().ifPresent(builder::registry);
    author().ifPresent(builder::anchoredBy);
    if (trust.witnesses != null) {
      builder.witnesses(trust.witnesses);
    }
    if (trust.engine != null) {
      builder.engine(trust.engine);
    }
    return builder.build();
  }

  @Override
  public void close() {
    if (closesRegistry && registry != null) {
      registry.close();
    }
    PackFiles.deleteTree(scratch);
  }
}
