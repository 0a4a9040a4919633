package org.modelledger.verification;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.evidence.Salt;
import org.modelledger.inference.Computation;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.Commitment;
import org.modelledger.receipt.Gap;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.VerificationKey;
import org.modelledger.tlog.Checkpoint;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.InclusionProof;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TlogProof;
import org.modelledger.tlog.TransparencyLogException;
import org.modelledger.tlog.WitnessPolicy;

/**
 * Follows the chain of evidence of receipts and explains each {@link Step}. Needs the receipt log's
 * public key; everything else it is given lets it check more, and what it is not given it says. None
 * of it has to be secret but {@link Builder#evidence}, which only the owner has.
 *
 * <p>Immutable; safe for use by several threads if what it was given is. Closes nothing.
 */
public final class Verifier {
  private static final RevocationSide UNREACHED = new RevocationSide.Unknown(
      "an earlier step does not hold");

  private final NoteVerifier key;
  private final @Nullable LogReader log;
  private final @Nullable WitnessPolicy witnesses;
  private final @Nullable ArtifactStore artifacts;
  private final @Nullable LongFunction<EvidenceLookup> evidence;
  private final @Nullable Supplier<InferenceEngine> engine;
  private final Map<String, Computation> computations;
  private final Optional<Determinism.Tolerance> elsewhere;
  private final Set<Step> required;
  private final ModelChecks models;
  private final AnchorCheck anchors;

  /** What receipts say that ran, which is checked once for all of them. */
  record Release(ModelVersionId version, Digest artifact) {}

  private Verifier(Builder builder) {
    this.key = builder.key;
    this.log = builder.log;
    this.witnesses = builder.witnesses;
    this.artifacts = builder.artifacts;
    this.evidence = builder.evidence;
    this.engine = builder.engine;
    this.computations = Map.copyOf(builder.computations);
    this.elsewhere = Optional.ofNullable(builder.elsewhere);
    this.required = EnumSet.copyOf(builder.required);
    this.models = new ModelChecks(builder.registry, builder.artifacts, builder.signatures,
        builder.keys);
    this.anchors = new AnchorCheck(builder.registry, builder.author, builder.log);
  }

  /** Begins a verifier of the receipts of one log. */
  public static Builder builder(NoteVerifier receiptLog) {
    return new Builder(receiptLog);
  }

  /**
   * Checks an entry of the log, with the evidence to it if there is any.
   *
   * @param index from 0
   * @throws IllegalStateException if this verifier has no log
   * @throws IndexOutOfBoundsException if the newest checkpoint does not cover it
   * @throws TransparencyLogException if the log cannot be read, which says nothing about it
   */
  public VerificationReport check(long index) throws InterruptedException {
    LogReader reader = requireLog();
    TlogProof proof;
    try {
      SignedCheckpoint newest = reader.latest();
      Objects.checkIndex(index, newest.size());
      proof = TlogProof.of(reader.inclusionProof(index, newest), newest)
          .withExtra(reader.entry(index, newest));
    } catch (ProofException e) {
      return report(index, Optional.empty(),
          List.of(StepResult.failed(Step.INCLUSION, e)), UNREACHED);
    }
    return check(proof);
  }

  /** Checks a proof that carries its entry, with the evidence to it if there is any. */
  public VerificationReport check(TlogProof proof) throws InterruptedException {
    return check(proof, lookUp(proof.index()));
  }

  /** Checks a proof that carries its entry, with evidence that its owner has disclosed. */
  public VerificationReport check(TlogProof proof, Evidence disclosed)
      throws InterruptedException {
    return check(proof, new EvidenceLookup.Kept(disclosed));
  }

  /**
   * Checks proofs that carry their entries, each with the evidence to it if there is any, and each model
   * version once for all of them.
   *
   * @param reports takes what was found, in the order of the proofs
   */
  public void check(Iterable<TlogProof> proofs, Consumer<VerificationReport> reports)
      throws InterruptedException {
    Map<Release, ModelChecks.Result> known = new HashMap<>();
    for (TlogProof proof : proofs) {
      reports.accept(check(proof, lookUp(proof.index()), known));
    }
  }

