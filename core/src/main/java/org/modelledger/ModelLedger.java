package org.modelledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.artifact.StoredArtifact;
import org.modelledger.audit.Audit;
import org.modelledger.audit.RegistryHistory;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.KeyRotation;
import org.modelledger.evidence.EvidenceStore;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.Computation;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.lineage.DeployPolicy;
import org.modelledger.lineage.LineageStatement;
import org.modelledger.lineage.NotApprovedException;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.receipt.ReceiptObserver;
import org.modelledger.receipt.ReceiptOptions;
import org.modelledger.receipt.ReceiptSession;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.Submission;
import org.modelledger.registry.VersionRevokedException;
import org.modelledger.signing.VerificationKey;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.InferenceEngineProvider;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.WitnessPolicy;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.verification.Replayed;
import org.modelledger.verification.Replays;
import org.modelledger.verification.Retrained;
import org.modelledger.verification.TrainingReplay;
import org.modelledger.verification.Verifier;

/**
 * Trains, registers, deploys and runs models, and leaves evidence that others can check.
 *
 * {@snippet :
 * try (ModelLedger ledger = ModelLedger.open("local:./ledger")) {
 *   TrainedModel trained = ledger.trainer("exact").train(spec, digits, listener);
 *   ModelVersion version = ledger.register("acme/digits", trained);
 *   ledger.deploy(version, "production");
 *   try (AttestedModel model = ledger.load("acme/digits@production")) {
 *     Inference result = model.infer(Tensors.of("features", image));
 *     result.outputs();
 *     result.receipt();
 *   }
 * }
 * }
 *
 * <p>Stands on a {@link ModelRegistry}, which others see, and on a home directory, which is its own:
 * <table>
 * <caption>Home</caption>
 * <tr><td>{@code receipts/}</td><td>the receipt log; may be served to anyone</td></tr>
 * <tr><td>{@code statements/}</td><td>the log of statements about data, evaluations and approvals; may be
 * served to anyone</td></tr>
 * <tr><td>{@code artifacts/}</td><td>models and statements by their digests</td></tr>
 * <tr><td>{@code signatures/}, {@code registrations/}</td><td>what was signed about them</td></tr>
 * <tr><td>{@code evidence/}</td><td>what opens receipts, encrypted and erasable</td></tr>
 * <tr><td>{@code keys/}</td><td>secrets, made on first use, for their owner alone</td></tr>
 * </table>
 *
 * <p>Safe for use by several threads; one process at a time. The verbs that change the registry submit
 * a command and wait for its event; {@link #submit} does not wait. Each throws {@link
 * IllegalStateException} once the ledger is closed, and the {@link
 * org.modelledger.registry.CommandRefusedException} of the rule that forbids it.
 */
public final class ModelLedger implements AutoCloseable {
  private final ModelRegistry registry;
  private final Home home;
  private final KeyManagement keys;
  private final ModelStore models;
  private final ReceiptLog receipts;
  private final Lineage lineage;
  private final AnchorWriter anchors;
  private final Resources resources;
  private final ClassLoader classLoader;
  private final @Nullable String engineName;
  private final ProviderOptions engineOptions;
  private final Duration timeout;
  private final @Nullable WitnessPolicy witnesses;
  private final InstantSource clock;
  private final LoadPolicy loadPolicy;
  private final RecallPolicy recalls;
  private final RunningModels running;
  private final @Nullable PublicLog registryLog;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable InferenceEngine engine; // guarded by lock
  private boolean watching; // guarded by lock

  private ModelLedger(Builder builder, ModelRegistry registry, @Nullable PublicLog registryLog,
      Home home, Resources resources) {
    this.registry = registry;
    this.registryLog = registryLog;
    this.home = home;
    this.resources = resources;
    this.classLoader = builder.classLoader;
    this.engineName = builder.engineName;
    this.engineOptions = builder.engineOptions;
    this.timeout = builder.timeout;
    this.witnesses = builder.witnesses;
    this.clock = builder.clock;
    this.loadPolicy = builder.loadPolicy;
    this.recalls = builder.recallPolicy();
    this.running = new RunningModels(recalls);
    this.keys = home.encryptionKeys(Optional.ofNullable(builder.keyManagement));
    this.models = new ModelStore(home, builder.trusted, keys, builder.encryptArtifacts);
    this.receipts = resources.add(ReceiptLog.open(home.receipts(), home.receiptsKey(),
        home.evidence(), keys, builder.receiptOptions.build()));
    this.anchors = new AnchorWriter(registry, timeout);
    this.lineage = new Lineage(registry, home, models, resources, anchors, builder.clock,
        builder.deployPolicy);
  }

