package org.modelledger.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.Fixture;
import org.modelledger.ModelLedger;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.Gap;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.receipt.ReceiptLogException;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.SigningKeys;
import org.modelledger.signing.VerificationKey;
import org.modelledger.tlog.CosignatureSigner;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;
import org.modelledger.tlog.TlogProof;
import org.modelledger.tlog.Witness;
import org.modelledger.tlog.WitnessClient;
import org.modelledger.tlog.WitnessFailure;
import org.modelledger.tlog.WitnessPolicy;
import org.modelledger.tlog.WitnessServer;

class VerifierTest {
  private static final int INFERENCES = 5;

  @TempDir
  Path dir;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void nothingIsOpen() {
    assertThat(open).isEmpty();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  /** A ledger with a deployed model that has run five times. */
  private ModelLedger ledger() throws InterruptedException {
    ModelLedger ledger = Fixture.builder(dir).open();
    open.add(ledger);
    ModelVersion version = Fixture.deployed(ledger);
    try (AttestedModel model = ledger.load(version.id())) {
      for (int i = 0; i < INFERENCES; i++) {
        model.infer(input(i, -i), Map.of("case", "number " + i)).receipt().await(LONG);
      }
    }
    assertThat(ledger.receipts().publish().size()).isEqualTo(INFERENCES);
    return ledger;
  }

  private static ModelVersion version(ModelLedger ledger) {
    return ledger.registry().version(ModelVersionId.parse("acme/points:1")).orElseThrow();
  }

  private static void assertFails(VerificationReport report, Step step, String... words) {
    assertThat(report.firstFailure()).as("%s", report).hasValueSatisfying(failure -> {
      assertThat(failure.step()).isEqualTo(step);
      assertThat(failure.outcome().explanation()).contains(words);
    });
    assertThat(report.isSound()).isFalse();
    assertThatThrownBy(report::requireSound).isInstanceOf(VerificationException.class)
        .hasMessageContaining("at the step " + step.word());
  }

  @Test
  void everyStepHoldsAndIsExplained() throws Exception {
    ModelLedger ledger = ledger();
    ledger.anchor();
    VerificationReport report = ledger.verifier().check(3);
    assertThat(report.steps()).extracting(StepResult::step).containsExactly(Step.values());
    assertThat(report.steps()).as("%s", report).allMatch(StepResult::isPassed);
    report.requireSound();
    assertThat(report.toString()).contains("receipt 3: sound", "acme/points:1", "to the last bit",
        "attribute 'case'", ledger.account().value());
    ledger.verifier().verify(ledger.receipts().proof(3));
  }

  @Test
  void manyProofsAreCheckedAsEachAlone() throws Exception {
    ModelLedger ledger = ledger();
    ledger.anchor();
    List<TlogProof> proofs = new ArrayList<>();
    for (long index = 0; index < INFERENCES; index++) {
      proofs.add(ledger.receipts().proof(index));
    }
    List<VerificationReport> reports = new ArrayList<>();
    ledger.verifier().check(proofs, reports::add);
    assertThat(reports).hasSize(INFERENCES);
    for (int i = 0; i < INFERENCES; i++) {
      assertThat(reports.get(i)).isEqualTo(ledger.verifier().check(proofs.get(i)));
    }
  }

  @Test
  void aStrangerNeedsTheProofAndTheLogsKeyAlone() throws Exception {
    ModelLedger ledger = ledger();
    TlogProof proof = TlogProof.parse(
        ledger.receipts().proof(2).text().getBytes(StandardCharsets.UTF_8));
    VerificationReport report = Verifier.builder(ledger.receipts().key()).build().check(proof);
    report.requireSound();
    assertThat(report.steps()).filteredOn(StepResult::isPassed)
        .extracting(StepResult::step)
        .containsExactly(Step.RECEIPT, Step.INCLUSION, Step.CHECKPOINT);
    assertThat(report.entry()).containsInstanceOf(Receipt.class);
    assertThat(report.outcome(Step.ANCHOR)).isEqualTo(new Outcome.Skipped("no registry to ask"));
  }

  @Test
  void everyChangedByteOfAReceiptIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    Verifier stranger = Verifier.builder(ledger.receipts().key()).build();
    TlogProof proof = ledger.receipts().proof(1);
    byte[] leaf = proof.extraBytes().orElseThrow();
    for (int i = 0; i < leaf.length; i++) {
      byte[] changed = leaf.clone();
      changed[i] ^= 1;
      VerificationReport report = stranger.check(proof.withExtra(changed));
      assertThat(report.outcome(Step.INCLUSION)).isInstanceOf(Outcome.Failed.class);
      assertThat(report.outcome(Step.CHECKPOINT)).isInstanceOf(Outcome.Passed.class);
      assertThatThrownBy(report::requireSound).isInstanceOf(VerificationException.class)
          .hasMessageStartingWith("receipt 1 fails at the step ");
    }
    assertFails(stranger.check(new TlogProof(Optional.empty(), 1, proof.path(), proof.note())),
        Step.RECEIPT, "does not carry the receipt");
    assertFails(stranger.check(new TlogProof(proof.extra(), 2, proof.path(), proof.note())),
        Step.INCLUSION, "not in the tree");
    assertFails(stranger.check(new TlogProof(proof.extra(), 99, proof.path(), proof.note())),
        Step.INCLUSION, "99 is not in a tree of 5");
  }