  /**
   * Checks a proof and fails unless every step that could be checked holds.
   *
   * @throws VerificationException with the first step that failed, and why
   */
  public void verify(TlogProof proof) throws VerificationException, InterruptedException {
    check(proof).requireSound();
  }

  private EvidenceLookup lookUp(long index) {
    return evidence == null ? new EvidenceLookup.Absent() : evidence.apply(index);
  }

  private VerificationReport check(TlogProof proof, EvidenceLookup opened)
      throws InterruptedException {
    return check(proof, opened, new HashMap<>());
  }

  private VerificationReport check(TlogProof proof, EvidenceLookup opened,
      Map<Release, ModelChecks.Result> known) throws InterruptedException {
    Optional<byte[]> leaf = proof.extraBytes();
    if (leaf.isEmpty()) {
      return report(proof.index(), Optional.empty(),
          List.of(StepResult.failed(Step.RECEIPT, "the proof does not carry the receipt")),
          UNREACHED);
    }
    List<StepResult> steps = new ArrayList<>();
    Optional<ReceiptEntry> entry = decode(leaf.get(), steps);
    Optional<Checkpoint> checkpoint = tree(proof, MerkleTree.leafHash(leaf.get()), steps);
    steps.add(checkpoint.map(at -> anchors.check(proof.index(), at))
        .orElseGet(() -> StepResult.skipped(Step.ANCHOR, "there is no checkpoint to compare")));
    RevocationSide side = UNREACHED;
    if (entry.isPresent()) {
      Release release = new Release(entry.get().version(), entry.get().artifact());
      ModelChecks.Result model = known.get(release);
      if (model == null) {
        model = models.check(release.version(), release.artifact());
        known.put(release, model);
      }
      steps.addAll(model.steps());
      steps.add(commitments(entry.get(), opened));
      steps.add(replay(entry.get(), opened, model));
      side = side(proof.index(), entry.get(), checkpoint, model.version(), steps);
    }
    return report(proof.index(), entry, steps, side);
  }

  private RevocationSide side(long index, ReceiptEntry entry, Optional<Checkpoint> checkpoint,
      Optional<ModelVersion> version, List<StepResult> steps) {
    boolean inTheLog = steps.stream()
        .filter(step -> step.step().compareTo(Step.CHECKPOINT) <= 0)
        .allMatch(StepResult::isPassed);
    if (!inTheLog || checkpoint.isEmpty()) {
      return UNREACHED;
    }
    return version.isEmpty()
        ? new RevocationSide.Unknown("the version is not known")
        : anchors.line(version.get(), checkpoint.get()).side(index, entry);
  }

  /** Puts the steps in order; those that are missing were not reached. */
  private VerificationReport report(long index, Optional<ReceiptEntry> entry,
      List<StepResult> steps, RevocationSide side) {
    List<StepResult> all = new ArrayList<>();
    for (Step step : Step.values()) {
      all.add(steps.stream()
          .filter(one -> one.step() == step)
          .findFirst()
          .map(this::require)
          .orElseGet(() -> StepResult.skipped(step, "an earlier step does not hold")));
    }
    return new VerificationReport(index, entry, all, side);
  }

  private StepResult require(StepResult result) {
    return result.outcome() instanceof Outcome.Skipped skipped && required.contains(result.step())
        ? StepResult.failed(result.step(), "it is required, but " + skipped.explanation())
        : result;
  }

  private static Optional<ReceiptEntry> decode(byte[] leaf, List<StepResult> steps) {
    try {
      ReceiptEntry entry = ReceiptEntry.decode(leaf);
      steps.add(StepResult.passed(Step.RECEIPT, describe(entry)));
      return Optional.of(entry);
    } catch (ModelFormatException e) {
      steps.add(StepResult.failed(Step.RECEIPT, e));
      return Optional.empty();
    }
  }

