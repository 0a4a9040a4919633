package org.modelledger.chain.fabric.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Command;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.StaleAnchorException;
import org.modelledger.registry.SubmissionId;
import org.modelledger.registry.VersionRevokedException;

class ProtocolTest {
  private static final int ROUNDS = 2_000;
  private static final ModelName MODEL = ModelName.of("acme/digits");
  private static final AccountId ANN = AccountId.of("Org1MSP:CN=ann,OU=client:CN=ca.org1.example");

  @Test
  void everythingIsReadAsItWasWritten(TestReporter reporter) {
    RandomValues values = new RandomValues(reporter);
    for (int i = 0; i < ROUNDS; i++) {
      Command<?> command = values.command();
      assertThat(FabricCommands.read(FabricCommands.write(command))).isEqualTo(command);
      Outcome outcome = values.outcome();
      assertThat(Outcome.parse(outcome.toJson())).isEqualTo(outcome);
      Outcomes outcomes = values.outcomes();
      assertThat(Outcomes.parse(outcomes.toJson())).isEqualTo(outcomes);
      Batch batch = values.batch();
      assertThat(Batch.read(batch.call())).isEqualTo(batch);
      VersionState version = values.version();
      assertThat(VersionState.parse(version.toJson())).isEqualTo(version);
      AnchorState anchor = values.anchor();
      assertThat(AnchorState.parse(anchor.toJson())).isEqualTo(anchor);
      SubmissionState submission = new SubmissionState(values.ref(), values.digest());
      assertThat(SubmissionState.parse(submission.toJson())).isEqualTo(submission);
      Ownership ownership = new Ownership(values.model(), values.account(),
          Optional.of(values.account()));
      assertThat(Ownership.parse(ownership.toJson())).isEqualTo(ownership);
    }
  }