  /**
   * Opens a ledger with the defaults, creating what is missing.
   *
   * @param uri of the registry, such as {@code local:./ledger}; its option {@code home} is {@link
   *     Builder#home}
   * @return a new ledger that the caller closes
   * @throws ConfigurationException if the URI, an option or a key is wrong, or there is no such
   *     backend
   * @throws org.modelledger.model.ModelLedgerException if a part of it cannot be opened; nothing stays
   *     open
   */
  public static ModelLedger open(String uri) {
    return builder(uri).open();
  }

  /** Begins to configure a ledger on the registry with this URI. */
  public static Builder builder(String uri) {
    return new Builder(Objects.requireNonNull(uri, "uri"), null);
  }

  /**
   * Begins to configure a ledger on a registry that was opened by other means. It is closed with the
   * ledger. The home has to be set.
   */
  public static Builder builder(ModelRegistry registry) {
    return new Builder(null, Objects.requireNonNull(registry, "registry"));
  }

  // --- training and registration

  /**
   * Opens a trainer without options, closed with the ledger at the latest.
   *
   * @param name of its provider, such as {@code exact}
   * @throws org.modelledger.spi.ProviderNotFoundException if there is none; lists those there are
   */
  public Trainer trainer(String name) {
    return trainer(name, ProviderOptions.empty());
  }

  /** Opens a trainer with options; see {@link #trainer(String)}. */
  public Trainer trainer(String name, ProviderOptions options) {
    resources.requireOpen();
    return resources.add(Providers.openTrainer(name, options, classLoader));
  }

  /**
   * Registers what a trainer made; see {@link #register(String, ModelFiles, SortedMap,
   * LineageFacts)}.
   */
  public ModelVersion register(String model, TrainedModel trained) throws InterruptedException {
    return register(model, trained.files(), trained.metrics(), trained.facts());
  }

  /** Registers the files in a directory, for a model that was trained elsewhere. */
  public ModelVersion register(String model, Path directory, LineageFacts facts)
      throws InterruptedException {
    return register(model, DirectoryFiles.of(directory), Collections.emptySortedMap(), facts);
  }

  /**
   * Stores files, signs them and a statement of how they came about, and registers both as the next
   * version. Creates the model if it does not exist. Done again with the same files, metrics and
   * facts, after a crash or just so, it returns the version that is there.
   *
   * @param model such as {@code acme/digits}
   * @return the version as the ledger has it
   * @throws InvalidNameException if the name does not follow the grammar
   * @throws org.modelledger.artifact.ArtifactRefusedException if the files cannot be an artifact
   * @throws org.modelledger.registry.NotAuthorizedException if the model is another's
   * @throws InterruptedException if interrupted; call it again
   */
  public ModelVersion register(String model, ModelFiles files, SortedMap<String, Double> metrics,
      LineageFacts facts) throws InterruptedException {
    resources.requireOpen();
    ModelName name = ModelName.of(model);
    StoredArtifact stored = models.ingest(files);
    models.sign(name, stored.manifest());
    Digest statement = models.state(name, new LineageStatement(stored.manifest(), facts, metrics));
    create(name);
    ModelVersionId version;
    try {
      version = await(new Command.RegisterVersion(name, stored.digest(), statement)).version();
    } catch (AlreadyExistsException e) {
      version = e.existing().orElseThrow(() -> e);
    }
    return requireVersion(version);
  }

  private void create(ModelName name) throws InterruptedException {
    if (registry.model(name).isEmpty()) {
      try {
        var unused = await(new Command.CreateModel(name));
      } catch (AlreadyExistsException e) {
        // somebody was first; whether we may register is the registry's to say
      }
    }
  }