  private static String describe(ReceiptEntry entry) {
    return switch (entry) {
      case Receipt receipt -> receipt.version() + " ran on " + receipt.time() + ", engine "
          + receipt.engine().name() + " " + receipt.engine().version() + " on "
          + receipt.engine().device() + " by " + receipt.engine().threads() + " threads, "
          + receipt.determinism().word() + ", number " + receipt.sequence() + " of session "
          + receipt.session();
      case Gap gap -> gap.count() + " inferences of " + gap.version() + " have no receipt ("
          + gap.reason().word() + "), from number " + gap.sequence() + " of session "
          + gap.session();
    };
  }

  private Optional<Checkpoint> tree(TlogProof proof, Hash leaf, List<StepResult> steps) {
    Optional<Checkpoint> claimed = Optional.empty();
    try {
      Checkpoint checkpoint = Checkpoint.parse(proof.note().text());
      claimed = Optional.of(checkpoint);
      if (proof.index() >= checkpoint.size()) {
        steps.add(StepResult.failed(Step.INCLUSION, "index " + proof.index()
            + " is not in a tree of " + checkpoint.size() + " entries"));
      } else {
        new InclusionProof(proof.index(), checkpoint.size(), proof.path()).verify(leaf,
            checkpoint.root());
        steps.add(StepResult.passed(Step.INCLUSION, "it is entry " + proof.index()
            + ", counted from 0, of the " + checkpoint.size() + " in the log "
            + checkpoint.origin()));
      }
    } catch (ProofException e) {
      steps.add(StepResult.failed(Step.INCLUSION,
          "the receipt is not in the tree: " + e.getMessage()));
    }
    try {
      steps.add(StepResult.passed(Step.CHECKPOINT,
          signers(SignedCheckpoint.of(proof.note(), key))));
    } catch (ProofException e) {
      steps.add(StepResult.failed(Step.CHECKPOINT, e));
    }
    return claimed;
  }

  /** Says who vouches for a checkpoint; fails if it is not everybody who has to. */
  String signers(SignedCheckpoint checkpoint) throws ProofException {
    String signed = "the root of " + checkpoint.size() + " entries is signed by the log's key "
        + checkpoint.log();
    if (witnesses == null) {
      return signed;
    }
    List<String> cosigned = witnesses.verify(checkpoint)
        .stream()
        .map(cosignature -> cosignature.witness().name() + " on "
            + witnessed(cosignature.timestamp()))
        .toList();
    return cosigned.isEmpty()
        ? signed
        : signed + " and cosigned by " + String.join(", ", cosigned);
  }

  /** A witness may say any number of seconds, also some that are no date. */
  private static String witnessed(long timestamp) {
    return timestamp <= Instant.MAX.getEpochSecond()
        ? Instant.ofEpochSecond(timestamp).toString()
        : timestamp + " s";
  }

  static StepResult commitments(ReceiptEntry entry, EvidenceLookup opened) {
    if (!(entry instanceof Receipt receipt)) {
      return StepResult.skipped(Step.COMMITMENTS, "a gap commits to nothing");
    }
    return switch (opened) {
      case EvidenceLookup.Absent() -> StepResult.skipped(Step.COMMITMENTS, "no evidence is here");
      case EvidenceLookup.Erased() -> StepResult.skipped(Step.COMMITMENTS,
          "the evidence was erased: nobody can tell any more what went in and came out");
      case EvidenceLookup.Kept(Evidence kept) -> open(receipt, kept);
    };
  }

  private static StepResult open(Receipt receipt, Evidence kept) {
    List<String> holds = new ArrayList<>();
    List<String> fails = new ArrayList<>();
    kept.inputs()
        .ifPresent(inputs -> (receipt.input().opensTo(inputs, kept.inputSalt())
            ? holds
            : fails).add("the inputs"));
    kept.outputs()
        .ifPresent(outputs -> (receipt.output().opensTo(outputs, kept.outputSalt())
            ? holds
            : fails).add("the outputs"));
    for (Map.Entry<String, String> attribute : kept.attributes().entrySet()) {
      Commitment commitment = receipt.attributes().get(attribute.getKey());
      Salt salt = kept.attributeSalts().get(attribute.getKey());
      boolean opens = commitment != null && salt != null
          && commitment.opensTo(attribute.getValue(), salt);
      (opens ? holds : fails).add("the attribute '" + attribute.getKey() + "'");
    }
    if (!fails.isEmpty()) {
      return StepResult.failed(Step.COMMITMENTS, String.join(" and ", fails)
          + " of the evidence are not what the receipt commits to");
    }
    return holds.isEmpty()
        ? StepResult.skipped(Step.COMMITMENTS,
            "only the salts are kept; whoever has the inputs or outputs can open it with them")
        : StepResult.passed(Step.COMMITMENTS,
            String.join(", ", holds) + " are what the receipt commits to");
  }

