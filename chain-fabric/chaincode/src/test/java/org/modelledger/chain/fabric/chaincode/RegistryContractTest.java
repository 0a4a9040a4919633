package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.chain.fabric.chaincode.Calls.Endorsed;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.Description;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.chain.fabric.protocol.Ownership;
import org.modelledger.chain.fabric.protocol.Page;
import org.modelledger.chain.fabric.protocol.Refusal;
import org.modelledger.chain.fabric.protocol.TransactionRef;
import org.modelledger.chain.fabric.protocol.VersionState;
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
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;

/** Lanes, ids, what is refused as a whole, and the reads. The table of rules is the TCK's. */
class RegistryContractTest {
  private static final ModelName MODEL = ModelName.of("acme/digits");
  private static final EnvironmentName PRODUCTION = EnvironmentName.of("production");

  private final Calls calls = new Calls();

  @Test
  void aVerbByItselfAnswersWithItsOutcomeAndLeavesOneEvent() {
    calls.does("ann", new CreateModel(MODEL));
    Endorsed endorsed = calls.does("ann", register(1));

    Outcome outcome = Outcome.parse(endorsed.answer().payload());
    assertThat(outcome).isEqualTo(
        new Outcome.Accepted(Optional.empty(), register(1), 1, Optional.empty()));
    assertThat(Outcomes.parse(endorsed.answer().event().orElseThrow()))
        .isEqualTo(new Outcomes(Calls.account("ann"), Calls.TIME, Optional.empty(),
            List.of(outcome)));
  }

  @Test
  void aVerbByItselfThatIsRefusedFailsItsTransaction() {
    Endorsed endorsed = calls.endorse("ann", register(1));

    assertThat(endorsed.answer().status()).isEqualTo(400);
    assertThat(endorsed.answer().message()).isEqualTo("NotFound: there is no model acme/digits");
  }