  @Test
  void anotherLogsKeyIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    NoteSigner other = NoteSigner.generate(ledger.receipts().key().name(), new SecureRandom());
    assertFails(Verifier.builder(other.verifier()).build().check(ledger.receipts().proof(1)),
        Step.CHECKPOINT, ledger.receipts().key().name());
    assertThatThrownBy(
        () -> Verifier.builder(other.verifier()).log(ledger.receipts().reader()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aChangedByteInACopyOfTheLogIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    Path copy = dir.resolve("copy");
    copy(ledger.receipts().directory(), copy);
    LogReader reader = LogReader.open(TileSource.directory(copy), ledger.receipts().key());
    Verifier verifier = Verifier.builder(ledger.receipts().key()).log(reader).build();
    verifier.checkAll().requireSound();

    Fixture.flip(Fixture.largestFile(copy.resolve("tile/entries")));
    Verifier fresh = Verifier.builder(ledger.receipts().key())
        .log(LogReader.open(TileSource.directory(copy), ledger.receipts().key()))
        .build();
    assertFails(fresh.check(1), Step.INCLUSION, "tile/entries/000");
    LogReport report = fresh.checkAll();
    assertThat(report.isSound()).isFalse();
    assertThatThrownBy(report::requireSound).isInstanceOf(VerificationException.class)
        .hasMessageContaining("at the step inclusion")
        .hasMessageContaining("tile/entries/000");

    Files.writeString(copy.resolve("checkpoint"),
        Files.readString(copy.resolve("checkpoint")).replace("\n5\n", "\n6\n"));
    LogReport forged = Verifier.builder(ledger.receipts().key())
        .log(LogReader.open(TileSource.directory(copy), ledger.receipts().key()))
        .build()
        .checkAll();
    assertThatThrownBy(forged::requireSound).hasMessageContaining("at the step checkpoint");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void aChangedByteInACopyOfTheModelIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    Path copy = dir.resolve("model");
    ledger.exportModel(version(ledger), copy);
    Verifier verifier = ledger.verifier();
    verifier.verifyModel(version(ledger).id(), copy);
    Path file = Fixture.largestFile(copy);
    Fixture.flip(file);
    assertThatThrownBy(() -> verifier.verifyModel(version(ledger).id(), copy))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("changed file '" + file.getFileName() + "'");
    Fixture.flip(file);
    Files.writeString(copy.resolve("extra.txt"), "more");
    assertThatThrownBy(() -> verifier.verifyModel(version(ledger).id(), copy))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("extra file 'extra.txt'");
    assertThatThrownBy(() -> verifier.verifyModel(ModelVersionId.parse("acme/points:9"), copy))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("acme/points:9");
  }

  @Test
  void aChangedByteInTheStoreIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    String file = ledger.artifacts().open(version(ledger).artifact()).names().first();
    Fixture.flip(Fixture.largestFile(ledger.home().resolve("artifacts/blobs")));
    VerificationReport report = ledger.verifier().check(0);
    assertFails(report, Step.ARTIFACT, file);
    assertThat(report.outcome(Step.REPLAY)).isInstanceOf(Outcome.Skipped.class);
    LogReport all = ledger.verifier().checkAll(2);
    assertThatThrownBy(all::requireSound).hasMessageContaining("at the step artifact");
  }