  private StepResult replay(ReceiptEntry entry, EvidenceLookup opened, ModelChecks.Result model)
      throws InterruptedException {
    if (!(entry instanceof Receipt receipt)) {
      return Replay.skipped("there is nothing to run again in a gap");
    }
    if (!(opened instanceof EvidenceLookup.Kept(Evidence kept))) {
      return Replay.skipped("there is no evidence to run it with");
    }
    Optional<StepResult> obstacle = replayObstacle(model);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    InferenceEngine runtime = Objects.requireNonNull(engine).get();
    try (LoadedModel loaded = load(runtime, receipt.artifact())) {
      return replay(receipt, kept, runtime, loaded);
    } catch (ModelLedgerException e) {
      return StepResult.failed(Step.REPLAY, "the model cannot be loaded: " + e.getMessage());
    }
  }

  StepResult replay(Receipt receipt, Evidence kept, InferenceEngine runtime, LoadedModel loaded)
      throws InterruptedException {
    return Replay.step(
        Replay.run(receipt, kept, runtime, loaded, computations, elsewhere));
  }

  Optional<StepResult> replayObstacle(ModelChecks.Result model) {
    if (engine == null) {
      return Optional.of(Replay.skipped("no engine to run it on"));
    }
    return model.passed(Step.ARTIFACT)
        ? Optional.empty()
        : Optional.of(Replay.skipped("the files of the model are not here"));
  }

  LoadedModel load(InferenceEngine runtime, Digest artifact) {
    return runtime.load(Objects.requireNonNull(artifacts).open(artifact));
  }

  InferenceEngine runtime() {
    return Objects.requireNonNull(engine).get();
  }

  ModelChecks models() {
    return models;
  }

  AnchorCheck anchors() {
    return anchors;
  }

  EvidenceLookup evidence(long index) {
    return lookUp(index);
  }

  LogReader requireLog() {
    if (log == null) {
      throw new IllegalStateException("this verifier was given no log to read");
    }
    return log;
  }

  StepResult required(StepResult result) {
    return require(result);
  }

  /**
   * Checks every entry of the log; see {@link #checkAll(long)}. Runs nothing again.
   *
   * @throws IllegalStateException if this verifier has no log
   */
  public LogReport checkAll() throws InterruptedException {
    return checkAll(0);
  }

  /**
   * Checks every entry of the log in one pass, every model version once, and runs some inferences
   * again.
   *
   * @param replays how many inferences to run again at most, spread over the log
   * @throws IllegalStateException if this verifier has no log
   * @throws TransparencyLogException if the log cannot be read, which says nothing about it
   */
  public LogReport checkAll(long replays) throws InterruptedException {
    return new WholeLog(this, replays).check();
  }

  /**
   * Checks that a directory is an exact copy of a version: the ledger's digest, and every file by name
   * and content.
   *
   * @throws VerificationException if it is not; names the files that are changed, missing or extra
   * @throws org.modelledger.model.StorageException if it cannot be read
   */
  public void verifyModel(ModelVersionId version, Path directory)
      throws VerificationException, InterruptedException {
    ArtifactManifest expected = models.registered(version);
    List<String> differences;
    try {
      differences = expected.differences(ArtifactManifest.ofDirectory(directory));
    } catch (org.modelledger.artifact.ArtifactException e) {
      throw new VerificationException(directory + " is not " + version + ": " + e.getMessage(), e);
    }
    if (!differences.isEmpty()) {
      throw new VerificationException(directory + " is not " + version + ": "
          + String.join("; ", differences.subList(0, Math.min(20, differences.size()))));
    }
  }

