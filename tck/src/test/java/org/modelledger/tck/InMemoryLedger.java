package org.modelledger.tck;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.CommandRefusedException;
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

/**
 * A ledger in memory that keeps its promises, or breaks the one it is told to. Commands wait in a
 * queue for a thread that decides them, as they do for a remote ledger.
 */
final class InMemoryLedger implements RegistryFixture {
  private final RegistryFault fault;
  private final InMemoryRules rules;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<LedgerEvent> events = new ArrayList<>();
  private final Map<List<Object>, Sent<?>> submissions = new HashMap<>();
  private final LinkedBlockingQueue<Sent<?>> queue = new LinkedBlockingQueue<>();
  private final List<Client> clients = new ArrayList<>();
  private final Thread sequencer;

  InMemoryLedger(RegistryFault fault) {
    this.fault = fault;
    this.rules = new InMemoryRules(fault);
    this.sequencer = Thread.ofVirtual().start(this::decide);
  }

  @Override
  public AccountId account(String alias) {
    return AccountId.of("memory:" + alias);
  }

  @Override
  public ModelRegistry open(String alias) {
    return open(Optional.of(account(alias)));
  }

  @Override
  public ModelRegistry openReader() {
    return open(Optional.empty());
  }

  private ModelRegistry open(Optional<AccountId> account) {
    Client client = new Client(account);
    clients.add(client);
    return client;
  }

