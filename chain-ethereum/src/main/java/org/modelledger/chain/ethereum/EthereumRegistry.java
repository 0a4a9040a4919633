package org.modelledger.chain.ethereum;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry.AnchorState;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry.Deployment;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry.ModelState;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry.VersionState;
import org.modelledger.chain.support.Outbox;
import org.modelledger.chain.support.OutboxEntry;
import org.modelledger.chain.support.OutboxOptions;
import org.modelledger.chain.support.PendingSubmission;
import org.modelledger.chain.support.Recorded;
import org.modelledger.chain.support.SubmissionIds;
import org.modelledger.chain.support.Submissions;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.Role;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;
import org.modelledger.registry.Subscription;
import org.modelledger.spi.ConfigurationException;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * The registry enforced by a contract on an Ethereum chain, or any chain with the same virtual machine
 * and JSON-RPC.
 *
 * <p>A command that is submitted is put into an outbox on disk; what has gathered there goes out in one
 * transaction, many transactions at a time, and goes out again until it is in a block, however often
 * the process or the node ends meanwhile. The contract carries out each command exactly once and in the
 * outbox's order. A command's outcome is what the contract wrote about it in a block that is final by
 * the chosen {@link Finality}; what is not final is not read. A client has threads of its own until it
 * is closed.
 *
 * <p>Several clients may act for one account, each with an outbox of its own; their commands have no
 * order among each other.
 *
 * <p>Besides {@link ModelRegistry}'s exceptions every method throws {@link ChainReorganizedException}
 * once the chain took back what was final. An account on a chain is its address as EIP-55 spells it.
 */
public final class EthereumRegistry implements ModelRegistry {
  /** EIP-7825. */
  private static final long MOST_GAS = 16_777_216;
  /** Blocks in which nobody took a transaction before it offers more. */
  private static final int PATIENCE = 5;
  private static final int MAX_HISTORY = 10_000;
  /** How long a final block is waited for whose state the node still has. */
  private static final long GREATEST_LAG = TimeUnit.SECONDS.toNanos(30);
  private static final int MAX_POSITIONS = 10_000;

  private final String ledgerId;
  private final Node node;
  private final Ledger ledger;
  private final Submissions submissions;
  private final History history;
  private final Follower follower;
  private final @Nullable HeadSubscription heads;
  private final @Nullable Outbox outbox;
  private final @Nullable Sender sender;
  private final @Nullable AccountId author;
  private final EthereumRegistryOptions options;
  /** The contract keeps the marks of 256 ids in a word, which ids that follow one another share. */
  private final SubmissionIds ids = new SubmissionIds();
  /** Where versions were registered, which never changes. */
  private final Map<ModelVersionId, LedgerPosition> positions = new ConcurrentHashMap<>();

  private EthereumRegistry(String ledgerId, Node node, Ledger ledger, History history,
      Follower follower, @Nullable HeadSubscription heads, @Nullable Outbox outbox,
      @Nullable Sender sender, @Nullable AccountId author, EthereumRegistryOptions options) {
    this.ledgerId = ledgerId;
    this.node = node;
    this.ledger = ledger;
    this.submissions = ledger.submissions();
    this.history = history;
    this.follower = follower;
    this.outbox = outbox;
    this.sender = sender;
    this.author = author;
    this.heads = heads;
    this.options = options;
  }

