package org.modelledger.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.chain.local.LocalRegistry;
import org.modelledger.chain.local.LocalRegistryOptions;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
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
import org.modelledger.registry.Role;

/** What is rebuilt from the history is what the registry itself said at the time. */
class AuditTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<ModelName> MODELS = List.of(ModelName.of("acme/a"),
      ModelName.of("acme/b"));
  private static final List<EnvironmentName> ENVIRONMENTS = List.of(
      EnvironmentName.of("production"), EnvironmentName.of("staging"));
  private static final List<Role> ROLES = List.of(Role.values());
  private static final LogOrigin LOG = LogOrigin.of("example.org/log");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path dir;

  private final AtomicReference<Instant> clock = new AtomicReference<>(START);
  private final List<ModelRegistry> actors = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    LocalRegistry first = LocalRegistry
        .open(LocalRegistryOptions.writing(dir.resolve("ledger"), key("0"))
            .withClock(clock::get));
    actors.add(first);
    actors.add(first.actingAs(key("1")));
    actors.add(first.actingAs(key("2")));
  }

  @AfterEach
  void close() {
    actors.forEach(ModelRegistry::close);
  }

  private Path key(String name) throws IOException, NoSuchAlgorithmException {
    byte[] der = KeyPairGenerator.getInstance("Ed25519")
        .generateKeyPair()
        .getPrivate()
        .getEncoded();
    return Files.writeString(dir.resolve(name + ".pem"),
        "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(der)
            + "\n-----END PRIVATE KEY-----\n");
  }

  private ModelRegistry registry() {
    return actors.getFirst();
  }

  /** What the registry answered right after an event. */
  private record Said(EventHeader header, Map<ModelName, ModelRecord> models,
      Map<ModelVersionId, ModelVersion> versions, List<Optional<Anchor>> anchors) {
    static Said now(ModelRegistry registry, EventHeader header, List<AccountId> accounts) {
      Map<ModelName, ModelRecord> models = new TreeMap<>();
      Map<ModelVersionId, ModelVersion> versions = new TreeMap<>();
      for (ModelName name : MODELS) {
        registry.model(name).ifPresent(model -> {
          models.put(name, model);
          for (long number = 1; number <= model.latestVersion(); number++) {
            versions.put(name.version(number),
                registry.version(name.version(number)).orElseThrow());
          }
        });
      }
      return new Said(header, models, versions,
          accounts.stream().map(account -> registry.anchor(LOG, account)).toList());
    }

    void isWhat(RegistryAt rebuilt, List<AccountId> accounts) {
      String at = "at " + header.position();
      assertThat(rebuilt.last()).as(at).contains(header);
      assertThat(rebuilt.models()).as(at).isEqualTo(models);
      assertThat(rebuilt.versions()).as(at).isEqualTo(versions);
      assertThat(accounts.stream().map(account -> rebuilt.anchor(LOG, account)).toList()).as(at)
          .isEqualTo(anchors);
      for (ModelName name : MODELS) {
        for (EnvironmentName environment : ENVIRONMENTS) {
          assertThat(rebuilt.deployed(name, environment)).as(at)
              .isEqualTo(Optional.ofNullable(models.get(name))
                  .flatMap(model -> Optional.ofNullable(model.deployments().get(environment)))
                  .map(versions::get));
        }
      }
    }
  }

  @Test
  void everyPrefixOfTheHistoryIsWhatTheRegistrySaidThen(TestReporter reporter) throws Exception {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    reporter.publishEntry("modelledger.seed", Long.toString(seed));
    RandomGenerator random = new SplittableRandom(seed);
    List<AccountId> accounts = actors.stream()
        .map(actor -> actor.account().orElseThrow())
        .toList();
    List<Said> said = new ArrayList<>();
    while (said.size() < 150) {
      clock.set(clock.get().plusSeconds(random.nextInt(3))); // sometimes the same instant again
      try {
        LedgerEvent event = actors.get(random.nextInt(3))
            .submit(command(random, accounts))
            .await(LONG);
        said.add(Said.now(registry(), event.header(), accounts));
      } catch (CommandRefusedException e) {
        // what is refused leaves nothing
      }
    }

    Audit audit = Audit.of(registry());
    said.getLast().isWhat(audit.now(), accounts);
    Map<Instant, Said> lastOfInstant = new HashMap<>();
    for (Said one : said) {
      one.isWhat(audit.at(one.header().position()), accounts);
      lastOfInstant.put(one.header().time(), one);
    }
    assertThat(lastOfInstant).as("some events share an instant").hasSizeLessThan(said.size());
    for (Map.Entry<Instant, Said> one : lastOfInstant.entrySet()) {
      one.getValue().isWhat(audit.at(one.getKey()), accounts);
    }
    for (int i = 1; i < said.size(); i++) {
      Instant justBefore = said.get(i).header().time().minusNanos(1);
      if (!said.get(i - 1).header().time().isAfter(justBefore)) {
        said.get(i - 1).isWhat(audit.at(justBefore), accounts);
      }
    }
  }

  private static Command<?> command(RandomGenerator random, List<AccountId> accounts) {
    ModelName model = MODELS.get(random.nextInt(MODELS.size()));
    ModelVersionId version = model.version(1 + random.nextInt(4));
    EnvironmentName environment = ENVIRONMENTS.get(random.nextInt(ENVIRONMENTS.size()));
    AccountId account = accounts.get(random.nextInt(accounts.size()));
    Role role = ROLES.get(random.nextInt(ROLES.size()));
    return switch (random.nextInt(16)) {
      case 0 -> new Command.CreateModel(model);
      case 1, 2, 3 -> new Command.RegisterVersion(model, digest("a" + random.nextInt(9)),
          digest("s" + random.nextInt(9)));
      case 4, 5, 6 -> new Command.DeployVersion(version, environment);
      case 7 -> new Command.UndeployModel(model, environment);
      case 8 -> new Command.RevokeVersion(version, digest("r"));
      case 9, 10 -> new Command.GrantRole(model, account, role);
      case 11 -> new Command.RevokeRole(model, account, role);
      case 12 -> new Command.TransferOwnership(model, account);
      case 13, 14 -> new Command.AcceptOwnership(model);
      default -> new Command.AnchorLog(LOG, 1 + random.nextInt(100), digest("t"));
    };
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void answersWhatWasDeployedAtAMoment() throws Exception {
    ModelName model = MODELS.getFirst();
    EnvironmentName production = ENVIRONMENTS.getFirst();
    ModelRegistry registry = registry();
    registry.submit(new Command.CreateModel(model)).await(LONG);
    registry.submit(new Command.RegisterVersion(model, digest("a"), digest("s"))).await(LONG);
    clock.set(START.plusSeconds(10));
    registry.submit(new Command.DeployVersion(model.version(1), production)).await(LONG);
    clock.set(START.plusSeconds(20));
    LedgerEvent.VersionRevoked revoked = registry
        .submit(new Command.RevokeVersion(model.version(1), digest("r")))
        .await(LONG);

    Audit audit = Audit.of(registry);
    assertThat(audit.at(START.plusSeconds(9)).deployed(model, production)).isEmpty();
    assertThat(audit.at(START.plusSeconds(10)).deployed(model, production))
        .hasValueSatisfying(version -> assertThat(version.isRevoked()).isFalse());
    RegistryAt end = audit.at(Instant.MAX);
    assertThat(end.deployed(model, production)).isEmpty();
    assertThat(end.revocations()).containsEntry(model.version(1), revoked);
    assertThat(end).isEqualTo(audit.now())
        .asString()
        .contains("acme/a:1 revoked", "after 3.0");
    assertThat(audit.at(START.plusSeconds(15))).asString().contains("acme/a:1 in production");
  }

  @Test
  void beforeTheFirstEventThereIsNothing() throws Exception {
    registry().submit(new Command.CreateModel(MODELS.getFirst())).await(LONG);
    Audit audit = Audit.of(registry());
    RegistryAt empty = audit.at(START.minusNanos(1));
    assertThat(empty).isEqualTo(audit.at(LedgerPosition.START));
    assertThat(empty.last()).isEmpty();
    assertThat(empty.models()).isEmpty();
    assertThat(empty).asString().contains("when it was empty");
    assertThat(audit.at(START).model(MODELS.getFirst())).isPresent();
  }
}
