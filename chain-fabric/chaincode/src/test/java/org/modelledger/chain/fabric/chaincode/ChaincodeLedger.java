package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.modelledger.chain.fabric.chaincode.SimulatedState.Simulation;
import org.modelledger.chain.fabric.protocol.AnchorState;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.chain.fabric.protocol.Lane;
import org.modelledger.chain.fabric.protocol.ModelStates;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.chain.fabric.protocol.SubmissionState;
import org.modelledger.chain.fabric.protocol.TransactionRef;
import org.modelledger.chain.fabric.protocol.VersionState;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;
import org.modelledger.registry.Subscription;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tck.RegistryFixture;

/**
 * A channel in memory with the contract on it, and clients of the simplest kind: one thread endorses
 * what has gathered, a batch for each client, all on the same state, and then commits them in order.
 * Batches that conflict are sent again, and some for no reason at all. Knows no Fabric.
 */
final class ChaincodeLedger implements RegistryFixture {
  private static final int OUTCOME_BITS = 16;
  private static final int MAX_BATCH = 50;

  private final RegistryContract contract = new RegistryContract("test");
  private final SimulatedState state = new SimulatedState();
  private final Random random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<LedgerEvent> events = new ArrayList<>();
  private final Map<TransactionRef, Recorded> recorded = new HashMap<>();
  private final LinkedBlockingQueue<Sent<?>> queue = new LinkedBlockingQueue<>();
  private final Thread network;
  private Instant time = Instant.EPOCH;
  private int blocks;
  private int transactions;

  /** An outcome in the ledger. */
  private record Recorded(EventHeader header, Outcome outcome) {}

  ChaincodeLedger(long seed) {
    this.random = new Random(seed);
    this.network = Thread.ofPlatform().daemon().start(this::run);
  }

  @Override
  public AccountId account(String alias) {
    return Calls.account(alias);
  }

  @Override
  public ModelRegistry open(String alias) {
    return new Client(Optional.of(account(alias)));
  }

  @Override
  public ModelRegistry openReader() {
    return new Client(Optional.empty());
  }

  @Override
  public void restart() {
    // what the ledger has is all there is to keep; the next clients have other lanes
  }

  @Override
  public void close() {
    network.interrupt();
  }

