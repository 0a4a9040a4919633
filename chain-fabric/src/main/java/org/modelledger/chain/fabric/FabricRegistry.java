package org.modelledger.chain.fabric;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.Description;
import org.modelledger.chain.fabric.protocol.FabricAccounts;
import org.modelledger.chain.fabric.protocol.MalformedInputException;
import org.modelledger.chain.fabric.protocol.SubmissionState;
import org.modelledger.chain.support.Nanos;
import org.modelledger.chain.support.Outbox;
import org.modelledger.chain.support.OutboxOptions;
import org.modelledger.chain.support.PendingSubmission;
import org.modelledger.chain.support.Recorded;
import org.modelledger.chain.support.SubmissionIds;
import org.modelledger.chain.support.Submissions;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RevokeRole;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;
import org.modelledger.registry.Subscription;
import org.modelledger.spi.ConfigurationException;

/**
 * The registry enforced by a chaincode on a channel of Hyperledger Fabric 2.5 or 3.
 *
 * <p>A command that is submitted is put into an outbox on disk; what has gathered there goes out in one
 * transaction after the other, and goes out again until it is in a block and valid, however often this
 * process, a peer or an orderer ends meanwhile. The chaincode carries out each command exactly once and
 * in the outbox's order.
 *
 * <p>A client receives the channel's blocks from one of its peers, checks that they are chained, and
 * keeps an index of what they say of the registry. Reads, history and subscriptions are answered from
 * that index, without asking anybody; so is the outcome of a command, once its block is there.
 *
 * <p>Several clients may act for one account, each with a directory of its own; their commands have no
 * order among each other. A client has threads and connections of its own until it is closed. An account
 * is the organisation, the subject and the issuer of a certificate, see {@link FabricAccounts}.
 *
 * <p>Besides {@link ModelRegistry}'s exceptions every method throws {@link BrokenChainException} once a
 * peer has delivered a block that does not belong to the channel as this client knows it.
 */
public final class FabricRegistry implements ModelRegistry {
  private static final int MAX_HISTORY = 10_000;
  private static final int ID_DIGITS = 16;
  private static final String INDEX = "index";
  private static final String OUTBOX = "outbox";

  private final String ledgerId;
  private final Peers peers;
  private final Ledger ledger;
  private final Follower follower;
  private final FabricRegistryOptions options;
  private final @Nullable Outbox outbox;
  private final @Nullable Sender sender;
  private final @Nullable AccountId author;
  private final SubmissionIds ids = new SubmissionIds();

  private FabricRegistry(String ledgerId, Peers peers, Ledger ledger, Follower follower,
      FabricRegistryOptions options, @Nullable Outbox outbox, @Nullable Sender sender) {
    this.ledgerId = ledgerId;
    this.peers = peers;
    this.ledger = ledger;
    this.follower = follower;
    this.options = options;
    this.outbox = outbox;
    this.sender = sender;
    this.author = outbox == null ? null : options.identity().account();
  }

  /**
   * Opens a registry that is on the channel already, and reads the blocks that its index lacks.
   *
   * @return a new registry that the caller closes
   * @throws MissingChaincodeException if the chaincode is not on the channel, or is something else
   * @throws ConfigurationException if the peers do not accept the identity, if a file is not what it
   *     should be, if the directory belongs to another account or registry, or if its outbox is older than
   *     what the channel has of it
   * @throws LedgerUnavailableException if no peer can be reached or is on the channel, or the directory
   *     is in use
   * @throws org.modelledger.model.StorageException if the directory cannot be read or written
   * @throws InterruptedException if interrupted while blocks are read
   */
  public static FabricRegistry open(FabricRegistryOptions options) throws InterruptedException {
    Opening opening = new Opening(options);
    boolean opened = false;
    try {
      FabricRegistry registry = opening.open();
      opened = true;
      return registry;
    } finally {
      if (!opened) {
        opening.undo();
      }
    }
  }

  /** What has been opened so far. */
  private static final class Opening {
    private final FabricRegistryOptions options;
    private @Nullable Peers peers;
    private @Nullable Outbox outbox;
    private @Nullable ChannelIndex index;
    private @Nullable Ledger ledger;
    private @Nullable Follower follower;