  private ModelVersion requireVersion(ModelVersionId id) {
    return registry.version(id)
        .orElseThrow(() -> new NotFoundException("the ledger " + registry.ledgerId()
            + " has no version " + id));
  }

  // --- verbs

  /** Puts a version into an environment; see {@link #deploy(ModelVersionId, String)}. */
  public LedgerEvent.ModelDeployed deploy(ModelVersion version, String environment)
      throws InterruptedException {
    return deploy(version.id(), environment);
  }

  /**
   * Puts a version into an environment. Where a {@link Builder#deployPolicy} demands approvals, the log of
   * statements is anchored before, so that the ledger's order tells that they were there in time.
   *
   * @throws NotApprovedException if approvals are missing; says which there are
   */
  public LedgerEvent.ModelDeployed deploy(ModelVersionId version, String environment)
      throws InterruptedException {
    Command.DeployVersion command = new Command.DeployVersion(version,
        EnvironmentName.of(environment));
    resources.requireOpen();
    lineage.prepare(command);
    return registry.submit(command).await(timeout);
  }

  /** Leaves an environment without a version. */
  public LedgerEvent.ModelUndeployed undeploy(String model, String environment)
      throws InterruptedException {
    return await(
        new Command.UndeployModel(ModelName.of(model), EnvironmentName.of(environment)));
  }

  /**
   * Withdraws a version for good. Models of it that this ledger has loaded are recalled at once, and
   * those that others have loaded as soon as their ledgers see it: within their {@linkplain
   * Builder#pollingInterval polling interval}. Whether they stop is their users' {@linkplain
   * Builder#onRevocation choice}.
   *
   * @param reason kept in the artifact store; the ledger gets its digest
   */
  public LedgerEvent.VersionRevoked revoke(ModelVersionId version, String reason)
      throws InterruptedException {
    resources.requireOpen();
    Digest digest = models.artifacts().putStatement(reason.getBytes(StandardCharsets.UTF_8));
    LedgerEvent.VersionRevoked event = await(new Command.RevokeVersion(version, digest));
    running.revoked(event);
    return event;
  }

  /** Gives an account a role on a model. */
  public LedgerEvent.RoleChanged grant(String model, AccountId account, Role role)
      throws InterruptedException {
    return await(new Command.GrantRole(ModelName.of(model), account, role));
  }

  /** Takes a role on a model from an account. */
  public LedgerEvent.RoleChanged revokeRole(String model, AccountId account, Role role)
      throws InterruptedException {
    return await(new Command.RevokeRole(ModelName.of(model), account, role));
  }

  /**
   * Submits any command to the registry without waiting; see {@link ModelRegistry#submit}.
   *
   * @throws NotApprovedException if it deploys a version that lacks approvals
   */
  public <E extends LedgerEvent> Submission<E> submit(Command<E> command) {
    resources.requireOpen();
    lineage.requireApproved(command);
    return registry.submit(command);
  }

  private <E extends LedgerEvent> E await(Command<E> command) throws InterruptedException {
    return submit(command).await(timeout);
  }

  // --- running

  /**
   * Loads a model by what it is called.
   *
   * @param reference {@code acme/digits@production}, the version in an environment, or {@code
   *     acme/digits:3}
   * @throws NotFoundException if there is no such version, or nothing in that environment
   * @see #load(ModelVersionId)
   */
  public AttestedModel load(String reference) {
    resources.requireOpen();
    int at = reference.indexOf('@');
    if (at < 0) {
      return load(ModelVersionId.parse(reference));
    }
    ModelName model = ModelName.of(reference.substring(0, at));
    EnvironmentName environment = EnvironmentName.of(reference.substring(at + 1));
    return load(registry.deployed(model, environment)
        .orElseThrow(() -> new NotFoundException(
            "nothing is deployed as " + reference + " in the ledger " + registry.ledgerId())));
  }