  private void run() {
    try {
      while (true) {
        List<Sent<?>> gathered = new ArrayList<>(List.of(queue.take()));
        queue.drainTo(gathered);
        Map<Client, List<Sent<?>>> byClient = new LinkedHashMap<>();
        gathered.forEach(sent -> byClient.computeIfAbsent(sent.client, c -> new ArrayList<>())
            .add(sent));
        while (!byClient.isEmpty()) {
          block(byClient);
        }
      }
    } catch (InterruptedException e) {
      // the ledger is closed
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Endorsed(Client client, String id, Simulation simulation, byte[] payload) {}

  /** Makes a block of one batch for each client. */
  private void block(Map<Client, List<Sent<?>>> waiting) {
    List<Endorsed> endorsed = new ArrayList<>();
    waiting.forEach((client, sent) -> {
      List<Submitted> batch = sent.subList(0, Math.min(sent.size(), MAX_BATCH))
          .stream()
          .map(s -> Submitted.of(s.id, s.command))
          .toList();
      List<String> call = new Batch(client.lane, client.next, batch).call();
      for (int copies = random.nextInt(8) == 0 ? 2 : 1; copies > 0; copies--) {
        Simulation simulation = state.simulate();
        String id = "tx-" + transactions++;
        Answer answer = contract.invoke(simulation, new Invocation(id, claim(),
            () -> new Caller(client.account.orElseThrow(), Permissions.ALL), call));
        if (!answer.isOk()) {
          throw new AssertionError(answer.message());
        }
        endorsed.add(new Endorsed(client, id, simulation, answer.event().orElseThrow()));
      }
    });
    lock.lock();
    try {
      int block = blocks++;
      for (int i = 0; i < endorsed.size(); i++) {
        Endorsed transaction = endorsed.get(i);
        if (transaction.simulation.commit()) {
          settle(transaction, new LedgerPosition(block, i << OUTCOME_BITS), waiting);
        }
      }
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What a client says its time is: some of them are behind. */
  private Instant claim() {
    return Instant.EPOCH.plusSeconds(transactions - random.nextInt(5));
  }

  private void settle(Endorsed transaction, LedgerPosition first,
      Map<Client, List<Sent<?>>> waiting) {
    Outcomes outcomes = Outcomes.parse(transaction.payload);
    Client client = transaction.client;
    if (outcomes.claimedTime().isAfter(time)) {
      time = outcomes.claimedTime();
    }
    List<Sent<?>> sent = waiting.getOrDefault(client, List.of());
    for (int i = 0; i < outcomes.outcomes().size(); i++) {
      Outcome outcome = outcomes.outcomes().get(i);
      EventHeader header = new EventHeader(
          new LedgerPosition(first.block(), first.index() + i), transaction.id, time,
          outcomes.author());
      Recorded here = new Recorded(header, outcome);
      recorded.put(new TransactionRef(transaction.id, i), here);
      if (outcome instanceof Outcome.Accepted accepted) {
        events.add(accepted.event(header));
      }
      sent.get(i).settle(here);
    }
    client.next = outcomes.place().orElseThrow().from() + outcomes.outcomes().size();
    List<Sent<?>> rest = new ArrayList<>(
        sent.subList(outcomes.outcomes().size(), sent.size()));
    if (rest.isEmpty()) {
      waiting.remove(client);
    } else {
      waiting.put(client, rest);
    }
  }

  private Recorded found(TransactionRef where) {
    return Objects.requireNonNull(recorded.get(where), where::toString);
  }

  private List<LedgerEvent> after(LedgerPosition position) {
    return events.stream().filter(e -> e.header().position().compareTo(position) > 0).toList();
  }

  private final class Sent<E extends LedgerEvent> implements Submission<E> {
    final Client client;
    final SubmissionId id;
    final Command<E> command;
    final CompletableFuture<E> outcome = new CompletableFuture<>();

    Sent(Client client, SubmissionId id, Command<E> command) {
      this.client = client;
      this.id = id;
      this.command = command;
    }

    void settle(Recorded here) {
      switch (here.outcome) {
        case Outcome.Accepted accepted -> outcome
            .complete(command.eventType().cast(accepted.event(here.header)));
        case Outcome.Refused refused -> outcome
            .completeExceptionally(refused.refusal().exception(command));
        case Outcome.Repeated repeated -> {
          if (repeated.same()) {
            settle(found(repeated.before()));
          } else {
            outcome.completeExceptionally(
                new IllegalArgumentException(id + " is the id of another command"));
          }
        }
      }
    }

    @Override
    public SubmissionId id() {
      return id;
    }

    @Override
    public Command<E> command() {
      return command;
    }

    @Override
    public E await(Duration timeout) throws InterruptedException {
      try {
        return outcome.get(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new OutcomeUnknownException(command + " is not final yet", id, e);
      } catch (ExecutionException e) {
        throw (RuntimeException) e.getCause();
      }
    }

    @Override
    public Optional<E> poll() {
      if (!outcome.isDone()) {
        return Optional.empty();
      }
      if (outcome.isCompletedExceptionally()) {
        throw (RuntimeException) outcome.exceptionNow();
      }
      return Optional.of(outcome.resultNow());
    }
  }

  private final class Client implements ModelRegistry {
    final Optional<AccountId> account;
    final Lane lane;
    long next; // only the network's thread
    private final Map<SubmissionId, Sent<?>> sent = new HashMap<>();
    private volatile boolean closed;

    Client(Optional<AccountId> account) {
      this.account = account;
      byte[] bytes = new byte[32];
      lock.lock();
      try {
        random.nextBytes(bytes);
      } finally {
        lock.unlock();
      }
      this.lane = new Lane(HexFormat.of().formatHex(bytes));
    }

    void requireOpen() {
      if (closed) {
        throw new IllegalStateException("the registry is closed");
      }
    }

    private byte[] read(ChaincodeFunction function, String... arguments) {
      requireOpen();
      Simulation simulation = state.simulate();
      Answer answer = contract.invoke(simulation, new Invocation("read", Instant.EPOCH,
          () -> new Caller(account.orElseThrow(), Permissions.ALL), function.call(arguments)));
      if (!answer.isOk() || answer.event().isPresent() || !simulation.keysWritten().isEmpty()) {
        throw new AssertionError(function + " is no read: " + answer.message());
      }
      return answer.payload();
    }

    private Optional<byte[]> readOptional(ChaincodeFunction function, String... arguments) {
      return Optional.of(read(function, arguments))
          .filter(json -> !new String(json, UTF_8).equals("null"));
    }

    @Override
    public String ledgerId() {
      requireOpen();
      return "memory";
    }

    @Override
    public Optional<AccountId> account() {
      requireOpen();
      return account;
    }

    @Override
    public <E extends LedgerEvent> Submission<E> submit(SubmissionId id, Command<E> command) {
      requireOpen();
      if (account.isEmpty()) {
        throw new ConfigurationException("there is no account to submit for");
      }
      lock.lock();
      try {
        Optional<Submission<?>> known = resume(id);
        if (known.isPresent()) {
          if (!known.get().command().equals(command)) {
            throw new IllegalArgumentException(id + " is the id of " + known.get().command());
          }
          @SuppressWarnings("unchecked") // equal commands leave the same kind of event
          Submission<E> same = (Submission<E>) known.get();
          return same;
        }
        Sent<E> submission = new Sent<>(this, id, command);
        sent.put(id, submission);
        queue.add(submission);
        return submission;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Optional<Submission<?>> resume(SubmissionId id) {
      requireOpen();
      if (account.isEmpty()) {
        return Optional.empty();
      }
      lock.lock();
      try {
        Sent<?> known = sent.get(id);
        if (known != null) {
          return Optional.of(known);
        }
        return readOptional(ChaincodeFunction.SUBMISSION, account.get().value(), id.toString())
            .map(json -> known(id, SubmissionState.parse(json)));
      } finally {
        lock.unlock();
      }
    }

    private Sent<?> known(SubmissionId id, SubmissionState submission) {
      Recorded there = found(submission.recorded());
      if (!FabricCommands.digest(there.outcome.call()).equals(submission.command())) {
        throw new AssertionError("the submission " + id + " is not where the state says it is");
      }
      Sent<?> settled = new Sent<>(this, id, FabricCommands.read(there.outcome.call()));
      settled.settle(there);
      return settled;
    }

    @Override
    public Optional<ModelRecord> model(ModelName model) {
      return readOptional(ChaincodeFunction.MODEL, model.value()).map(ModelStates::parse);
    }

    @Override
    public Optional<ModelVersion> version(ModelVersionId version) {
      return version(readOptional(ChaincodeFunction.VERSION, version.model().value(),
          Long.toString(version.number())));
    }

    @Override
    public Optional<ModelVersion> deployed(ModelName model, EnvironmentName environment) {
      return version(
          readOptional(ChaincodeFunction.DEPLOYED, model.value(), environment.value()));
    }

    private Optional<ModelVersion> version(Optional<byte[]> json) {
      return json.map(VersionState::parse).map(v -> {
        EventHeader header = header(v.registered());
        return new ModelVersion(v.id(), v.artifact(), v.statement(), v.author(), header.time(),
            header.position(), v.revocation());
      });
    }

    private EventHeader header(TransactionRef where) {
      lock.lock();
      try {
        return found(where).header;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Optional<Anchor> anchor(LogOrigin origin, AccountId author) {
      return readOptional(ChaincodeFunction.ANCHOR, origin.value(), author.value())
          .map(AnchorState::parse)
          .map(a -> new Anchor(header(a.recorded()), a.origin(), a.treeSize(), a.rootHash()));
    }

    @Override
    public List<LedgerEvent> history(LedgerPosition after, int limit) {
      requireOpen();
      if (limit < 1 || limit > 10_000) {
        throw new IllegalArgumentException("a limit is from 1 to 10,000, not " + limit);
      }
      lock.lock();
      try {
        List<LedgerEvent> later = after(after);
        return List.copyOf(later.subList(0, Math.min(limit, later.size())));
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Subscription subscribe(LedgerPosition after) {
      requireOpen();
      return new Follower(this, after);
    }

    @Override
    public void close() {
      lock.lock();
      try {
        closed = true;
        news.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Follower implements Subscription {
    private final Client client;
    private LedgerPosition position;
    private boolean closed;

    Follower(Client client, LedgerPosition position) {
      this.client = client;
      this.position = position;
    }

    @Override
    public Optional<LedgerEvent> next(Duration timeout) throws InterruptedException {
      long left = timeout.toNanos();
      lock.lock();
      try {
        while (true) {
          if (closed) {
            throw new IllegalStateException("the subscription is closed");
          }
          client.requireOpen();
          List<LedgerEvent> rest = after(position);
          if (!rest.isEmpty()) {
            position = rest.get(0).header().position();
            return Optional.of(rest.get(0));
          }
          if (left <= 0) {
            return Optional.empty();
          }
          left = news.awaitNanos(left);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public LedgerPosition position() {
      return position;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        closed = true;
        news.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