    Opening(FabricRegistryOptions options) {
      this.options = options;
    }

    FabricRegistry open() throws InterruptedException {
      Peers all = Peers.open(options);
      peers = all;
      requireRegistry(all);
      String ledgerId = ledgerId(all);
      AccountId account = options.identity().account();
      Outbox box = options.writes() ? openOutbox(account, ledgerId) : null;
      outbox = box;
      ChannelIndex blocks = ChannelIndex.open(options.directory().map(d -> d.resolve(INDEX)),
          ledgerId);
      index = blocks;
      Ledger known = new Ledger(ledgerId, blocks);
      ledger = known;
      Sender sending = box == null
          ? null
          : new Sender(all, known, box, account, options.batch());
      long nextInLane = sending == null ? 0 : nextInLane(all, account, sending);
      if (box != null && box.next() < nextInLane) {
        throw new ConfigurationException("the outbox in " + options.directory().orElseThrow()
            + " is older than the channel: it has " + box.next()
            + " commands and the channel has carried out " + nextInLane
            + " of it. Was it restored from a copy? Use a new directory; what happened is found by"
            + " its submission ids");
      }
      Follower following = new Follower(all, known, options.chaincode(),
          box == null ? Optional.empty() : Optional.of(account), sending);
      follower = following;
      following.start();
      catchUp(all, known);
      if (sending != null) {
        sending.start(nextInLane, following::reconnect);
      }
      return new FabricRegistry(ledgerId, all, known, following, options, box, sending);
    }

    private void requireRegistry(Peers all) {
      try {
        Description description = Description
            .parse(all.ask(peer -> peer.evaluate(ChaincodeFunction.DESCRIBE.call())));
        if (!description.name().equals(Description.NAME)
            || description.protocol() < Description.PROTOCOL) {
          throw missing("it is " + description + "; expected " + Description.NAME
              + " with protocol " + Description.PROTOCOL + " or a newer one", null);
        }
      } catch (MalformedInputException e) {
        throw missing(e.getMessage(), e);
      } catch (LedgerUnavailableException e) {
        if (!FabricErrors.isRefusal(e)) {
          throw e;
        }
        if (FabricErrors.isOfChaincode(e)) {
          throw missing(e.getMessage(), e);
        }
        throw new ConfigurationException("the registry on channel '" + options.channel()
            + "' cannot be used: " + e.getMessage(), e);
      }
    }

    private MissingChaincodeException missing(@Nullable String why, @Nullable Throwable cause) {
      return new MissingChaincodeException(options.chaincode(), options.channel(),
          String.valueOf(why), cause);
    }

    /** The channel's name is one of many; its first block is the only one. */
    private String ledgerId(Peers all) {
      byte[] genesis = all.ask(
          peer -> peer.queryLedger("GetBlockByNumber", options.channel(), "0"));
      try {
        String hash = ChannelBlock.hash(Block.parseFrom(genesis).getHeader());
        return "fabric:" + hash.substring(0, ID_DIGITS) + ":" + options.channel() + ":"
            + options.chaincode();
      } catch (InvalidProtocolBufferException e) {
        throw new LedgerUnavailableException("the peer's answer is not the channel's first block",
            e);
      }
    }

    private Outbox openOutbox(AccountId account, String ledgerId) {
      Path directory = options.directory().orElseThrow();
      return Outbox.open(OutboxOptions.of(directory.resolve(OUTBOX), account + " on " + ledgerId));
    }

    private static long nextInLane(Peers all, AccountId account, Sender sending) {
      byte[] answer = all.ask(peer -> peer.evaluate(
          ChaincodeFunction.NEXT_IN_LANE.call(account.value(), sending.lane().hex())));
      return Long.parseLong(new String(answer, UTF_8));
    }

    private void catchUp(Peers all, Ledger known) throws InterruptedException {
      byte[] answer = all.ask(peer -> peer.queryLedger("GetChainInfo", options.channel()));
      long height;
      try {
        height = BlockchainInfo.parseFrom(answer).getHeight();
      } catch (InvalidProtocolBufferException e) {
        throw new LedgerUnavailableException("the peer's answer is not the channel's height", e);
      }
      if (!known.awaitHeight(height, Nanos.of(options.timeout()))) {
        known.submissions().requireOpen();
        throw new LedgerUnavailableException("of the channel's " + height + " blocks " + known
            .height() + " have come, and no other one for " + options.timeout(),
            known.submissions().trouble().orElse(null));
      }
    }

