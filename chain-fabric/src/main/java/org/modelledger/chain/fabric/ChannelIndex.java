package org.modelledger.chain.fabric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.fabric.protocol.ModelStates;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.chain.support.Threads;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.StorageException;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerEvent.LogAnchored;
import org.modelledger.registry.LedgerEvent.ModelCreated;
import org.modelledger.registry.LedgerEvent.ModelDeployed;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.LedgerEvent.ModelUndeployed;
import org.modelledger.registry.LedgerEvent.OwnershipTransferStarted;
import org.modelledger.registry.LedgerEvent.OwnershipTransferred;
import org.modelledger.registry.LedgerEvent.RoleChanged;
import org.modelledger.registry.LedgerEvent.VersionRevoked;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;
import org.modelledger.spi.ConfigurationException;

/**
 * What the blocks of a channel say of the registry: every outcome, and the state that follows from them.
 * Made from the blocks alone, so that it may be deleted at any time.
 *
 * <p>Safe for many threads. All of it happens on one thread of its own, which nobody interrupts: an
 * interrupt in the middle of a read closes the file.
 */
final class ChannelIndex implements AutoCloseable {
  static final String FILE = "index.mv";

  private static final System.Logger LOGGER = System.getLogger(ChannelIndex.class.getName());
  private static final String FORMAT = "modelledger-fabric-index/1";
  private static final int CACHE_MEBIBYTES = 32;
  private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int COMMIT_OUTCOMES = 10_000;
  private static final int TRANSACTION_BITS = 16;
  private static final char SEPARATOR = '\0';
  private static final int VERSION_DIGITS = 19;

  private final ExecutorService thread;
  private final Optional<Path> file;
  private final MVStore store;
  // All below belong to the thread.
  private final MVMap<String, String> meta;
  private final MVMap<LedgerPosition, byte[]> outcomes;
  private final MVMap<String, byte[]> models;
  private final MVMap<String, LedgerPosition> versions;
  private final MVMap<String, String> revocations;
  private final MVMap<String, LedgerPosition> anchors;
  private final MVMap<String, LedgerPosition> submissions;
  private Instant latest;
  private long committedAt = System.nanoTime();
  private int uncommitted;
  // Written by the thread, read by all.
  private volatile long height;
  private volatile String lastHash;

  private ChannelIndex(ExecutorService thread, Optional<Path> file, MVStore store) {
    this.thread = thread;
    this.file = file;
    this.store = store;
    this.meta = texts(store, "meta");
    this.outcomes = store.openMap("outcomes",
        new MVMap.Builder<LedgerPosition, byte[]>().keyType(PositionType.INSTANCE)
            .valueType(ByteArrayDataType.INSTANCE)
            .singleWriter());
    this.models = store.openMap("models", new MVMap.Builder<String, byte[]>()
        .keyType(StringDataType.INSTANCE)
        .valueType(ByteArrayDataType.INSTANCE)
        .singleWriter());
    this.versions = positions(store, "versions");
    this.revocations = texts(store, "revocations");
    this.anchors = positions(store, "anchors");
    this.submissions = positions(store, "submissions");
    this.height = Long.parseLong(meta.getOrDefault("height", "0"));
    this.lastHash = meta.getOrDefault("last-hash", "");
    this.latest = Instant.parse(meta.getOrDefault("latest-time", Instant.EPOCH.toString()));
  }

  private static MVMap<String, LedgerPosition> positions(MVStore store, String name) {
    return store.openMap(name, new MVMap.Builder<String, LedgerPosition>()
        .keyType(StringDataType.INSTANCE)
        .valueType(PositionType.INSTANCE)
        .singleWriter());
  }

  private static MVMap<String, String> texts(MVStore store, String name) {
    return store.openMap(name, new MVMap.Builder<String, String>().keyType(StringDataType.INSTANCE)
        .valueType(StringDataType.INSTANCE)
        .singleWriter());
  }

  /**
   * Opens an index, or begins one.
   *
   * @param directory where it lies; in memory if there is none
   * @param ledgerId the registry that it is of
   * @throws ConfigurationException if it is of another one
   * @throws LedgerUnavailableException if it is open already
   * @throws StorageException if the disk failed
   */
  static ChannelIndex open(Optional<Path> directory, String ledgerId) {
    Optional<Path> file = directory.map(path -> path.resolve(FILE));
    ExecutorService thread = Executors.newSingleThreadExecutor(
        Thread.ofPlatform().daemon().name("fabric-index").factory());
    boolean opened = false;
    try {
      ChannelIndex index = on(thread, () -> open(thread, file, ledgerId));
      opened = true;
      return index;
    } finally {
      if (!opened) {
        thread.shutdown();
      }
    }
  }

