package org.modelledger;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.audit.RegistryHistory;
import org.modelledger.lineage.ApprovalStatement;
import org.modelledger.lineage.Attestation;
import org.modelledger.lineage.DatasetStatement;
import org.modelledger.lineage.DeployPolicy;
import org.modelledger.lineage.EvaluationStatement;
import org.modelledger.lineage.LineageGraph;
import org.modelledger.lineage.LineageStatement;
import org.modelledger.lineage.NotApprovedException;
import org.modelledger.lineage.Statement;
import org.modelledger.lineage.StatementLog;
import org.modelledger.lineage.Statements;
import org.modelledger.lineage.VersionLineage;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.NotFoundException;
import org.modelledger.signing.VerificationKey;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.verification.DeploymentAudit;

/**
 * What is said of data and versions beyond their registration, and the graph of what came from what; got
 * from {@link ModelLedger#lineage}. The user's page is docs/lineage.md.
 *
 * <p>Statements lie in the artifact store by the digest of their envelope, and those digests in a
 * transparency log of the home, the {@link StatementLog}. {@link #anchor} records that log in the
 * registry, and {@link #log} proves each statement from there.
 *
 * <p>Safe for use by several threads.
 */
public final class Lineage {
  private final ModelRegistry registry;
  private final Home home;
  private final ModelStore models;
  private final Resources resources;
  private final AnchorWriter anchors;
  private final InstantSource clock;
  private final @Nullable DeployPolicy policy;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable StatementLog log; // guarded by lock

  Lineage(ModelRegistry registry, Home home, ModelStore models, Resources resources,
      AnchorWriter anchors, InstantSource clock, @Nullable DeployPolicy policy) {
    this.registry = registry;
    this.home = home;
    this.models = models;
    this.resources = resources;
    this.anchors = anchors;
    this.clock = clock;
    this.policy = policy;
  }

  // --- stating

  /**
   * Signs what a data set is, and records it. A training that names the digest of this attestation, or of
   * a file of the data set, as its data is then connected with it.
   */
  public Attestation describe(DatasetStatement dataset) throws InterruptedException {
    return state(dataset);
  }

  /**
   * Signs what came of an evaluation, and records it.
   *
   * @throws NotFoundException if the ledger has no such version with this artifact
   */
  public Attestation record(EvaluationStatement evaluation) throws InterruptedException {
    resources.requireOpen();
    var unused = registry.version(evaluation.version())
        .filter(it -> it.artifact().equals(evaluation.artifact()))
        .orElseThrow(() -> new NotFoundException("the ledger " + registry.ledgerId()
            + " has no version " + evaluation.version() + " that is " + evaluation.artifact()));
    return state(evaluation);
  }

  /**
   * Approves in the name of this ledger's account that a version is put into an environment, signed by
   * this home's key. Somebody else who deploys gets the {@link #envelope} and {@linkplain #add adds} it.
   *
   * @param comment why, or on what condition; may be empty
   * @throws ConfigurationException if the registry is open for reading only
   */
  public Attestation approve(ModelVersion version, String environment, String comment)
      throws InterruptedException {
    resources.requireOpen();
    return state(new ApprovalStatement(registry.ledgerId(), version.id(), version.artifact(),
        version.statement(), EnvironmentName.of(environment), account(), comment,
        clock.instant()));
  }

  private Attestation state(Statement statement) throws InterruptedException {
    resources.requireOpen();
    Digest digest = models.state(statement);
    var unused = openLog().add(digest);
    return new Attestation(digest, statement);
  }

  /**
   * Records a statement that somebody else has signed.
   *
   * @param envelope DSSE, as {@link #envelope} returns it
   * @throws VerificationException if it is not a statement by a key that this ledger trusts or whose
   *     owner the deploy policy names
   */
  public Attestation add(byte[] envelope) throws VerificationException, InterruptedException {
    resources.requireOpen();
    Statement statement = Statements.verify(envelope, keys());
    Digest digest = models.artifacts().putStatement(envelope);
    var unused = openLog().add(digest);
    return new Attestation(digest, statement);
  }

  // --- reading

  /** Returns a signed statement as it is stored: a DSSE envelope. */
  public Optional<byte[]> envelope(Digest statement) {
    resources.requireOpen();
    return models.artifacts().statement(statement);
  }

  /**
   * Returns the graph of everything in the registry's history and the log of statements. A statement that
   * is missing, or by no trusted key, is {@linkplain LineageGraph#unknown unknown}.
   */
  public LineageGraph graph() throws InterruptedException {
    resources.requireOpen();
    return LineageGraph.of(RegistryHistory.of(registry).toList(), openLog().entries(),
        this::trusted);
  }

