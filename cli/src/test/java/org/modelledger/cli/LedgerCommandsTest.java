package org.modelledger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.LoadNotAdmittedException;
import org.modelledger.LoadPolicy;
import org.modelledger.ModelLedger;
import org.modelledger.Recall;
import org.modelledger.RegistryUnseenException;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.signing.SigningKeys;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;

/** The main job, by commands alone. */
class LedgerCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUEST = """
      {"id": "42", "inputs": [
        {"name": "income", "shape": [2, 1], "datatype": "FP64", "data": [[90000], ["NaN"]]},
        {"name": "debt", "shape": [2, 1], "datatype": "FP64", "data": [1000.5, 40000]},
        {"name": "city", "shape": [2, 1], "datatype": "BYTES", "data": ["Rome", "Oslo"]}]}
      """;

  @TempDir
  Path project;

  private Path rows = Path.of("");

  @BeforeEach
  void makeALedger() throws IOException {
    rows = CreditRows.write(project.resolve("credit.csv"), 400);
    assertThat(Run.of("init", project.toString(), "--retention", "full").code()).isZero();
  }

  private Run run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--project", project.toString()));
    return Run.of(all.toArray(String[]::new));
  }

  private Run train(String... more) {
    List<String> all = new ArrayList<>(List.of("train", "acme/credit", "--data", rows.toString(),
        "--algorithm", "gradient-boosting", "-p", "rounds=20", "-p", "objective=logistic", "-p",
        "missing=nan", "--seed", "7", "--classes",
        "outcome", "--drop", "customer", "--holdout", "0.2"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private static List<JsonNode> json(Run run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    List<JsonNode> all = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      all.add(JSON.readTree(line));
    }
    return all;
  }

  @Test
  void trainsDeploysRunsAndVerifies() throws IOException {
    JsonNode trained = json(train("--deploy", "production", "--json")).getFirst();
    assertThat(trained.path("version").asText()).isEqualTo("acme/credit:1");
    assertThat(trained.path("metrics").path("validation.accuracy").doubleValue())
        .isGreaterThan(0.85);

    List<JsonNode> decisions = json(run("infer", "acme/credit@production", "--rows",
        rows.toString(), "--attribute-column", "customer", "--json"));
    assertThat(decisions).hasSize(400);
    assertThat(decisions).extracting(one -> one.path("parameters").path("receipt").asLong())
        .doesNotHaveDuplicates()
        .contains(0L, 399L);
    assertThat(decisions.getFirst().path("model_version").asText()).isEqualTo("1");
    assertThat(decisions.getFirst().path("outputs")).extracting(one -> one.path("name").asText())
        .contains("class", "label");

    assertThat(run("anchor").out()).contains("holds 400 receipts");
    JsonNode report = json(run("verify", "--replays", "12", "--json")).getFirst();
    assertThat(report.path("sound").booleanValue()).isTrue();
    assertThat(report.path("receipts").asLong()).isEqualTo(400);
    assertThat(report.path("opened").asLong()).isEqualTo(400);
    assertThat(report.path("replayed").asLong()).isEqualTo(12);

    Run one = run("verify", "--receipt", "7");
    assertThat(one.code()).isZero();
    assertThat(one.out()).startsWith("receipt 7: sound")
        .contains("passed   replay")
        .contains("the attribute 'customer'");
  }

  @Test
  void runsDecisionsAgain() throws IOException {
    json(train("--json"));
    json(run("infer", "acme/credit:1", "--rows", rows.toString(), "--json"));
    assertThat(json(run("replay", "0", "399", "--json")))
        .extracting(one -> one.path("result").asText())
        .containsExactly("bit-exact", "bit-exact");
    assertRefused(run("replay", "400"), ExitCode.USAGE, "there is no receipt 400");
  }

  @Test
  void saysWhatAVersionCameFromAndWhatCameOfIt() throws IOException {
    json(train("--deploy", "production", "--json"));
    Run lineage = run("lineage", "acme/credit:1");
    assertThat(lineage.out()).contains("from  data  credit.csv", "is  version  acme/credit:1",
        "to  deployment  acme/credit:1 in production");
    String digest = Digest.sha256(Files.readAllBytes(rows)).hex();
    assertThat(run("lineage", "--trained-on", digest).out()).startsWith("version  acme/credit:1");
    assertThat(run("lineage", "--trained-on", "0".repeat(64)).out()).isEmpty();
    JsonNode bom = json(run("lineage", "acme/credit:1", "--export", "cyclonedx")).getFirst();
    assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
    assertRefused(run("lineage", "acme/credit:2"), ExitCode.REFUSED, "acme/credit:2");
  }

  @Test
  void theSameRowsAndSeedMakeTheSameModel() throws IOException {
    JsonNode first = json(train("--json")).getFirst();
    JsonNode second = json(train("--json")).getFirst();
    assertThat(second.path("artifact")).isEqualTo(first.path("artifact"));
  }

  @Test
  void takesARequestOfTheOpenInferenceProtocol() throws IOException {
    json(train("--json"));
    Path request = Files.writeString(project.resolve("request.json"), REQUEST);
    JsonNode response = json(run("infer", "acme/credit:1", "--request", request.toString(),
        "--attribute", "case=4711", "--json")).getFirst();
    assertThat(response.path("model_name").asText()).isEqualTo("acme/credit");
    JsonNode outputs = response.path("outputs");
    assertThat(outputs).anySatisfy(output -> {
      assertThat(output.path("name").asText()).isEqualTo("class");
      assertThat(output.path("datatype").asText()).isEqualTo("BYTES");
      assertThat(output.path("data")).hasSize(2);
      assertThat(output.path("data").get(0).asText()).isEqualTo("paid");
    });
    assertThat(run("verify", "--receipt", "0").out()).contains("the attribute 'case'");
  }

  @Test
  void printsWhatTheRegistryHasRecorded() throws IOException {
    json(train("--deploy", "production", "--json"));
    assertThat(run("undeploy", "acme/credit", "production").out())
        .contains("ModelUndeployed  model acme/credit  environment production");
    assertThat(json(run("history", "--json")))
        .extracting(event -> event.path("event").asText())
        .containsExactly("ModelCreated", "ModelTrained", "ModelDeployed", "ModelUndeployed");
    assertThat(run("history", "--model", "acme/other").out()).isEmpty();
  }

  @Test
  void whatWasRevokedDoesNotRun() throws IOException {
    json(train("--deploy", "production", "--json"));
    assertThat(run("revoke", "acme/credit:1", "--reason", "found to be unfair").out())
        .contains("VersionRevoked  version acme/credit:1");
    Run again = run("infer", "acme/credit:1", "--rows", rows.toString());
    assertThat(again.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(again.err()).contains("acme/credit:1 was revoked");
    assertThat(run("deploy", "acme/credit:1", "production").code()).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void registersAModelThatWasMadeElsewhereOnce() throws IOException {
    json(train("--json"));
    Path files = Files.createDirectory(project.resolve("elsewhere"));
    try (Stream<Path> stored = Files.walk(project.resolve("ledger-home/artifacts"))) {
      Path any = stored.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
      Files.copy(any, files.resolve("model.onnx"));
    }
    String[] line = {"register", "acme/bought", files.toString(), "--made-by",
        "scikit-learn:1.7.2", "--data", rows.toString(), "--metric", "auc=0.91", "--json"};
    JsonNode first = json(run(line)).getFirst();
    assertThat(first.path("version").asText()).isEqualTo("acme/bought:1");
    assertThat(json(run(line)).getFirst()).isEqualTo(first);
  }

  @Test
  void aChangedReceiptIsFound() throws IOException {
    json(train("--json"));
    json(run("infer", "acme/credit:1", "--rows", rows.toString(), "--json"));
    Path bundle = project.resolve("ledger-home/receipts/tile/entries/000");
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[100] ^= 1;
    Files.write(bundle, bytes);
    Run verified = run("verify");
    assertThat(verified.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(verified.out() + verified.err()).contains("tile/entries/000");
  }

  @Test
  void aProofThatWasHandedOverNeedsNoLedger() throws Exception {
    json(train("--json"));
    json(run("infer", "acme/credit:1", "--rows", rows.toString(), "--json"));
    Path proof = project.resolve("3.tlog-proof");
    String key;
    try (ModelLedger ledger = ModelLedger.open("local:" + project.resolve("ledger"))) {
      key = ledger.receipts().key().toString();
      Files.writeString(proof, ledger.receipts().proof(3).text());
    }
    Run alone = Run.of("verify", proof.toString(), "--key", key);
    assertThat(alone.code()).isZero();
    assertThat(alone.out()).startsWith("receipt 3: sound").contains("passed   inclusion");

    String text = Files.readString(proof);
    Files.writeString(proof, text.replaceFirst("index 3", "index 4"));
    Run forged = Run.of("verify", proof.toString(), "--key", key);
    assertThat(forged.code()).isEqualTo(ExitCode.EVIDENCE);
  }

  @Test
  void evidenceIsHandedOverInAPack() throws Exception {
    json(train("--json", "--deploy", "production"));
    json(run("infer", "acme/credit:1", "--rows", rows.toString(), "--json"));
    json(run("anchor", "--json"));
    Path pack = project.resolve("pack");
    assertThat(json(run("pack", pack.toString(), "--receipt", "3,7", "--disclose", "all",
        "--with-model", "--json")).getFirst().path("receipts").asLong()).isEqualTo(2);
    Path key = Files.copy(pack.resolve("keys/model.pub"), project.resolve("model.pub"));
    Run verified = Run.of("verify", "--pack", pack.toString(), "--model-key", key.toString(),
        "--rerun", "exact");
    assertThat(verified.err()).isEmpty();
    assertThat(verified.out()).contains(": sound", "passed   replay", "passed   anchor");
    assertThat(verified.code()).isZero();
    JsonNode unknown = json(Run.of("verify", "--pack", pack.toString(), "--json")).getFirst();
    assertThat(unknown.path("vouched").booleanValue()).isFalse();

    Files.writeString(pack.resolve("README.md"), "another");
    Run changed = Run.of("verify", "--pack", pack.toString(), "--model-key", key.toString());
    assertThat(changed.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(changed.out()).contains("NOT SOUND", "changed file 'README.md'");
    assertRefused(run("pack", project.resolve("beyond").toString(), "--range", "399-400"),
        ExitCode.USAGE, "no such receipts");
    assertRefused(run("pack", project.resolve("odd").toString(), "--range", "7"), ExitCode.USAGE,
        "such as 10-20");
    assertRefused(Run.of("verify", "--pack", project.toString()), ExitCode.EVIDENCE,
        "not an evidence pack");
    assertRefused(Run.of("verify", "--model-key", key.toString()), ExitCode.USAGE, "--pack");
    assertRefused(Run.of("verify", "--refuse-revoked"), ExitCode.USAGE, "--pack");
  }

  @Test
  void deploysWhatEnoughOthersHaveApproved() throws IOException {
    json(train("--json"));
    String ann = approver("ann");
    String bob = approver("bob");
    String[] deploy = {"deploy", "acme/credit:1", "production", "--approvals", "2", "--approver",
        ann, "--approver", bob};
    assertRefused(run(deploy), ExitCode.REFUSED, "0 of the 2 accounts");

    JsonNode approval = json(approve("ann", "--json")).getFirst();
    assertThat(approval.path("environment").asText()).isEqualTo("production");
    assertThat(approve("bob").out()).startsWith("acme/credit:1 for production  sha256:");
    assertRefused(run(with(deploy, "--approval", file("ann.approval"))), ExitCode.REFUSED,
        "1 of the 2 accounts that the policy demands have approved it, [ann]");
    assertThat(json(run(with(deploy, "--approval", file("bob.approval"), "--json"))).getFirst()
        .path("event")
        .asText()).isEqualTo("ModelDeployed");

    String[] audit = {"audit", "--approvals", "production=2", "--approver", ann, "--approver",
        bob};
    JsonNode found = json(run(with(audit, "--json"))).getFirst();
    assertThat(found.path("approved").booleanValue()).isTrue();
    assertThat(found.path("approvedBy")).extracting(JsonNode::asText)
        .containsExactly("ann", "bob");
    assertThat(run("deploy", "acme/credit:1", "staging").code()).isZero();
    Run both = run(with(audit, "--approvals", "staging=1"));
    assertThat(both.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(both.out().lines()).hasSize(2);
    assertThat(both.out()).startsWith("approved      acme/credit:1 in production")
        .contains("NOT APPROVED  acme/credit:1 in staging");
  }

  @Test
  void anApprovalIsByAnApproversKeyAndAboutThisVersion() throws IOException {
    json(train("--json"));
    String ann = approver("ann");
    approver("bob");
    String[] deploy = {"deploy", "acme/credit:1", "production", "--approvals", "1", "--approver",
        ann};
    assertThat(approve("bob").code()).isZero();
    assertRefused(run(with(deploy, "--approval", file("bob.approval"))), ExitCode.EVIDENCE,
        "bob.approval: the signature is not by the key");
    assertThat(run("approve", "acme/credit:1", "staging", "--private-key", file("ann.pem"),
        "--account", "ann", "--out", file("ann.approval")).code()).isZero();
    assertRefused(run(with(deploy, "--approval", file("ann.approval"))), ExitCode.REFUSED,
        "0 of the 1 accounts");
    // who deploys does not count, and signs with the ledger's own key
    assertThat(run("approve", "acme/credit:1", "production", "--comment", "seen", "--out",
        file("own.approval")).code()).isZero();
    assertThat(run("lineage", "acme/credit:1").out()).contains("approval  acme/credit:1 for");
    assertRefused(run(deploy), ExitCode.REFUSED, "by an account that the policy does not name");

    assertRefused(run("deploy", "acme/credit:1", "production", "--approvals", "2", "--approver",
        ann), ExitCode.USAGE, "more approvals are demanded than the 1 approvers can give");
    assertRefused(run("approve", "acme/credit:9", "production", "--out", file("none")),
        ExitCode.REFUSED, "acme/credit:9");
    assertThat(project.resolve("none")).doesNotExist();
  }

  private String file(String name) {
    return project.resolve(name).toString();
  }

  /** Makes a key and says whose it is. */
  private String approver(String account) {
    SigningKeys keys = SigningKeys.generate();
    keys.save(project.resolve(account + ".pem"));
    keys.publicKey().save(project.resolve(account + ".pub"));
    return account + "=" + file(account + ".pub");
  }

  private Run approve(String account, String... more) {
    return run(with(new String[]{"approve", "acme/credit:1", "production", "--private-key",
        file(account + ".pem"), "--account", account, "--out", file(account + ".approval")},
        more));
  }

  private static String[] with(String[] line, String... more) {
    return Stream.of(line, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void saysWhatWasDeployedAtAMoment() throws IOException {
    json(train("--deploy", "production", "--json"));
    String deployed = json(run("history", "--json")).getLast().path("time").asText();
    json(run("undeploy", "acme/credit", "production", "--json"));
    json(run("revoke", "acme/credit:1", "--reason", "unfair", "--json"));

    JsonNode then = json(run("audit", "--at", deployed, "--json")).getFirst();
    assertThat(then.path("deployed")).hasSize(1);
    assertThat(then.path("deployed").get(0).path("version").asText()).isEqualTo("acme/credit:1");
    assertThat(then.path("deployed").get(0).path("artifact").asText()).startsWith("sha256:");
    assertThat(then.path("revoked")).isEmpty();
    assertThat(run("audit", "--at", deployed).out()).contains("acme/credit:1 in production");
    assertThat(run("audit").out()).contains("acme/credit:1 revoked").doesNotContain("production");
    assertThat(run("audit", "--at", "2020-01-01T00:00:00Z").out()).contains("when it was empty");
    assertRefused(run("audit", "--at", "yesterday"), ExitCode.USAGE, "yesterday");
  }

  @Test
  void trainsAVersionAgain() throws IOException {
    json(train("--json"));
    String[] again = {"retrain", "acme/credit:1", "--data", rows.toString(), "--classes",
        "outcome", "--drop", "customer", "--holdout", "0.2"};
    JsonNode same = json(run(with(again, "--json"))).getFirst();
    assertThat(same.path("result").asText()).isEqualTo("same");
    assertThat(same.path("explanation").asText()).contains("the same files, sha256:");

    Path other = CreditRows.write(project.resolve("other.csv"), 401);
    Run otherData = run("retrain", "acme/credit:1", "--data", other.toString(), "--classes",
        "outcome", "--drop", "customer", "--holdout", "0.2");
    assertThat(otherData.code()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(otherData.out()).startsWith("acme/credit:1  not-possible: the statement names");
    // what rows went through is part of the model, and it was not this
    assertRefused(run(with(again, "--numbers", "impute-mean")), ExitCode.USAGE,
        "the rows did not go through the same");
    assertRefused(run("retrain", "acme/credit:2", "--data", rows.toString(), "--classes",
        "outcome"), ExitCode.REFUSED, "acme/credit:2");
  }

  @Test
  void whatALoadPolicyDoesNotAdmitIsRefused() throws IOException {
    json(train("--json"));
    try (ModelLedger ledger = ledger()
        .loadPolicy(LoadPolicy.builder().trainedBy("nobody").build())
        .open()) {
      Throwable refused = catchThrowable(() -> ledger.load("acme/credit:1"));
      assertThat(refused).isInstanceOf(LoadNotAdmittedException.class);
      assertThat(Failures.code(refused)).isEqualTo(ExitCode.REFUSED);
    }
  }

  @Test
  @Timeout(120)
  void whatARegistryThatIsAwayWouldSayIsNotKnown() throws Exception {
    json(train("--json"));
    Path directory = project.resolve("ledger");
    ProviderOptions reading;
    try (ModelLedger writer = ledger().open()) {
      reading = ProviderOptions.fromUri("local:" + directory)
          .with("log-vkey", writer.registryLog().orElseThrow().key().toString())
          .with("poll", "PT0.005S");
    }
    ModelRegistry registry = Providers
        .of(ModelRegistryProvider.class, ModelLedger.class.getClassLoader())
        .get("local")
        .open(reading);
    Tensors inputs = InferenceJson.inputs(REQUEST.getBytes(StandardCharsets.UTF_8));
    try (ModelLedger reader = ModelLedger.builder(registry)
        .home(project.resolve("ledger-home"))
        .pollingInterval(Duration.ofMillis(5))
        .onRegistryUnseen(Recall.STOP, Duration.ofMillis(50))
        .open();
        AttestedModel model = reader.load("acme/credit:1")) {
      Files.move(directory, project.resolve("away"));
      Throwable unseen = null;
      while (unseen == null) {
        unseen = catchThrowable(() -> model.infer(inputs));
      }
      assertThat(unseen).isInstanceOf(RegistryUnseenException.class);
      assertThat(Failures.code(unseen)).isEqualTo(ExitCode.ENVIRONMENT);
    }
  }

  private ModelLedger.Builder ledger() {
    return ModelLedger.builder("local:" + project.resolve("ledger"));
  }

  @Test
  void saysWhatIsMissingOrNotUnderstood() throws IOException {
    json(train("--json"));
    assertRefused(run("infer", "acme/credit:1", "--rows", project.resolve("none.csv").toString()),
        ExitCode.ENVIRONMENT, "none.csv");
    assertRefused(run("infer", "acme/credit:9", "--rows", rows.toString()), ExitCode.REFUSED,
        "acme/credit:9");
    assertRefused(run("infer", "Acme/Credit:1", "--rows", rows.toString()), ExitCode.USAGE,
        "Acme/Credit");
    Path request = Files.writeString(project.resolve("request.json"),
        "{\"inputs\": [{\"name\": \"debt\", \"shape\": [1], \"datatype\": \"FP64\", \"data\": [1]}]}");
    assertRefused(run("infer", "acme/credit:1", "--request", request.toString()), ExitCode.USAGE,
        "the request does not fit the model");
    assertRefused(run("verify", "--receipt", "5"), ExitCode.USAGE, "there is no receipt 5");
    assertRefused(run("anchor"), ExitCode.USAGE, "there is no receipt to anchor yet");
    assertRefused(train("--drop", "nobody"), ExitCode.USAGE, "no column 'nobody'");
    assertRefused(train("--numbers", "squeeze"), ExitCode.USAGE, "'squeeze' is no step");
    assertRefused(train("--holdout", "2"), ExitCode.USAGE, "--holdout");
    assertRefused(train("--parameter", "rings=3"), ExitCode.USAGE, "rings");
    assertRefused(Run.of("init", project.toString()), ExitCode.USAGE, "is there already");
  }

  @Test
  void withoutAProjectItAsksWhichLedger(@TempDir Path empty) {
    assertRefused(Run.of("history", "--project", empty.toString()), ExitCode.USAGE,
        "modelledger init");
  }

  @Test
  void aLedgerThatDoesNotOpenIsNotNoted(@TempDir Path empty) {
    assertRefused(Run.of("init", empty.toString(), "--ledger", "nothing:here", "--home", "home"),
        ExitCode.USAGE,
        "nothing");
    assertThat(empty.resolve(Project.FILE)).doesNotExist();
  }

  private static void assertRefused(Run run, int code, String words) {
    assertThat(run.err()).contains(words).doesNotContain("\tat ");
    assertThat(run.code()).isEqualTo(code);
  }
}
