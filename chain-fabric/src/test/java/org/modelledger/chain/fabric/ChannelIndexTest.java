package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Refusal;
import org.modelledger.chain.fabric.protocol.TransactionRef;
import org.modelledger.chain.support.Recorded;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;
import org.modelledger.spi.ConfigurationException;

class ChannelIndexTest {
  private static final String LEDGER = "fabric:0123456789abcdef:models:registry";
  private static final ModelName MODEL = ModelName.of("acme/digits");
  private static final EnvironmentName PRODUCTION = EnvironmentName.of("production");
  private static final Digest DIGEST = Digest.sha256(new byte[]{1});

  @TempDir
  Path directory;

  private static Outcome accepted(Command<?> command, long version) {
    return new Outcome.Accepted(Optional.of(SubmissionId.random()), command, version,
        Optional.empty());
  }

  private static Outcome created() {
    return accepted(new CreateModel(MODEL), 0);
  }

  private static Outcome registered(int version) {
    return accepted(new RegisterVersion(MODEL, Digest.sha256(new byte[]{(byte) version}), DIGEST),
        version);
  }

  private ChannelIndex open() {
    return ChannelIndex.open(Optional.of(directory), LEDGER);
  }

  private static ChannelIndex inMemory() {
    return ChannelIndex.open(Optional.empty(), LEDGER);
  }

  @Test
  void hasTheStateThatFollowsFromTheBlocks() {
    Blocks blocks = new Blocks();
    try (ChannelIndex index = inMemory()) {
      index.add(blocks.read());
      index.add(blocks
          .transaction("a", Blocks.NOW, created(), registered(1), registered(2),
              accepted(new GrantRole(MODEL, Blocks.ANN, Role.DEPLOYER), 0))
          .transaction("b", Blocks.NOW,
              accepted(new DeployVersion(MODEL.version(1), PRODUCTION), 0))
          .read());

      assertThat(index.model(MODEL)).hasValueSatisfying(model -> {
        assertThat(model.owner()).isEqualTo(Blocks.ANN);
        assertThat(model.latestVersion()).isEqualTo(2);
        assertThat(model.roles()).isEqualTo(Map.of(Role.DEPLOYER, Set.of(Blocks.ANN)));
      });
      assertThat(index.deployed(MODEL, PRODUCTION)).map(ModelVersion::id)
          .hasValue(MODEL.version(1));
      assertThat(index.version(MODEL.version(2))).map(ModelVersion::position)
          .hasValue(new LedgerPosition(1, 2));
      assertThat(index.events(LedgerPosition.START, 100)).extracting(e -> e.header().position())
          .containsExactly(new LedgerPosition(1, 0), new LedgerPosition(1, 1),
              new LedgerPosition(1, 2), new LedgerPosition(1, 3), new LedgerPosition(1, 1 << 16));

      index.add(blocks
          .transaction("c", Blocks.NOW, accepted(new RevokeVersion(MODEL.version(1), DIGEST), 0))
          .read());

      assertThat(index.deployed(MODEL, PRODUCTION)).isEmpty();
      assertThat(index.version(MODEL.version(1)).orElseThrow().revocation()).hasValue(DIGEST);
    }
  }

  @Test
  void givesAnEventTheLatestTimeThatWasClaimedSoFar() {
    try (ChannelIndex index = inMemory()) {
      index.add(new Blocks().transaction("a", Blocks.NOW, created())
          .transaction("behind", Blocks.NOW.minusSeconds(60), registered(1))
          .transaction("ahead", Blocks.NOW.plusSeconds(1), registered(2))
          .read());

      assertThat(index.events(LedgerPosition.START, 100)).extracting(e -> e.header().time())
          .containsExactly(Blocks.NOW, Blocks.NOW, Blocks.NOW.plusSeconds(1));
    }
  }

