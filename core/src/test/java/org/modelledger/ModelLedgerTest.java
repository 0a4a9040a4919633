package org.modelledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.MODEL;
import static org.modelledger.Fixture.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.lineage.LineageStatements;
import org.modelledger.model.AccountId;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.StorageException;
import org.modelledger.receipt.BacklogFullException;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.receipt.Receipt;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.VersionRevokedException;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.SigningKeys;
import org.modelledger.signing.VerificationKey;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderNotFoundException;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.verification.LogReport;

class ModelLedgerTest {
  @TempDir
  Path dir;

  private ModelLedger open() {
    return Fixture.builder(dir).open();
  }

  @Test
  void leavesTheWholeChainOfEvidence() throws Exception {
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.deployed(ledger);
      assertThat(version.id()).isEqualTo(ModelVersionId.parse("acme/points:1"));
      try (AttestedModel model = ledger.load("acme/points@production")) {
        assertThat(model.determinism()).isEqualTo(Determinism.BIT_EXACT);
        assertThat(model.version()).isEqualTo(version);
        Inference result = model.infer(input(1, 2), Map.of("case", "4711"));
        assertThat(result.outputs().names()).isNotEmpty();
        LoggedReceipt logged = result.receipt().await(LONG);
        assertThat(logged.receipt().version()).isEqualTo(version.id());
        assertThat(logged.receipt().artifact()).isEqualTo(version.artifact());
        assertThat(logged.receipt().attributes()).containsOnlyKeys("case");
      }
      Anchor anchor = ledger.anchor();
      assertThat(anchor.treeSize()).isEqualTo(1);
      assertThat(ledger.anchor()).as("nothing new").isEqualTo(anchor);
      assertThat(ledger.history()).extracting(event -> event.getClass().getSimpleName())
          .containsExactly("ModelCreated", "ModelTrained", "ModelDeployed", "LogAnchored");
      LogReport report = ledger.verifier().checkAll(1);
      report.requireSound();
      assertThat(report.receipts()).isEqualTo(1);
      assertThat(report.replayed()).isEqualTo(1);
    }
  }

  @Test
  void runsManyInputsWithAReceiptForEach() throws Exception {
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        List<Tensors> inputs = List.of(input(1, 2), input(3, 4), input(5, 6));
        List<Inference> all = model.inferAll(inputs,
            List.of(Map.of("case", "1"), Map.of(), Map.of("case", "3")));
        assertThat(all).hasSize(3);
        for (int i = 0; i < 3; i++) {
          LoggedReceipt logged = all.get(i).receipt().await(LONG);
          assertThat(logged.receipt().sequence()).isEqualTo(i);
          assertThat(logged.receipt().attributes()).hasSize(i == 1 ? 0 : 1);
          assertThat(all.get(i).outputs())
              .isEqualTo(model.infer(inputs.get(i)).outputs());
        }
        assertThat(model.inferAll(List.of())).isEmpty();
        assertThatThrownBy(() -> model.inferAll(inputs, List.of()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("3 inputs and attributes for 0");
        Tensors wrong = Tensors.of("colour", input(1, 2).get("features"));
        assertThatThrownBy(() -> model.inferAll(List.of(input(1, 2), wrong, input(1, 2))))
            .isInstanceOf(IllegalArgumentException.class);
        assertThat(model.infer(input(1, 2)).receipt().await(LONG).receipt().sequence())
            .as("the first of the three ran and has a receipt, the others took no number")
            .isEqualTo(7);
        assertThat(ledger.receipts().backlog()).as("all room was given back").isZero();
      }
    }
  }

  @Test
  void runsNoneOfManyInputsIfThereIsNoRoomForAll() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).backlog(2, 1 << 20).open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        assertThatThrownBy(
            () -> model.inferAll(List.of(input(1, 2), input(3, 4), input(5, 6))))
            .isInstanceOf(BacklogFullException.class);
        assertThat(model.infer(input(1, 2)).receipt().await(LONG).receipt().sequence()).isZero();
      }
    }
  }

  @Test
  void goesOnAfterARestart() throws Exception {
    ModelVersion version;
    try (ModelLedger ledger = open()) {
      version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        model.infer(input(1, 2)).receipt().await(LONG);
      }
    }
    try (ModelLedger ledger = open()) {
      try (AttestedModel model = ledger.load("acme/points@production")) {
        assertThat(model.version()).isEqualTo(version);
        assertThat(model.infer(input(3, 4)).receipt().await(LONG).index()).isEqualTo(1);
      }
      assertThat(ledger.anchor().treeSize()).isEqualTo(2);
      ledger.verifier().checkAll(2).requireSound();
    }
  }

  @Test
  void registeringTheSameAgainGivesTheVersionThatIsThere() throws Exception {
    TrainedModel trained;
    ModelVersion first;
    try (ModelLedger ledger = open()) {
      trained = Fixture.train(ledger, 1);
      first = ledger.register(MODEL, trained);
      assertThat(ledger.register(MODEL, trained)).isEqualTo(first);
      assertThat(ledger.register(MODEL, Fixture.train(ledger, 2)).id().number()).isEqualTo(2);
    }
    try (ModelLedger ledger = open()) {
      assertThat(ledger.register(MODEL, trained)).isEqualTo(first);
      assertThat(ledger.register("acme/other", trained).id().number()).isEqualTo(1);
    }
  }

  @Test
  void registersWhatWasTrainedElsewhere() throws Exception {
    try (ModelLedger ledger = open()) {
      TrainedModel trained = Fixture.train(ledger, 1);
      Path files = Files.createDirectory(dir.resolve("model"));
      for (String name : trained.files().names()) {
        Files.write(files.resolve(name), trained.files().read(name));
      }
      ModelVersion version = ledger.register(MODEL, files, trained.facts());
      try (AttestedModel model = ledger.load(version.id())) {
        model.infer(input(1, 2)).receipt().await(LONG);
      }
    }
  }

  @Test
  void exportsWhatOthersCheck() throws Exception {
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.registered(ledger);
      Path copy = dir.resolve("copy");
      ledger.exportModel(version, copy);
      VerificationKey key = VerificationKey.parse(ledger.modelSigningKeyPem());
      assertThat(new ModelVerifier(key).verify(ledger.signatureBundle(version), copy)
          .digest()).isEqualTo(version.artifact());
      assertThat(LineageStatements.verify(ledger.lineageStatement(version), key).artifact())
          .isEqualTo(version.artifact());
      assertThat(LineageStatements.digest(ledger.lineageStatement(version)))
          .isEqualTo(version.statement());
    }
  }

  @Test
  void aBatchHasOneReceiptForAllItsRows() throws Exception {
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.registered(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        Tensors batch = Tensors.of("features", Fixture.points().read(0, 40).get("features"));
        Inference result = model.infer(batch);
        Tensor first = result.outputs().asMap().values().iterator().next();
        assertThat(first.shape().length(0)).isEqualTo(40);
        assertThat(result.receipt().await(LONG).index()).isZero();
      }
      assertThat(ledger.receipts().publish().size()).isEqualTo(1);
      LogReport report = ledger.verifier().checkAll(10);
      report.requireSound();
      assertThat(report.replayed()).isEqualTo(1);
    }
  }

  @Test
  void manyThreadsUseOneModel() throws Exception {
    int threads = 4;
    int each = 100;
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.registered(ledger);
      List<PendingReceipt> all = new ArrayList<>();
      try (AttestedModel model = ledger.load(version.id());
          ExecutorService pool = Executors.newFixedThreadPool(threads)) {
        List<Future<List<PendingReceipt>>> futures = IntStream.range(0, threads)
            .mapToObj(thread -> pool.submit(() -> {
              List<PendingReceipt> mine = new ArrayList<>();
              for (int i = 0; i < each; i++) {
                mine.add(model.infer(input(thread, i)).receipt());
              }
              return mine;
            }))
            .toList();
        for (Future<List<PendingReceipt>> future : futures) {
          all.addAll(future.get());
        }
      }
      assertThat(all).as("closing the model waits for its receipts")
          .allMatch(pending -> pending.poll().isPresent());
      ledger.receipts().publish();
      LogReport report = ledger.verifier().checkAll();
      report.requireSound();
      assertThat(report.receipts()).isEqualTo((long) threads * each);
      assertThat(report.unacknowledged()).isZero();
    }
  }

  @Test
  void inputsThatDoNotFitLeaveNoReceipt() throws Exception {
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.registered(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        assertThatThrownBy(
            () -> model.infer(Tensors.of("features", Tensor.of(new float[]{1}, 1, 1))))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("features");
        assertThatThrownBy(
            () -> model.infer(Tensors.of("pixels", Tensor.of(new float[]{1, 2}, 1, 2))))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("pixels");
        assertThatThrownBy(() -> model.infer(input(1, 2), Map.of("a\nb", "x")))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("attribute name");
        Receipt receipt = model.infer(input(1, 2)).receipt().await(LONG).receipt();
        assertThat(receipt.sequence()).isZero();
      }
    }
  }

  @Test
  void aRevokedVersionIsNotLoadedAndStopsWhereItRuns() throws Exception {
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        model.infer(input(1, 2)).receipt().await(LONG);
        ledger.revoke(version.id(), "it discriminates against points below the line");
        assertThatThrownBy(() -> model.infer(input(1, 2)))
            .isInstanceOf(VersionRevokedException.class)
            .hasMessageContaining("acme/points:1");
      }
      assertThatThrownBy(() -> ledger.load(version.id()))
          .isInstanceOf(VersionRevokedException.class)
          .hasMessageContaining("acme/points:1");
      assertThatThrownBy(() -> ledger.load("acme/points@production"))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("acme/points@production");
      assertThat(ledger.registry()
          .version(version.id())
          .orElseThrow()
          .revocation()
          .flatMap(ledger.artifacts()::statement)).hasValueSatisfying(
              reason -> assertThat(reason)
                  .asString()
                  .contains("discriminates"));
    }
  }

  @Test
  void aRevocationBySomebodyElseReachesAModelThatRuns() throws Exception {
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.deployed(ledger);
      ModelVersion other = ledger.register(MODEL, Fixture.train(ledger, 2));
      try (AttestedModel model = ledger.load(version.id());
          AttestedModel another = ledger.load(other.id())) {
        ledger.registry()
            .submit(new Command.RevokeVersion(version.id(), version.statement()))
            .await(LONG);
        boolean runs = true;
        while (runs) { // until the ledger's own thread has seen it; the test's time is limited
          try {
            model.infer(input(1, 2)).receipt().await(LONG);
          } catch (VersionRevokedException e) {
            runs = false;
          }
        }
        another.infer(input(1, 2)).receipt().await(LONG);
      }
    }
  }

  @Test
  void aChangedByteInAModelIsNamedBeforeItRuns() throws Exception {
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.registered(ledger);
      Fixture.flip(Fixture.largestFile(ledger.home().resolve("artifacts/blobs")));
      String file = ledger.artifacts().open(version.artifact()).names().first();
      assertThatThrownBy(() -> ledger.load(version.id())).isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(file);
      assertThat(ledger.receipts().size()).isZero();
    }
  }

  @Test
  void aSignatureThatIsMissingOrWrongIsNotLoaded() throws Exception {
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.registered(ledger);
      Path signature = Fixture.largestFile(ledger.home().resolve("signatures"));
      byte[] good = Files.readAllBytes(signature);
      Fixture.flip(signature);
      assertThatThrownBy(() -> ledger.load(version.id()))
          .isInstanceOf(UntrustedModelException.class)
          .hasMessageContaining("model signature of acme/points:1");
      Files.delete(signature);
      assertThatThrownBy(() -> ledger.load(version.id()))
          .isInstanceOf(UntrustedModelException.class)
          .hasMessageContaining("no signature");
      assertThatThrownBy(() -> ledger.signatureBundle(version))
          .isInstanceOf(UntrustedModelException.class);
      Files.write(signature, good);
      ledger.load(version.id()).close();
      Fixture.flip(Fixture.largestFile(ledger.home().resolve("artifacts/statements")));
      assertThatThrownBy(() -> ledger.load(version.id()))
          .isInstanceOf(ModelLedgerException.class)
          .hasMessageContaining("statements/");
    }
  }

  @Test
  void aModelThatAnotherKeySignedTakesTrust() throws Exception {
    ModelVersion version;
    Path keyFile = dir.resolve("ledger-home/keys/model-signing.pem");
    SigningKeys other;
    try (ModelLedger ledger = open()) {
      version = Fixture.registered(ledger);
      other = SigningKeys.load(keyFile);
    }
    Files.delete(keyFile);
    try (ModelLedger ledger = open()) {
      assertThatThrownBy(() -> ledger.load(version.id()))
          .isInstanceOf(UntrustedModelException.class);
    }
    try (ModelLedger ledger = Fixture.builder(dir).trust(other.publicKey()).open()) {
      ledger.load(version.id()).close();
    }
  }

  @Test
  void keysAreForTheirOwnerAloneAndNeverMadeAnew() throws Exception {
    AccountId account;
    String key;
    try (ModelLedger ledger = open()) {
      account = ledger.account();
      key = ledger.receipts().key().toString();
    }
    try (Stream<Path> keys = Files.list(dir.resolve("ledger-home/keys"))) {
      List<Path> files = keys.toList();
      assertThat(files).extracting(file -> String.valueOf(file.getFileName()))
          .containsExactlyInAnyOrder("account.pem", "ledger-log.key", "receipts-log.key",
              "model-signing.pem", "evidence.keyset");
      for (Path file : files) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
    try (ModelLedger ledger = open()) {
      assertThat(ledger.account()).isEqualTo(account);
      assertThat(ledger.receipts().key()).hasToString(key);
    }
    Path receiptsKey = dir.resolve("ledger-home/keys/receipts-log.key");
    Files.setPosixFilePermissions(receiptsKey, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThatThrownBy(this::open).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("receipts-log.key")
        .hasMessageContaining("rw-rw-r--");
    Files.setPosixFilePermissions(receiptsKey, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(receiptsKey, "something else");
    assertThatThrownBy(this::open).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("receipts-log.key")
        .hasMessageNotContaining("something else");
  }

  @Test
  void neitherLogDirectoryHoldsASecret() throws Exception {
    try (ModelLedger ledger = open()) {
      Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load("acme/points@production")) {
        model.infer(input(1, 2), Map.of("case", "confidential")).receipt().await(LONG);
      }
      ledger.anchor();
    }
    for (Path log : List.of(dir.resolve("ledger"), dir.resolve("ledger-home/receipts"))) {
      try (Stream<Path> files = Files.walk(log)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
              .as("%s", file)
              .doesNotContain("PRIVATE", "confidential", "MLTENS01");
        }
      }
    }
  }

  @Test
  void asksForTheEngineIfThereIsNoneOfTheName() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).engine("abacus").open()) {
      ModelVersion version = Fixture.registered(ledger);
      assertThatThrownBy(() -> ledger.load(version.id()))
          .isInstanceOf(ProviderNotFoundException.class)
          .hasMessageContaining("abacus")
          .hasMessageContaining("exact");
      assertThatThrownBy(() -> ledger.trainer("abacus"))
          .isInstanceOf(ProviderNotFoundException.class);
    }
    try (ModelLedger ledger = Fixture.builder(dir).engine("exact").open()) {
      ledger.load(MODEL + ":1").close();
    }
  }

  @Test
  void refusesBadReferencesAndNames() throws Exception {
    try (ModelLedger ledger = open()) {
      assertThatThrownBy(() -> ledger.load("acme/points")).isInstanceOf(InvalidNameException.class);
      assertThatThrownBy(() -> ledger.load("acme/points@"))
          .isInstanceOf(InvalidNameException.class);
      assertThatThrownBy(() -> ledger.load("Acme@production"))
          .isInstanceOf(InvalidNameException.class);
      assertThatThrownBy(() -> ledger.load("acme/points:1")).isInstanceOf(NotFoundException.class)
          .hasMessageContaining("acme/points:1");
      assertThatThrownBy(() -> ledger.deploy(ModelVersionId.parse("acme/points:1"), "production"))
          .isInstanceOf(NotFoundException.class);
      assertThatThrownBy(ledger::anchor).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no receipt");
      TrainedModel trained = Fixture.train(ledger, 1);
      assertThatThrownBy(() -> ledger.register("No Such Name", trained))
          .isInstanceOf(InvalidNameException.class);
      assertThat(ledger.history()).isEmpty();
    }
  }

  @Test
  void passesRolesAndCommandsOn() throws Exception {
    AccountId bob = AccountId.of("ed25519:" + "A".repeat(43) + "=");
    try (ModelLedger ledger = open()) {
      ModelVersion version = Fixture.deployed(ledger);
      assertThat(ledger.grant(MODEL, bob, Role.DEPLOYER).granted()).isTrue();
      assertThat(ledger.revokeRole(MODEL, bob, Role.DEPLOYER).granted()).isFalse();
      LedgerEvent.ModelDeployed staging = ledger.submit(new Command.DeployVersion(version.id(),
          org.modelledger.model.EnvironmentName.of("staging"))).await(LONG);
      assertThat(staging.environment().value()).isEqualTo("staging");
      ledger.undeploy(MODEL, "production");
      assertThatThrownBy(() -> ledger.load("acme/points@production"))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void wantsAHomeForRegistriesThatAreNotLocal() {
    assertThatThrownBy(() -> ModelLedger.open("abacus:somewhere"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("home");
    assertThatThrownBy(
        () -> ModelLedger.open("abacus:somewhere?home=" + dir.resolve("other")))
        .isInstanceOf(ProviderNotFoundException.class)
        .hasMessageContaining("local");
    assertThatThrownBy(() -> ModelLedger.builder(Fixture.uri(dir) + "?home=" + dir.resolve("a"))
        .home(dir.resolve("b"))
        .open()).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> ModelLedger.open(Fixture.uri(dir) + "?colour=blue"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("colour");
  }

  @Test
  void takesItsHomeFromTheUri() {
    Path home = dir.resolve("my-home");
    try (ModelLedger ledger = ModelLedger.open(Fixture.uri(dir) + "?home=" + home)) {
      assertThat(ledger.home()).isEqualTo(home);
      assertThat(home.resolve("keys")).isDirectory();
      assertThat(dir.resolve("ledger-home")).doesNotExist();
    }
  }

  @Test
  void refusesASecondProcessAndLeavesNothingOpenBehind() {
    try (ModelLedger ledger = open()) {
      assertThat(ledger.receipts().size()).isZero();
      assertThatThrownBy(this::open).isInstanceOf(ModelLedgerException.class)
          .hasMessageContaining("ledger");
      assertThatThrownBy(() -> ModelLedger.open(
          "local:" + dir.resolve("another") + "?home=" + dir.resolve("ledger-home")))
          .isInstanceOf(ModelLedgerException.class)
          .hasMessageContaining("receipts");
      assertThatThrownBy(() -> ModelLedger.open(
          "local:" + dir.resolve("another") + "?home=" + dir.resolve("ledger-home")))
          .as("the ledger that could be opened was closed again")
          .hasMessageContaining("receipts");
    }
    open().close();
  }

  @Test
  void aFileInPlaceOfTheHomeIsNamed() throws IOException {
    Files.writeString(dir.resolve("ledger-home"), "in the way");
    assertThatThrownBy(this::open).isInstanceOf(StorageException.class)
        .hasMessageContaining("ledger-home");
  }

  @Test
  void closingClosesWhatWasOpenedAndEverythingSaysSo() throws Exception {
    ModelLedger ledger = open();
    ModelVersion version = Fixture.registered(ledger);
    Trainer trainer = ledger.trainer("exact");
    AttestedModel model = ledger.load(version.id());
    PendingReceipt pending = model.infer(input(1, 2)).receipt();
    ledger.close();
    ledger.close();
    assertThat(pending.poll()).isPresent();
    assertThatThrownBy(() -> model.infer(input(1, 2))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(trainer::info).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ledger.load(version.id())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ledger.trainer("exact")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ledger.deploy(version, "production"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(ledger::anchor).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(ledger::history).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(ledger::verifier).isInstanceOf(IllegalStateException.class);
  }
}