    void undo() {
      if (ledger != null) {
        ledger.close();
      }
      if (follower != null) {
        follower.close();
      }
      if (index != null) {
        index.close();
      }
      if (outbox != null) {
        outbox.close();
      }
      if (peers != null) {
        peers.close();
      }
    }
  }

  /** Returns {@code fabric:<hash of the channel's first block, shortened>:<channel>:<chaincode>}. */
  @Override
  public String ledgerId() {
    requireOpen();
    return ledgerId;
  }

  @Override
  public Optional<AccountId> account() {
    requireOpen();
    return Optional.ofNullable(author);
  }

  private void requireOpen() {
    ledger.submissions().requireOpen();
  }

  @Override
  public <E extends LedgerEvent> Submission<E> submit(Command<E> command) {
    return submit(ids.next(), command, true);
  }

  /**
   * Submits a command under an id, as {@link ModelRegistry#submit(SubmissionId, Command)} says.
   *
   * <p>Asks a peer whether the id was used by another client of the account. If none can be reached, the
   * command waits in the outbox all the same; should it turn out then that the id was used for another
   * command, the submission's await throws the {@link IllegalArgumentException}.
   *
   * @throws IllegalArgumentException also if the command names an account that is none of Fabric's
   */
  @Override
  public <E extends LedgerEvent> Submission<E> submit(SubmissionId id, Command<E> command) {
    return submit(id, command, false);
  }