  /** Collects what a verifier has to check with. Not for use by several threads at once. */
  public static final class Builder {
    private final NoteVerifier key;
    private final List<VerificationKey> keys = new ArrayList<>();
    private final Set<Step> required = EnumSet.of(Step.RECEIPT, Step.INCLUSION, Step.CHECKPOINT);
    private Function<Digest, Optional<byte[]>> signatures = digest -> Optional.empty();
    private @Nullable LogReader log;
    private @Nullable WitnessPolicy witnesses;
    private @Nullable ModelRegistry registry;
    private @Nullable AccountId author;
    private @Nullable ArtifactStore artifacts;
    private @Nullable LongFunction<EvidenceLookup> evidence;
    private @Nullable Supplier<InferenceEngine> engine;
    private final Map<String, Computation> computations = new HashMap<>();
    private Determinism.@Nullable Tolerance elsewhere;

    private Builder(NoteVerifier key) {
      this.key = Objects.requireNonNull(key, "key");
    }

    /**
     * Gives it the log to read, from a directory or over HTTP.
     *
     * @throws IllegalArgumentException if it is the reader of another key
     */
    public Builder log(LogReader reader) {
      if (!reader.log().equals(key)) {
        throw new IllegalArgumentException(
            "the reader is for the log " + reader.log() + ", the verifier for " + key);
      }
      this.log = reader;
      return this;
    }

    /**
     * Demands that witnesses have cosigned the checkpoints of the receipt log: one without the policy's
     * quorum fails at {@link Step#CHECKPOINT}. So a log that shows other receipts to other people is
     * found out.
     */
    public Builder witnesses(WitnessPolicy policy) {
      this.witnesses = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /** Gives it the registry to ask; one that only reads will do. */
    public Builder registry(ModelRegistry registry) {
      this.registry = Objects.requireNonNull(registry, "registry");
      return this;
    }

    /** Says whose anchors of the receipt log count. */
    public Builder anchoredBy(AccountId author) {
      this.author = Objects.requireNonNull(author, "author");
      return this;
    }

    /** Gives it models and statements. */
    public Builder artifacts(ArtifactStore artifacts) {
      this.artifacts = Objects.requireNonNull(artifacts, "artifacts");
      return this;
    }

    /** Gives it OpenSSF Model Signing bundles, by the artifact they are about. */
    public Builder signatures(Function<Digest, Optional<byte[]>> signatures) {
      this.signatures = Objects.requireNonNull(signatures, "signatures");
      return this;
    }

    /** Trusts a key for model signatures and lineage statements. */
    public Builder trust(VerificationKey key) {
      keys.add(Objects.requireNonNull(key, "key"));
      return this;
    }

    /** Gives it the evidence, by the receipt's index. */
    public Builder evidence(LongFunction<EvidenceLookup> evidence) {
      this.evidence = Objects.requireNonNull(evidence, "evidence");
      return this;
    }

    /** Gives it an engine to run inferences again; asked for only if there is something to run. */
    public Builder engine(Supplier<InferenceEngine> engine) {
      this.engine = Objects.requireNonNull(engine, "engine");
      return this;
    }

    /**
     * Gives it a computation, for the replay of receipts that are about one of this name; others are
     * skipped.
     *
     * @throws IllegalArgumentException if it was given another one of this name
     */
    public Builder computation(Computation computation) {
      if (computations.putIfAbsent(computation.name(), computation) != null) {
        throw new IllegalArgumentException(
            "two computations are called '" + computation.name() + "'");
      }
      return this;
    }

    /**
     * Lets another engine than the one that a receipt names stand in for it in a replay, if its results are within a tolerance, such
     * as a model in ONNX that ran on one runtime and is repeated on another. The step's explanation says so. Without it, such a
     * replay is skipped.
     */
    public Builder replayElsewhere(Determinism.Tolerance tolerance) {
      this.elsewhere = Objects.requireNonNull(tolerance, "tolerance");
      return this;
    }

    /**
     * Makes a step fail that cannot be checked. Receipt, inclusion and checkpoint always are
     * required.
     */
    public Builder require(Step... steps) {
      required.addAll(List.of(steps));
      return this;
    }

    public Verifier build() {
      return new Verifier(this);
    }
  }
}
