package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.AcceptOwnership;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.Command.RevokeRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.Command.UndeployModel;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.tlog.Hash;

/** The rules, without a log: random commands against a model of them that is as plain as can be. */
class RegistryStateTest {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());
  private static final int ROUNDS = 40;
  private static final int COMMANDS = 500;
  private static final List<String> ALIASES = List.of("alice", "bob", "carol", "dave");
  private static final List<AccountKey> KEYS = ALIASES.stream().map(TestKeys::account).toList();
  private static final List<AccountId> ACCOUNTS = KEYS.stream().map(AccountKey::account).toList();
  private static final List<ModelName> MODELS = Stream.of("a", "a/b", "c")
      .map(ModelName::of)
      .toList();
  private static final List<EnvironmentName> ENVIRONMENTS = Stream
      .of("production", "staging", "test")
      .map(EnvironmentName::of)
      .toList();
  private static final List<Digest> DIGESTS = IntStream.range(0, 4)
      .mapToObj(i -> Home.digest("digest " + i))
      .toList();
  private static final List<LogOrigin> LOGS = Stream.of("x.example/1", "x.example/2")
      .map(LogOrigin::of)
      .toList();

  private static <T> T pick(SplittableRandom random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static Command<?> command(SplittableRandom random) {
    ModelName model = pick(random, MODELS);
    return switch (random.nextInt(12)) {
      case 0 -> new CreateModel(model);
      case 1, 2, 3 -> new RegisterVersion(model, pick(random, DIGESTS), pick(random, DIGESTS));
      case 4 -> new DeployVersion(model.version(random.nextLong(1, 6)),
          pick(random, ENVIRONMENTS));
      case 5 -> new UndeployModel(model, pick(random, ENVIRONMENTS));
      case 6 -> new RevokeVersion(model.version(random.nextLong(1, 6)), pick(random, DIGESTS));
      case 7 -> new GrantRole(model, pick(random, ACCOUNTS), pick(random, List.of(Role.values())));
      case 8 -> new RevokeRole(model, pick(random, ACCOUNTS), pick(random, List.of(Role.values())));
      case 9 -> new TransferOwnership(model, pick(random, ACCOUNTS));
      case 10 -> new AcceptOwnership(model);
      default -> new AnchorLog(pick(random, LOGS), random.nextLong(1, 40), pick(random, DIGESTS));
    };
  }

  /** One ledger as the state has it, and as the plain model has it at both ends. */
  private static final class Ledger {
    final RegistryState state = new RegistryState(SEED);
    final PlainRegistry head = new PlainRegistry();
    final PlainRegistry durable = new PlainRegistry();
    final List<Runnable> uncommitted = new ArrayList<>();

    /** Submits a command; returns the refusal, or null. */
    Class<?> submit(Command<?> command, AccountId author) throws Exception {
      long index = state.size();
      Class<?> expected = head.refusal(command, author);
      RegistryState.Decision decision;
      try {
        decision = state.decide(command, author);
      } catch (CommandRefusedException e) {
        assertThat(e.getClass()).as("%s by %s", command, author).isEqualTo(expected);
        return e.getClass();
      }
      assertThat(expected).as("%s by %s", command, author).isEqualTo(PlainRegistry.PERMITTED);
      SignedCommand signed = SignedCommand.sign(
          KEYS.get(ACCOUNTS.indexOf(author)), LOGS.getFirst(), Home.id(index),
          Instant.EPOCH, command);
      LedgerEvent event = new LogEntry(index, decision.assigned(), signed)
          .event(index, Hash.of(DIGESTS.getFirst().bytes()));
      state.apply(decision, Home.id(index), event);
      head.apply(command, author, event);
      uncommitted.add(() -> durable.apply(command, author, event));
      return PlainRegistry.PERMITTED;
    }

    void commit(int events) {
      state.commit(state.size() - uncommitted.size() + events);
      List<Runnable> committed = uncommitted.subList(0, events);
      committed.forEach(Runnable::run);
      committed.clear();
    }
  }

  private static void requireSame(RegistryState state, PlainRegistry plain) {
    for (ModelName model : MODELS) {
      assertThat(state.model(model)).as("seed %s", SEED).isEqualTo(plain.model(model));
      for (int version = 1; version < 18; version++) {
        assertThat(state.version(model.version(version))).as("seed %s", SEED)
            .isEqualTo(plain.version(model.version(version)));
      }
      for (EnvironmentName environment : ENVIRONMENTS) {
        assertThat(state.deployed(model, environment)).as("seed %s", SEED)
            .isEqualTo(plain.deployed(model, environment));
      }
    }
    for (LogOrigin log : LOGS) {
      for (AccountId account : ACCOUNTS) {
        assertThat(state.anchor(log, account)).as("seed %s", SEED)
            .isEqualTo(plain.anchor(log, account));
      }
    }
  }

  @Test
  void decidesAsTheRulesSayAndReadsWhatIsCommitted() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Class<?>, Integer> outcomes = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      Ledger ledger = new Ledger();
      for (int i = 0; i < COMMANDS; i++) {
        outcomes.merge(ledger.submit(command(random), pick(random, ACCOUNTS)), 1, Integer::sum);
        if (random.nextInt(4) == 0) {
          ledger.commit(random.nextInt(ledger.uncommitted.size() + 1));
        }
        if (i % 50 == 49) {
          requireSame(ledger.state, ledger.durable);
          requireSame(restored(ledger.state), ledger.durable);
        }
      }
      ledger.commit(ledger.uncommitted.size());
      requireSame(ledger.state, ledger.head);
      for (long index = 0; index < ledger.state.size(); index++) {
        long entry = index;
        assertThat(ACCOUNTS.stream().map(author -> ledger.state.find(author, Home.id(entry))))
            .as("seed %s", SEED)
            .containsOnlyOnce(entry)
            .filteredOn(found -> found != entry)
            .containsOnly(-1L);
      }
    }
    assertThat(outcomes.keySet()).as("each outcome in the table of rules is met").hasSize(6);
  }

  private static byte[] copy(RegistryState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.copy().write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static RegistryState restored(RegistryState state) throws IOException {
    byte[] bytes = copy(state);
    RegistryState restored = new RegistryState(SEED + 1);
    restored.restore(
        new StateCopy.Source(new DataInputStream(new ByteArrayInputStream(bytes))));
    assertThat(copy(restored)).as("seed %s", SEED).isEqualTo(bytes);
    assertThat(restored.size()).isEqualTo(state.durableSize());
    return restored;
  }

  @Test
  void aRestoredStateDecidesTheSame() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    Ledger ledger = new Ledger();
    for (int i = 0; i < COMMANDS; i++) {
      var unused = ledger.submit(command(random), pick(random, ACCOUNTS));
    }
    ledger.commit(ledger.uncommitted.size());
    RegistryState restored = restored(ledger.state);
    for (int i = 0; i < COMMANDS; i++) {
      Command<?> command = command(random);
      AccountId author = pick(random, ACCOUNTS);
      assertThat(outcome(restored, command, author)).as("seed %s", SEED)
          .isEqualTo(outcome(ledger.state, command, author));
    }
    for (long i = 0; i < ledger.state.size(); i++) {
      for (AccountId author : ACCOUNTS) {
        assertThat(restored.find(author, Home.id(i)))
            .isEqualTo(ledger.state.find(author, Home.id(i)));
      }
    }
  }

  private static String outcome(RegistryState state, Command<?> command, AccountId author) {
    try {
      return state.decide(command, author).assigned().toString();
    } catch (CommandRefusedException e) {
      return e.toString();
    }
  }

  @Test
  void keepsAnUncommittedModelToItself() throws Exception {
    Ledger ledger = new Ledger();
    AccountId alice = ACCOUNTS.getFirst();
    ModelName model = MODELS.getFirst();
    var unused = ledger.submit(new CreateModel(model), alice);

    assertThat(ledger.state.model(model)).isEmpty();
    assertThat(ledger.state.copy().modelNames()).isEmpty();
    assertThatThrownBy(
        () -> ledger.state.decide(new DeployVersion(model.version(1), ENVIRONMENTS.getFirst()),
            alice))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(model + ":1");
  }
}