  @Test
  void aRefusalInTheMiddleOfABatchIsAnOutcomeAndTheOthersGoOn() {
    Endorsed endorsed = calls.executes("ann", 0, Calls.submitted(new CreateModel(MODEL)),
        Calls.submitted(register(1)), Calls.submitted(register(1)), Calls.submitted(register(2)),
        Calls.submitted(new DeployVersion(MODEL.version(2), PRODUCTION)));

    List<Outcome> outcomes = endorsed.outcomes();
    assertThat(outcomes).hasSize(5);
    assertThat(outcomes.get(2)).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
      assertThat(refused.refusal().reason()).isEqualTo(Refusal.Reason.ALREADY_EXISTS);
      assertThat(refused.refusal().version()).isEqualTo(1);
    });
    assertThat(((Outcome.Accepted) outcomes.get(3)).version()).isEqualTo(2);
    assertThat(endorsed.payload()).isEqualTo("{\"next\":5}");
    assertThat(read(ChaincodeFunction.DEPLOYED, "acme/digits", "production"))
        .contains("\"version\":2");
  }

  @Test
  void whatIsNoCommandIsRefusedByItselfAndNotWithItsBatch() {
    List<List<String>> noCommands = List.of(List.of(), List.of("trainModel", "acme/digits"),
        List.of("createModel", "Acme"), List.of("execute", "a", "b", "c"), List.of("describe"),
        List.of("deployModel", "acme/digits", "01", "production"), List.of("selfDestruct"));
    List<Submitted> submissions = new ArrayList<>();
    noCommands.forEach(command -> submissions.add(new Submitted(SubmissionId.random(), command)));
    submissions.add(Calls.submitted(new CreateModel(MODEL)));

    List<Outcome> outcomes = calls.executes("ann", 0, submissions.toArray(Submitted[]::new))
        .outcomes();

    for (int i = 0; i < noCommands.size(); i++) {
      assertThat(outcomes.get(i)).as("%s", noCommands.get(i))
          .isInstanceOfSatisfying(Outcome.Refused.class,
              refused -> assertThat(refused.refusal().reason())
                  .isEqualTo(Refusal.Reason.MALFORMED));
      assertThat(outcomes.get(i).call()).isEqualTo(noCommands.get(i));
    }
    assertThat(outcomes.get(noCommands.size())).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void numbersThatWereCarriedOutAreSkipped() {
    Submitted create = Calls.submitted(new CreateModel(MODEL));
    Submitted first = Calls.submitted(register(1));
    Submitted second = Calls.submitted(register(2));
    calls.executes("ann", 0, create, first);

    Endorsed overlapping = calls.executes("ann", 0, create, first, second);

    assertThat(overlapping.outcomes()).extracting(Outcome::id)
        .containsExactly(
            Optional.of(second.id()));
    assertThat(Outcomes.parse(overlapping.answer().event().orElseThrow()).place())
        .contains(new Outcomes.Place(Calls.LANE, 2));
    assertThat(read(ChaincodeFunction.NEXT_IN_LANE, Calls.account("ann").value(),
        Calls.LANE.hex())).isEqualTo("3");
  }

  @Test
  void aBatchThatWasCarriedOutWhollyWritesNothingAndLeavesNoEvent() {
    Submitted create = Calls.submitted(new CreateModel(MODEL));
    calls.executes("ann", 0, create);

    Endorsed again = calls.executes("ann", 0, create);

    assertThat(again.answer().event()).isEmpty();
    assertThat(again.transaction().keysWritten()).isEmpty();
    assertThat(again.payload()).isEqualTo("{\"next\":1}");
  }

  @Test
  void aBatchThatBeginsTooLateIsRefusedAsAWhole() {
    calls.executes("ann", 0, Calls.submitted(new CreateModel(MODEL)));

    Answer answer = calls
        .endorse("ann", new Batch(Calls.LANE, 2, List.of(Calls.submitted(register(1)))).call())
        .answer();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).startsWith("OutOfOrder: ")
        .endsWith(" goes on at 1; the batch begins at 2");
  }

  @Test
  void lanesAreOfTheirAuthor() {
    calls.executes("ann", 0, Calls.submitted(new CreateModel(MODEL)));

    List<Outcome> outcomes = calls.executes("bob", 0, Calls.submitted(new CreateModel(MODEL)))
        .outcomes();

    assertThat(outcomes).singleElement().isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void anIdHappensOnceInWhateverLaneAndSaysWhereItDid() {
    SubmissionId id = SubmissionId.random();
    Submitted create = Submitted.of(id, new CreateModel(MODEL));
    Submitted other = Submitted.of(id, register(1));
    calls.executes("ann", 0, create, create);

    List<Outcome> outcomes = calls.executes("ann", 2, create, other).outcomes();

    TransactionRef first = new TransactionRef("tx-0", 0);
    assertThat(outcomes).containsExactly(
        new Outcome.Repeated(id, create.command(), first, true),
        new Outcome.Repeated(id, other.command(), first, false));
    assertThat(read(ChaincodeFunction.MODEL_VERSION, "acme/digits")).isEqualTo("0");
    assertThat(calls.executes("bob", 0, other).outcomes()).singleElement()
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void anIdThatWasRefusedStaysRefused() {
    Submitted early = Calls.submitted(register(1));
    calls.executes("ann", 0, early, Calls.submitted(new CreateModel(MODEL)));

    assertThat(calls.executes("ann", 2, early).outcomes()).singleElement()
        .isInstanceOf(Outcome.Repeated.class);
    assertThat(read(ChaincodeFunction.MODEL_VERSION, "acme/digits")).isEqualTo("0");
  }

  @Test
  void takesAsManySubmissionsAsTheProtocolAllows() {
    List<Submitted> submissions = new ArrayList<>();
    submissions.add(Calls.submitted(new CreateModel(MODEL)));
    for (int i = 1; i < Batch.MAX_SUBMISSIONS; i++) {
      submissions.add(Calls.submitted(register(i)));
    }

    assertThat(calls.executes("ann", 0, submissions.toArray(Submitted[]::new)).outcomes())
        .hasSize(1_024)
        .allMatch(Outcome.Accepted.class::isInstance);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      ''                                                      | Malformed: there is no function ''
      explode                                                 | Malformed: there is no function 'explode'
      owner                                                   | Malformed: owner takes 1 argument [model], not 0
      createModel,a,b                                         | Malformed: createModel takes 1 argument [model], not 2
      createModel,/a                                          | Malformed: createModel: invalid model name '/a'
      trainModel,a,xyz,00                                     | Malformed: trainModel: artifact is 'xyz'; expected 64 hexa
      deployModel,a,0,production                              | Malformed: the version is '0'; expected a whole number from 1
      deployModel,a,9223372036854775808,production            | Malformed: the version is '9223372036854775808'
      deployModel,a,1,Production                              | Malformed: deployModel: invalid environment name 'Production'
      grantRole,a,bob,TRAINER                                 | Malformed: account 'bob' is none of Fabric's; expected <MSP id>:
      grantRole,a,Org1MSP:CN=bob:CN=ca,OWNER                  | Malformed: there is no role 'OWNER'; expected one of [TRAINER,
      transferOwnership,a,Org1MSP:CN=b%3ab:CN=ca              | Malformed: account 'Org1MSP:CN=b%3ab:CN=ca' is none of Fabric's
      anchorLog,acme.example/log,-1,00                        | Malformed: the treeSize is '-1'
      execute,ab,0,[]                                         | Malformed: the lane is 'ab'; expected 32 bytes as 64
      version,a,1x                                            | Malformed: the version is '1x'
      version,A,1                                             | Malformed: invalid model name 'A'
      submission,Org1MSP:CN=b:CN=ca,7                         | Malformed: the id of a submission is '7'; expected a UUID
      models,0,                                               | Malformed: the page size is '0'; expected a whole number from 1 to 1000
      models,10,*                                             | Malformed: the bookmark is none
      """)
  void refusesWhatIsNoCallAndSaysWhy(String call, String message) {
    Answer answer = calls.endorse("ann", List.of(call.split(",", -1))).answer();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).startsWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[", "[] []", "[]", "[1]", "[{\"id\":\"x\",\"command\":[]}]",
      "[{\"command\":[]}]", "[{\"id\":\"123e4567-e89b-12d3-a456-426614174000\"}]",
      "[{\"id\":\"123e4567-e89b-12d3-a456-426614174000\",\"command\":[1]}]",
      "[{\"id\":\"123e4567-e89b-12d3-a456-426614174000\",\"command\":[],\"x\":1}]",
      "[{\"id\":\"123e4567-e89b-12d3-a456-426614174000\",\"id\":\"a\",\"command\":[]}]"})
  void refusesABatchThatCannotBeRead(String json) {
    Answer answer = calls.endorse("ann", List.of("execute", Calls.LANE.hex(), "0", json)).answer();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).startsWith("Malformed: ");
  }

  @Test
  void refusesABatchThatIsTooLarge() {
    Submitted create = Calls.submitted(new CreateModel(MODEL));
    List<String> call = new ArrayList<>(new Batch(Calls.LANE, 0,
        Collections.nCopies(Batch.MAX_SUBMISSIONS, create)).call());
    call.set(3, "[{\"id\":\"" + create.id() + "\",\"command\":[]}," + call.get(3).substring(1));

    assertThat(calls.endorse("ann", call).answer().message())
        .isEqualTo("Malformed: the batch has 1025 submissions; expected 1 to 1024");
  }

  @Test
  void aCertificatesAttributeRestrictsWhatItMayBeUsedFor() {
    calls.does("ann", new CreateModel(MODEL));
    calls.does("ann", register(1));
    calls.does("ann", new DeployVersion(MODEL.version(1), PRODUCTION));
    calls.does("ann", new GrantRole(MODEL, Calls.account("bob"), Role.WORKER));
    ModelName offered = ModelName.of("offered");
    calls.does("bob", new CreateModel(offered));
    calls.does("bob", new TransferOwnership(offered, Calls.account("ann")));
    List<Command<?>> commands = List.of(new CreateModel(ModelName.of("b")), register(2),
        new DeployVersion(MODEL.version(1), PRODUCTION), new UndeployModel(MODEL, PRODUCTION),
        new RevokeVersion(MODEL.version(1), Calls.digest("why")),
        new GrantRole(MODEL, Calls.account("bob"), Role.TRAINER),
        new RevokeRole(MODEL, Calls.account("bob"), Role.WORKER),
        new TransferOwnership(MODEL, Calls.account("bob")), new AcceptOwnership(offered),
        new AnchorLog(LogOrigin.of("acme.example/log"), 1, Calls.digest("root")));
    Map<String, List<String>> allowed = Map.of("auditor", List.of(), "worker", List.of(),
        "trainer", List.of("trainModel"), "deployer", List.of("deployModel", "undeployModel"),
        "anchorer",
        List.of("anchorLog"), "owner",
        List.of("createModel", "revokeVersion", "grantRole", "revokeRole", "transferOwnership",
            "acceptOwnership"),
        "trainer, anchorer", List.of("trainModel", "anchorLog"));

    allowed.forEach((attribute, verbs) -> {
      Caller ann = new Caller(Calls.account("ann"), Permissions.parse(attribute));
      commands.forEach(command -> {
        String verb = FabricCommands.write(command).get(0);
        Answer answer = calls.endorse(ann, FabricCommands.write(command)).answer();
        assertThat(answer.isOk()).as("%s as %s: %s", verb, attribute, answer.message())
            .isEqualTo(verbs.contains(verb));
        if (!answer.isOk()) {
          assertThat(answer.message()).startsWith("NotAuthorized: the certificate of account")
              .contains(Calls.account("ann").value(), "modelledger.roles", verb);
        }
      });
    });
  }

  @Test
  void aRestrictedCertificateIsToldFirstThatAModelDoesNotExist() {
    Caller auditor = new Caller(Calls.account("ann"), Permissions.parse("auditor"));

    assertThat(calls.endorse(auditor, FabricCommands.write(new AcceptOwnership(MODEL)))
        .answer()
        .message()).startsWith("NotFound: ");
  }

  @Test
  void answersReadsWithNothingWhereNothingIs() {
    assertThat(read(ChaincodeFunction.OWNER, "a")).isEmpty();
    assertThat(read(ChaincodeFunction.MODEL_VERSION, "a")).isEqualTo("0");
    assertThat(read(ChaincodeFunction.MODEL, "a")).isEqualTo("null");
    assertThat(read(ChaincodeFunction.VERSION, "a", "1")).isEqualTo("null");
    assertThat(read(ChaincodeFunction.DEPLOYED, "a", "b")).isEqualTo("null");
    assertThat(read(ChaincodeFunction.ANCHOR, "a", "b")).isEqualTo("null");
    assertThat(read(ChaincodeFunction.NEXT_IN_LANE, "a", Calls.LANE.hex())).isEqualTo("0");
    assertThat(read(ChaincodeFunction.MODELS, "10", "")).isEqualTo(
        "{\"items\":[],\"bookmark\":\"\"}");
  }

  @Test
  void saysWhatItIsAndWhoAsks() {
    assertThat(Description.parse(read(ChaincodeFunction.DESCRIBE).getBytes(UTF_8)))
        .isEqualTo(new Description("modelledger-registry", 1, "1.2.3"));
    assertThat(read(ChaincodeFunction.ACCOUNT)).isEqualTo(Calls.account("reader").value());
  }

  @Test
  void pagesGoThroughAllModelsAndVersionsInOrder() {
    List<String> names = List.of("a", "a.b", "a/b", "b", "b/c/d");
    names.forEach(name -> calls.does("ann", new CreateModel(ModelName.of(name))));
    for (int i = 1; i <= 12; i++) {
      calls.does("ann", new RegisterVersion(ModelName.of("a"), Calls.digest("a" + i),
          Calls.digest("s")));
    }

    for (int size = 1; size <= 13; size++) {
      List<String> models = new ArrayList<>();
      List<Long> versions = new ArrayList<>();
      String bookmark = "";
      do {
        Page<Ownership> page = Page.ofModels(
            read(ChaincodeFunction.MODELS, Integer.toString(size), bookmark).getBytes(UTF_8));
        page.items().forEach(model -> models.add(model.model().value()));
        bookmark = page.bookmark();
      } while (!bookmark.isEmpty());
      do {
        Page<VersionState> page = Page.ofVersions(
            read(ChaincodeFunction.VERSIONS, "a", Integer.toString(size), bookmark)
                .getBytes(UTF_8));
        page.items().forEach(version -> versions.add(version.id().number()));
        bookmark = page.bookmark();
      } while (!bookmark.isEmpty());

      assertThat(models).containsExactlyInAnyOrderElementsOf(names).isSorted();
      assertThat(versions).hasSize(12).isSorted().startsWith(1L).endsWith(12L);
    }
  }

  @Test
  void anchorsOfALogAreListedByAuthor() {
    LogOrigin log = LogOrigin.of("acme.example/log");
    calls.does("bob", new AnchorLog(log, 7, Calls.digest("root")));
    calls.does("ann", new AnchorLog(log, 5, Calls.digest("root")));

    assertThat(Page.ofAnchors(
        read(ChaincodeFunction.ANCHORS, log.value(), "10", "").getBytes(UTF_8)).items())
        .extracting(anchor -> anchor.author() + " " + anchor.treeSize())
        .containsExactly(Calls.account("ann") + " 5", Calls.account("bob") + " 7");
  }

  @Test
  void theSameCallOnTheSameStateIsTheSameToTheByte() {
    Calls other = new Calls();
    List<Submitted> batch = List.of(Calls.submitted(new CreateModel(MODEL)),
        Calls.submitted(register(1)), Calls.submitted(register(1)), Calls.submitted(register(2)),
        Calls.submitted(new GrantRole(MODEL, Calls.account("bob"), Role.DEPLOYER)),
        Calls.submitted(new DeployVersion(MODEL.version(1), PRODUCTION)));
    for (Calls each : List.of(calls, other)) {
      each.executes("ann", 0, batch.toArray(Submitted[]::new));
    }

    assertThat(other.ledger.contents()).isEqualTo(calls.ledger.contents());
    assertThat(read(ChaincodeFunction.MODEL, "acme/digits")).isEqualTo(
        "{\"model\":\"acme/digits\",\"owner\":\"Org1MSP:CN=ann,OU=client:CN=ca.org1.example\","
            + "\"latestVersion\":2,\"roles\":{\"DEPLOYER\":[\"Org1MSP:CN=bob,OU=client:"
            + "CN=ca.org1.example\"]},\"deployments\":{\"production\":1}}");
  }

  @Test
  void aStateThatCannotBeReadIsNobodysBadInput() {
    calls.does("ann", new CreateModel(MODEL));
    SimulatedState.Simulation damage = calls.ledger.simulate();
    damage.put(Keys.model(MODEL), "{}".getBytes(UTF_8));
    damage.put(Keys.latest(ModelName.of("b")), "x".getBytes(UTF_8));
    assertThat(damage.commit()).isTrue();

    for (List<String> call : List.of(FabricCommands.write(register(1)),
        new Batch(Calls.LANE, 0, List.of(Calls.submitted(register(1)))).call(),
        List.of("model", "acme/digits"), List.of("owner", "acme/digits"),
        List.of("modelVersion", "b"))) {
      assertThatIllegalStateException().as("%s", call)
          .isThrownBy(() -> calls.endorse("ann", call))
          .withMessageContaining("that this release cannot read");
    }
  }

  private String read(ChaincodeFunction function, String... arguments) {
    Endorsed endorsed = calls.endorse("reader", function.call(arguments));
    assertThat(endorsed.answer().message()).isEmpty();
    assertThat(endorsed.answer().event()).isEmpty();
    assertThat(endorsed.transaction().keysWritten()).isEmpty();
    return endorsed.payload();
  }

  private static RegisterVersion register(int i) {
    return new RegisterVersion(MODEL, Calls.digest("artifact " + i), Calls.digest("statement"));
  }
}
