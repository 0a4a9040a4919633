package org.modelledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.Fixture.MODEL;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.internal.json.Json;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.lineage.ApprovalStatement;
import org.modelledger.lineage.Attestation;
import org.modelledger.lineage.DatasetStatement;
import org.modelledger.lineage.DeployPolicy;
import org.modelledger.lineage.EvaluationStatement;
import org.modelledger.lineage.LineageGraph;
import org.modelledger.lineage.LineageNode;
import org.modelledger.lineage.NotApprovedException;
import org.modelledger.lineage.StatementLog;
import org.modelledger.lineage.Statements;
import org.modelledger.lineage.VersionLineage;
import org.modelledger.lineage.export.MlBom;
import org.modelledger.lineage.export.OpenLineage;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.NotFoundException;
import org.modelledger.signing.SigningKeys;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TlogProof;
import org.modelledger.training.DataSource;
import org.modelledger.training.TrainedModel;
import org.modelledger.verification.DeploymentAudit;

class LineageTest {
  private static final Instant TIME = Instant.parse("2026-11-27T10:00:00Z");
  private static final AccountId ANN = AccountId.of("ann");
  private static final AccountId BOB = AccountId.of("bob");
  private static final SigningKeys ANNS = SigningKeys.generate();
  private static final SigningKeys BOBS = SigningKeys.generate();
  private static final DeployPolicy POLICY = DeployPolicy.builder()
      .approver(ANN, ANNS.publicKey())
      .approver(BOB, BOBS.publicKey())
      .require("production", 2)
      .build();

  @TempDir
  Path dir;

  private ModelLedger open() {
    return Fixture.builder(dir).clock(InstantSource.fixed(TIME)).open();
  }

  private ModelLedger openWithPolicy() {
    return Fixture.builder(dir).deployPolicy(POLICY).open();
  }

  /** What an approver makes who has a copy of the version's facts and a key. */
  private static byte[] approval(ModelLedger ledger, ModelVersion version, AccountId approver,
      SigningKeys keys) {
    return Statements.sign(new ApprovalStatement(ledger.registry().ledgerId(), version.id(),
        version.artifact(), version.statement(), EnvironmentName.of("production"), approver,
        "I have seen the evaluation", TIME), keys);
  }

  private static Attestation described(ModelLedger ledger, TrainedModel trained)
      throws InterruptedException {
    DatasetStatement.Builder dataset = DatasetStatement.builder("points", TIME).rows(40);
    trained.facts().data().stream().distinct().forEach(dataset::file);
    return ledger.lineage().describe(dataset.build());
  }

  @Test
  void isReachableFromTheRegistry() throws Exception {
    try (ModelLedger ledger = open()) {
      TrainedModel trained = Fixture.train(ledger, 1);
      Attestation dataset = described(ledger, trained);
      ModelVersion version = ledger.register(MODEL, trained);
      Attestation evaluation = ledger.lineage()
          .record(EvaluationStatement.builder(version, "tests", TIME)
              .data(new DataSource("held-out", Digest.sha256(new byte[]{7})))
              .atLeast("accuracy", 0.9, 0.8)
              .build());
      Attestation approval = ledger.lineage().approve(version, "production", "good enough");
      Anchor anchor = ledger.lineage().anchor();
      assertThat(ledger.lineage().anchor()).as("nothing new").isEqualTo(anchor);

      // from the anchor to each statement, as an auditor goes
      StatementLog log = ledger.lineage().log();
      for (Attestation stated : List.of(dataset, evaluation, approval)) {
        TlogProof proof = log.proof(stated.digest()).orElseThrow();
        byte[] leaf = proof.extraBytes().orElseThrow();
        SignedCheckpoint checkpoint = proof.verify(MerkleTree.leafHash(leaf), List.of(log.key()));
        assertThat(checkpoint.size()).isEqualTo(anchor.treeSize());
        assertThat(checkpoint.root().hex()).isEqualTo(anchor.rootHash().hex());
        byte[] envelope = ledger.lineage().envelope(StatementLog.decode(leaf)).orElseThrow();
        assertThat(Statements.readUnverified(envelope)).isEqualTo(stated.statement());
      }

      LineageGraph graph = ledger.lineage().graph();
      assertThat(graph.trainedOn(dataset.digest())).extracting(LineageNode.Version::id)
          .containsExactly(version.id());
      assertThat(graph.descendants(graph.version(version.id()).orElseThrow()))
          .hasAtLeastOneElementOfType(LineageNode.Evaluation.class)
          .hasAtLeastOneElementOfType(LineageNode.Approval.class);
      assertThat(graph.unknown()).isEmpty();
      assertThat(approval.statement()).isEqualTo(new ApprovalStatement(
          ledger.registry().ledgerId(), version.id(), version.artifact(), version.statement(),
          EnvironmentName.of("production"), ledger.account(), "good enough", TIME));
    }
    try (ModelLedger ledger = open()) {
      assertThat(ledger.lineage().log().entries()).as("after a restart").hasSize(3);
      assertThat(ledger.lineage().graph().unknown()).isEmpty();
    }
  }