  @Test
  void keepsRefusalsByTheirIdsAndNotAsEvents() {
    SubmissionId id = SubmissionId.random();
    Refusal refusal = Refusal
        .of(Refusal.Reason.ALREADY_EXISTS, Refusal.Thing.MODEL, "acme/digits exists");
    try (ChannelIndex index = inMemory()) {
      index.add(new Blocks()
          .transaction("a", Blocks.NOW, created(), new Outcome.Refused(Optional.of(id),
              List.of("createModel", MODEL.value()), refusal))
          .read());

      assertThat(index.events(LedgerPosition.START, 100)).hasSize(1);
      Recorded recorded = index.submission(Blocks.ANN, id).flatMap(Indexed::recorded).orElseThrow();
      assertThat(recorded.command()).isEqualTo(new CreateModel(MODEL));
      assertThat(((Recorded.Refused) recorded).exception())
          .isInstanceOf(AlreadyExistsException.class)
          .hasMessage("acme/digits exists");
    }
  }

  @Test
  void keepsTheFirstUseOfAnId() {
    SubmissionId id = SubmissionId.random();
    try (ChannelIndex index = inMemory()) {
      index.add(new Blocks()
          .transaction("a", Blocks.NOW,
              new Outcome.Accepted(Optional.of(id), new CreateModel(MODEL), 0, Optional.empty()))
          .transaction("b", Blocks.NOW, new Outcome.Repeated(id,
              List.of("createModel", MODEL.value()), new TransactionRef("a", 0), true))
          .read());

      assertThat(index.submission(Blocks.ANN, id)).map(found -> found.header().transactionId())
          .hasValue("a");
    }
  }

  @Test
  void goesOnWhereItWasClosed() {
    Blocks blocks = new Blocks();
    List<LedgerEvent> before;
    try (ChannelIndex index = open()) {
      index.add(blocks.transaction("a", Blocks.NOW, created(), registered(1)).read());
      before = index.events(LedgerPosition.START, 100);
    }
    try (ChannelIndex index = open()) {
      assertThat(index.height()).isEqualTo(1);
      index.add(blocks.transaction("b", Blocks.NOW.minusSeconds(1), registered(2)).read());

      List<LedgerEvent> events = index.events(LedgerPosition.START, 100);
      assertThat(events).startsWith(before.toArray(LedgerEvent[]::new)).hasSize(3);
      assertThat(events.getLast().header().time()).isEqualTo(Blocks.NOW);
    }
  }

  @Test
  void refusesABlockThatDoesNotFollow() {
    Blocks blocks = new Blocks();
    Blocks others = new Blocks();
    others.transaction("else", Blocks.NOW, created());
    try (ChannelIndex index = inMemory()) {
      index.add(blocks.read());
      var unused = others.read();
      ChannelBlock foreign = others.read();

      assertThatExceptionOfType(BrokenChainException.class).isThrownBy(() -> index.add(foreign))
          .withMessageContaining("block 1");
      assertThat(index.height()).isEqualTo(1);
      index.add(blocks.read());
    }
  }

  @Test
  void belongsToOneLedger() {
    open().close();

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ChannelIndex.open(Optional.of(directory), "fabric:other"))
        .withMessageContaining(LEDGER)
        .withMessageContaining("fabric:other");
  }

  @Test
  void isOpenOnce() {
    try (ChannelIndex index = open()) {
      assertThatExceptionOfType(LedgerUnavailableException.class).isThrownBy(this::open)
          .withMessageContaining(directory.toString());
      assertThat(index.height()).isZero();
    }
  }

  @Test
  void isMadeAnewWhereItIsDamaged() throws Exception {
    try (ChannelIndex index = open()) {
      index.add(new Blocks().transaction("a", Blocks.NOW, created()).read());
    }
    Files.write(directory.resolve(ChannelIndex.FILE), new byte[10_000]);

    try (ChannelIndex index = open()) {
      assertThat(index.height()).isZero();
      index.add(new Blocks().transaction("a", Blocks.NOW, created()).read());
      assertThat(index.model(MODEL)).isPresent();
    }
  }
}