  /**
   * Loads a version: it is registered and not revoked, its lineage statement and its signature are by
   * a key that is trusted and about its very files, and every byte is checked before any of it runs.
   *
   * @return a new model that the caller closes; closed with the ledger at the latest
   * @throws NotFoundException if there is no such version
   * @throws VersionRevokedException if it was revoked
   * @throws UntrustedModelException if its files, statement or signature are missing or do not hold
   * @throws LoadNotAdmittedException if the {@link Builder#loadPolicy} does not admit it
   * @throws org.modelledger.model.ModelFormatException if a file is not what was registered, names
   *     it, or the engine cannot run it
   * @throws ConfigurationException if there is no engine, or several and none was chosen
   */
  public AttestedModel load(ModelVersionId version) {
    resources.requireOpen();
    return load(requireVersion(version));
  }

  private AttestedModel load(ModelVersion version) {
    if (version.isRevoked()) {
      throw new VersionRevokedException(version.id() + " was revoked; it is not loaded");
    }
    watchRevocations(version.position());
    StoredArtifact files = models.open(version);
    loadPolicy.admit(new LoadCandidate(version, files, models, registry, clock.instant()));
    InferenceEngine runtime = engine();
    LoadedModel loaded = runtime.load(files);
    AttestedModel model;
    try {
      loadPolicy.admit(version.id(), loaded.determinism());
      ReceiptSession session = receipts.session(version.id(), version.artifact(), runtime.info(),
          loaded.determinism());
      model = new AttestedModel(version, runtime.info(), loaded, session, this::forget);
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
    resources.add(model);
    running.add(model);
    try {
      requireStillGood(version.id());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    return model;
  }

  /** What was revoked meanwhile: before the watch knew of it, or seen by it and not yet by a read. */
  private void requireStillGood(ModelVersionId version) {
    if (requireVersion(version).isRevoked() || running.isRevoked(version)) {
      throw new VersionRevokedException(version + " was revoked; it is not loaded");
    }
  }

  /** From the first version that is loaded on: what is revoked later comes later in the ledger. */
  private void watchRevocations(LedgerPosition after) {
    lock.lock();
    try {
      if (!watching) {
        var unused = resources.add(new RevocationWatch(registry, after, recalls, clock, running));
        watching = true;
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(AttestedModel model) {
    running.remove(model);
    resources.remove(model);
  }

  private InferenceEngine engine() {
    lock.lock();
    try {
      InferenceEngine open = engine;
      if (open == null) {
        open = resources.add(Providers.openInferenceEngine(chosenEngine(), engineOptions,
            classLoader));
        engine = open;
      }
      return open;
    } finally {
      lock.unlock();
    }
  }

  private String chosenEngine() {
    if (engineName != null) {
      return engineName;
    }
    List<String> installed = new ArrayList<>(
        Providers.of(InferenceEngineProvider.class, classLoader).asMap().keySet());
    if (installed.size() != 1) {
      throw new ConfigurationException(installed.isEmpty()
          ? "no inference engine is installed; add an artifact that provides one, such as"
              + " org.modelledger:modelledger-ml-exact"
          : "several inference engines are installed, " + installed
              + "; choose one with Builder.engine");
    }
    return installed.getFirst();
  }

  // --- evidence

  /**
   * Records the state of the receipt log in the registry, so that whoever reads the registry knows
   * that nothing before it can change any more.
   *
   * @return the newest anchor, covering every receipt that was durable when this was called
   * @throws IllegalStateException if there is no receipt yet
   */
  public Anchor anchor() throws InterruptedException {
    resources.requireOpen();
    SignedCheckpoint checkpoint = receipts.publish();
    if (checkpoint.size() == 0) {
      throw new IllegalStateException("there is no receipt to anchor yet");
    }
    return anchors.write(receipts.origin(), checkpoint, account());
  }

  /** Returns the receipt log. It is closed with the ledger. */
  public ReceiptLog receipts() {
    return receipts;
  }

  /**
   * Returns what opens receipts, for looking up and erasing, of a single receipt or of a {@linkplain
   * Builder#subjects subject}. It is closed with the ledger.
   */
  public EvidenceStore evidence() {
    return receipts.evidence();
  }

  /**
   * Begins a new key-encryption key and wraps the keys of all evidence and artifacts by it. What they
   * encrypt is neither read nor written, so receipts, proofs and digests stay as they are. If this fails
   * or the process dies on the way, everything is readable, some of it by the old key: do it again.
   *
   * @return which keys are needed now; others may be destroyed
   * @throws org.modelledger.encryption.KeyUnavailableException if a key is gone or cannot be reached;
   *     names it and the file that needs it
   * @throws StorageException if the new key or a file cannot be written
   * @throws org.modelledger.receipt.ReceiptLogException if the receipt log has failed
   */
  public KeyRotation rotateKeys() throws InterruptedException {
    resources.requireOpen();
    try {
      var unused = keys.rotate();
    } catch (IOException e) {
      throw new StorageException("a new key-encryption key cannot be made: " + e.getMessage(), e);
    }
    return receipts.evidence().rewrapKeys().and(models.artifacts().rewrapKeys());
  }

  /**
   * Returns a verifier of the whole chain: this ledger's receipts and evidence against the registry,
   * the artifacts, the trusted keys, the witnesses and a replay on the engine.
   *
   * @param computations what receipts of computations are replayed with; see {@link
   *     Verifier.Builder#computation}
   */
  public Verifier verifier(Computation... computations) {
    resources.requireOpen();
    Verifier.Builder verifier = Verifier.builder(receipts.key())
        .log(receipts.reader())
        .registry(registry)
        .artifacts(models.artifacts())
        .signatures(models::signature)
        .evidence(receipts.evidence()::find)
        .engine(this::engine);
    registry.account().ifPresent(verifier::anchoredBy);
    models.trusted().forEach(verifier::trust);
    for (Computation computation : computations) {
      verifier.computation(computation);
    }
    if (witnesses != null) {
      verifier.witnesses(witnesses);
    }
    return verifier.build();
  }

  /**
   * Returns what is said of data and versions, beyond their registration: statements, approvals, and the
   * graph of what came from what.
   */
  public Lineage lineage() {
    return lineage;
  }

  /**
   * Runs an inference again, from its receipt and the evidence to it, on this ledger's engine. For other
   * engines, or evidence that somebody disclosed, see {@link Replays}.
   *
   * @param index of the receipt in the log, from 0; makes a checkpoint if none covers it yet
   * @param computations what receipts of computations are replayed with
   * @return how the results compare; that the inputs were erased or never kept is an answer, too
   * @throws IndexOutOfBoundsException if there is no such receipt
   */
  public Replayed replay(long index, Computation... computations) throws InterruptedException {
    resources.requireOpen();
    Replays replays = Replays.on(engine(), models.artifacts());
    for (Computation computation : computations) {
      replays = replays.with(computation);
    }
    if (receipts.checkpoint().size() <= index) {
      var unused = receipts.publish();
    }
    return replays.replay(receipts.entry(index), receipts.evidence().find(index));
  }

  /**
   * Trains a version again from its lineage statement, by the trainer that it names, and compares the
   * files.
   *
   * @param replay with the data that the statement names
   * @return whether the same files came of it; that another version of the trainer is installed, or that
   *     the data is another, is an answer, too
   * @throws UntrustedModelException if the statement is missing, or does not hold with a trusted key
   */
  public Retrained replayTraining(ModelVersion version, TrainingReplay replay)
      throws InterruptedException {
    resources.requireOpen();
    return replay.run(models.lineage(version), classLoader);
  }

  /**
   * Returns what answers what the registry said at an earlier moment: what was deployed, who had which
   * role, what was revoked.
   */
  public Audit audit() {
    resources.requireOpen();
    return Audit.of(registry);
  }

  // --- the parts

  /** Returns the registry. It is closed with the ledger. */
  public ModelRegistry registry() {
    return registry;
  }

  /** Returns the artifact store. */
  public ArtifactStore artifacts() {
    return models.artifacts();
  }

  /**
   * Returns the account in whose name commands are submitted.
   *
   * @throws ConfigurationException if the registry is open for reading only
   */
  public AccountId account() {
    return registry.account()
        .orElseThrow(() -> new ConfigurationException(
            "the ledger " + registry.ledgerId() + " is open for reading only"));
  }

  /** Returns the directory of what is this ledger's own. */
  public Path home() {
    return home.directory();
  }

  /** Returns the whole history of the registry, oldest first; {@link RegistryHistory} has it page by page. */
  public List<LedgerEvent> history() {
    resources.requireOpen();
    return RegistryHistory.of(registry).toList();
  }

  /**
   * Copies the files of a version into a directory, comparing every byte on the way.
   *
   * @param directory does not exist, or is empty
   */
  public void exportModel(ModelVersion version, Path directory) throws InterruptedException {
    models.artifacts().export(version.artifact(), directory);
  }

  /**
   * Returns the OpenSSF Model Signing bundle over the files of a version: a {@code model.sig}.
   *
   * @throws UntrustedModelException if there is none by a trusted key
   */
  public byte[] signatureBundle(ModelVersion version) {
    return models.signature(version.artifact())
        .orElseThrow(() -> new UntrustedModelException(
            "no signature by a trusted key over " + version.id() + " is in " + home.directory()));
  }

  /**
   * Keeps somebody else's signature over the files of a version, so that a {@link LoadPolicy} can ask for
   * it. Nothing is believed of it but that it is there: whose signatures count is the policy's to say.
   *
   * @param bundle an OpenSSF Model Signing bundle
   * @param key that made it
   * @throws org.modelledger.model.VerificationException if it does not hold
   * @throws org.modelledger.artifact.ArtifactNotFoundException if the files are not here
   */
  public void addSignature(ModelVersion version, byte[] bundle, VerificationKey key)
      throws VerificationException {
    models.addSignature(version, bundle, key);
  }

  /** Returns the signed lineage statement of a version: a DSSE envelope. */
  public byte[] lineageStatement(ModelVersion version) {
    return models.statement(version);
  }

  /** Returns the public key of the signatures that this ledger makes, as PEM: a {@code model.pub}. */
  public String modelSigningKeyPem() {
    return models.publicKey().toPem();
  }

  /** Returns the keys whose signatures this ledger believes, its own first. */
  public List<VerificationKey> trustedKeys() {
    return models.trusted();
  }

  /**
   * Signs files that are no version of a model, such as evidence to hand over, with this ledger's model
   * signing key.
   *
   * @param name what to call them; informative
   * @return an OpenSSF Model Signing bundle over all of them
   */
  public byte[] sign(String name, ModelFiles files) throws InterruptedException {
    resources.requireOpen();
    return models.sign(name, files);
  }

  /**
   * Returns the log that the registry is, where it is an embedded ledger that was opened by its URI. On
   * other chains everybody reads the registry at its own place.
   */
  public Optional<PublicLog> registryLog() {
    return Optional.ofNullable(registryLog);
  }

  /**
   * Closes everything that was opened, in order: models, trainers, the engine, the receipt log, the
   * registry. Waits until receipts are durable. Idempotent.
   *
   * @throws org.modelledger.receipt.ReceiptLogException if inferences are left without receipts
   */
  @Override
  public void close() {
    resources.close();
  }

  @Override
  public String toString() {
    return "ModelLedger[" + home.directory() + "]";
  }

  /** Collects how a ledger works. Not for use by several threads at once. */
  public static final class Builder {
    private static final String HOME = "home";

    private final @Nullable String uri;
    private final @Nullable ModelRegistry registry;
    private final ReceiptOptions.Builder receiptOptions = ReceiptOptions.builder();
    private final List<VerificationKey> trusted = new ArrayList<>();
    private @Nullable Path home;
    private @Nullable String engineName;
    private ProviderOptions engineOptions = ProviderOptions.empty();
    private ClassLoader classLoader = ModelLedger.class.getClassLoader();
    private Duration timeout = Duration.ofMinutes(2);
    private @Nullable WitnessPolicy witnesses;
    private @Nullable KeyManagement keyManagement;
    private boolean encryptArtifacts;
    private @Nullable DeployPolicy deployPolicy;
    private InstantSource clock = InstantSource.system();
    private LoadPolicy loadPolicy = LoadPolicy.any();
    private Recall onRevocation = Recall.STOP;
    private Recall onUnseen = Recall.WARN;
    private Duration unseenFor = Duration.ofMinutes(1);
    private Duration pollingInterval = Duration.ofSeconds(5);

    private Builder(@Nullable String uri, @Nullable ModelRegistry registry) {
      this.uri = uri;
      this.registry = registry;
    }

    /** Sets the home directory; for {@code local:x} it is {@code x-home} if not set. */
    public Builder home(Path directory) {
      this.home = Objects.requireNonNull(directory, "directory");
      return this;
    }

    /** Sets the inference engine by its provider's name; the only one installed if not set. */
    public Builder engine(String provider) {
      return engine(provider, ProviderOptions.empty());
    }

    /** Sets the inference engine by its provider's name, with options. */
    public Builder engine(String provider, ProviderOptions options) {
      this.engineName = Objects.requireNonNull(provider, "provider");
      this.engineOptions = Objects.requireNonNull(options, "options");
      return this;
    }

    /** Sets what is kept beside receipts; {@link Retention#SALTS} if not set. */
    public Builder retention(Retention retention) {
      receiptOptions.retention(retention);
      return this;
    }

    /**
     * Sets by the values of which attributes evidence is filed, so that {@link EvidenceStore#eraseSubject}
     * finds it; see {@link ReceiptOptions.Builder#subjects}.
     */
    public Builder subjects(String... attributes) {
      receiptOptions.subjects(attributes);
      return this;
    }

    /**
     * Sets who keeps the keys that encrypt keys; {@link org.modelledger.encryption.LocalKeys} in the home
     * if not set. What those have wrapped before stays readable, and {@link ModelLedger#rotateKeys}
     * wraps it by the ones set here.
     */
    public Builder keyManagement(KeyManagement keys) {
      this.keyManagement = Objects.requireNonNull(keys, "keys");
      return this;
    }

    /**
     * Encrypts the files of models that are registered from now on. The home remembers that, so there is
     * no way back by leaving this out. Digests, signatures and exports are those of the plain bytes.
     */
    public Builder encryptArtifacts() {
      this.encryptArtifacts = true;
      return this;
    }

    /** Lets inferences go on without a receipt where one cannot be written, leaving a gap. */
    public Builder failOpen() {
      receiptOptions.failOpen(true);
      return this;
    }

    /** Makes inferences fail where a receipt cannot be written: the default. */
    public Builder failClosed() {
      receiptOptions.failOpen(false);
      return this;
    }

    /** Sets how much may wait to be written; see {@link ReceiptOptions.Builder#backlog}. */
    public Builder backlog(int receipts, long bytes) {
      receiptOptions.backlog(receipts, bytes);
      return this;
    }

    /** Sets how long receipts gather before they are written; see {@link ReceiptOptions.Builder#linger}. */
    public Builder linger(Duration linger) {
      receiptOptions.linger(linger);
      return this;
    }

    /** Sets how long an inference waits for room; see {@link ReceiptOptions.Builder#enqueueWait}. */
    public Builder enqueueWait(Duration wait) {
      receiptOptions.enqueueWait(wait);
      return this;
    }

    /** Sets the time between checkpoints; see {@link ReceiptOptions.Builder#checkpointInterval}. */
    public Builder checkpointInterval(Duration interval) {
      receiptOptions.checkpointInterval(interval);
      return this;
    }

    /**
     * Sets witnesses that have to cosign the receipt log's checkpoints; see {@link
     * ReceiptOptions.Builder#witnesses}. {@link ModelLedger#verifier} demands them, too.
     */
    public Builder witnesses(WitnessPolicy policy) {
      receiptOptions.witnesses(policy);
      this.witnesses = policy;
      return this;
    }

    /** Sets who is told what happens to receipts; see {@link ReceiptOptions.Builder#observer}. */
    public Builder observer(ReceiptObserver observer) {
      receiptOptions.observer(observer);
      return this;
    }

    /**
     * Sets where the time in receipts and statements comes from, and what the age of versions is measured
     * by; the system's clock if not set.
     */
    public Builder clock(InstantSource clock) {
      receiptOptions.clock(clock);
      this.clock = clock;
      return this;
    }

    /** Trusts one more key: models that it signed are loaded too. */
    public Builder trust(VerificationKey key) {
      trusted.add(Objects.requireNonNull(key, "key"));
      return this;
    }

    /**
     * Demands approvals before versions are deployed; none are demanded if not set. The rules of the
     * registry know nothing of them: other clients deploy by what they were told, and {@link
     * Lineage#audit} tells afterwards what was deployed without.
     */
    public Builder deployPolicy(DeployPolicy policy) {
      this.deployPolicy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets what has to be true of a version before it is loaded; {@link LoadPolicy#any} if not set. */
    public Builder loadPolicy(LoadPolicy policy) {
      this.loadPolicy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Sets what a running model does once its version is revoked: {@link Recall#STOP} if not set. */
    public Builder onRevocation(Recall recall) {
      this.onRevocation = Objects.requireNonNull(recall, "recall");
      return this;
    }

    /**
     * Sets what running models do while the registry cannot be read, and nobody knows whether they are
     * revoked: {@link Recall#WARN} after a minute if not set.
     *
     * @param after how long the registry may be unseen before; longer than the polling interval, and
     *     better a few of them
     */
    public Builder onRegistryUnseen(Recall recall, Duration after) {
      this.onUnseen = Objects.requireNonNull(recall, "recall");
      this.unseenFor = Objects.requireNonNull(after, "after");
      return this;
    }

    /**
     * Sets how often the registry is looked at for revocations: five seconds if not set. A revocation
     * that the registry shows reaches running models within this time; a backend that looks at its own
     * chain less often comes on top.
     */
    public Builder pollingInterval(Duration interval) {
      this.pollingInterval = Objects.requireNonNull(interval, "interval");
      return this;
    }

    private RecallPolicy recallPolicy() {
      return new RecallPolicy(onRevocation, onUnseen, unseenFor, pollingInterval);
    }

    /** Sets where backends are looked for; the class loader of this library if not set. */
    public Builder classLoader(ClassLoader loader) {
      this.classLoader = Objects.requireNonNull(loader, "loader");
      return this;
    }

    /** Sets how long the verbs wait for the registry; two minutes if not set. */
    public Builder timeout(Duration timeout) {
      this.timeout = Objects.requireNonNull(timeout, "timeout");
      return this;
    }

    /**
     * Opens the ledger, creating what is missing.
     *
     * @return a new ledger that the caller closes
     * @throws ConfigurationException see {@link ModelLedger#open(String)}
     * @throws org.modelledger.encryption.KeyUnavailableException if something in the home is encrypted under a
     *     key that is not there; none is made in its place
     */
    public ModelLedger open() {
      Resources resources = new Resources();
      try {
        ModelRegistry given = registry;
        if (given != null) {
          var unused = resources.add(given);
          return new ModelLedger(this, given, null, new Home(requireHome(home)), resources);
        }
        String scheme = ProviderOptions.scheme(Objects.requireNonNull(uri));
        ProviderOptions options = ProviderOptions.fromUri(uri);
        Home place = new Home(home(scheme, options));
        ProviderOptions complete = LocalDefaults.apply(scheme, options.without(HOME), place);
        ModelRegistry opened = resources.add(Providers.of(ModelRegistryProvider.class, classLoader)
            .get(scheme)
            .open(complete));
        return new ModelLedger(this, opened,
            LocalDefaults.publicLog(scheme, complete).orElse(null), place, resources);
      } catch (RuntimeException | Error e) {
        resources.closeAfter(e);
        throw e;
      }
    }

    private Path home(String scheme, ProviderOptions options) {
      Optional<Path> inUri = options.findPath(HOME);
      if (inUri.isPresent() && home != null) {
        throw new ConfigurationException("the home is given twice: in the URI and to the builder");
      }
      return requireHome(inUri.or(() -> Optional.ofNullable(home))
          .or(() -> LocalDefaults.home(scheme, options))
          .orElse(null));
    }

    private static Path requireHome(@Nullable Path home) {
      if (home == null) {
        throw new ConfigurationException("the home directory is missing, for keys, receipts and"
            + " artifacts: set Builder.home or the URI's option 'home'");
      }
      return home;
    }
  }
}