  @Test
  void refusesToDeployWithoutApprovals() throws Exception {
    try (ModelLedger ledger = openWithPolicy()) {
      ModelVersion version = Fixture.registered(ledger);
      assertThatThrownBy(() -> ledger.deploy(version, "production"))
          .isInstanceOfSatisfying(NotApprovedException.class,
              refused -> assertThat(refused.tally().missing()).isEqualTo(2));
      ledger.lineage().add(approval(ledger, version, ANN, ANNS));
      assertThatThrownBy(() -> ledger.submit(
          new Command.DeployVersion(version.id(), EnvironmentName.of("production"))))
          .isInstanceOf(NotApprovedException.class)
          .hasMessageContaining("1 of the 2")
          .hasMessageContaining("[ann]");
      assertThat(ledger.deploy(version, "staging").version()).as("demands nothing")
          .isEqualTo(version.id());

      ledger.lineage().add(approval(ledger, version, BOB, BOBS));
      ledger.deploy(version, "production");

      assertThat(ledger.history()).extracting(event -> event.getClass().getSimpleName())
          .as("the approvals are anchored before")
          .containsExactly("ModelCreated", "ModelTrained", "ModelDeployed", "LogAnchored",
              "ModelDeployed");
      DeploymentAudit audit = ledger.lineage().audit(POLICY);
      audit.requireSound();
      assertThat(audit.findings()).hasSize(1);
      assertThat(audit.findings().getFirst().tally().approvedBy()).containsOnlyKeys(ANN, BOB);
    }
  }

  @Test
  void anAuditFindsWhatWasApprovedAfterwards() throws Exception {
    try (ModelLedger ledger = open()) { // a client without the policy
      ModelVersion version = Fixture.deployed(ledger);
      ledger.lineage().add(trusted(ledger, version));
      ledger.lineage().anchor();
    }
    try (ModelLedger ledger = openWithPolicy()) {
      ModelVersion version = ledger.registry()
          .version(ModelVersionId.parse(MODEL + ":1"))
          .orElseThrow();
      ledger.lineage().add(approval(ledger, version, ANN, ANNS));
      ledger.lineage().add(approval(ledger, version, BOB, BOBS));
      DeploymentAudit audit = ledger.lineage().audit(POLICY);
      assertThat(audit.isSound()).isFalse();
      assertThat(audit.findings().getFirst().tally().approvedBy()).isEmpty();
      assertThat(audit.toString()).contains("NOT APPROVED  acme/points:1 in production")
          .contains("was not anchored before");
      assertThatThrownBy(audit::requireSound).isInstanceOf(VerificationException.class);
      ledger.deploy(version, "production");
      DeploymentAudit again = ledger.lineage().audit(POLICY);
      assertThat(again.findings()).extracting(DeploymentAudit.Finding::isSound)
          .containsExactly(false, true);
    }
  }

  /** Anything that this home has signed. */
  private static byte[] trusted(ModelLedger ledger, ModelVersion version)
      throws InterruptedException {
    return ledger.lineage()
        .envelope(ledger.lineage().approve(version, "production", "").digest())
        .orElseThrow();
  }

  @Test
  void takesNoStatementsOfStrangers() throws Exception {
    try (ModelLedger ledger = openWithPolicy()) {
      ModelVersion version = Fixture.registered(ledger);
      byte[] strangers = approval(ledger, version, ANN, SigningKeys.generate());
      assertThatThrownBy(() -> ledger.lineage().add(strangers))
          .isInstanceOf(VerificationException.class);
      assertThatThrownBy(() -> ledger.lineage().add("{}".getBytes(UTF_8)))
          .isInstanceOf(VerificationException.class);
      assertThat(ledger.lineage().log().entries()).isEmpty();
      assertThatThrownBy(() -> ledger.lineage().anchor())
          .isInstanceOf(IllegalStateException.class);
      EvaluationStatement other = new EvaluationStatement(version.id(),
          Digest.sha256(new byte[0]), "e", List.of(), new TreeMap<>(), List.of(),
          List.of(), List.of(), TIME);
      assertThatThrownBy(() -> ledger.lineage().record(other))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void exportsWhatIsKnown() throws Exception {
    try (ModelLedger ledger = open()) {
      TrainedModel trained = Fixture.train(ledger, 1);
      described(ledger, trained);
      ModelVersion version = ledger.register(MODEL, trained);
      ledger.lineage()
          .record(EvaluationStatement.builder(version, "tests 1.0", TIME)
              .atLeast("accuracy", 0.9, 0.95)
              .build());
      VersionLineage lineage = ledger.lineage().of(version);

      byte[] json = MlBom.toJson(lineage);
      assertThat(MlBom.toJson(lineage)).as("the same bytes").isEqualTo(json);
      JsonObject bom = Json.read("BOM", json, 1 << 20);
      assertThat(bom.string("specVersion")).isEqualTo("1.6");
      JsonObject model = bom.object("metadata").object("component");
      assertThat(model.string("type")).isEqualTo("machine-learning-model");
      assertThat(model.objects("hashes").getFirst().string("content"))
          .isEqualTo(version.artifact().hex());
      assertThat(model.object("modelCard")
          .object("quantitativeAnalysis")
          .objects("performanceMetrics")).anySatisfy(metric -> {
            assertThat(metric.string("type")).isEqualTo("accuracy");
            assertThat(metric.string("value")).isEqualTo("0.9");
            assertThat(metric.string("slice")).isEqualTo("tests 1.0");
          });
      assertThat(bom.objects("components").getFirst().string("type")).isEqualTo("data");

      List<JsonObject> events = OpenLineage.events(lineage)
          .stream()
          .map(event -> Json.read("event", event, 1 << 20))
          .toList();
      assertThat(events).extracting(event -> event.string("eventType"))
          .containsExactly("START", "COMPLETE", "COMPLETE");
      assertThat(events).extracting(event -> event.object("run").string("runId"))
          .satisfies(ids -> {
            assertThat(ids.get(0)).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
          });
      assertThat(events.get(1).objects("outputs").getFirst().string("name")).isEqualTo(MODEL);
      assertThat(events.get(2)
          .object("run")
          .object("facets")
          .object("test")
          .objects("tests")
          .getFirst()
          .string("status")).isEqualTo("fail");
      assertThat(new String(OpenLineage.toJsonLines(lineage), UTF_8).lines()).hasSize(3);
    }
  }
}