  @Override
  public void restart() {
    lock.lock();
    try {
      if (fault == RegistryFault.FORGETS_IDS_AT_THE_END) {
        submissions.clear();
      }
      if (fault == RegistryFault.LOSES_EVENTS_AT_THE_END && !events.isEmpty()) {
        events.remove(events.size() - 1);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    sequencer.interrupt();
  }

  private void decide() {
    try {
      while (true) {
        Sent<?> first = queue.take();
        Sent<?> second = fault == RegistryFault.LOSES_THE_ORDER ? queue.poll() : null;
        if (second != null) {
          decide(second);
        }
        decide(first);
      }
    } catch (InterruptedException e) {
      // the ledger is closed
    }
  }

  private <E extends LedgerEvent> void decide(Sent<E> sent) {
    lock.lock();
    try {
      EventHeader header = header(sent.author);
      if (fault == RegistryFault.DOES_NOT_RECORD_A_DEPLOYMENT_AGAIN
          && sent.command instanceof Command.DeployVersion(ModelVersionId version, EnvironmentName environment)
          && rules.deployed(version.model(), environment)
              .filter(v -> v.id().equals(version))
              .isPresent()) {
        sent.outcome.complete(sent.command.eventType().cast(events.get(events.size() - 1)));
        return;
      }
      E event = sent.command.eventType().cast(rules.apply(sent.command, header));
      events.add(event);
      sent.outcome.complete(event);
    } catch (CommandRefusedException refusal) {
      if (fault == RegistryFault.RECORDS_REFUSALS) {
        events.add(new LedgerEvent.ModelCreated(header(sent.author), ModelName.of("refused")));
      }
      sent.outcome.completeExceptionally(refusal);
    } catch (RuntimeException broken) {
      sent.outcome.completeExceptionally(broken);
    } finally {
      news.signalAll();
      lock.unlock();
    }
  }

  private EventHeader header(AccountId author) {
    int n = events.size();
    Instant time = Instant.EPOCH.plusSeconds(fault == RegistryFault.TIME_RUNS_BACKWARDS ? -n : n);
    return new EventHeader(new LedgerPosition(n, 0), "tx-" + n, time, author);
  }

  /** The events after a position; with the lock held. */
  private List<LedgerEvent> after(LedgerPosition position) {
    return events.stream()
        .filter(event -> event.header()
            .position()
            .compareTo(position) > (fault == RegistryFault.HISTORY_INCLUDES_ITS_POSITION
                ? -1
                : 0))
        .toList();
  }

  /** A command that was accepted into the queue, and its outcome. */
  private static final class Sent<E extends LedgerEvent> implements Submission<E> {
    final AccountId author;
    final SubmissionId id;
    final Command<E> command;
    final CompletableFuture<E> outcome = new CompletableFuture<>();
    final boolean forgetful;

    Sent(AccountId author, SubmissionId id, Command<E> command, boolean forgetful) {
      this.author = author;
      this.id = id;
      this.command = command;
      this.forgetful = forgetful;
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
      if (!outcome.isDone() || (forgetful && outcome.isCompletedExceptionally())) {
        return Optional.empty();
      }
      if (outcome.isCompletedExceptionally()) {
        throw (RuntimeException) outcome.exceptionNow();
      }
      return Optional.of(outcome.resultNow());
    }
  }

  private final class Client implements ModelRegistry {
    private final Optional<AccountId> account;
    private volatile boolean closed;

    Client(Optional<AccountId> account) {
      this.account = account;
    }

    void requireOpen() {
      if (closed && fault != RegistryFault.WORKS_WHEN_CLOSED) {
        throw new IllegalStateException("the registry is closed");
      }
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
      AccountId author = fault == RegistryFault.READERS_WRITE
          ? account.orElse(InMemoryLedger.this.account("nobody"))
          : account
              .orElseThrow(() -> new ConfigurationException("there is no account to submit for"));
      lock.lock();
      try {
        Sent<?> known = submissions.get(key(author, id));
        if (known != null && fault != RegistryFault.IGNORES_SUBMISSION_IDS) {
          if (!known.command.equals(command)
              && fault != RegistryFault.TAKES_ANOTHER_COMMAND_UNDER_AN_ID) {
            throw new IllegalArgumentException(id + " is the id of " + known.command);
          }
          if (known.command.equals(command)) {
            @SuppressWarnings("unchecked") // equal commands leave the same kind of event
            Submission<E> same = (Submission<E>) known;
            return same;
          }
        }
        Sent<E> sent = new Sent<>(author, id, command, fault == RegistryFault.FORGETS_A_REFUSAL);
        submissions.put(key(author, id), sent);
        queue.add(sent);
        return sent;
      } finally {
        lock.unlock();
      }
    }

    private List<Object> key(AccountId author, SubmissionId id) {
      return fault == RegistryFault.SHARES_IDS_BETWEEN_ACCOUNTS ? List.of(id) : List.of(author, id);
    }

    @Override
    public Optional<Submission<?>> resume(SubmissionId id) {
      requireOpen();
      lock.lock();
      try {
        return fault == RegistryFault.RESUMES_NOTHING
            ? Optional.empty()
            : account.map(author -> submissions.get(key(author, id)));
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Optional<ModelRecord> model(ModelName model) {
      requireOpen();
      lock.lock();
      try {
        return rules.model(model);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Optional<ModelVersion> version(ModelVersionId version) {
      requireOpen();
      lock.lock();
      try {
        return rules.version(version);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Optional<ModelVersion> deployed(ModelName model, EnvironmentName environment) {
      requireOpen();
      lock.lock();
      try {
        return rules.deployed(model, environment);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Optional<Anchor> anchor(LogOrigin origin, AccountId author) {
      requireOpen();
      lock.lock();
      try {
        return rules.anchor(origin, author);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public List<LedgerEvent> history(LedgerPosition after, int limit) {
      requireOpen();
      if ((limit < 1 || limit > 10_000) && fault != RegistryFault.TAKES_ANY_LIMIT) {
        throw new IllegalArgumentException("a limit is from 1 to 10,000, not " + limit);
      }
      lock.lock();
      try {
        List<LedgerEvent> later = after(after);
        boolean lags = fault == RegistryFault.HISTORY_LAGS && !later.isEmpty();
        return List.copyOf(
            later.subList(0, Math.min(Math.max(0, limit), later.size() - (lags ? 1 : 0))));
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
        if (fault == RegistryFault.CLOSES_FOR_ALL) {
          clients.forEach(client -> client.closed = true);
        }
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
    private @Nullable LedgerEvent repeated;

    Follower(Client client, LedgerPosition position) {
      this.client = client;
      this.position = position;
    }

    @Override
    public Optional<LedgerEvent> next(Duration timeout) throws InterruptedException {
      if (repeated != null) {
        LedgerEvent event = repeated;
        repeated = null;
        return Optional.of(event);
      }
      long left = timeout.toNanos();
      lock.lock();
      try {
        while (true) {
          if (closed && fault != RegistryFault.LEAVES_NEXT_WAITING) {
            throw new IllegalStateException("the subscription is closed");
          }
          client.requireOpen();
          List<LedgerEvent> rest = after(position);
          if (!rest.isEmpty()) {
            boolean skips = fault == RegistryFault.SKIPS_AN_EVENT && rest.size() > 1;
            LedgerEvent event = rest.get(skips ? 1 : 0);
            position = event.header().position();
            repeated = fault == RegistryFault.DELIVERS_TWICE ? event : null;
            return Optional.of(event);
          }
          if (left <= 0) {
            return Optional.empty();
          }
          try {
            left = news.awaitNanos(left);
          } catch (InterruptedException e) {
            if (fault != RegistryFault.SWALLOWS_INTERRUPTS) {
              throw e;
            }
          }
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
