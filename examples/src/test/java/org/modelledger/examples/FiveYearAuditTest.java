package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.evidence.Evidence;
import org.modelledger.examples.Attack.Kind;
import org.modelledger.examples.FiveYearAudit.Finding;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.model.VerificationException;
import org.modelledger.pack.PackCheck;
import org.modelledger.pack.PackReport;
import org.modelledger.pack.PackVerifier;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.VerificationKey;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.TileSource;
import org.modelledger.tlog.TlogProof;
import org.modelledger.verification.Step;
import org.modelledger.verification.StepResult;
import org.modelledger.verification.VerificationReport;
import org.modelledger.verification.Verifier;

/** The story once, small and without any program installed; then each attack by what the commands stand on. */
class FiveYearAuditTest {
  private static final int DECISIONS = 1_000;

  @TempDir
  static Path directory;

  private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();
  private static AuditPlace place = new AuditPlace(Path.of(""));
  private static FiveYearAudit audit = audit(Path.of(""));
  private static List<Finding> findings = List.of();

  @BeforeAll
  static void tellTheStory() throws Exception {
    place = new AuditPlace(directory.resolve("out"));
    audit = audit(place.out());
    findings = audit.run();
  }

  private static FiveYearAudit audit(Path out) {
    return new FiveYearAudit(
        new Console(new PrintStream(PRINTED, true, StandardCharsets.UTF_8), false),
        new AuditArguments(DECISIONS, false, out),
        new AuditTools(out.resolve("nothing-here"), List.of("./no-modelledger")));
  }