  private static ChannelIndex open(ExecutorService thread, Optional<Path> file, String ledgerId) {
    MVStore store = openStore(file);
    boolean opened = false;
    try {
      ChannelIndex index = new ChannelIndex(thread, file, store);
      if (index.meta.isEmpty()) {
        index.meta.put("format", FORMAT);
        index.meta.put("ledger", ledgerId);
        store.commit();
      }
      if (!FORMAT.equals(index.meta.get("format")) || !ledgerId.equals(index.meta.get("ledger"))) {
        throw new ConfigurationException("the index " + file.orElseThrow() + " is of "
            + index.meta.get("ledger") + " (" + index.meta.get("format") + "), not of " + ledgerId
            + " (" + FORMAT + "); use another directory, or delete that file");
      }
      opened = true;
      return index;
    } finally {
      if (!opened) {
        store.closeImmediately();
      }
    }
  }

  private static MVStore openStore(Optional<Path> file) {
    MVStore.Builder builder = new MVStore.Builder().autoCommitDisabled()
        .cacheSize(CACHE_MEBIBYTES)
        .compress();
    if (file.isEmpty()) {
      MVStore store = builder.open();
      store.setVersionsToKeep(0);
      return store;
    }
    Path path = file.get();
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      builder.fileName(path.toAbsolutePath().toString());
      try {
        return builder.open();
      } catch (MVStoreException e) {
        if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
          throw new LedgerUnavailableException("the index " + path
              + " is open already, in this process or another one; close it there, or use another"
              + " directory", e);
        }
        LOGGER.log(System.Logger.Level.WARNING,
            "the index " + path + " is damaged and is made anew from the channel's blocks", e);
        Files.delete(path);
        return builder.open();
      }
    } catch (IOException | MVStoreException e) {
      throw new StorageException("open the index", path, e);
    }
  }

  /** The number of blocks that are in it: the number of the next one. */
  long height() {
    return height;
  }

  /** The hash of the last block that is in it; empty if there is none. */
  String lastHash() {
    return lastHash;
  }

  /**
   * Takes the next block.
   *
   * @return what its transactions carried out
   * @throws BrokenChainException if it does not follow the last one
   */
  List<Indexed> add(ChannelBlock block) {
    if (block.number() != height
        || (block.number() > 0 && !block.previousHash().equals(lastHash))) {
      throw new BrokenChainException("block " + block.number() + " names " + block.previousHash()
          + " as the block before it; this client has " + height + " blocks, the last of which is "
          + lastHash);
    }
    return on(() -> {
      List<Indexed> added = new ArrayList<>();
      for (ChannelBlock.Outcome transaction : block.transactions()) {
        add(block.number(), transaction, added);
      }
      meta.put("height", Long.toString(block.number() + 1));
      meta.put("last-hash", block.hash());
      meta.put("latest-time", latest.toString());
      lastHash = block.hash();
      height = block.number() + 1;
      commitNowAndThen(added.size() + 1);
      return added;
    });
  }

  private void add(long block, ChannelBlock.Outcome transaction, List<Indexed> added) {
    Outcomes all = transaction.outcomes();
    if (all.claimedTime().isAfter(latest)) {
      latest = all.claimedTime();
    }
    for (int i = 0; i < all.outcomes().size(); i++) {
      Outcome outcome = all.outcomes().get(i);
      EventHeader header = new EventHeader(
          new LedgerPosition(block, (transaction.index() << TRANSACTION_BITS) | i),
          transaction.transactionId(), latest, all.author());
      Indexed indexed = new Indexed(header, outcome,
          all.place().map(Outcomes.Place::lane));
      if (!(outcome instanceof Outcome.Repeated)) {
        outcomes.append(header.position(), indexed.write());
        outcome.id()
            .ifPresent(id -> submissions.put(key(all.author().value(), id.toString()),
                header.position()));
        indexed.event().ifPresent(this::apply);
      }
      added.add(indexed);
    }
  }

  private void commitNowAndThen(int more) {
    uncommitted += more;
    long now = System.nanoTime();
    if (uncommitted >= COMMIT_OUTCOMES || now - committedAt >= COMMIT_NANOS) {
      store.commit();
      committedAt = now;
      uncommitted = 0;
    }
  }

  private void apply(LedgerEvent event) {
    switch (event) {
      case ModelCreated e -> put(new ModelRecord(e.model(), e.header().author(), Optional.empty(),
          Map.of(), Map.of(), 0));
      case ModelTrained e -> {
        ModelRecord model = existing(e.version().model());
        versions.put(key(e.version()), e.header().position());
        put(new ModelRecord(model.name(), model.owner(), model.pendingOwner(), model.roles(),
            model.deployments(), e.version().number()));
      }
      case ModelDeployed e -> changeDeployments(e.version().model(),
          deployments -> deployments.put(e.environment(), e.version()));
      case ModelUndeployed e -> changeDeployments(e.model(),
          deployments -> deployments.remove(e.environment()));
      case VersionRevoked e -> {
        revocations.put(key(e.version()), e.reason().hex());
        changeDeployments(e.version().model(),
            deployments -> deployments.values().removeIf(e.version()::equals));
      }
      case RoleChanged e -> changeRole(e);
      case OwnershipTransferStarted e -> {
        ModelRecord model = existing(e.model());
        put(new ModelRecord(model.name(), model.owner(),
            Optional.of(e.newOwner()).filter(owner -> !owner.equals(model.owner())), model.roles(),
            model.deployments(), model.latestVersion()));
      }
      case OwnershipTransferred e -> {
        ModelRecord model = existing(e.model());
        put(new ModelRecord(model.name(), e.newOwner(), Optional.empty(), model.roles(),
            model.deployments(), model.latestVersion()));
      }
      case LogAnchored e -> anchors.put(key(e.origin().value(), e.header().author().value()),
          e.header().position());
    }
  }

  private void changeRole(RoleChanged event) {
    ModelRecord model = existing(event.model());
    Map<Role, Set<AccountId>> roles = new HashMap<>(model.roles());
    Set<AccountId> accounts = new HashSet<>(roles.getOrDefault(event.role(), Set.of()));
    if (event.granted()) {
      accounts.add(event.account());
    } else {
      accounts.remove(event.account());
    }
    roles.put(event.role(), accounts);
    put(new ModelRecord(model.name(), model.owner(), model.pendingOwner(), roles,
        model.deployments(), model.latestVersion()));
  }

  private void changeDeployments(ModelName name,
      Consumer<Map<EnvironmentName, ModelVersionId>> change) {
    ModelRecord model = existing(name);
    Map<EnvironmentName, ModelVersionId> deployments = new HashMap<>(model.deployments());
    change.accept(deployments);
    put(new ModelRecord(name, model.owner(), model.pendingOwner(), model.roles(), deployments,
        model.latestVersion()));
  }

  private void put(ModelRecord model) {
    models.put(model.name().value(), ModelStates.toJson(model));
  }

  private ModelRecord existing(ModelName name) {
    return find(name).orElseThrow(() -> new BrokenChainException("the channel has an event of "
        + name + ", which was never created: the chaincode is not a ModelLedger registry"));
  }

  private Optional<ModelRecord> find(ModelName name) {
    return Optional.ofNullable(models.get(name.value())).map(ModelStates::parse);
  }

  Optional<ModelRecord> model(ModelName name) {
    return on(() -> find(name));
  }

  Optional<ModelVersion> version(ModelVersionId id) {
    return on(() -> findVersion(id));
  }

  Optional<ModelVersion> deployed(ModelName name, EnvironmentName environment) {
    return on(() -> find(name)
        .flatMap(model -> Optional.ofNullable(model.deployments().get(environment)))
        .flatMap(this::findVersion));
  }

  private Optional<ModelVersion> findVersion(ModelVersionId id) {
    return event(versions.get(key(id))).map(ModelTrained.class::cast)
        .map(event -> new ModelVersion(id, event.artifact(), event.statement(),
            event.header().author(), event.header().time(), event.header().position(),
            Optional.ofNullable(revocations.get(key(id))).map(Digest::new)));
  }

  Optional<Anchor> anchor(LogOrigin origin, AccountId author) {
    return on(() -> event(anchors.get(key(origin.value(), author.value())))
        .map(LogAnchored.class::cast)
        .map(event -> new Anchor(event.header(), origin, event.treeSize(), event.rootHash())));
  }

  private Optional<LedgerEvent> event(@Nullable LedgerPosition position) {
    return position == null ? Optional.empty() : indexed(position).flatMap(Indexed::event);
  }

  private Optional<Indexed> indexed(LedgerPosition position) {
    return Optional.ofNullable(outcomes.get(position)).map(bytes -> Indexed.read(position, bytes));
  }

  /** Finds what the first use of an id came to. */
  Optional<Indexed> submission(AccountId author, SubmissionId id) {
    return on(() -> {
      LedgerPosition position = submissions.get(key(author.value(), id.toString()));
      return position == null ? Optional.empty() : indexed(position);
    });
  }

  /** Returns events after a position, in order; fewer than the limit only at the end. */
  List<LedgerEvent> events(LedgerPosition after, int limit) {
    return on(() -> {
      List<LedgerEvent> events = new ArrayList<>();
      Cursor<LedgerPosition, byte[]> cursor = outcomes.cursor(after);
      while (cursor.hasNext() && events.size() < limit) {
        LedgerPosition position = cursor.next();
        if (position.compareTo(after) > 0) {
          Indexed.read(position, cursor.getValue()).event().ifPresent(events::add);
        }
      }
      return events;
    });
  }

  private static String key(ModelVersionId id) {
    String number = Long.toString(id.number());
    return id.model().value() + SEPARATOR + "0".repeat(VERSION_DIGITS - number.length()) + number;
  }

  private static String key(String one, String other) {
    return one + SEPARATOR + other;
  }

  private <T> T on(Supplier<T> task) {
    try {
      return on(thread, task);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the index is closed", e);
    } catch (MVStoreException e) {
      throw new StorageException("use the index", file.orElse(Path.of("in memory")), e);
    }
  }

  private static <T> T on(ExecutorService thread, Supplier<T> task) {
    return Threads.result(thread.submit(task::get));
  }

  /** Writes what is not written yet. Idempotent. */
  @Override
  public void close() {
    try {
      on(thread, () -> {
        store.close();
        return true;
      });
    } catch (RejectedExecutionException e) {
      return; // it is closed
    } catch (MVStoreException e) {
      store.closeImmediately(); // what is missing is read again
    }
    thread.shutdown();
  }
}