  @Test
  void whatIsDamagedIsReadOrRefusedInOneWay(TestReporter reporter) {
    RandomValues values = new RandomValues(reporter);
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      refused += readsOrRefuses(Outcomes::parse, values.mutated(values.outcomes().toJson()));
      refused += readsOrRefuses(Outcome::parse, values.mutated(values.outcome().toJson()));
      refused += readsOrRefuses(VersionState::parse, values.mutated(values.version().toJson()));
      refused += readsOrRefuses(AnchorState::parse, values.mutated(values.anchor().toJson()));
      refused += readsOrRefuses(Page::ofVersions, values.mutated(
          Page.toJson(List.of(values.version().toJson()), "bookmark")));
      List<String> call = new ArrayList<>(values.batch().call());
      refused += readsOrRefuses(json -> {
        call.set(3, new String(json, UTF_8));
        return Batch.read(call);
      }, values.mutated(call.get(3).getBytes(UTF_8)));
    }
    assertThat(refused).isPositive();
  }

  private static int readsOrRefuses(Function<byte[], Object> reader, byte[] json) {
    try {
      assertThat(reader.apply(json)).isNotNull();
      return 0;
    } catch (MalformedInputException e) {
      assertThat(e).hasMessageMatching("(?s).{10,}");
      return 1;
    }
  }

  @Test
  void writesCommandsAsAnyToolCouldCallThem() {
    Digest a = new Digest("0a".repeat(32));
    Digest b = new Digest("0b".repeat(32));

    assertThat(FabricCommands.write(new Command.RegisterVersion(MODEL, a, b)))
        .containsExactly("trainModel", "acme/digits", a.hex(), b.hex());
    assertThat(FabricCommands.write(
        new Command.DeployVersion(MODEL.version(3), EnvironmentName.of("production"))))
        .containsExactly("deployModel", "acme/digits", "3", "production");
    assertThat(FabricCommands.write(new Command.GrantRole(MODEL, ANN, Role.TRAINER)))
        .containsExactly("grantRole", "acme/digits", ANN.value(), "TRAINER");
  }

  @Test
  void writesOutcomesAsDocumented() {
    SubmissionId id = SubmissionId.parse("123e4567-e89b-12d3-a456-426614174000");
    Command<?> command = new Command.RegisterVersion(MODEL, new Digest("0a".repeat(32)),
        new Digest("0b".repeat(32)));
    Outcomes outcomes = new Outcomes(ANN, Instant.parse("2026-11-26T21:00:00.5Z"),
        Optional.of(new Outcomes.Place(new Lane("ab".repeat(32)), 7)),
        List.of(new Outcome.Accepted(Optional.of(id), command, 3, Optional.empty())));

    assertThat(new String(outcomes.toJson(), UTF_8)).isEqualTo(
        "{\"format\":1,\"author\":\"Org1MSP:CN=ann,OU=client:CN=ca.org1.example\","
            + "\"time\":\"2026-11-26T21:00:00.500Z\",\"lane\":\"" + "ab".repeat(32)
            + "\",\"from\":7,\"outcomes\":[{\"id\":\"123e4567-e89b-12d3-a456-426614174000\","
            + "\"command\":[\"trainModel\",\"acme/digits\",\"" + "0a".repeat(32) + "\",\""
            + "0b".repeat(32) + "\"],\"event\":{\"type\":\"ModelTrained\",\"version\":3}}]}");
  }

  @Test
  void aNewerFormatIsToldToBeNewer() {
    assertThatExceptionOfType(MalformedInputException.class)
        .isThrownBy(() -> Outcomes.parse("{\"format\":2}".getBytes(UTF_8)))
        .withMessageContaining("newer");
  }

  @Test
  void fieldsThatALaterReleaseAddsAreSkipped() {
    String json = "{\"name\":\"modelledger-registry\",\"protocol\":2,\"version\":\"9\",\"more\":1}";

    assertThat(Description.parse(json.getBytes(UTF_8)))
        .isEqualTo(new Description("modelledger-registry", 2, "9"));
  }

  @Test
  void anAcceptedCommandMakesTheEventOfItsKind(TestReporter reporter) {
    RandomValues values = new RandomValues(reporter);
    EventHeader header = new EventHeader(new LedgerPosition(7, 0), "tx", Instant.EPOCH, ANN);
    for (int i = 0; i < ROUNDS; i++) {
      if (values.outcome() instanceof Outcome.Accepted accepted) {
        assertThat(accepted.event(header)).isInstanceOf(accepted.command().eventType())
            .extracting(LedgerEvent::header)
            .isEqualTo(header);
      }
    }
    assertThat(new Outcome.Accepted(Optional.empty(), new Command.AcceptOwnership(MODEL), 0,
        Optional.of(AccountId.of("before"))).event(header))
        .isEqualTo(
            new LedgerEvent.OwnershipTransferred(header, MODEL, AccountId.of("before"), ANN));
  }

  @Test
  void refusalsAreTheRegistrysExceptions() {
    Command<?> register = new Command.RegisterVersion(MODEL, new Digest("0a".repeat(32)),
        new Digest("0b".repeat(32)));

    assertThat(refusal(Refusal.Reason.NOT_FOUND).exception(register))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("why");
    assertThat(refusal(Refusal.Reason.NOT_AUTHORIZED).exception(register))
        .isInstanceOf(NotAuthorizedException.class);
    assertThat(refusal(Refusal.Reason.VERSION_REVOKED).exception(register))
        .isInstanceOf(VersionRevokedException.class);
    assertThat(refusal(Refusal.Reason.STALE_ANCHOR).exception(register))
        .isInstanceOf(StaleAnchorException.class);
    assertThat(refusal(Refusal.Reason.MALFORMED).exception(register))
        .isInstanceOf(MalformedInputException.class);
    assertThat(refusal(Refusal.Reason.ALREADY_EXISTS).exception(register))
        .isInstanceOfSatisfying(AlreadyExistsException.class,
            e -> assertThat(e.existing()).isEmpty());
    assertThat(refusal(Refusal.Reason.ALREADY_EXISTS).withVersion(4).exception(register))
        .isInstanceOfSatisfying(AlreadyExistsException.class,
            e -> assertThat(e.existing()).contains(MODEL.version(4)));
  }

  private static Refusal refusal(Refusal.Reason reason) {
    return Refusal.of(reason, Refusal.Thing.MODEL, "why");
  }

  @Test
  void aModelsStateIsWrittenInOneOrder() {
    AccountId bob = AccountId.of("Org2MSP:CN=bob:CN=ca");
    ModelRecord model = new ModelRecord(MODEL, ANN, Optional.of(bob),
        Map.of(Role.WORKER, Set.of(bob), Role.TRAINER, Set.of(bob, ANN)),
        Map.of(EnvironmentName.of("b"), MODEL.version(2), EnvironmentName.of("a"),
            MODEL.version(1)),
        2);

    assertThat(ModelStates.parse(ModelStates.toJson(model))).isEqualTo(model);
    assertThat(new String(ModelStates.toJson(model), UTF_8)).isEqualTo(
        "{\"model\":\"acme/digits\",\"owner\":\"" + ANN + "\",\"pendingOwner\":\"" + bob
            + "\",\"latestVersion\":2,\"roles\":{\"TRAINER\":[\"" + ANN + "\",\"" + bob
            + "\"],\"WORKER\":[\"" + bob + "\"]},\"deployments\":{\"a\":1,\"b\":2}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ann", "Org1MSP:CN=ann", "Org1MSP:CN=ann:CN=ca:x", ":CN=ann:CN=ca",
      "Org1MSP::CN=ca", "Org1MSP:CN=ann:", "Org1MSP:CN=%4ann:CN=ca", "Org1MSP:CN=ann%:CN=ca",
      "Org1MSP:CN=%41nn:CN=ca", "Org1MSP:CN=%c3%bc:CN=ca", "Org1MSP:CN=%FF:CN=ca",
      "Org1MSP:CN=ann%2:CN=ca"})
  void anAccountHasOneSpelling(String account) {
    assertThatExceptionOfType(MalformedInputException.class)
        .isThrownBy(() -> FabricAccounts.requireAccount(AccountId.of(account)))
        .withMessageContaining("is none of Fabric's");
  }

  @Test
  void anAccountNamesItsOrganisation() {
    assertThat(FabricAccounts.mspId(AccountId.of("Org%201%3A%C3%BC:CN=ann:CN=ca")))
        .isEqualTo("Org 1:ü");
  }
}