  private static Attack attack(Kind kind) {
    return findings.stream()
        .map(Finding::attack)
        .filter(attack -> attack.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void saysPlainlyWhatCouldNotBeRun() {
    assertThat(findings).hasSize(10).allSatisfy(it -> assertThat(it.line()).isEmpty());
    assertThat(findings).filteredOn(it -> it.check().foreign())
        .extracting(it -> it.attack().kind())
        .containsExactly(Kind.SWAPPED_WEIGHT, Kind.EDITED_SCORE, Kind.DELETED_RECEIPT,
            Kind.FORKED_LOG);
    assertThat(PRINTED.toString(StandardCharsets.UTF_8)).contains(
        "not shown, Tessera's fsck is not installed here", "consortium/credit:2 is revoked",
        "1,000 decisions");
  }

  @Test
  void aToolThatIsMissingIsAFailureIfAllWereDemanded() {
    FiveYearAudit demanding = new FiveYearAudit(
        new Console(new PrintStream(PRINTED, true, StandardCharsets.UTF_8), false),
        new AuditArguments(DECISIONS, true, directory),
        new AuditTools(directory, List.of("./no-modelledger")));

    assertThatThrownBy(() -> demanding.find(attack(Kind.FORKED_LOG),
        check(path -> List.of("./no-such-program"))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("is not installed here: ./no-such-program");
  }

  @Test
  void aCommandThatAcceptsEverythingFindsNothing() {
    assertThatThrownBy(() -> audit.find(attack(Kind.FORKED_LOG), check(path -> shell("exit 0"))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("does not find a forked log");
  }

  @Test
  void aCommandThatRefusesEverythingFindsNothing() {
    assertThatThrownBy(() -> audit.find(attack(Kind.FORKED_LOG),
        check(path -> shell("echo because of that; exit 1"))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("refuses what is genuine");
  }

  @Test
  void aCommandHasToSayWhy() throws Exception {
    Attack attack = attack(Kind.FORKED_LOG);

    assertThatThrownBy(() -> audit.find(attack, check(path -> onForged(attack, path, "no"))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("does not find a forked log");
    assertThat(audit.find(attack, check(path -> onForged(attack, path, "no, because of that")))
        .line()).contains("no, because of that");
  }

  private static Check check(Function<Path, List<String>> command) {
    return new Check("a program", true, command, "", Pattern.compile("because"));
  }

  private static List<String> shell(String script) {
    return List.of("/bin/sh", "-c", script);
  }

  private static List<String> onForged(Attack attack, Path path, String says) {
    return shell(path.equals(attack.forged()) ? "echo " + says + "; exit 1" : "exit 0");
  }

  @Test
  void findsASwappedWeight() throws Exception {
    Attack attack = attack(Kind.SWAPPED_WEIGHT);
    ModelVerifier verifier = new ModelVerifier(VerificationKey.load(place.out()
        .resolve("auditor/aare.pub")));

    var unused = verifier.verify(signature(attack.genuine()), files(attack.genuine()));

    assertThatThrownBy(() -> verifier.verify(signature(attack.forged()), files(attack.forged())))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("changed file 'model.onnx'");
    assertThat(answers(attack.forged())).as("the model still runs, and says something else")
        .isNotEqualTo(answers(attack.genuine()));
  }

  private static byte[] signature(Path model) throws IOException {
    return Files.readAllBytes(model.resolve("model.sig"));
  }

  private static Path files(Path model) {
    return model.resolve("files");
  }

  private static List<Tensors> answers(Path model) throws InterruptedException {
    Loans loans = Loans.of("some.csv", 100, 0, 1);
    List<Tensors> answers = new ArrayList<>();
    try (InferenceEngine engine = exact();
        LoadedModel loaded = engine.load(DirectoryFiles.of(files(model)))) {
      for (int i = 0; i < loans.rows(); i++) {
        answers.add(loaded.run(loans.application(i)));
      }
    }
    return answers;
  }

  private static InferenceEngine exact() {
    return Providers.openInferenceEngine("exact", ProviderOptions.empty(),
        FiveYearAuditTest.class.getClassLoader());
  }

  @Test
  void findsAnEditedScore() throws Exception {
    Attack attack = attack(Kind.EDITED_SCORE);
    Verifier verifier = Verifier.builder(key("aare")).build();

    assertThat(verifier.check(proof(attack.genuine())).isSound()).isTrue();
    VerificationReport edited = verifier.check(proof(attack.forged()));

    assertThat(edited.steps()).filteredOn(StepResult::isFailed)
        .extracting(StepResult::step)
        .containsExactly(Step.INCLUSION);
    Receipt receipt = (Receipt) ReceiptEntry
        .decode(proof(attack.forged()).extraBytes().orElseThrow());
    Evidence evidence = Evidence
        .decode(Files.readAllBytes(attack.forged().resolve("score.cbor")));
    assertThat(receipt.output().opensTo(evidence.outputs().orElseThrow(), evidence.outputSalt()))
        .as("receipt and evidence fit each other")
        .isTrue();
    assertThat(attack.forged().resolve("score.receipt"))
        .hasBinaryContent(proof(attack.forged()).extraBytes().orElseThrow());
  }

  private static TlogProof proof(Path directory) throws Exception {
    return TlogProof.parse(Files.readAllBytes(directory.resolve("score.tlog-proof")));
  }

  @Test
  void findsADeletedReceipt() throws Exception {
    Attack attack = attack(Kind.DELETED_RECEIPT);

    assertThat(isIntact(attack.genuine(), "aare")).isTrue();
    assertThat(isIntact(attack.forged(), "aare")).isFalse();
  }

  @Test
  void findsAForkedLogThatHoldsInItself() throws Exception {
    Attack attack = attack(Kind.FORKED_LOG);

    assertThat(isIntact(attack.genuine(), "limmat")).isTrue();
    assertThat(isIntact(attack.forged().resolveSibling("fork"), "limmat"))
        .as("it is signed by the bank's key")
        .isTrue();
    assertThat(isIntact(attack.forged(), "limmat")).as("with the auditor's checkpoint").isFalse();
    assertThat(attack.forged().resolve("checkpoint"))
        .hasSameTextualContentAs(place.out().resolve("auditor/pack-limmat/log/checkpoint"));
  }

  private static boolean isIntact(Path log, String bank) throws Exception {
    LogReader reader = LogReader.open(TileSource.directory(log), key(bank));
    return reader.verifyAll(reader.latest()).isIntact();
  }

  private static NoteVerifier key(String bank) throws IOException {
    return NoteVerifier
        .parse(Files.readString(place.out().resolve("auditor/" + bank + ".vkey")).strip());
  }

  @Test
  void findsAnotherModelsOutputByRunningItAgainAndByNothingElse() throws Exception {
    Attack attack = attack(Kind.OTHER_MODEL);

    assertThat(failures(attack.genuine(), true)).isEmpty();
    assertThat(failures(attack.forged(), true)).containsExactly("replay");
    assertThat(failures(attack.forged(), false)).as("without a replay").isEmpty();
  }

  @Test
  void findsARevokedVersionByTheRegistryAndByNothingElse() throws Exception {
    Attack attack = attack(Kind.REVOKED_VERSION);

    assertThat(failures(attack.genuine(), true)).isEmpty();
    assertThat(failures(attack.forged(), true)).isNotEmpty().containsOnly("revocation");
    assertThat(failures(attack.forged(), false)).as("told, but not refused").isEmpty();
  }

  /** What fails of a pack, strictly: with replays, and without revoked versions. */
  private static List<String> failures(Path pack, boolean strictly) throws Exception {
    PackVerifier.Builder verifier = PackVerifier.builder()
        .modelKey(VerificationKey.load(place.out().resolve("auditor/limmat.pub")));
    try (InferenceEngine engine = exact()) {
      PackReport report = (strictly ? verifier.engine(() -> engine).refuseRevoked() : verifier)
          .build()
          .verify(pack);
      return report.checks()
          .stream()
          .filter(PackCheck::isFailed)
          .map(PackCheck::name)
          .toList();
    }
  }
}
