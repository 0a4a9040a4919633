package org.modelledger.chain.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
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
import org.modelledger.tlog.LogStorageException;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TlogProof;

/**
 * The registry on a transparency log in a local directory: no server, no network, and still a ledger
 * that a stranger can check. One process writes it, any number read it.
 *
 * <p>A command is signed by its author, judged by the rules, appended, and acknowledged once it is on
 * the disk; an event is final then. What is read is what is on the disk. Everything is verified again
 * when the ledger is opened: hashes, signatures, rules.
 *
 * <p>Besides {@link ModelRegistry}'s exceptions, reading throws {@link LedgerCorruptException} if the
 * directory has something else than the log's key signed, or something that the rules forbid.
 */
public final class LocalRegistry implements ModelRegistry {
  private static final int MAX_HISTORY = 10_000;

  private final Ledger ledger;
  private final AtomicInteger users;
  private final @Nullable AccountKey author;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LocalRegistry(Ledger ledger, AtomicInteger users, @Nullable AccountKey author) {
    this.ledger = ledger;
    this.users = users;
    this.author = author;
  }

  /**
   * Opens a ledger; creates it if the options are for writing and there is none.
   *
   * @return a new registry that the caller closes
   * @throws ConfigurationException if a key is missing, is none, is another ledger's, or lies in the
   *     ledger's directory; or if there is no ledger to read
   * @throws LedgerUnavailableException if the ledger is open for writing already, or cannot be read
   * @throws LedgerCorruptException if the ledger is damaged; names the file or the entry
   * @throws org.modelledger.model.StorageException if the file system refuses
   */
  public static LocalRegistry open(LocalRegistryOptions options) {
    Optional<Path> accountKey = options.accountKey();
    if (accountKey.isEmpty()) {
      NoteVerifier log = verifier(options);
      requireOrigin(options, log);
      return new LocalRegistry(FollowingLedger.open(options, log), new AtomicInteger(1), null);
    }
    Path logKey = options.logKey().orElseThrow();
    KeyFiles.requireOutside("account key", accountKey.get(), options.directory());
    KeyFiles.requireOutside("log key", logKey, options.directory());
    AccountKey author = AccountKey.read(accountKey.get());
    NoteSigner signer = KeyFiles.openLogKey(logKey, options.origin());
    requireOrigin(options, signer.verifier());
    if (options.verifier().isPresent() && !verifier(options).equals(signer.verifier())) {
      throw new ConfigurationException("the log key " + logKey + " belongs to " + signer.verifier()
          + ", but the public key given with it is " + verifier(options));
    }
    return new LocalRegistry(WritingLedger.open(options, signer), new AtomicInteger(1), author);
  }

  private static NoteVerifier verifier(LocalRegistryOptions options) {
    Optional<String> verifier = options.verifier();
    if (verifier.isPresent()) {
      return KeyFiles.readVerifier(verifier.get(), options.directory());
    }
    Path logKey = options.logKey()
        .orElseThrow(() -> new ConfigurationException("to read the ledger in " + options.directory()
            + " takes the public key of its log: option 'log-vkey', a key name+hash+base64 or a"
            + " file with it; to write takes an account's key: option 'key'"));
    return KeyFiles.readLogKey(logKey).verifier();
  }

  private static void requireOrigin(LocalRegistryOptions options, NoteVerifier log) {
    options.origin().filter(origin -> !origin.value().equals(log.name())).ifPresent(origin -> {
      throw new ConfigurationException("the ledger in " + options.directory()
          + " is wanted with the origin " + origin + ", but the log key is for " + log.name());
    });
  }

  /**
   * Acts on the same open ledger for another account. Each of the registries is closed on its own;
   * the ledger is closed with the last of them.
   *
   * @param accountKey the Ed25519 private key, a PKCS#8 PEM file
   * @throws ConfigurationException if the file is no such key or lies in the ledger's directory, or
   *     this registry only reads
   */
  public LocalRegistry actingAs(Path accountKey) {
    requireOpen();
    requireAuthor();
    KeyFiles.requireOutside("account key", accountKey, ledger.directory);
    AccountKey other = AccountKey.read(accountKey);
    if (users.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw closedException();
    }
    return new LocalRegistry(ledger, users, other);
  }

  /**
   * Returns {@code local:} and the log's verifier key, whose name is the origin: with it alone a
   * stranger can check the ledger.
   */
  @Override
  public String ledgerId() {
    requireOpen();
    return "local:" + ledger.log;
  }

  /** Returns the log's public key, which who reads or verifies needs; its name is the origin. */
  public NoteVerifier logKey() {
    requireOpen();
    return ledger.log;
  }