  @Test
  void aChangedStatementOrSignatureIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    Path statement = Fixture.largestFile(ledger.home().resolve("artifacts/statements"));
    Fixture.flip(statement);
    assertFails(ledger.verifier().check(0), Step.LINEAGE, "statements/");
    Fixture.flip(statement);
    Fixture.flip(Fixture.largestFile(ledger.home().resolve("signatures")));
    assertFails(ledger.verifier().check(0), Step.SIGNATURE, "the model signature");
  }

  @Test
  void aKeyThatIsNotTrustedProvesNothing() throws Exception {
    ModelLedger ledger = ledger();
    byte[] bundle = ledger.signatureBundle(version(ledger));
    Verifier.Builder builder = Verifier.builder(ledger.receipts().key())
        .registry(ledger.registry())
        .artifacts(ledger.artifacts())
        .signatures(digest -> Optional.of(bundle));
    VerificationReport without = builder.build().check(ledger.receipts().proof(0));
    without.requireSound();
    assertThat(without.outcome(Step.LINEAGE))
        .isEqualTo(new Outcome.Skipped("no key to verify it with"));
    builder.trust(SigningKeys.generate().publicKey());
    assertFails(builder.build().check(ledger.receipts().proof(0)), Step.LINEAGE,
        "does not hold with any trusted key");
    builder.trust(VerificationKey.parse(ledger.modelSigningKeyPem()));
    builder.build().check(ledger.receipts().proof(0)).requireSound();
  }

  @Test
  void erasedEvidenceLeavesTheRestStanding() throws Exception {
    ModelLedger ledger = ledger();
    ledger.anchor();
    assertThat(ledger.evidence().erase(2)).isTrue();
    VerificationReport report = ledger.verifier().check(2);
    report.requireSound();
    assertThat(report.outcome(Step.COMMITMENTS)).isInstanceOf(Outcome.Skipped.class)
        .extracting(Outcome::explanation)
        .asString()
        .contains("erased");
    assertThat(report.outcome(Step.ANCHOR)).isInstanceOf(Outcome.Passed.class);
    LogReport all = ledger.verifier().checkAll(INFERENCES);
    all.requireSound();
    assertThat(all.opened()).isEqualTo(INFERENCES - 1);
    assertThat(all.erased()).isEqualTo(1);
    assertThat(all.replayed()).isEqualTo(INFERENCES - 1);
    assertThat(all.toString()).contains("5 receipts in a log of 5: sound", "1 erased");
  }

  @Test
  void evidenceThatIsNotOfTheReceiptIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    Evidence kept = ((EvidenceLookup.Kept) ledger.evidence().find(1)).evidence();
    TlogProof proof = ledger.receipts().proof(1);
    Verifier verifier = ledger.verifier();
    verifier.check(proof, kept).requireSound();
    VerificationReport input = verifier.check(proof, kept.withInputs(input(9, 9)));
    assertFails(input, Step.COMMITMENTS, "the inputs");
    assertThat(input.outcome(Step.REPLAY)).isInstanceOf(Outcome.Failed.class);
    assertFails(verifier.check(proof, kept.withOutputs(input(9, 9))), Step.COMMITMENTS,
        "the outputs");
    assertFails(verifier.check(ledger.receipts().proof(2), kept), Step.COMMITMENTS,
        "the inputs and the outputs");
  }

  @Test
  void whatIsRequiredCannotBeSkipped() throws Exception {
    ModelLedger ledger = ledger();
    Verifier.Builder builder = Verifier.builder(ledger.receipts().key())
        .registry(ledger.registry())
        .anchoredBy(ledger.account())
        .log(ledger.receipts().reader());
    builder.build().check(0).requireSound();
    assertThat(builder.build().check(0).outcome(Step.ANCHOR).explanation())
        .contains("has not anchored");
    builder.require(Step.ANCHOR);
    assertFails(builder.build().check(0), Step.ANCHOR, "it is required", "has not anchored");
    ledger.anchor();
    builder.build().check(0).requireSound();
    builder.build().checkAll().requireSound();
    builder.require(Step.REPLAY);
    assertFails(builder.build().check(0), Step.REPLAY, "it is required");
  }

  @Test
  void receiptsAfterTheAnchorAreNotCoveredYet() throws Exception {
    ModelLedger ledger = ledger();
    ledger.anchor();
    try (AttestedModel model = ledger.load("acme/points@production")) {
      model.infer(input(1, 1)).receipt().await(LONG);
    }
    ledger.receipts().publish();
    Verifier verifier = ledger.verifier();
    assertThat(verifier.check(4).outcome(Step.ANCHOR)).isInstanceOf(Outcome.Passed.class);
    assertThat(verifier.check(5).outcome(Step.ANCHOR)).isInstanceOf(Outcome.Skipped.class)
        .extracting(Outcome::explanation)
        .asString()
        .contains("covers the first 5 entries");
    TlogProof proof = ledger.receipts().proof(1);
    Verifier withoutLog = Verifier.builder(ledger.receipts().key())
        .registry(ledger.registry())
        .anchoredBy(ledger.account())
        .build();
    assertThat(withoutLog.check(proof).outcome(Step.ANCHOR).explanation())
        .contains("takes the log");
    ledger.anchor();
    assertThat(withoutLog.check(proof).outcome(Step.ANCHOR)).isInstanceOf(Outcome.Passed.class);
  }

  /** Another log under the same key: what a dishonest owner would show. */
  private LogReader rewritten(ModelLedger ledger, List<ReceiptEntry> entries) throws Exception {
    NoteSigner signer = NoteSigner.parse(
        Files.readString(ledger.home().resolve("keys/receipts-log.key")).strip());
    Path other = dir.resolve("rewritten");
    try (LogWriter writer = LogWriter.open(other, LogOptions.of(signer))) {
      for (ReceiptEntry entry : entries) {
        var unused = writer.append(entry.encode());
      }
      var unused = writer.publish();
    }
    return LogReader.open(TileSource.directory(other), signer.verifier());
  }

  private static List<ReceiptEntry> entries(ModelLedger ledger) {
    List<ReceiptEntry> entries = new ArrayList<>();
    for (int i = 0; i < INFERENCES; i++) {
      entries.add(ledger.receipts().entry(i));
    }
    return entries;
  }

  private static Receipt withArtifact(Receipt receipt, Digest artifact) {
    return new Receipt(receipt.session(), receipt.sequence(), receipt.time(), receipt.version(),
        artifact, receipt.engine(), receipt.determinism(),
        receipt.input(), receipt.output(), receipt.attributes());
  }

  @Test
  void aLedgerWithWitnessesProvesWhatTheyHaveCosignedAndNeverWaitsForThem() throws Exception {
    NoteVerifier key;
    try (ModelLedger first = Fixture.builder(dir).open()) {
      key = first.receipts().key();
      var unused = Fixture.deployed(first);
    }
    CosignatureSigner signer = CosignatureSigner.generate("witness.example", new SecureRandom());
    try (Witness witness = Witness.create(dir.resolve("witness"), signer, List.of(key))) {
      WitnessServer server = WitnessServer.start(witness, 0);
      open.add(server);
      WitnessPolicy policy = WitnessPolicy.parse("log " + key + "\nwitness w "
          + signer.verifier() + " " + server.uri() + "\nquorum w\n");
      try (ModelLedger ledger = Fixture.builder(dir).witnesses(policy).open();
          AttestedModel model = ledger.load(ModelVersionId.parse("acme/points:1"))) {
        model.infer(input(1, 2), Map.of()).receipt().await(LONG);
        TlogProof proof = ledger.receipts().proof(0);
        assertThat(policy.verify(proof.note())).hasSize(1);
        assertThat(ledger.verifier().check(proof).outcome(Step.CHECKPOINT).explanation())
            .contains("cosigned by witness.example on 2");
        ledger.verifier().checkAll().requireSound();

        server.close();
        model.infer(input(3, 4), Map.of()).receipt().await(LONG);
        assertThat(ledger.receipts().size()).isEqualTo(2);
        assertThatThrownBy(() -> ledger.receipts().proof(1))
            .isInstanceOf(ReceiptLogException.class)
            .hasMessageContaining("is not cosigned by a quorum: [the witness w did not cosign");
        assertThat(ledger.receipts().checkpoint().size()).isEqualTo(1);
        ledger.verifier().verify(ledger.receipts().proof(0));
      }
    }
  }

  @Test
  void aForkIsRefusedByWhoeverAsksForWitnesses() throws Exception {
    ModelLedger ledger = ledger();
    NoteVerifier key = ledger.receipts().key();
    CosignatureSigner signer = CosignatureSigner.generate("witness.example", new SecureRandom());
    try (Witness witness = Witness.create(dir.resolve("witness"), signer, List.of(key));
        WitnessServer server = WitnessServer.start(witness, 0)) {
      WitnessPolicy policy = WitnessPolicy.parse(
          "witness w " + signer.verifier() + " " + server.uri() + "\nquorum w\n");
      List<ReceiptEntry> entries = entries(ledger);
      Collections.swap(entries, 1, 2);
      LogReader forged = rewritten(ledger, entries);
      SignedCheckpoint shown;
      try (WitnessClient client = WitnessClient.of(policy, LONG)) {
        shown = client.cosign(ledger.receipts().checkpoint(), ledger.receipts().reader())
            .checkpoint();
        assertThat(client.cosign(forged.latest(), forged).failures()).singleElement()
            .satisfies(failure -> assertThat(failure.kind())
                .isEqualTo(WitnessFailure.Kind.INCONSISTENT));
      }

      Verifier auditor = Verifier.builder(key).witnesses(policy).build();
      TlogProof proof = TlogProof.of(ledger.receipts().reader().inclusionProof(1, shown), shown)
          .withExtra(ledger.receipts().entry(1).encode());
      VerificationReport sound = auditor.check(proof);
      sound.requireSound();
      assertThat(sound.outcome(Step.CHECKPOINT).explanation())
          .contains("cosigned by witness.example on 2");
      assertFails(auditor.check(ledger.receipts().proof(1)), Step.CHECKPOINT,
          "is not cosigned by a quorum: witnesses [] have signed, [w] have not");

      // everything else about the other history is in order
      Verifier.builder(key).log(forged).build().checkAll().requireSound();
      Verifier strict = Verifier.builder(key).log(forged).witnesses(policy).build();
      assertFails(strict.check(1), Step.CHECKPOINT, "is not cosigned by a quorum");
      assertThatThrownBy(() -> strict.checkAll().requireSound())
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("at the step checkpoint")
          .hasMessageContaining("is not cosigned by a quorum");
    }
  }

  @Test
  void aLogThatWasRewrittenAfterAnAnchorIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    ledger.anchor();
    List<ReceiptEntry> entries = entries(ledger);
    Collections.swap(entries, 1, 2);
    LogReader forged = rewritten(ledger, entries);
    Verifier verifier = Verifier.builder(ledger.receipts().key())
        .log(forged)
        .registry(ledger.registry())
        .anchoredBy(ledger.account())
        .build();
    assertFails(verifier.check(0), Step.ANCHOR, "the registry has");
    assertThatThrownBy(() -> verifier.checkAll().requireSound())
        .hasMessageContaining("at the step anchor");
  }

  @Test
  void aLogThatWasCutAfterAnAnchorIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    ledger.anchor();
    LogReader cut = rewritten(ledger, entries(ledger).subList(0, 3));
    Verifier verifier = Verifier.builder(ledger.receipts().key())
        .log(cut)
        .registry(ledger.registry())
        .anchoredBy(ledger.account())
        .build();
    assertFails(verifier.check(0), Step.ANCHOR, "rolled back", "3 entries", "anchor of 5");
  }

  @Test
  void aReceiptForAnotherModelThanTheLedgerHasIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    Receipt receipt = (Receipt) ledger.receipts().entry(0);
    LogReader forged = rewritten(ledger,
        List.of(withArtifact(receipt, Digest.sha256(new byte[]{1, 2, 3}))));
    Verifier verifier = Verifier.builder(ledger.receipts().key())
        .log(forged)
        .registry(ledger.registry())
        .build();
    assertFails(verifier.check(0), Step.VERSION, version(ledger).artifact().hex());
    assertThatThrownBy(() -> verifier.checkAll().requireSound())
        .hasMessageContaining("receipt 0 fails at the step version");
  }

  @Test
  void gapsAndUnacknowledgedInferencesAreCounted() throws Exception {
    ModelLedger ledger = ledger();
    List<ReceiptEntry> entries = entries(ledger);
    Receipt last = (Receipt) entries.getLast();
    entries.remove(2);
    entries.add(new Gap(last.session(), INFERENCES, Instant.EPOCH, last.version(),
        last.artifact(), 4, Gap.Reason.BACKLOG_FULL));
    Verifier verifier = Verifier.builder(ledger.receipts().key())
        .log(rewritten(ledger, entries))
        .registry(ledger.registry())
        .build();
    LogReport report = verifier.checkAll();
    report.requireSound();
    assertThat(report.receipts()).isEqualTo(INFERENCES - 1);
    assertThat(report.missing()).isEqualTo(4);
    assertThat(report.unacknowledged()).isEqualTo(1);
    VerificationReport gap = verifier.check(INFERENCES - 1);
    gap.requireSound();
    assertThat(gap.outcome(Step.RECEIPT).explanation()).contains("4 inferences", "no receipt");
    assertThat(gap.outcome(Step.REPLAY)).isInstanceOf(Outcome.Skipped.class);
  }

  @Test
  void anEntryThatIsNoReceiptIsNamed() throws Exception {
    ModelLedger ledger = ledger();
    NoteSigner signer = NoteSigner.parse(
        Files.readString(ledger.home().resolve("keys/receipts-log.key")).strip());
    Path other = dir.resolve("other");
    try (LogWriter writer = LogWriter.open(other, LogOptions.of(signer))) {
      var unused = writer.append(new byte[]{1, 2, 3});
    }
    Verifier verifier = Verifier.builder(signer.verifier())
        .log(LogReader.open(TileSource.directory(other), signer.verifier()))
        .build();
    assertFails(verifier.check(0), Step.RECEIPT, "receipt");
    assertThatThrownBy(() -> verifier.checkAll().requireSound())
        .hasMessageContaining("receipt 0 fails at the step receipt");
    assertThatThrownBy(() -> verifier.check(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void withoutALogThereIsNothingToGoThrough() throws Exception {
    ModelLedger ledger = ledger();
    Verifier verifier = Verifier.builder(ledger.receipts().key()).build();
    assertThatThrownBy(verifier::checkAll).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> verifier.check(0)).isInstanceOf(IllegalStateException.class);
  }

  private static Optional<String> differs(Tensors then, Tensors now, double epsilon) {
    return Deviation.of(then, now, epsilon).beyond();
  }

  @Test
  void aDeviationIsTheGreatestOfAll() {
    Tensors one = Tensors.of("y", Tensor.of(new float[]{1, 1000, 0}, 3));
    assertThat(Deviation.of(one, one, 0).greatest()).isZero();
    assertThat(Deviation.of(one, Tensors.of("y", Tensor.of(new float[]{1.5f, 2000, 0}, 3)), 0)
        .greatest()).as("relative to the greater").isEqualTo(0.5);
    assertThat(Deviation.of(one, Tensors.of("y", Tensor.of(new float[]{1, 1000, 0.25f}, 3)), 0)
        .greatest()).as("absolute below 1").isEqualTo(0.25);
    assertThat(Deviation.of(one,
        Tensors.of("y", Tensor.of(new float[]{1, Float.NEGATIVE_INFINITY, 0}, 3)), 1).greatest())
        .isInfinite();
    assertThat(Deviation.of(one, Tensors.of("z", one.get("y")), 1).greatest()).isInfinite();
  }

  @Test
  void aToleranceIsAbsoluteOrRelativeToTheGreater() {
    Tensors one = Tensors.of("y", Tensor.of(new float[]{1, 1000, 0}, 3));
    assertThat(differs(one, Tensors.of("y", Tensor.of(new float[]{1.0009f, 1000.9f, 0}, 3)),
        1e-3)).isEmpty();
    assertThat(differs(one, Tensors.of("y", Tensor.of(new float[]{1.1f, 1000, 0}, 3)),
        1e-3)).hasValueSatisfying(what -> assertThat(what).contains("element 0 of output 'y'"));
    assertThat(differs(one, Tensors.of("y", Tensor.of(new float[]{1, 1000, Float.NaN}, 3)),
        1e-3)).isPresent();
    assertThat(differs(one, Tensors.of("z", one.get("y")), 1)).isPresent();
    assertThat(differs(one, Tensors.of("y", Tensor.of(new double[]{1, 1000, 0}, 3)), 1))
        .isPresent();
    assertThat(differs(one, Tensors.of("y", Tensor.of(new float[]{1, 1000}, 2)), 1))
        .isPresent();
    Tensors label = Tensors.of("l", Tensor.of(new long[]{1}, 1));
    assertThat(differs(label, label, 1)).isEmpty();
    assertThat(differs(label, Tensors.of("l", Tensor.of(new long[]{2}, 1)), 9)).isPresent();
  }
}
