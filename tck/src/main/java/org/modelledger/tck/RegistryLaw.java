package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Anchor;
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
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.Role;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;

/**
 * Random commands by several accounts, each compared with what the rules say of it; at the end all
 * that can be read, also after a restart.
 */
abstract class RegistryLaw extends RegistryReadRules {
  private static final List<String> ALIASES = List.of("alice", "bob", "carol", "dave");
  private static final List<ModelName> MODELS = List.of(MODEL, OTHER_MODEL, ModelName.of("acme/d"));
  private static final List<EnvironmentName> ENVIRONMENTS = List.of(PRODUCTION, STAGING,
      EnvironmentName.of("canary"));
  private static final List<LogOrigin> LOGS = List.of(LOG, OTHER_LOG);

  @Test
  @DisplayName("Random commands of several accounts do what the table of rules says")
  void randomCommandsDoWhatTheRulesSay(TestReporter reporter) throws Exception {
    long seed = TckSeed.choose();
    reporter.publishEntry("tck.seed", Long.toString(seed));
    RandomGenerator random = new SplittableRandom(seed);
    ReferenceRegistry rules = new ReferenceRegistry();
    List<LedgerEvent> events = new ArrayList<>();
    List<Sent> accepted = new ArrayList<>();

    for (int step = 0; step < lawSteps(); step++) {
      String at = "step " + step + " of -Dtck.seed=" + seed;
      if (!accepted.isEmpty() && random.nextInt(20) == 0) {
        Sent sent = accepted.get(random.nextInt(accepted.size()));
        assertThat(actor(sent.alias).registry.submit(sent.id, sent.command)
            .await(finalityTimeout())).as("%s: again %s", at, sent).isEqualTo(sent.event);
        continue;
      }
      String alias = pick(random, ALIASES);
      Command<?> command = randomCommand(random);
      Submission<?> submission = actor(alias).registry.submit(command);
      Optional<LedgerEvent> event = compare(at + ": " + alias + " " + command, rules,
          account(alias), submission);
      if (event.isPresent()) {
        events.add(event.get());
        accepted.add(new Sent(alias, submission.id(), command, event.get()));
        compareModels(at, rules, actor(alias).registry);
      }
    }

    String atEnd = "at the end of -Dtck.seed=" + seed;
    assertThat(historyOnceComplete(alice().registry, events.size())).as(atEnd).isEqualTo(events);
    compareAll(atEnd, rules, alice().registry, events);
    restart();
    assertThat(alice().history()).as(atEnd).isEqualTo(events);
    compareAll(atEnd + " after a restart", rules, alice().registry, events);
  }

  /** Compares an outcome with the rules; returns the event unless both refuse. */
  private Optional<LedgerEvent> compare(String what, ReferenceRegistry rules, AccountId author,
      Submission<?> submission) throws InterruptedException {
    LedgerEvent event;
    try {
      event = submission.await(finalityTimeout());
    } catch (CommandRefusedException actual) {
      try {
        LedgerEvent wanted = rules.apply(author, submission.command(), anyHeader(author));
        throw new AssertionError(what + " is refused; the rules say " + wanted, actual);
      } catch (CommandRefusedException wanted) {
        assertThat(actual).as(what).isInstanceOf(wanted.getClass());
        if (wanted instanceof AlreadyExistsException exists) {
          assertThat(((AlreadyExistsException) actual).existing()).as(what)
              .isEqualTo(exists.existing());
        }
      }
      return Optional.empty();
    }
    assertThat(event.header().author()).as(what).isEqualTo(author);
    try {
      assertThat(event).as(what)
          .isEqualTo(rules.apply(author, submission.command(), event.header()));
    } catch (CommandRefusedException wanted) {
      throw new AssertionError(what + " is accepted; the rules say " + wanted, wanted);
    }
    return Optional.of(event);
  }

  private static void compareModels(String at, ReferenceRegistry rules, ModelRegistry registry) {
    for (ModelName model : MODELS) {
      assertThat(registry.model(model)).as(at).isEqualTo(rules.model(model));
    }
  }

  private void compareAll(String at, ReferenceRegistry rules, ModelRegistry registry,
      List<LedgerEvent> events) {
    compareModels(at, rules, registry);
    for (ModelName model : MODELS) {
      for (EnvironmentName environment : ENVIRONMENTS) {
        assertThat(registry.deployed(model, environment).map(ModelVersion::id)).as(at)
            .isEqualTo(rules.model(model)
                .flatMap(m -> Optional.ofNullable(m.deployments().get(environment))));
      }
    }
    for (LedgerEvent event : events) {
      if (event instanceof LedgerEvent.ModelTrained trained) {
        EventHeader header = trained.header();
        assertThat(registry.version(trained.version())).as(at)
            .contains(new ModelVersion(trained.version(), rules.digests(trained.version()).get(0),
                rules.digests(trained.version()).get(1), header.author(), header.time(),
                header.position(), rules.revocation(trained.version())));
      }
    }
    for (LogOrigin log : LOGS) {
      for (String alias : ALIASES) {
        assertThat(registry.anchor(log, account(alias)).map(Anchor::treeSize).orElse(0L)).as(at)
            .isEqualTo(rules.anchored(log, account(alias)));
      }
    }
  }

  /** Draws from few names, so that commands meet; what the rules are richest in comes most often. */
  private Command<?> randomCommand(RandomGenerator random) {
    ModelName model = pick(random, MODELS);
    return switch (random.nextInt(16)) {
      case 0 -> new CreateModel(model);
      case 1, 2, 3 -> new RegisterVersion(model, digest("a" + random.nextInt(6)),
          digest("s" + random.nextInt(3)));
      case 4, 5, 6 -> new DeployVersion(randomVersion(random, model), pick(random, ENVIRONMENTS));
      case 7 -> new UndeployModel(model, pick(random, ENVIRONMENTS));
      case 8 -> new RevokeVersion(randomVersion(random, model), digest("r" + random.nextInt(2)));
      case 9, 10 -> new GrantRole(model, randomAccount(random), pick(random, Role.values()));
      case 11 -> new RevokeRole(model, randomAccount(random), pick(random, Role.values()));
      case 12 -> new TransferOwnership(model, randomAccount(random));
      case 13, 14 -> new AcceptOwnership(model);
      default -> new AnchorLog(pick(random, LOGS), 1 + random.nextInt(30),
          digest("t" + random.nextInt(3)));
    };
  }

  private static ModelVersionId randomVersion(RandomGenerator random, ModelName model) {
    return model.version(1 + random.nextInt(5));
  }

  private AccountId randomAccount(RandomGenerator random) {
    return account(pick(random, ALIASES));
  }

  private static <T> T pick(RandomGenerator random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static Role pick(RandomGenerator random, Role[] roles) {
    return roles[random.nextInt(roles.length)];
  }

  /** What the rules are asked with when there is no event to have a header. */
  private static EventHeader anyHeader(AccountId author) {
    return new EventHeader(LedgerPosition.START, "none", Instant.EPOCH, author);
  }

  private record Sent(String alias, SubmissionId id, Command<?> command, LedgerEvent event) {}
}
