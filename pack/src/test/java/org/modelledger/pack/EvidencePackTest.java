package org.modelledger.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.ModelLedger;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;
import org.modelledger.signing.SigningKeys;
import org.modelledger.signing.VerificationKey;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.verification.Outcome;
import org.modelledger.verification.Step;

class EvidencePackTest {
  @TempDir
  Path dir;

  private Path pack(String name) {
    return dir.resolve(name);
  }

  private static PackReport verify(Path pack, VerificationKey key) throws InterruptedException {
    return PackVerifier.builder().modelKey(key).build().verify(pack);
  }

  private static PackCheck check(PackReport report, String name) {
    return report.checks()
        .stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> namesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .toList();
    }
  }

  @Test
  void everythingHoldsFromThePackAlone() throws Exception {
    VerificationKey key;
    try (ModelLedger ledger = PackedLedger.with(dir, 5)) {
      ledger.anchor();
      key = ledger.trustedKeys().getFirst();
      PackDescription written = EvidencePack.of(ledger)
          .disclose(Disclosure.ALL)
          .withModelFiles()
          .writeTo(pack("all"));
      assertThat(written.count()).isEqualTo(5);
    }
    try (Stream<Path> home = Files.walk(dir.resolve("ledger-home"))) {
      // nothing but the pack is left
      for (Path path : home.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    PackReport report = PackVerifier.builder()
        .modelKey(key)
        .engine(() -> Providers.openInferenceEngine("exact", ProviderOptions.empty(),
            getClass().getClassLoader()))
        .build()
        .verify(pack("all"));
    assertThat(report.checks()).as("%s", report)
        .allSatisfy(check -> assertThat(check.outcome()).isInstanceOf(Outcome.Passed.class));
    report.requireSound();
    assertThat(report.vouched()).isTrue();
    assertThat(report.receipts()).hasSize(5);
    assertThat(check(report, "replay").outcome().explanation()).contains("5 of 5");
    assertThat(check(report, "statements").outcome().explanation()).contains("4 are signed",
        "3 of them are in the log of statements", "the registry has that log's root");
    assertThat(report.toString()).startsWith("evidence of 5 receipts of ").contains(": sound");
  }

  @Test
  void anEarlierAnchorIsConnectedByAFewFilesOfTheLog() throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, 3)) {
      ledger.anchor();
      PackedLedger.infer(ledger,
          ledger.registry().version(ModelVersionId.parse("acme/points:1")).orElseThrow(), 4);
      EvidencePack.of(ledger).receipts(1).writeTo(pack("one"));
      assertThat(namesIn(pack("one"))).contains("receipts/1.tlog-proof", "log/checkpoint")
          .noneMatch(name -> name.startsWith("log/tile/entries"));
      PackReport report = verify(pack("one"), ledger.trustedKeys().getFirst());
      assertThat(check(report, "anchor").outcome()).as("%s", report)
          .isInstanceOf(Outcome.Passed.class);
      assertThat(check(report, "artifact").outcome().explanation()).endsWith("is not in the pack");
      EvidencePack.of(ledger).receipts(6).writeTo(pack("behind"));
      PackReport behind = verify(pack("behind"), ledger.trustedKeys().getFirst());
      assertThat(behind.isSound()).isTrue();
      assertThat(check(behind, "anchor").outcome()).isInstanceOf(Outcome.Skipped.class);
    }
  }

  @Test
  void thePageIsWholeAndRunsNothing() throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, 2)) {
      EvidencePack.of(ledger).disclose(Disclosure.ALL).writeTo(pack("page"));
    }
    String page = Files.readString(pack("page").resolve("report.html"));
    assertThat(page).contains("Training curve", "Which class was taken for which", "dossier 1",
        "put acme/points:1 into production", "points on two sides", "default-src &#39;none&#39;");
    assertThat(page).doesNotContain("<script", "http://", "https://", "url(", "@import");
  }

  @Test
  void textsOfOthersAreNoMarkup() {
    String html = new Html().open("p", "title", "a\"b<c")
        .text("<b>&'\"\u202Egnp.exe\u0007")
        .close()
        .toString();
    assertThat(html).isEqualTo("<!DOCTYPE html>\n<p title=\"a&quot;b&lt;c\">"
        + "&lt;b&gt;&amp;&#39;&quot;\uFFFDgnp.exe\uFFFD</p>\n");
  }

  @Test
  void moreThanAThousandReceiptsComeWithTheWholeLog() throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, EvidencePack.MAX_PROOFS + 50)) {
      ledger.anchor();
      PackDescription written = EvidencePack.of(ledger)
          .disclose(Disclosure.ALL)
          .writeTo(pack("many"));
      assertThat(written.wholeLog()).isTrue();
      assertThat(namesIn(pack("many"))).contains("evidence/0.cborseq")
          .anyMatch(name -> name.startsWith("log/tile/entries/003"))
          .noneMatch(name -> name.startsWith("receipts/"));
      PackReport report = verify(pack("many"), ledger.trustedKeys().getFirst());
      assertThat(report.isSound()).as("%s", report).isTrue();
      assertThat(report.log().orElseThrow().opened()).isEqualTo(1050);
      assertThat(check(report, Step.ANCHOR.word()).outcome()).isInstanceOf(Outcome.Passed.class);
      assertThat(Files.readString(pack("many").resolve("report.html")))
          .contains("And 950 more");
    }
  }

  @Test
  void disclosesWhatItWasToldTo() throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, 3)) {
      EvidencePack.of(ledger).range(0, 2).writeTo(pack("nothing"));
      assertThat(namesIn(pack("nothing"))).noneMatch(name -> name.startsWith("evidence/"));
      EvidencePack.of(ledger).range(0, 2).disclose(Disclosure.SALTS).writeTo(pack("salts"));
      assertThat(namesIn(pack("salts"))).contains("evidence/0.cbor", "evidence/1.cbor")
          .doesNotContain("evidence/2.cbor");
      for (String one : List.of("nothing", "salts")) {
        try (Stream<Path> files = Files.walk(pack(one))) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            assertThat(content.contains("dossier")).as("%s", file).isFalse();
          }
        }
        assertThat(verify(pack(one), ledger.trustedKeys().getFirst()).isSound()).isTrue();
      }
    }
  }

  @Test
  void whatWasErasedIsNotInIt() throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, 2)) {
      assertThat(ledger.evidence().erase(1)).isTrue();
      EvidencePack.of(ledger).disclose(Disclosure.ALL).writeTo(pack("erased"));
      assertThat(namesIn(pack("erased"))).contains("evidence/0.cbor")
          .doesNotContain("evidence/1.cbor");
      assertThat(Files.readString(pack("erased").resolve("report.html"))).contains("erased");
    }
  }

  @Test
  void aRevokedVersionIsRefusedByChoiceUnlessAnAnchorShowsThatTheReceiptIsOlder()
      throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, 2)) {
      PackVerifier demanding = PackVerifier.builder()
          .modelKey(ledger.trustedKeys().getFirst())
          .refuseRevoked()
          .build();
      EvidencePack.of(ledger).writeTo(pack("good"));
      assertThat(demanding.verify(pack("good")).isSound()).isTrue();
      ledger.anchor();
      PackedLedger.infer(ledger,
          ledger.registry().version(ModelVersionId.parse("acme/points:1")).orElseThrow(), 1);
      ledger.revoke(ModelVersionId.parse("acme/points:1"), "unfair");
      ledger.anchor();
      EvidencePack.of(ledger).receipts(0, 1).writeTo(pack("older"));
      assertThat(demanding.verify(pack("older")).isSound()).isTrue();
      EvidencePack.of(ledger).receipts(1, 2).writeTo(pack("claimed"));
      PackReport refused = demanding.verify(pack("claimed"));
      assertThat(refused.checks()).filteredOn(PackCheck::isFailed)
          .singleElement()
          .satisfies(failed -> assertThat(failed.name()).isEqualTo("revocation"))
          .satisfies(failed -> assertThat(failed.outcome().explanation())
              .contains("1 of 2", "claimed before the revocation"));
      assertThat(verify(pack("claimed"), ledger.trustedKeys().getFirst()).isSound()).isTrue();
    }
  }

  @Test
  void ofAWholeLogOneReceiptOfARevokedVersionIsEnoughToRefuse() throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, EvidencePack.MAX_PROOFS + 1)) {
      ledger.revoke(ModelVersionId.parse("acme/points:1"), "unfair");
      ledger.anchor();
      EvidencePack.of(ledger).writeTo(pack("many"));
      PackReport refused = PackVerifier.builder().refuseRevoked().build().verify(pack("many"));
      assertThat(check(refused, "revocation").isFailed()).isTrue();
    }
  }

  @Test
  void aRevocationIsToldWithItsReason() throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, 2)) {
      ledger.anchor();
      ledger.revoke(ModelVersionId.parse("acme/points:1"), "found to be <unfair>");
      EvidencePack.of(ledger).writeTo(pack("revoked"));
      assertThat(Files.readString(pack("revoked").resolve("report.html")))
          .contains("found to be &lt;unfair&gt;");
      PackReport report = verify(pack("revoked"), ledger.trustedKeys().getFirst());
      assertThat(report.isSound()).as("%s", report).isTrue();
      assertThat(check(report, "revocation").outcome().explanation()).contains("2 of 2");
    }
  }

  @Test
  void keysFromThePackProveNothingAboutWho() throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, 2)) {
      EvidencePack.of(ledger).writeTo(pack("pack"));
    }
    PackReport report = PackVerifier.builder().build().verify(pack("pack"));
    assertThat(report.isSound()).isTrue();
    assertThat(report.vouched()).isFalse();
    assertThat(report.verdict()).contains("by nobody known");
    assertThat(check(report, "model key").outcome()).isInstanceOf(Outcome.Skipped.class);
    assertThat(check(report, "receipts key").outcome().explanation())
        .startsWith("taken from the pack");
  }

  @Test
  void refusesForeignKeys() throws Exception {
    VerificationKey key;
    try (ModelLedger ledger = PackedLedger.with(dir, 2)) {
      key = ledger.trustedKeys().getFirst();
      EvidencePack.of(ledger).writeTo(pack("pack"));
    }
    VerificationKey other = SigningKeys.generate().publicKey();
    PackReport byAnother = verify(pack("pack"), other);
    assertThat(byAnother.isSound()).isFalse();
    assertThat(byAnother.checks()).hasSize(1);
    assertThat(byAnother.description()).isEmpty();
    assertThatThrownBy(byAnother::requireSound)
        .hasMessageContaining("the pack fails at pack signature");
    NoteVerifier log = NoteSigner.generate("example.org/log", new SecureRandom()).verifier();
    PackReport foreignLog = PackVerifier.builder()
        .modelKey(key)
        .receiptsKey(log)
        .registryKey(log)
        .build()
        .verify(pack("pack"));
    assertThat(check(foreignLog, "receipts key").isFailed()).isTrue();
    assertThat(check(foreignLog, "registry key").isFailed()).isTrue();
    assertThat(check(foreignLog, "registry").isFailed()).as("%s", foreignLog).isTrue();
    assertThat(check(foreignLog, "checkpoint").isFailed()).isTrue();
  }

  @Test
  void isWrittenWholeOrNotAtAll() throws Exception {
    try (ModelLedger ledger = PackedLedger.with(dir, 2)) {
      EvidencePack all = EvidencePack.of(ledger);
      assertThatThrownBy(() -> all.receipts(2).writeTo(pack("beyond")))
          .isInstanceOf(IndexOutOfBoundsException.class);
      Files.createDirectory(pack("there"));
      assertThatThrownBy(() -> all.writeTo(pack("there"))).isInstanceOf(StorageException.class)
          .hasMessageContaining("there");
      assertThatThrownBy(() -> all.writeTo(dir.resolve("no/such/place")))
          .isInstanceOf(StorageException.class);
      Path tile = ledger.receipts().directory().resolve("tile/entries/000.p/2");
      byte[] bytes = Files.readAllBytes(tile);
      bytes[bytes.length / 2] ^= 1;
      Files.write(tile, bytes);
      assertThatThrownBy(() -> all.writeTo(pack("damaged")))
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("tile/entries/000");
    }
    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("ledger", "ledger-home", "there");
    }
  }

  @Test
  void anEmptyLogHasNothingToPack() throws Exception {
    try (ModelLedger ledger = PackedLedger.open(dir)) {
      assertThatThrownBy(() -> EvidencePack.of(ledger).writeTo(pack("empty")))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
