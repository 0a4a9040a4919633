package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.Role;
import org.modelledger.registry.Subscription;

/** The stage of the registry's tests: a ledger for each test and the accounts that act on it. */
abstract class RegistryRules {
  static final ModelName MODEL = ModelName.of("acme/digits");
  static final ModelName OTHER_MODEL = ModelName.of("acme/letters");
  static final EnvironmentName PRODUCTION = EnvironmentName.of("production");
  static final EnvironmentName STAGING = EnvironmentName.of("staging");
  static final LogOrigin LOG = LogOrigin.of("acme.example/receipts");
  static final LogOrigin OTHER_LOG = LogOrigin.of("acme.example/audits");
  static final int HISTORY_LIMIT = 10_000;

  private RegistryFixture ledger;
  private final Map<String, Actor> actors = new LinkedHashMap<>();
  private final List<ModelRegistry> opened = new ArrayList<>();

  /**
   * Makes a ledger on which nothing has happened. Called once before each test.
   *
   * @throws Exception if it cannot be made; the test fails with it
   */
  protected abstract RegistryFixture newLedger() throws Exception;

  /** Returns how long a command may take until it is final; 60 seconds unless overridden. */
  protected Duration finalityTimeout() {
    return Duration.ofSeconds(60);
  }

  /** Returns how many commands are in flight at once where that matters; 1,000 unless overridden. */
  protected int pipelineDepth() {
    return 1_000;
  }

  /** Returns how many threads submit at once where that matters; 8 unless overridden. */
  protected int threads() {
    return 8;
  }

  /** Returns how many random commands are compared with the rules; 400 unless overridden. */
  protected int lawSteps() {
    return 400;
  }

  @BeforeEach
  final void openLedger() throws Exception {
    ledger = newLedger();
  }

  @AfterEach
  final void closeLedger() throws Exception {
    try {
      closeRegistries();
    } finally {
      ledger.close();
    }
  }

  /** Returns the one who acts under an alias, with a registry of its own. */
  final Actor actor(String alias) {
    return actors.computeIfAbsent(alias, this::openActor);
  }

  final Actor alice() {
    return actor("alice");
  }

  final Actor bob() {
    return actor("bob");
  }

  final Actor carol() {
    return actor("carol");
  }

  /** Opens one more registry for an alias. */
  final Actor openActor(String alias) {
    try {
      ModelRegistry registry = ledger.open(alias);
      opened.add(registry);
      return new Actor(ledger.account(alias), registry);
    } catch (Exception e) {
      throw new AssertionError("the ledger does not open for " + alias, e);
    }
  }

  final ModelRegistry openReader() {
    try {
      ModelRegistry registry = ledger.openReader();
      opened.add(registry);
      return registry;
    } catch (Exception e) {
      throw new AssertionError("the ledger does not open for reading", e);
    }
  }

  final AccountId account(String alias) {
    return ledger.account(alias);
  }

  /** Closes everything and opens the same ledger again; actors are to be asked for anew. */
  final void restart() throws Exception {
    closeRegistries();
    ledger.restart();
  }

  private void closeRegistries() {
    actors.clear();
    opened.forEach(ModelRegistry::close);
    opened.clear();
  }

  /**
   * Waits until what a registry reads, which may lag behind the writes of others, is as wanted.
   * Returns the last value, right or wrong.
   */
  final <T> T eventually(ModelRegistry reader, Supplier<T> read, Predicate<T> wanted)
      throws InterruptedException {
    long deadline = System.nanoTime() + finalityTimeout().toNanos();
    T value = read.get();
    try (Subscription news = reader.subscribe(LedgerPosition.START)) {
      while (!wanted.test(value) && System.nanoTime() < deadline) {
        // Waits for events, or a while for state that comes after its event.
        news.next(Duration.ofMillis(50));
        value = read.get();
      }
    }
    return value;
  }

  /** Takes so many events, each of which has to come in time. */
  final List<LedgerEvent> take(Subscription subscription, int count) throws InterruptedException {
    List<LedgerEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(subscription.next(finalityTimeout())
          .orElseThrow(() -> new AssertionError("expected " + count + " events, got " + events)));
    }
    return events;
  }

  /** Creates the model and versions 1 to {@code versions} of it. */
  final Actor aliceOwns(ModelName model, int versions) throws InterruptedException {
    Actor alice = alice();
    alice.does(new CreateModel(model));
    for (int i = 1; i <= versions; i++) {
      alice.does(register(model, i));
    }
    return alice;
  }

  /** Returns the registration of a version whose digests nobody else has. */
  static RegisterVersion register(ModelName model, int i) {
    return new RegisterVersion(model, digest("artifact " + i), digest("statement " + i));
  }

  static DeployVersion deploy(ModelVersionId version, EnvironmentName environment) {
    return new DeployVersion(version, environment);
  }

  static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** One account and a registry that acts for it. */
  final class Actor {
    final AccountId id;
    final ModelRegistry registry;

    Actor(AccountId id, ModelRegistry registry) {
      this.id = id;
      this.registry = registry;
    }

    /** Submits and waits: what this registry reads from now on has seen the event. */
    <E extends LedgerEvent> E does(Command<E> command) throws InterruptedException {
      return registry.submit(command).await(finalityTimeout());
    }

    /** Submits what has to be refused in this way. */
    <X extends CommandRefusedException> X isRefused(Command<?> command, Class<X> as) {
      X refusal = catchThrowableOfType(as, () -> registry.submit(command).await(finalityTimeout()));
      assertThat(refusal).as("%s by %s", command, id).isNotNull();
      return refusal;
    }

    void grants(ModelName model, Actor to, Role role) throws InterruptedException {
      does(new GrantRole(model, to.id, role));
    }

    ModelRecord model(ModelName model) {
      return registry.model(model).orElseThrow(() -> new AssertionError(model + " is not there"));
    }

    List<LedgerEvent> history() {
      return registry.history(LedgerPosition.START, HISTORY_LIMIT);
    }
  }
}