  /**
   * Opens a registry that is on the chain already.
   *
   * @return a new registry that the caller closes
   * @throws WrongNetworkException if the node is on another chain
   * @throws MissingContractException if there is no registry at the address
   * @throws ConfigurationException if the outbox belongs to another account or registry, or is older
   *     than what the chain has of it
   * @throws LedgerUnavailableException if the node cannot be reached, or the outbox is open already
   * @throws org.modelledger.model.StorageException if the outbox cannot be read or written
   */
  public static EthereumRegistry open(EthereumRegistryOptions options) {
    JsonRpc rpc = JsonRpc.open(options.node(), RpcOptions.DEFAULT.withTimeout(options.timeout()));
    Outbox outbox = null;
    boolean opened = false;
    try {
      long chainId = Contract.check(rpc, options.chainId(), options.contract());
      String ledgerId = "eip155:" + chainId + ":" + options.contract();
      Node node = new Node(rpc, options.contract());
      Block end = node.heads(options.finality(), 0)
          .end()
          .or(() -> rpc.call(NodeCalls.header(NodeCalls.block(0))))
          .orElseThrow(() -> new LedgerUnavailableException(
              "the node " + options.node() + " has no block yet"));
      Ledger ledger = new Ledger(ledgerId, end);
      History history = new History(node, ledger, options.fromBlock());
      Sender sender = null;
      AccountId author = null;
      if (options.signer().isPresent()) {
        author = options.signer().get().account();
        Path directory = options.outbox().orElseThrow();
        outbox = Outbox.open(OutboxOptions.of(directory, author + " on " + ledgerId));
        sender = new Sender(node, ledger, history, outbox, options.signer().get(), chainId,
            options.contract(), new Pipeline.Limits(options.window(), options.batch(), MOST_GAS,
                GasBounds.TRANSACTION + GasBounds.BUCKET, options.maxFee(), PATIENCE),
            Contract.generations(rpc, options.contract()));
        requireNewEnough(outbox, directory,
            node.standing(sender.lane(), node.latest().number(), false).next());
      }
      Follower follower = new Follower(node, ledger, history, options.finality(),
          options.pollInterval(), sender);
      if (sender != null) {
        sender.start(follower::look);
      }
      HeadSubscription heads = options.webSocket()
          .map(url -> HeadSubscription.start(url, follower::look))
          .orElse(null);
      follower.start(heads == null ? () -> false : heads::isConnected);
      opened = true;
      return new EthereumRegistry(ledgerId, node, ledger, history, follower, heads, outbox, sender,
          author, options);
    } finally {
      if (!opened) {
        if (outbox != null) {
          outbox.close();
        }
        rpc.close();
      }
    }
  }

  private static void requireNewEnough(Outbox outbox, Path directory, long nextOnChain) {
    if (outbox.next() < nextOnChain) {
      throw new ConfigurationException("the outbox " + directory
          + " is older than the chain: it has "
          + outbox.next() + " commands and the chain has carried out " + nextOnChain
          + " of it. Was it restored from a copy? Use a new directory; what happened is found by its"
          + " submission ids");
    }
  }

  /**
   * Puts a new registry on a chain and waits until it is in a block.
   *
   * @param node the URL of a node's JSON-RPC
   * @param chainId of the chain (EIP-155); a node of another one is refused
   * @param signer pays for it; has no rights on the registry. Not retained
   * @param timeout how long to wait at most
   * @throws WrongNetworkException if the node is on another chain
   * @throws InsufficientFundsException if the account cannot pay for it
   * @throws LedgerUnavailableException if the node cannot be reached, or the time ran out: then the
   *     message names the transaction
   */
  public static RegistryDeployment deploy(String node, long chainId, EthereumSigner signer,
      Duration timeout) throws InterruptedException {
    try (JsonRpc rpc = JsonRpc.open(RpcUrl.http(node), RpcOptions.DEFAULT)) {
      return RegistryDeployment.make(rpc, chainId, signer, Optional.empty(), timeout);
    }
  }

  /**
   * Puts the successor of a registry on the same chain: whoever owns a name there is the only one who
   * can create it in the new registry.
   *
   * @param predecessor the address of the registry before it
   * @see #deploy(String, long, EthereumSigner, Duration)
   */
  public static RegistryDeployment deploySuccessor(String node, long chainId, EthereumSigner signer,
      String predecessor, Duration timeout) throws InterruptedException {
    try (JsonRpc rpc = JsonRpc.open(RpcUrl.http(node), RpcOptions.DEFAULT)) {
      var unused = Contract.check(rpc, Optional.of(chainId), Accounts.checksummed(predecessor));
      return RegistryDeployment.make(rpc, chainId, signer, Optional.of(predecessor), timeout);
    }
  }

  /** Returns the contract's account on its chain by CAIP-10: {@code eip155:1:0xab16…}. */
  @Override
  public String ledgerId() {
    ledger.requireOpen();
    return ledgerId;
  }

  @Override
  public Optional<AccountId> account() {
    ledger.requireOpen();
    return Optional.ofNullable(author);
  }