  @Override
  public Optional<AccountId> account() {
    requireOpen();
    return Optional.ofNullable(author).map(AccountKey::account);
  }

  @Override
  public <E extends LedgerEvent> Submission<E> submit(SubmissionId id, Command<E> command) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(command, "command");
    requireOpen();
    return writing().submit(requireAuthor(), id, command);
  }

  @Override
  public Optional<Submission<?>> resume(SubmissionId id) {
    Objects.requireNonNull(id, "id");
    requireOpen();
    return author == null ? Optional.empty() : writing().find(author, id).map(found -> found);
  }

  private WritingLedger writing() {
    requireAuthor();
    return (WritingLedger) ledger; // who has an author has opened it for writing
  }

  private AccountKey requireAuthor() {
    AccountKey present = author;
    if (present == null) {
      throw new ConfigurationException("the ledger in " + ledger.directory
          + " is open for reading; to write, open it with an account's key: option 'key'");
    }
    return present;
  }

  @Override
  public Optional<ModelRecord> model(ModelName model) {
    Objects.requireNonNull(model, "model");
    requireOpen();
    return ledger.read(state -> state.model(model));
  }

  @Override
  public Optional<ModelVersion> version(ModelVersionId version) {
    Objects.requireNonNull(version, "version");
    requireOpen();
    return ledger.read(state -> state.version(version));
  }

  @Override
  public Optional<ModelVersion> deployed(ModelName model, EnvironmentName environment) {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(environment, "environment");
    requireOpen();
    return ledger.read(state -> state.deployed(model, environment));
  }

  @Override
  public Optional<Anchor> anchor(LogOrigin origin, AccountId account) {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(account, "account");
    requireOpen();
    return ledger.read(state -> state.anchor(origin, account));
  }

  @Override
  public List<LedgerEvent> history(LedgerPosition after, int limit) {
    Objects.requireNonNull(after, "after");
    if (limit < 1 || limit > MAX_HISTORY) {
      throw new IllegalArgumentException(
          "limit is " + limit + ", wanted 1 to " + MAX_HISTORY);
    }
    requireOpen();
    return ledger.history(after, limit);
  }

  @Override
  public Subscription subscribe(LedgerPosition after) {
    Objects.requireNonNull(after, "after");
    requireOpen();
    return new LocalSubscription(ledger, closed::get, after);
  }

  /**
   * Returns what shows a stranger that an event is in the ledger: check it with the log's public key
   * against the {@linkplain org.modelledger.tlog.MerkleTree#leafHash leaf hash} of {@link
   * #entry}, which is the event's transaction id.
   *
   * @param position of an event that was read here
   * @throws IllegalArgumentException if there is no event at the position
   */
  public TlogProof proof(LedgerPosition position) throws InterruptedException {
    SignedCheckpoint at = checkpointOver(position);
    try {
      return TlogProof.of(ledger.reader().inclusionProof(position.block(), at), at);
    } catch (ProofException e) {
      throw ledger.damaged(e);
    } catch (LogStorageException e) {
      throw Ledger.unreadable(ledger.directory, e);
    }
  }

  /**
   * Returns the log's entry of an event as it is stored, with its author's signature
   * (docs/formats/local-registry.md).
   *
   * @param position of an event that was read here
   * @throws IllegalArgumentException if there is no event at the position
   */
  public byte[] entry(LedgerPosition position) throws InterruptedException {
    SignedCheckpoint at = checkpointOver(position);
    try {
      return ledger.reader().entry(position.block(), at);
    } catch (ProofException e) {
      throw ledger.damaged(e);
    } catch (LogStorageException e) {
      throw Ledger.unreadable(ledger.directory, e);
    }
  }

  private SignedCheckpoint checkpointOver(LedgerPosition position) throws InterruptedException {
    requireOpen();
    long size = ledger.read(RegistryState::durableSize);
    if (position.index() != 0 || position.block() < 0 || position.block() >= size) {
      throw new IllegalArgumentException("there is no event at " + position + "; the ledger has "
          + size + ", from 0.0 on");
    }
    return ledger.checkpointOver(position.block());
  }

  private void requireOpen() {
    if (closed.get()) {
      throw closedException();
    }
  }

  private IllegalStateException closedException() {
    return new IllegalStateException("the registry on " + ledger.directory + " is closed");
  }

  /**
   * Releases everything; idempotent. What was submitted is durable when it returns, or its await says
   * otherwise.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    ledger.wakeAll();
    if (users.decrementAndGet() == 0) {
      ledger.close();
    }
  }

  @Override
  public String toString() {
    return "LocalRegistry[" + ledger.origin + (author == null ? "" : ", " + author.account()) + "]";
  }
}