  /**
   * Returns all that is known of how a version came about and what was found of it, for an export.
   *
   * @throws UntrustedModelException if its lineage statement is missing, or by no trusted key
   */
  public VersionLineage of(ModelVersion version) throws InterruptedException {
    resources.requireOpen();
    byte[] envelope = models.statement(version);
    if (!(trusted(envelope).orElse(null) instanceof LineageStatement training)) {
      throw new UntrustedModelException("the lineage statement of " + version.id()
          + " does not hold with any trusted key");
    }
    SortedMap<Digest, DatasetStatement> datasets = new TreeMap<>();
    List<EvaluationStatement> evaluations = new ArrayList<>();
    for (Digest digest : openLog().entries()) {
      switch (trusted(digest).orElse(null)) {
        case DatasetStatement dataset -> {
          datasets.putIfAbsent(digest, dataset);
          dataset.files().forEach(file -> datasets.putIfAbsent(file.digest(), dataset));
        }
        case EvaluationStatement evaluation when evaluation.version().equals(version.id())
            && evaluation.artifact().equals(version.artifact()) ->
          evaluations.add(evaluation);
        case null, default -> {
          // about something else, or unknown
        }
      }
    }
    datasets.keySet().retainAll(named(training, evaluations));
    return new VersionLineage(registry.ledgerId(), version, training, datasets, evaluations);
  }

  private static Set<Digest> named(LineageStatement training,
      List<EvaluationStatement> evaluations) {
    Set<Digest> named = new HashSet<>();
    training.facts().data().forEach(source -> named.add(source.digest()));
    evaluations.forEach(it -> it.data().forEach(source -> named.add(source.digest())));
    return named;
  }

  private Optional<Statement> trusted(Digest digest) {
    return models.artifacts().statement(digest).flatMap(this::trusted);
  }

  private Optional<Statement> trusted(byte[] envelope) {
    try {
      return Optional.of(Statements.verify(envelope, keys()));
    } catch (VerificationException e) {
      return Optional.empty();
    }
  }

  /** Returns the keys whose statements count: those that this ledger trusts, and the deploy policy's. */
  public List<VerificationKey> trustedKeys() {
    return List.copyOf(keys());
  }

  private List<VerificationKey> keys() {
    List<VerificationKey> keys = new ArrayList<>(models.trusted());
    if (policy != null) {
      keys.addAll(policy.approvers().values());
    }
    return keys;
  }

  // --- proving

  /** Returns the log of statements, which proves them. It is closed with the ledger. */
  public StatementLog log() throws InterruptedException {
    resources.requireOpen();
    return openLog();
  }

  private StatementLog openLog() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      StatementLog open = log;
      if (open == null) {
        open = resources.add(StatementLog.open(home.statements(), home.statementsKey()));
        log = open;
      }
      return open;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Records the state of the log of statements in the registry, so that whoever reads the registry knows
   * that they were there before, and that none is removed.
   *
   * @throws IllegalStateException if there is no statement yet
   */
  public Anchor anchor() throws InterruptedException {
    resources.requireOpen();
    StatementLog statements = openLog();
    var checkpoint = statements.publish();
    if (checkpoint.size() == 0) {
      throw new IllegalStateException("there is no statement to anchor yet");
    }
    return anchors.write(statements.origin(), checkpoint, account());
  }

  private AccountId account() {
    return registry.account()
        .orElseThrow(() -> new ConfigurationException(
            "the ledger " + registry.ledgerId() + " is open for reading only"));
  }

  // --- approvals

  /** Does what has to be done before a command that the policy has something to say about. */
  void prepare(Command.DeployVersion command) throws InterruptedException {
    if (demanded(command) > 0) {
      requireApproved(command);
      var unused = anchor();
    }
  }

  /** Throws if the policy forbids a command. */
  void requireApproved(Command<?> command) {
    if (command instanceof Command.DeployVersion deploy && demanded(deploy) > 0) {
      DeployPolicy.Tally tally = tally(deploy);
      if (!tally.isMet()) {
        throw new NotApprovedException(deploy.version(), deploy.environment(), tally);
      }
    }
  }

  private int demanded(Command.DeployVersion command) {
    return policy == null ? 0 : policy.required(command.environment());
  }

  private DeployPolicy.Tally tally(Command.DeployVersion command) {
    DeployPolicy demands = Objects.requireNonNull(policy);
    ModelVersion version = registry.version(command.version())
        .orElseThrow(() -> new NotFoundException(
            "the ledger " + registry.ledgerId() + " has no version " + command.version()));
    List<byte[]> envelopes = new ArrayList<>();
    openLogUninterruptibly().entries()
        .forEach(digest -> models.artifacts().statement(digest).ifPresent(envelopes::add));
    return demands.count(registry.ledgerId(), version, command.environment(), account(),
        envelopes);
  }

  private StatementLog openLogUninterruptibly() {
    try {
      return openLog();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException(
          "interrupted while approvals were looked up; nothing was submitted", e);
    }
  }

  /**
   * Checks of every deployment that the registry's history has whether its approvals were there in time:
   * recorded under a root that was anchored before.
   *
   * @param demands what policy to check by; it need not be the one that this ledger deploys with
   * @throws VerificationException if the log of statements does not hold
   */
  public DeploymentAudit audit(DeployPolicy demands)
      throws VerificationException, InterruptedException {
    resources.requireOpen();
    var unused = openLog().publish();
    return DeploymentAudit.of(registry.ledgerId(), RegistryHistory.of(registry).toList(), demands,
        openLog().reader(), models.artifacts()::statement);
  }
}