  @Override
  public <E extends LedgerEvent> Submission<E> submit(Command<E> command) {
    return submit(ids.next(), command, true);
  }

  /**
   * Submits a command under an id, as {@link ModelRegistry#submit(SubmissionId, Command)} says.
   *
   * <p>Asks the node whether the id was used by another client of the account. If the node cannot be
   * reached, the command waits in the outbox all the same; should it turn out then that the id was used
   * for another command, the submission's await throws the {@link IllegalArgumentException}.
   *
   * @throws IllegalArgumentException also if the command names an account that is no address, or if
   *     the id is the nil UUID, which the contract has for calls without an id
   */
  @Override
  public <E extends LedgerEvent> Submission<E> submit(SubmissionId id, Command<E> command) {
    return submit(id, command, false);
  }

  private <E extends LedgerEvent> Submission<E> submit(SubmissionId id, Command<E> command,
      boolean isFresh) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(command, "command");
    ledger.requireOpen();
    if (id.equals(EventCodec.NO_ID)) {
      throw new IllegalArgumentException("a submission id is not the nil UUID " + id);
    }
    Outbox box = writing();
    byte[] call = CommandCodec.encode(command);
    if (!isFresh) {
      Optional<Submission<?>> known = find(id, true);
      if (known.isPresent()) {
        return Submissions.sameCommand(known.get(), command);
      }
    }
    PendingSubmission<E> submission = new PendingSubmission<>(id, command,
        submissions::trouble);
    Optional<PendingSubmission<?>> other = submissions.addIfAbsent(submission);
    if (other.isPresent()) {
      return Submissions.sameCommand(other.get(), command);
    }
    try {
      OutboxEntry entry = box.add(id, call);
      entry.outcome().ifPresent(outcome -> settleAdded(submission, outcome));
    } catch (RuntimeException e) {
      submissions.remove(id);
      submission.fail(() -> new LedgerUnavailableException(command + " was not submitted", e));
      throw e;
    }
    requireSender().submitted();
    return submission;
  }

  @Override
  public Optional<Submission<?>> resume(SubmissionId id) {
    Objects.requireNonNull(id, "id");
    ledger.requireOpen();
    return author == null || id.equals(EventCodec.NO_ID)
        ? Optional.empty()
        : asking(() -> find(id, false));
  }

  /** Finds what is known of an id: here, in the outbox, on the chain. */
  private Optional<Submission<?>> find(SubmissionId id, boolean mayBeUnreachable) {
    Optional<PendingSubmission<?>> waiting = submissions.waiting(id);
    if (waiting.isPresent()) {
      return Optional.of(waiting.get());
    }
    Optional<OutboxEntry> entry = writing().find(id);
    if (entry.isPresent()) {
      return Optional.of(ofEntry(id, entry.get()));
    }
    try {
      return onChain(id);
    } catch (LedgerUnavailableException e) {
      if (mayBeUnreachable) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Submission<?> ofEntry(SubmissionId id, OutboxEntry entry) {
    PendingSubmission<?> submission = new PendingSubmission<>(id,
        CommandCodec.decode(entry.command()), submissions::trouble);
    Optional<byte[]> outcome = entry.outcome();
    if (outcome.isPresent()) {
      settle(submission, outcome.get()); // and not whoever may wait under the id since
      return submission;
    }
    Optional<PendingSubmission<?>> other = submissions.addIfAbsent(submission);
    if (other.isPresent()) {
      return other.get();
    }
    // it may have been settled since it was read, and then nobody would tell
    writing().find(id).flatMap(OutboxEntry::outcome).ifPresent(o -> settleAdded(submission, o));
    return submission;
  }

  private void settleAdded(PendingSubmission<?> submission, byte[] outcome) {
    submissions.remove(submission.id());
    settle(submission, outcome);
  }

  private static void settle(PendingSubmission<?> submission, byte[] outcome) {
    Optional<Recorded> recorded = Outcomes.read(outcome);
    if (recorded.isPresent()) {
      var unused = submission.settle(recorded.get());
    } else {
      submission.fail(() -> Sender.lost(submission.id()));
    }
  }

  private Optional<Submission<?>> onChain(SubmissionId id) {
    AccountId me = requireAuthor();
    if (!Sender.wasSubmitted(node, me.value(), id, "latest")) {
      return Optional.empty();
    }
    long last = node.latest().number();
    List<History.Entry> entries = history
        .read(history.find(Sender.topics(me.value(), List.of(id)), last, 1));
    if (entries.isEmpty()) {
      throw new LedgerUnavailableException("the contract knows the submission " + id
          + ", but the node does not find what became of it");
    }
    Recorded recorded = entries.get(0).recorded();
    PendingSubmission<?> submission = new PendingSubmission<>(id, recorded.command(),
        submissions::trouble);
    Optional<PendingSubmission<?>> other = submissions.addIfAbsent(submission);
    if (other.isPresent()) {
      return Optional.of(other.get());
    }
    if (entries.get(0).log().block() <= ledger.end().number()) {
      submissions.remove(id);
      var unused = submission.settle(recorded);
    }
    return Optional.of(submission);
  }

  @Override
  public Optional<ModelRecord> model(ModelName model) {
    Objects.requireNonNull(model, "model");
    return asking(() -> read(Calls.model(model), ModelState.class, end())
        .filter(state -> state.exists)
        .map(state -> record(model, state)));
  }

  private static ModelRecord record(ModelName model, ModelState state) {
    Map<Role, Set<AccountId>> roles = new HashMap<>();
    roles.put(Role.TRAINER, accounts(state.trainers));
    roles.put(Role.DEPLOYER, accounts(state.deployers));
    roles.put(Role.WORKER, accounts(state.workers));
    Map<EnvironmentName, ModelVersionId> deployments = new HashMap<>();
    for (Deployment deployment : state.environments) {
      deployments.put(EnvironmentName.of(deployment.name),
          model.version(deployment.version.longValueExact()));
    }
    return new ModelRecord(model, Accounts.of(state.owner),
        Accounts.unlessZero(state.pendingOwner), roles, deployments,
        state.latestVersion.longValueExact());
  }

  private static Set<AccountId> accounts(List<String> addresses) {
    return addresses.stream().map(Accounts::of).collect(Collectors.toCollection(HashSet::new));
  }

  @Override
  public Optional<ModelVersion> version(ModelVersionId version) {
    Objects.requireNonNull(version, "version");
    return asking(() -> version(version, end()));
  }

  private Optional<ModelVersion> version(ModelVersionId id, long at) {
    Optional<VersionState> found = read(Calls.version(id), VersionState.class, at);
    Optional<AccountId> registeredBy = found.flatMap(state -> Accounts.unlessZero(state.author));
    if (found.isEmpty() || registeredBy.isEmpty()) {
      return Optional.empty();
    }
    VersionState state = found.get();
    LedgerPosition position = positions.get(id);
    if (position == null) {
      position = header(state.blockNumber.longValueExact(), at,
          List.of(EventCodec.MODEL_TRAINED, Abi.hashTopic(id.model().value())),
          event -> event instanceof LedgerEvent.ModelTrained e && e.version().equals(id)
              && e.artifact().equals(Digest.of(state.artifact)))
          .position();
      if (positions.size() >= MAX_POSITIONS) {
        positions.clear();
      }
      positions.put(id, position);
    }
    return Optional.of(new ModelVersion(id, Digest.of(state.artifact), Digest.of(state.statement),
        registeredBy.get(), Instant.ofEpochSecond(state.time.longValueExact()), position,
        state.revoked ? Optional.of(Digest.of(state.reason)) : Optional.empty()));
  }

  @Override
  public Optional<ModelVersion> deployed(ModelName model, EnvironmentName environment) {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(environment, "environment");
    return asking(() -> deployed(model, environment, end()));
  }

  private Optional<ModelVersion> deployed(ModelName model, EnvironmentName environment, long at) {
    long number = read(Calls.deployed(model, environment), Uint256.class, at)
        .map(value -> value.getValue().longValueExact())
        .orElse(0L);
    return number == 0 ? Optional.empty() : version(model.version(number), at);
  }

  @Override
  public Optional<Anchor> anchor(LogOrigin origin, AccountId account) {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(account, "account");
    ledger.requireOpen();
    return Accounts.isAccount(account)
        ? asking(() -> anchor(origin, account, end()))
        : Optional.empty();
  }

  private Optional<Anchor> anchor(LogOrigin origin, AccountId account, long at) {
    Optional<AnchorState> found = read(Calls.anchor(origin, account.value()), AnchorState.class, at)
        .filter(state -> state.treeSize.signum() > 0);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    AnchorState state = found.get();
    long size = state.treeSize.longValueExact();
    return Optional.of(new Anchor(
        header(state.blockNumber.longValueExact(), at,
            List.of(EventCodec.LOG_ANCHORED, Abi.hashTopic(origin.value()),
                Abi.addressTopic(account.value())),
            event -> event instanceof LedgerEvent.LogAnchored e && e.treeSize() == size),
        origin, size, Digest.of(state.rootHash)));
  }

  /**
   * Finds an event that the contract told the block of; where the contract counts other blocks than
   * the chain's own (some second layers), in all blocks.
   */
  private EventHeader header(long block, long at,
      List<? extends @Nullable Object> topics,
      Predicate<LedgerEvent> isIt) {
    List<RawLog> logs = block <= at ? node.logs(block, block, topics) : List.of();
    for (int attempt = 0; attempt < 2; attempt++) {
      for (History.Entry entry : history.read(logs)) {
        if (entry.recorded() instanceof Recorded.Accepted accepted && isIt.test(accepted.event())) {
          return accepted.event().header();
        }
      }
      logs = history.find(topics, at, Integer.MAX_VALUE);
    }
    throw new LedgerUnavailableException(
        "the node does not find an event that its contract tells of"
            + " in block " + block);
  }

  /**
   * Asks the node, as of the last final block. A node that has not the state of that block any more has a
   * later one, which is waited for. Whoever asks while the registry is closed is told so.
   */
  private <T> T asking(Supplier<T> question) {
    long deadline = System.nanoTime() + GREATEST_LAG;
    while (true) {
      long asked = ledger.end().number();
      try {
        return question.get();
      } catch (LedgerUnavailableException e) {
        ledger.requireOpen();
        boolean isTooOld = e instanceof RpcErrorException answer
            && answer.error().kind() == RpcError.Kind.UNKNOWN_BLOCK;
        if (!isTooOld || !ledger.awaitEndAfter(asked, deadline - System.nanoTime())) {
          throw e;
        }
      }
    }
  }

  private long end() {
    ledger.requireOpen();
    return ledger.end().number();
  }

  /** Calls the contract; empty if it was not there yet. */
  private <T extends Type<?>> Optional<T> read(byte[] call, Class<T> type, long at) {
    return Abi.find(node.call(call, at), type);
  }

  @Override
  public List<LedgerEvent> history(LedgerPosition after, int limit) {
    Objects.requireNonNull(after, "after");
    if (limit < 1 || limit > MAX_HISTORY) {
      throw new IllegalArgumentException("limit is " + limit + ", wanted 1 to " + MAX_HISTORY);
    }
    ledger.requireOpen();
    return asking(() -> history.page(after, limit).events());
  }

  @Override
  public Subscription subscribe(LedgerPosition after) {
    Objects.requireNonNull(after, "after");
    ledger.requireOpen();
    return new EthereumSubscription(ledger, history, after);
  }

  private Outbox writing() {
    Outbox box = outbox;
    if (box == null) {
      throw new ConfigurationException("the registry " + ledgerId
          + " is open for reading; to write, open it with an account's key: option 'key'");
    }
    return box;
  }

  private AccountId requireAuthor() {
    var unused = writing();
    return Objects.requireNonNull(author, "author");
  }

  private Sender requireSender() {
    return Objects.requireNonNull(sender, "sender");
  }

  /**
   * Ends its threads and connections; idempotent. What was submitted is durable in the outbox when it
   * returns, and goes on when the registry is opened again.
   */
  @Override
  public void close() {
    if (!ledger.close()) {
      return;
    }
    if (heads != null) {
      heads.close();
    }
    if (sender != null) {
      sender.close();
    }
    follower.close();
    if (outbox != null) {
      outbox.close();
    }
    node.close();
    if (options.ownsSigner()) {
      options.signer().ifPresent(EthereumSigner::close);
    }
  }

  @Override
  public String toString() {
    return "EthereumRegistry[" + ledgerId + (author == null ? "" : ", " + author) + "]";
  }
}