  private <E extends LedgerEvent> Submission<E> submit(SubmissionId id, Command<E> command,
      boolean isFresh) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(command, "command");
    requireOpen();
    Outbox box = writing();
    requireAccounts(command);
    byte[] call = CommandCodec.write(command);
    if (!isFresh) {
      Optional<Submission<?>> known = find(id, true);
      if (known.isPresent()) {
        return Submissions.sameCommand(known.get(), command);
      }
    }
    PendingSubmission<E> submission = new PendingSubmission<>(id, command,
        ledger.submissions()::trouble);
    Optional<PendingSubmission<?>> other = ledger.submissions().addIfAbsent(submission);
    if (other.isPresent()) {
      return Submissions.sameCommand(other.get(), command);
    }
    try {
      var unused = box.add(id, call);
    } catch (RuntimeException e) {
      ledger.submissions().remove(id);
      submission.fail(() -> new LedgerUnavailableException(command + " was not submitted", e));
      throw e;
    }
    if (!isFresh) {
      settleFromIndex(submission); // another client of the account may have been faster
    }
    return submission;
  }

  private static void requireAccounts(Command<?> command) {
    Optional<AccountId> named = switch (command) {
      case GrantRole c -> Optional.of(c.account());
      case RevokeRole c -> Optional.of(c.account());
      case TransferOwnership c -> Optional.of(c.newOwner());
      default -> Optional.empty();
    };
    try {
      named.ifPresent(FabricAccounts::requireAccount);
    } catch (MalformedInputException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public Optional<Submission<?>> resume(SubmissionId id) {
    Objects.requireNonNull(id, "id");
    requireOpen();
    return author == null ? Optional.empty() : find(id, false);
  }

  /** Finds what is known of an id: here, in the index, in the outbox, at a peer. */
  private Optional<Submission<?>> find(SubmissionId id, boolean mayBeUnreachable) {
    Optional<PendingSubmission<?>> waiting = ledger.submissions().waiting(id);
    if (waiting.isPresent()) {
      return Optional.of(waiting.get());
    }
    Optional<Submission<?>> indexed = inIndex(id);
    if (indexed.isPresent()) {
      return indexed;
    }
    Optional<Submission<?>> entry = inOutbox(id);
    if (entry.isPresent()) {
      return entry;
    }
    try {
      return onChannel(id);
    } catch (LedgerUnavailableException e) {
      if (mayBeUnreachable) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<Submission<?>> inIndex(SubmissionId id) {
    return recorded(id).map(recorded -> {
      PendingSubmission<?> submission = new PendingSubmission<>(id, recorded.command(),
          ledger.submissions()::trouble);
      var unused = submission.settle(recorded);
      return submission;
    });
  }

  private Optional<Recorded> recorded(SubmissionId id) {
    return ledger.index().submission(requireAuthor(), id).flatMap(Indexed::recorded);
  }

  private Optional<Submission<?>> inOutbox(SubmissionId id) {
    return writing().find(id).map(entry -> {
      PendingSubmission<?> submission = new PendingSubmission<>(id,
          CommandCodec.command(entry.command()), ledger.submissions()::trouble);
      Optional<PendingSubmission<?>> other = ledger.submissions().addIfAbsent(submission);
      if (other.isPresent()) {
        return other.get();
      }
      settleFromIndex(submission); // its block may have come since it was looked for there
      return submission;
    });
  }

  private void settleFromIndex(PendingSubmission<?> submission) {
    recorded(submission.id()).ifPresent(recorded -> {
      ledger.submissions().remove(submission.id());
      var unused = submission.settle(recorded);
    });
  }

  /** A peer may know what this client's index does not have yet. */
  private Optional<Submission<?>> onChannel(SubmissionId id) {
    byte[] answer = peers.ask(peer -> peer.evaluate(
        ChaincodeFunction.SUBMISSION.call(requireAuthor().value(), id.toString())));
    if (new String(answer, UTF_8).equals("null")) {
      return Optional.empty();
    }
    SubmissionState state = SubmissionState.parse(answer);
    if (!ledger.await(() -> ledger.index().submission(requireAuthor(), id).isPresent(),
        Nanos.of(options.timeout()))) {
      requireOpen();
      throw new LedgerUnavailableException("the submission " + id + " is in transaction "
          + state.recorded().transactionId() + ", whose block has not come yet",
          ledger.submissions().trouble().orElse(null));
    }
    return inIndex(id);
  }

  @Override
  public Optional<ModelRecord> model(ModelName model) {
    Objects.requireNonNull(model, "model");
    return reading(() -> ledger.index().model(model));
  }

  @Override
  public Optional<ModelVersion> version(ModelVersionId version) {
    Objects.requireNonNull(version, "version");
    return reading(() -> ledger.index().version(version));
  }

  @Override
  public Optional<ModelVersion> deployed(ModelName model, EnvironmentName environment) {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(environment, "environment");
    return reading(() -> ledger.index().deployed(model, environment));
  }

  @Override
  public Optional<Anchor> anchor(LogOrigin origin, AccountId account) {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(account, "account");
    return reading(() -> ledger.index().anchor(origin, account));
  }

  @Override
  public List<LedgerEvent> history(LedgerPosition after, int limit) {
    Objects.requireNonNull(after, "after");
    if (limit < 1 || limit > MAX_HISTORY) {
      throw new IllegalArgumentException("limit is " + limit + ", wanted 1 to " + MAX_HISTORY);
    }
    return reading(() -> ledger.events(after, limit));
  }

  private interface Reading<T> {
    T read();
  }

  private <T> T reading(Reading<T> reading) {
    requireOpen();
    return reading.read();
  }

  @Override
  public Subscription subscribe(LedgerPosition after) {
    Objects.requireNonNull(after, "after");
    requireOpen();
    return new FabricSubscription(ledger, after);
  }

  private Outbox writing() {
    Outbox box = outbox;
    if (box == null) {
      throw new ConfigurationException("the registry " + ledgerId
          + " is open for reading; to write, open it with FabricRegistryOptions.writing or with the"
          + " option 'outbox'");
    }
    return box;
  }

  private AccountId requireAuthor() {
    return Objects.requireNonNull(author, "author");
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
    if (sender != null) {
      sender.close();
    }
    follower.close();
    ledger.index().close();
    if (outbox != null) {
      outbox.close();
    }
    peers.close();
  }

  @Override
  public String toString() {
    return "FabricRegistry[" + ledgerId + (author == null ? "" : ", " + author) + "]";
  }
}
